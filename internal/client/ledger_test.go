package client_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// ledger is a service in memory that keeps the history of one secret and does with
// each request what a test asks for. Time stands still but for what the client
// waits. The reference server behind real HTTP is met in internal/robustness; here
// it is about delays, clocks and orders of events that no real server can be made
// to show.
type ledger struct {
	created  time.Time
	versions []time.Time   // when each was made, by the clock that dates versions
	skew     time.Duration // of that clock against the one that dates answers
	// post does the n-th put and answers it: nil is a 502. get is how much of the
	// history the n-th look after the first put shows; nil is all of it.
	post func(n int) (*http.Response, error)
	get  func(n int) int

	mu          sync.Mutex
	posts, gets int
	lastPost    time.Time
}

// newLedger has version 1 since an hour, which takes no time: every test with a ledger
// runs in a bubble of synctest.
func newLedger() *ledger {
	l := &ledger{created: time.Now(), post: func(int) (*http.Response, error) { return nil, nil }} //nolint:nilnil // See post.
	l.versions = []time.Time{l.created}
	time.Sleep(time.Hour)
	return l
}

// commit makes a version.
func (l *ledger) commit() int {
	l.versions = append(l.versions, time.Now().Add(l.skew))
	return len(l.versions)
}

// done is a put that is made and answered.
func (l *ledger) done() (*http.Response, error) {
	return l.answer(http.StatusOK, fmt.Sprintf(`{"path":"/app/db","version":%d}`, l.commit())), nil
}

func (l *ledger) answer(status int, body string) *http.Response {
	return response(nil, status, strings.NewReader(body), "Date", time.Now().UTC().Format(http.TimeFormat))
}

// RoundTrip implements http.RoundTripper.
func (l *ledger) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.Method == http.MethodPost {
		l.posts++
		l.lastPost = time.Now()
		answer, err := l.post(l.posts)
		if answer == nil && err == nil {
			answer = l.answer(http.StatusBadGateway, "<html>")
		}
		return answer, err
	}
	shown := len(l.versions)
	if l.posts > 0 {
		l.gets++
	}
	if l.posts > 0 && l.get != nil {
		shown = min(l.get(l.gets), shown)
	}
	rows := make([]map[string]any, 0, shown)
	for i, at := range l.versions[:shown] {
		rows = append(rows, map[string]any{
			"version": i + 1, "status": "active", "valueFormat": "string", "createdAt": at.UTC().Format(time.RFC3339),
		})
	}
	body, err := json.Marshal(map[string]any{"path": "/app/db", "createdAt": l.created.UTC().Format(time.RFC3339), "versions": rows})
	return l.answer(http.StatusOK, string(body)), err
}

// client has the defaults of the provider, and really waits, in time that stands
// still.
func (l *ledger) client(t *testing.T, changes ...func(*client.Config)) *client.Client {
	t.Helper()
	return newClient(t, append([]func(*client.Config){func(c *client.Config) {
		c.Transport, c.Retry, c.Sleep = l, client.Retry{}, nil
	}}, changes...)...)
}

// put puts once.
func (l *ledger) put(t *testing.T, changes ...func(*client.Config)) (client.Written, error) {
	t.Helper()
	return l.client(t, changes...).PutValue(t.Context(), mustID(t, "nl-01/app/db"), client.GeneratedValue(8), client.Unguarded)
}

// everything shows the whole history.
const everything = 1 << 30
