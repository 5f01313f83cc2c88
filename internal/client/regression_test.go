package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// Credentials that cannot be had: nothing was sent, so nothing is in doubt.
func TestWriteWithoutCredentialsIsNoDoubt(t *testing.T) {
	t.Parallel()
	s := serve(t)
	cause := errors.New("the token file is empty")
	_, err := s.client(func(c *client.Config) { c.Credentials = broken{cause, new(int)} }).
		PutValue(t.Context(), mustID(t, "nl-01/app/db"), client.GeneratedValue(8), client.JustSeen(mustID(t, "nl-01/app/db"), 3))
	var unknown *client.UnknownOutcomeError
	if errors.As(err, &unknown) {
		t.Error(err)
	}
}

// The same for a certificate that is refused in the handshake.
func TestWriteToUnknownCertificateIsNoDoubt(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	_, err := newClient(t, func(c *client.Config) { c.Endpoint = server.URL }).
		PutValue(t.Context(), mustID(t, "nl-01/app/db"), client.GeneratedValue(8), client.JustSeen(mustID(t, "nl-01/app/db"), 3))
	var unknown *client.UnknownOutcomeError
	if errors.As(err, &unknown) {
		t.Error(err)
	}
}

// A 429 is known to have done nothing; a cancelled wait after it changes nothing.
func TestCancelledWaitAfterLimitIsNoDoubt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := newClient(t, inMemory(http.StatusTooManyRequests, ""), func(c *client.Config) {
		c.Log = func(context.Context, client.Exchange) { cancel() }
	})
	_, err := c.PutValue(ctx, mustID(t, "nl-01/app/db"), client.GeneratedValue(8), client.JustSeen(mustID(t, "nl-01/app/db"), 3))
	var unknown *client.UnknownOutcomeError
	if errors.As(err, &unknown) {
		t.Error(err)
	}
}

// With the default endpoint the URL in errors lacks its first slash.
func TestURLInErrors(t *testing.T) {
	t.Parallel()
	_, err := newClient(t, inMemory(http.StatusNotFound, "")).KMSRegions(t.Context())
	if want := "getKMSSummary: GET /v1/kms/summary: 404 Not Found"; err.Error() != want {
		t.Errorf("got %s, want %s", err, want)
	}
}

// fmt does not call methods on unexported fields.
func TestUnexportedFieldsLeak(t *testing.T) {
	t.Parallel()
	type holder struct{ v any }
	pairs := client.PairsValue(map[string]string{"user": sentinel})
	for name, v := range map[string]any{
		"client":    newClient(t, func(c *client.Config) { c.Credentials = client.Token(sentinel) }),
		"token":     holder{client.Token(sentinel)},
		"access":    holder{client.AccessToken(sentinel)},
		"pairs":     holder{pairs},
		"bytes":     holder{client.BytesValue([]byte(sentinel))},
		"revealed":  holder{reveal(t, `{"version":2,"secretString":"aHVudGVyMi1TZW50aW5lbC85"}`)},
		"revealed2": holder{reveal(t, `{"version":2,"secretKeyValues":{"a":"aHVudGVyMi1TZW50aW5lbC85"}}`)},
	} {
		for _, verb := range []string{"%v", "%+v", "%s"} {
			noLeak(t, name+" by "+verb, fmt.Sprintf(verb, v))
		}
	}
}

// Verb %p, and a verb that does not fit a pointer inside something.
func TestVerbs(t *testing.T) {
	t.Parallel()
	p := "%p"
	noLeak(t, "%p of a token", fmt.Sprintf(p, client.Token(sentinel)))
	noLeak(t, "%p of pairs", fmt.Sprintf(p, client.PairsValue(map[string]string{"user": sentinel})))
	noLeak(t, "%s of pointers", fmt.Sprintf("%s", []any{&client.NewSecret{Value: client.PairsValue(map[string]string{"user": sentinel})}}))
}

