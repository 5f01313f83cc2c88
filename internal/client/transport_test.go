package client_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// Following a redirect could hand the credentials, or a value, to another host.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, op := range operations(t) {
			elsewhere := serve(t) // any request to it fails the test
			s := serve(t, says(status, `{"message":"moved"}`, "Location", elsewhere.url+op.uri))
			err := op.call(t.Context(), s.expectingReads(op).client())
			var said *client.Error
			if !errors.As(err, &said) || said.Status != status || said.Message != "moved" {
				t.Errorf("%s: %v, want an error of status %d", op.name, err, status)
			}
			s.sent(op.method, op.uri, op.body)
		}
	}
}

// counting counts the bytes of a body that were read.
type counting struct {
	io.Reader
	read int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += int64(n)
	return n, err
}

// blanks are n bytes that JSON skips.
func blanks(n int) string { return strings.Repeat(" ", n) }

func TestAnswerThatIsTooLarge(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		if op.name != "getSecret" && op.name != "putSecretValue" {
			continue // one read and one write, because so much takes its time
		}
		body := &counting{Reader: strings.NewReader(blanks(32<<20) + op.answer)}
		err := op.call(t.Context(), newClient(t, func(c *client.Config) {
			c.Transport = transport(func(r *http.Request) (*http.Response, error) {
				if r.Method != op.method {
					return response(r, http.StatusForbidden, http.NoBody), nil
				}
				return response(r, op.status, body), nil
			})
		}))
		if err == nil || !strings.Contains(err.Error(), "the answer is larger than 16777216 bytes") {
			t.Errorf("%s: %v", op.name, err)
		}
		if body.read > 17<<20 {
			t.Errorf("%s: read %d bytes", op.name, body.read)
		}
		var unknown *client.UnknownOutcomeError
		if errors.As(err, &unknown) != op.write {
			t.Errorf("%s: %v", op.name, err)
		}
	}
}

// A large organisation's listing may be larger than any single answer.
func TestListingMayBeLarge(t *testing.T) {
	t.Parallel()
	c := newClient(t, inMemory(http.StatusOK, "["+blanks(17<<20)+`{"path":"/app/db"}]`))
	secrets, err := c.ListSecrets(t.Context(), "nl-01", mustPrefix(t, "/"))
	if err != nil || len(secrets) != 1 {
		t.Errorf("got %d secrets, %v", len(secrets), err)
	}
	c = newClient(t, inMemory(http.StatusOK, `{"path":"/","secrets":[`+blanks(17<<20)+`{"path":"/app/db"}]}`))
	listing, err := c.BrowseSecrets(t.Context(), "nl-01", mustPrefix(t, "/"))
	if err != nil || len(listing.Secrets) != 1 {
		t.Errorf("got %d secrets, %v", len(listing.Secrets), err)
	}
}

func TestErrorBodyIsReadInPart(t *testing.T) {
	t.Parallel()
	body := &counting{Reader: strings.NewReader(blanks(8 << 20))}
	c := newClient(t, func(c *client.Config) {
		c.Transport = transport(func(r *http.Request) (*http.Response, error) {
			return response(r, http.StatusNotFound, body), nil
		})
	})
	if _, err := c.KMSRegions(t.Context()); !client.IsNotFoundByAnyone(err) {
		t.Errorf("got %v", err)
	}
	if body.read > 128<<10 {
		t.Errorf("read %d bytes", body.read)
	}
}

// The decoder's own words may quote the body, and the body may hold a value.
func TestGarbageIsNotQuoted(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no JSON":          sentinel,
		"broken off":       `{"secretString":"` + sentinel,
		"bad character":    `{"secretString":"` + sentinel + `"x`,
		"number as string": `{"version":"` + sentinel + `","currentVersion":"` + sentinel + `","identity":1,"regions":1,"prefixes":1}`,
		"time":             `{"version":[],"createdAt":"` + sentinel + `","identity":1,"regions":1,"secrets":[{"createdAt":"` + sentinel + `"}]}`,
		"key":              `{"` + sentinel + `":1,"version":{},"currentVersion":{},"identity":1,"regions":1,"secrets":1}`,
		"page":             "<html>" + sentinel + "</html>",
	} {
		for _, op := range operations(t) {
			if op.answer == "" {
				continue // the answer is not read
			}
			err := op.call(t.Context(), newClient(t, inMemory(op.status, body)))
			if err == nil || !strings.HasSuffix(err.Error(), "the answer is not the JSON that the API documents") {
				t.Errorf("%s of %s: %v", name, op.name, err)
				continue
			}
			noLeak(t, name+" of "+op.name, err.Error())
		}
	}
}
