package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

func TestAuthorization(t *testing.T) {
	t.Parallel()
	for want, credentials := range map[string]client.Credentials{
		"Token api-token":   client.Token("api-token"),
		"Bearer eyJ.access": client.AccessToken("eyJ.access"),
	} {
		if got, err := credentials.Authorization(t.Context()); err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
}

// numbered are credentials that differ each time they are asked for, as short
// lived access tokens do.
type numbered struct{ asked int }

func (n *numbered) Authorization(context.Context) (string, error) {
	n.asked++
	return fmt.Sprintf("Bearer %d", n.asked), nil
}

// A token may run out while the client waits for the next attempt.
func TestCredentialsAreAskedForEachAttempt(t *testing.T) {
	t.Parallel()
	s := serve(t, says(http.StatusTooManyRequests, ""), says(http.StatusServiceUnavailable, ""), says(http.StatusOK, `[]`))
	c := s.client(func(c *client.Config) { c.Credentials = &numbered{} })
	if _, err := c.ListSecrets(t.Context(), "nl-01", mustPrefix(t, "/")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range s.requests() {
		got = append(got, r.Header.Get("Authorization"))
	}
	same(t, got, []string{"Bearer 1", "Bearer 2", "Bearer 3"})
}

// broken are credentials that always fail.
type broken struct {
	err   error
	asked *int
}

func (b broken) Authorization(context.Context) (string, error) {
	*b.asked++
	return "", b.err
}

func TestNothingIsSentWithoutCredentials(t *testing.T) {
	t.Parallel()
	cause := errors.New("the token file is empty")
	for _, op := range operations(t) {
		s := serve(t)
		asked := 0
		err := op.call(t.Context(), s.client(func(c *client.Config) { c.Credentials = broken{cause, &asked} }))
		if !errors.Is(err, cause) {
			t.Errorf("%s: %v, want %v", op.name, err, cause)
		}
		var unknown *client.UnknownOutcomeError
		if errors.As(err, &unknown) {
			t.Errorf("%s: nothing was sent, and yet: %v", op.name, err)
		}
		if n := len(s.requests()); n != 0 || asked != 1 {
			t.Errorf("%s: asked for credentials %d times, %d requests", op.name, asked, n)
		}
	}
}

// A line break, as from a file that was read whole, cannot travel in a header.
// The complaint must not show the token.
func TestUnusableTokenIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, credentials := range []client.Credentials{client.Token(sentinel + "\n"), client.AccessToken(sentinel + "\n")} {
		s := serve(t)
		_, err := s.client(func(c *client.Config) { c.Credentials = credentials }).KMSRegions(t.Context())
		if err == nil {
			t.Fatal("a token with a line break was sent")
		}
		noLeak(t, "the error", err.Error())
	}
}
