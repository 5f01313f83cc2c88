package client_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// readers are all that reads a file that a user names.
func readers() map[string]func(ctx context.Context, name string) error {
	return map[string]func(context.Context, string) error{
		"identity token": func(ctx context.Context, name string) error {
			_, err := client.IdentityTokenFile(name)(ctx)
			return err
		},
		"certificates": func(ctx context.Context, name string) error {
			_, err := client.RootCAsWithin(ctx, name)
			return err
		},
	}
}

// What says nothing is waited for no longer than there is time.
func TestFilesThatSayNothing(t *testing.T) {
	t.Parallel()
	for name, read := range readers() {
		pipe := filepath.Join(t.TempDir(), "pipe")
		makePipe(t, pipe)
		// Only one of many readers is left behind at the pipe.
		for range 3 {
			ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Millisecond, errors.New("the time is over"))
			err := read(ctx, pipe)
			cancel()
			if err == nil || !strings.Contains(err.Error(), "the time is over") {
				t.Errorf("%s: %v", name, err)
			}
		}
		write(t, pipe, "x") // Which lets it go.
	}
}

// A pipe with a writer works like a file.
func TestTokenFromAPipe(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	makePipe(t, pipe)
	go func() { _ = os.WriteFile(pipe, []byte("eyJ.job\n"), 0o600) }()
	if token, err := client.IdentityTokenFile(pipe)(t.Context()); err != nil || token != "eyJ.job" {
		t.Errorf("got %q, %v", token, err)
	}
}

// A path that is not a file, or an endless file, is refused by name, and none of its
// content is quoted.
func TestFilesThatAreNone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	large := filepath.Join(dir, "large")
	file, err := os.Create(large) //nolint:gosec // The test's own.
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(file.Truncate(1<<40), file.Close()); err != nil { // It has no blocks.
		t.Fatal(err)
	}
	for name, read := range readers() {
		for place, says := range map[string]string{dir: "it is a directory", large: "is larger than", "/dev/zero": "is larger than", filepath.Join(dir, "missing"): "no such file"} {
			if _, err := os.Stat(place); err != nil && says != "no such file" {
				continue // No system but Unix has it.
			}
			if err := read(t.Context(), place); err == nil || !strings.Contains(err.Error(), says) || strings.Count(err.Error(), place) != 1 {
				t.Errorf("%s from %s: %v", name, place, err)
			}
		}
	}
}

// If the token does not arrive, the error names the file, and not the token endpoint,
// which got no request.
func TestTokenFileThatSaysNothingIsNamed(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	makePipe(t, pipe)
	within := func(ctx context.Context) (string, error) {
		ctx, cancel := context.WithTimeoutCause(ctx, 20*time.Millisecond, errors.New("the time is over"))
		defer cancel()
		return client.IdentityTokenFile(pipe)(ctx)
	}
	c := newClient(t, func(c *client.Config) {
		c.Credentials = client.TokenExchange(client.ServiceAccount{Organisation: "acme", ID: "sa-1"}, within)
		c.Transport = transport(func(r *http.Request) (*http.Response, error) {
			t.Errorf("%s was asked", r.URL)
			return nil, errors.New("nobody is there")
		})
	})
	_, err := c.KMSRegions(t.Context())
	var identity *client.IdentityTokenError
	if !errors.As(err, &identity) || identity.File != pipe || !strings.Contains(err.Error(), "the time is over") {
		t.Errorf("got %v", err)
	}
	write(t, pipe, "x")
}
