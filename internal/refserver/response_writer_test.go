package refserver_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// A reset goes through TLS to the connection below it. HTTP/2 keeps its
// connection to itself, so there only the stream ends.
func TestResetUnderTLS(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		g := newRig(t, refserver.Config{Faults: []refserver.Fault{{Action: refserver.ActionResetAfterCommit}}})
		secured := httptest.NewUnstartedServer(g.Server)
		secured.EnableHTTP2 = http2
		secured.StartTLS()
		t.Cleanup(secured.Close)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, secured.URL+secrets,
			strings.NewReader(`{"path":"/app/db","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header = root.Clone()
		response, err := secured.Client().Do(request)
		if err == nil {
			_ = response.Body.Close()
		}
		if err == nil || !http2 && !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("HTTP/2 %t: the client sees %v", http2, err)
		}
		if got := g.events("secrets.create"); got != 1 {
			t.Errorf("HTTP/2 %t: done %d times", http2, got)
		}
	}
}

// serve calls the handler without a connection and reports whether it hung up.
func serve(ctx context.Context, t *testing.T, s *refserver.Server) (r *httptest.ResponseRecorder, hungUp bool) {
	t.Helper()
	r = httptest.NewRecorder()
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, secrets,
		strings.NewReader(`{"path":"/app/db","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`))
	request.Header = root.Clone()
	defer func() {
		if reason := recover(); reason != nil {
			hungUp = true
			if err, ok := reason.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
				t.Errorf("panicked with %v", reason)
			}
		}
	}()
	s.ServeHTTP(r, request)
	return r, false
}

// Where there is no connection to break, the handler hangs up as net/http has it.
func TestFaultsWithoutAConnection(t *testing.T) {
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, tc := range []struct {
		ctx    context.Context
		fault  refserver.Fault
		hungUp bool
		done   int
	}{
		{t.Context(), refserver.Fault{Action: refserver.ActionResetBeforeCommit}, true, 0},
		{t.Context(), refserver.Fault{Action: refserver.ActionResetAfterCommit}, true, 1},
		{t.Context(), refserver.Fault{Action: refserver.ActionGarbage}, false, 1},
		{t.Context(), refserver.Fault{Action: refserver.ActionStall, Delay: "1ms"}, true, 0},
		{gone, refserver.Fault{Action: refserver.ActionStallAfterCommit}, true, 1},
		{gone, refserver.Fault{Action: refserver.ActionDelay, Delay: "1h"}, true, 0},
		{gone, refserver.Fault{Action: refserver.ActionDelayCommit, Delay: "1ms"}, true, 1},
	} {
		g := newRig(t, refserver.Config{Faults: []refserver.Fault{tc.fault}})
		r, hungUp := serve(tc.ctx, t, g.Server)
		if hungUp != tc.hungUp || g.events("secrets.create") != tc.done {
			t.Errorf("%s: hung up %t, done %d times", tc.fault.Action, hungUp, g.events("secrets.create"))
		}
		want := 0
		if !hungUp {
			want = r.Code
		}
		if got := g.lastEntry(); got.Status != want || len(g.Journal()) != 1 {
			t.Errorf("%s: journal %+v", tc.fault.Action, g.Journal())
		}
	}
}