// A password in an endpoint that is refused for another reason is quoted.
func TestPasswordInRefusedEndpoint(t *testing.T) {
	t.Parallel()
	for _, e := range []string{"ftp://ci:hunter2@api.example.com", "https://ci:hunter2@", "https://ci:hunter2@api.example.com:port"} {
		_, err := client.New(client.Config{Endpoint: e, Organisation: "acme", Credentials: client.Token("t")})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v", err)
		}
	}
}

// What no service should say, and what fuzzing would find.
func TestImplausibleHistories(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"currentVersion":-3}`,
		`{"versions":[{"version":-1}]}`,
		`{"versions":[{"version":2,"status":"active"},{"version":2,"status":"destroyed"}]}`,
		`{"versions":[{"version":-9223372036854775808},{"version":1}]}`,
	} {
		secret, err := newClient(t, inMemory(200, body)).GetSecret(t.Context(), mustID(t, "nl-01/app/db"))
		if err != nil {
			continue
		}
		if problem := implausible(secret); problem != "" {
			t.Errorf("%s: %s", body, problem)
		}
	}
}

func TestImplausibleReveal(t *testing.T) {
	t.Parallel()
	r, err := newClient(t, inMemory(200, `{"version":-4,"secretString":""}`)).RevealValue(t.Context(), mustID(t, "nl-01/app/db"), 0)
	if err == nil && r.Version < 0 {
		t.Errorf("version %d", r.Version)
	}
	r, err = newClient(t, inMemory(200, `{"version":4,"secretString":"YXBw"}`)).RevealValue(t.Context(), mustID(t, "nl-01/app/db"), 2)
	if err == nil {
		t.Errorf("asked for version 2, got %d", r.Version)
	}
}

// An answer that is about nothing, or about another secret, is no answer.
func TestAnswerAboutAnotherSecret(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `null`, `{"path":"/somebody/else","versions":[{"version":1}]}`} {
		if s, err := newClient(t, inMemory(200, body)).GetSecret(t.Context(), mustID(t, "nl-01/app/db")); err == nil {
			t.Errorf("%s: %+v", body, s)
		}
	}
	c := newClient(t, inMemory(200, `{"path":"/somebody/else","version":1,"secretString":"dg=="}`))
	if _, err := c.RevealValue(t.Context(), mustID(t, "nl-01/app/db"), 1); err == nil || !strings.Contains(err.Error(), "not about nl-01/app/db") {
		t.Errorf("a value of another secret: %v", err)
	}
	var unknown *client.UnknownOutcomeError
	if _, err := c.PutValue(t.Context(), mustID(t, "nl-01/app/db"), client.GeneratedValue(8), client.JustSeen(mustID(t, "nl-01/app/db"), 3)); !errors.As(err, &unknown) {
		t.Errorf("a version of another secret: %v", err)
	}
}

// Interrupted, or broken off, while the answer is read.
func TestReadingOfAnAnswerFails(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := newClient(t, func(c *client.Config) {
		c.Transport = transport(func(r *http.Request) (*http.Response, error) {
			return response(r, http.StatusOK, io.MultiReader(strings.NewReader(`{"path":`), interrupted{cancel, r.Context()})), nil
		})
	})
	_, err := c.GetSecret(ctx, mustID(t, "nl-01/app/db"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestReadIsRepeatedAfterTruncatedAnswer(t *testing.T) {
	t.Parallel()
	s := serve(t, truncated, says(200, `{"path":"/app/db","versions":[{"version":1}]}`))
	if _, err := s.client().GetSecret(t.Context(), mustID(t, "nl-01/app/db")); err != nil {
		t.Error(err)
	}
}

func TestEndpointWithoutHost(t *testing.T) {
	t.Parallel()
	if _, err := client.New(client.Config{Endpoint: "https://:443", Organisation: "acme", Credentials: client.Token("t")}); err == nil {
		t.Error("it is accepted")
	}
}

type interrupted struct {
	cancel context.CancelFunc
	ctx    context.Context
}

func (i interrupted) Read([]byte) (int, error) {
	i.cancel()
	return 0, i.ctx.Err()
}
