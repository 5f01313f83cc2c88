package refserver_test

import (
	"context"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// unread is a body that must not be asked for.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the server has read the body")
	return 0, io.ErrUnexpectedEOF
}

// A body that is too long or comes without valid credentials is refused unread, in the
// API's form.
func TestBodiesThatAreRefusedUnread(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	for _, tc := range []struct {
		token   string
		length  int64
		status  int
		message string
	}{
		{"root-token", 1<<20 + 1, 413, "the body is longer than 1048576 bytes"},
		{"root-token", 1 << 40, 413, "the body is longer than 1048576 bytes"},
		{"stranger", 1 << 20, 401, "the credentials are not valid"},
		{"stranger", 1 << 40, 401, "the credentials are not valid"},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.url+putURL, unread{t})
		if err != nil {
			t.Fatal(err)
		}
		request.ContentLength = tc.length
		request.Header = as("Token "+tc.token, "acme", "", "Expect", "100-continue")
		transport := &http.Transport{ExpectContinueTimeout: time.Hour, DisableKeepAlives: true}
		response, err := transport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		r := reply{response.StatusCode, response.Header, string(b)}
		if err != nil || r.status != tc.status || r.message() != tc.message {
			t.Errorf("%d bytes of %s: %d %s, %v", tc.length, tc.token, r.status, r.body, err)
		}
	}
}

// Large bodies take turns, and a stalled answer does not keep its turn.
func TestLargeBodiesTakeTurns(t *testing.T) {
	t.Parallel()
	const stalled = 20
	g := newRig(t, refserver.Config{Faults: []refserver.Fault{{Operation: "putSecretValue", Times: stalled, Action: refserver.ActionStallAfterCommit}}})
	g.create("/app/db")
	large := `{"secretString":"` + strings.Repeat("QUFB", 20_000) + `"}`
	ctx, leave := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range stalled {
		wg.Go(func() { _, _ = g.try(ctx, "POST", putURL, large) })
	}
	for g.events("secrets.put_value") < stalled && t.Context().Err() == nil {
		runtime.Gosched()
	}
	sameJSON(t, g.do("POST", putURL, large, 200).body, `{"path":"/app/db","version":22}`)
	leave()
	wg.Wait()
}
