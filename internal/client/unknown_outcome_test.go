package client_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// Without credentials nothing was sent, so the outcome is known.
func TestWriteWithoutCredentialsHasAKnownOutcome(t *testing.T) {
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

// The same holds for a certificate that is refused in the handshake.
func TestWriteToUnknownCertificateHasAKnownOutcome(t *testing.T) {
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
func TestCancelledWaitAfterLimitHasAKnownOutcome(t *testing.T) {
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
