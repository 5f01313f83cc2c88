package provider

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// asked is what a user reads when reading a secret from an endpoint fails.
func asked(ctx context.Context, t *testing.T, endpoint string, change func(*client.Config)) string {
	t.Helper()
	config := client.Config{Endpoint: endpoint, Organisation: "o", Credentials: client.Token("t"), Retry: client.Retry{MaxAttempts: 2, MinWait: time.Millisecond}}
	change(&config)
	c, err := client.New(config)
	if err != nil {
		t.Fatal(err)
	}
	id := idForTest(t)
	if _, err = c.GetSecret(ctx, id); err == nil {
		t.Fatal("it did not fail")
	}
	return attempt{op: diagnostic.Read, id: id}.diagnostic(err).Detail()
}

func idForTest(t *testing.T) secretpath.SecretID {
	t.Helper()
	id, err := secretpath.ParseSecretID("nl-01/app/db")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// The advice depends on the cause of the failure, and not on how the wait ended.
func TestFailureNamesTheReason(t *testing.T) {
	t.Parallel()
	says := func(status int, headers ...string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i+1 < len(headers); i += 2 {
				w.Header().Set(headers[i], headers[i+1])
			}
			w.WriteHeader(status)
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	none := func(*client.Config) {}
	for name, tc := range map[string]struct {
		endpoint  string
		change    func(*client.Config)
		limit     time.Duration
		want, not string
	}{
		"a host that drops packets": {"http://127.0.0.1:1", func(c *client.Config) {
			c.Transport = &http.Transport{DialContext: (&net.Dialer{Timeout: time.Nanosecond}).DialContext}
		}, time.Minute, "could not be reached", "timeouts"},
		"nobody there until the time is over": {"http://127.0.0.1:1", func(c *client.Config) {
			c.Retry = client.Retry{MinWait: time.Minute, MaxWait: time.Minute}
		}, 300 * time.Millisecond, "There was no time for another attempt. The service could not be reached", "timeouts"},
		"a rate limit until the time is over": {says(429, "Retry-After", "20"), func(c *client.Config) {
			c.Retry = client.Retry{}
		}, 300 * time.Millisecond, "There was no time for another attempt. The service rejected every attempt because of its rate limit", "timeouts"},
		"a console":                   {says(302, "Location", "https://console.example.com/login"), none, time.Minute, "Check endpoint", "vendor"},
		"a web server":                {says(405), none, time.Minute, "Check endpoint", "vendor"},
		"a request that is too large": {says(413), none, time.Minute, "rejected the request as too large", "endpoint"},
		"an invalid request":          {says(422), none, time.Minute, "rejected the request as invalid", "endpoint"},
		"a response that stops":       {cut(t), none, time.Minute, "The connection was lost before a complete response arrived", "endpoint"},
		"a service that is ill":       {says(500), none, time.Minute, "send the vendor the request", "endpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), tc.limit)
			defer cancel()
			if text := asked(ctx, t, tc.endpoint, tc.change); !strings.Contains(text, tc.want) || strings.Contains(text, tc.not) {
				t.Errorf("it says %q, want %q in it and not %q", text, tc.want, tc.not)
			}
		})
	}
}

// cut is an endpoint that closes each connection without a response.
func cut(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(s.Close)
	return s.URL
}

// The error of the provider's own limit does not blame the service.
func TestFailureNamesTheOwnLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, err := client.New(client.Config{
			Organisation: "o", Credentials: client.Token("t"), RequestsPerSecond: 0.001,
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
			}),
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		id := idForTest(t)
		_, _ = c.GetSecret(ctx, id) // It takes the first turn.
		_, err = c.GetSecret(ctx, id)
		if text := (attempt{op: diagnostic.Read, id: id}).diagnostic(err).Detail(); !strings.Contains(text, "requests_per_second = 0.001") || !strings.Contains(text, "timeouts of the resource") {
			t.Error(text)
		}
		everything, err2 := secretpath.ParseDirectory("/")
		if text := (attempt{op: diagnostic.List, directory: everything}).diagnostic(err).Detail(); err2 != nil || strings.Contains(text, "timeouts") || !strings.Contains(text, "a longer path_prefix") {
			t.Error(text) // Lists have no block with timeouts.
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// What to do about a write in doubt depends on whether there is a state that the
// next plan can compare with.
func TestFailureInDoubt(t *testing.T) {
	t.Parallel()
	err := &client.UnknownOutcomeError{Err: errors.New("reset by peer"), Known: "Version 3 may be it."}
	for name, tc := range map[string]struct {
		attempt attempt
		want    string
	}{
		"a secret":        {attempt{op: diagnostic.Create}, "If the secret was created, the plan reports it with the import command."},
		"a first version": {attempt{op: diagnostic.FirstPut}, "import it with `terraform import ADDRESS nl-01/app/db@N`. Otherwise apply again"},
		"a new value":     {attempt{op: diagnostic.Put}, "Run plan again: it shows the versions at the service"},
	} {
		tc.attempt.id = idForTest(t)
		text := tc.attempt.diagnostic(err).Detail()
		if !strings.Contains(text, tc.want) || strings.Count(text, "Version 3 may be it.") != 1 || !strings.Contains(text, "reset by peer") {
			t.Errorf("%s: %q, want %q in it", name, text, tc.want)
		}
	}
}
