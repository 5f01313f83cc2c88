package client_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// A service that takes a request and never answers does not hold up its caller
// for ever, and a write that ended so may have happened.
func TestRequestTimeout(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	c, err := client.New(client.Config{
		Endpoint: server.URL, Organisation: "o", Credentials: client.Token("t"),
		RequestTimeout: 20 * time.Millisecond, Retry: client.Retry{MaxAttempts: 2, MinWait: time.Millisecond, MaxWait: time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	var late *client.RequestTimeoutError
	if _, err := c.KMSRegions(t.Context()); !errors.As(err, &late) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("reading ended with %v", err)
	}
	var unknown *client.UnknownOutcomeError
	if _, err := c.PutValue(t.Context(), mustID(t, "nl-01/app/db"), client.BytesValue([]byte("v")), client.JustSeen(mustID(t, "nl-01/app/db"), 3)); !errors.As(err, &unknown) {
		t.Errorf("writing ended with %v", err)
	}
}
