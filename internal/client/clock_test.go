package client_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// machineTime is what the machine's clock shows in these tests.
var machineTime = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

// datedClient asks a service whose answers carry the given headers.
func datedClient(t *testing.T, headers http.Header, loopbackSkew bool) *client.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil // Or net/http adds the real one.
		for name, values := range headers {
			w.Header()[name] = values
		}
		if got := r.Header.Get("Cache-Control"); got != "no-cache" {
			t.Errorf("Cache-Control: %q", got)
		}
		_, _ = w.Write([]byte(`{"path":"/app/db","versions":[{"version":1}]}`))
	}))
	t.Cleanup(server.Close)
	c, err := client.New(client.Config{
		Endpoint: server.URL, Organisation: "o-1", Credentials: client.Token("t"), LoopbackSkew: loopbackSkew,
		Now: func() time.Time { return machineTime },
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClockSkew(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) string { return machineTime.Add(-d).Format(http.TimeFormat) }
	for _, tc := range []struct {
		name    string
		headers http.Header
		want    time.Duration
	}{
		{"the same time", http.Header{"Date": {at(0)}}, 0},
		{"five minutes ahead", http.Header{"Date": {at(5 * time.Minute)}}, 0},
		{"ahead by more", http.Header{"Date": {at(5*time.Minute + 2*time.Second)}}, 5*time.Minute + time.Second},
		{"forty days ahead", http.Header{"Date": {at(40 * 24 * time.Hour)}}, 40*24*time.Hour - time.Second},
		{"ten years behind", http.Header{"Date": {at(-10 * 365 * 24 * time.Hour)}}, -10 * 365 * 24 * time.Hour},
		{"an answer that was an hour in a cache", http.Header{"Date": {at(time.Hour)}, "Age": {"3600"}}, 0},
		{"no date", http.Header{}, 0},
		{"not a date", http.Header{"Date": {"yesterday"}}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := datedClient(t, tc.headers, true)
			if got := c.ClockSkew(); got != 0 {
				t.Errorf("before any answer: %v", got)
			}
			secret, err := c.GetSecret(t.Context(), mustID(t, "nl-01/app/db"))
			if err != nil {
				t.Fatal(err)
			}
			if got := c.ClockSkew(); got != tc.want {
				t.Errorf("skew %v, want %v", got, tc.want)
			}
			if date, err := http.ParseTime(tc.headers.Get("Date")); err == nil && !secret.AsOf.Equal(date) || err != nil && !secret.AsOf.IsZero() {
				t.Errorf("as of %v, and the answer is dated %q", secret.AsOf, tc.headers.Get("Date"))
			}
		})
	}
}

func TestClockSkewOfALoopbackEndpoint(t *testing.T) {
	t.Parallel()
	c := datedClient(t, http.Header{"Date": {machineTime.AddDate(1, 0, 0).Format(http.TimeFormat)}}, false)
	if _, err := c.GetSecret(t.Context(), mustID(t, "nl-01/app/db")); err != nil {
		t.Fatal(err)
	}
	if got := c.ClockSkew(); got != 0 {
		t.Errorf("skew %v, want none", got)
	}
}
