package refserver_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

const (
	putURL  = appDB + "/versions"
	putBody = `{"secretString":"aGk="}`
)

// plain is a client that never sends a request twice. The default transport
// repeats some whose connection was kept from an earlier one.
var plain = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// try sends a request that may fail. It also returns the part of the reply that was
// read.
func (g *rig) try(ctx context.Context, method, url, body string) (reply, error) {
	request, err := http.NewRequestWithContext(ctx, method, g.url+url, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	request.Header = root.Clone()
	response, err := plain.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = response.Body.Close() }()
	b, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(b)}, err
}

// open sends a request and leaves the body of the response to be read.
func (g *rig) open(method, url string) *http.Response {
	g.t.Helper()
	request, err := http.NewRequestWithContext(g.t.Context(), method, g.url+url, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	request.Header = root.Clone()
	response, err := plain.Do(request)
	if err != nil {
		g.t.Fatal(err)
	}
	return response
}

// giveUp sends a request, waits until the journal has it, and hangs up.
func (g *rig) giveUp(method, url, body string) error {
	ctx, hangUp := context.WithCancel(g.t.Context())
	defer hangUp()
	before := len(g.Journal())
	failed := make(chan error, 1)
	go func() {
		_, err := g.try(ctx, method, url, body)
		failed <- err
	}()
	for len(g.Journal()) == before {
		runtime.Gosched()
	}
	hangUp()
	return <-failed
}

func (g *rig) setFaults(faults ...refserver.Fault) {
	g.t.Helper()
	if err := g.SetFaults(faults...); err != nil {
		g.t.Fatal(err)
	}
}

// events counts the audit's events of a name.
func (g *rig) events(name string) int {
	n := 0
	for _, e := range g.Audit() {
		if e.Event == name {
			n++
		}
	}
	return n
}

func (g *rig) lastEntry() refserver.Entry {
	g.t.Helper()
	journal := g.Journal()
	if len(journal) == 0 {
		g.t.Fatal("the journal is empty")
	}
	return journal[len(journal)-1]
}

// Each action is applied to a put. The table shows what the client gets, and whether
// the put was carried out.
func TestWhatEachActionDoes(t *testing.T) {
	const put = "{\"path\":\"/app/db\",\"version\":2}\n"
	for _, tc := range []struct {
		name   string
		fault  refserver.Fault
		err    error // that the client sees, after what it could read
		status int
		body   string
		header [2]string
		done   bool
	}{
		{
			"status",
			refserver.Fault{Action: refserver.ActionStatus, Status: 503},
			nil, 503, `{"message":"disturbed on purpose: 503 Service Unavailable"}` + "\n",
			[2]string{"Content-Type", "application/json"},
			false,
		},
		{
			"rate limit in seconds",
			refserver.Fault{Action: refserver.ActionStatus, Status: 429, Body: "empty", RetryAfter: "3"},
			nil, 429, "",
			[2]string{"Retry-After", "3"},
			false,
		},
		{
			"rate limit as a date",
			refserver.Fault{Action: refserver.ActionStatus, Status: 429, RetryAfter: "date:3"},
			nil, 429, `{"message":"disturbed on purpose: 429 Too Many Requests"}` + "\n",
			[2]string{"Retry-After", "Mon, 02 Mar 2026 10:00:03 GMT"},
			false,
		},
		{
			"status after the work",
			refserver.Fault{Action: refserver.ActionStatusAfterCommit, Status: 502, Body: "html"},
			nil, 502, "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n",
			[2]string{"Content-Type", "text/html; charset=utf-8"},
			true,
		},
		{"delay", refserver.Fault{Action: refserver.ActionDelay, Delay: "2ms"}, nil, 200, put, [2]string{}, true},
		{"late commit", refserver.Fault{Action: refserver.ActionDelayCommit, Delay: "2ms"}, nil, 200, put, [2]string{}, true},
		{"stall", refserver.Fault{Action: refserver.ActionStall, Delay: "2ms"}, io.EOF, 0, "", [2]string{}, false},
		{"stall after the work", refserver.Fault{Action: refserver.ActionStallAfterCommit, Delay: "2ms"}, io.EOF, 0, "", [2]string{}, true},
		{"reset", refserver.Fault{Action: refserver.ActionResetBeforeCommit}, syscall.ECONNRESET, 0, "", [2]string{}, false},
		{"reset after the work", refserver.Fault{Action: refserver.ActionResetAfterCommit}, syscall.ECONNRESET, 0, "", [2]string{}, true},
		{
			"truncate",
			refserver.Fault{Action: refserver.ActionTruncate},
			io.ErrUnexpectedEOF, 200, put[:len(put)/2],
			[2]string{"Content-Length", "31"},
			true,
		},
		{
			"wrong content type",
			refserver.Fault{Action: refserver.ActionWrongContentType},
			nil, 200, put,
			[2]string{"Content-Type", "text/html; charset=utf-8"},
			true,
		},
		{
			"garbage",
			refserver.Fault{Action: refserver.ActionGarbage},
			nil, 200, "\x00\xff this is not JSON \xfe",
			[2]string{"Content-Type", "application/json"},
			true,
		},
		{"empty body", refserver.Fault{Action: refserver.ActionEmptyBody}, nil, 200, "", [2]string{"Content-Length", "0"}, true},
		{
			"redirect",
			refserver.Fault{Action: refserver.ActionRedirect, Location: "https://example.org/elsewhere"},
			nil, 307, "",
			[2]string{"Location", "https://example.org/elsewhere"},
			false,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := newRig(t, refserver.Config{})
			g.create("/app/db")
			g.setFaults(tc.fault)
			r, err := g.try(t.Context(), "POST", putURL, putBody)
			if !errors.Is(err, tc.err) {
				t.Errorf("the client sees the error %v, want %v", err, tc.err)
			}
			if r.status != tc.status || r.body != tc.body {
				t.Errorf("the client sees %d %q, want %d %q", r.status, r.body, tc.status, tc.body)
			}
			if name := tc.header[0]; name != "" && r.header.Get(name) != tc.header[1] {
				t.Errorf("%s: %s, want %s", name, r.header.Get(name), tc.header[1])
			}
			if done := g.events("secrets.put_value") == 1; done != tc.done {
				t.Errorf("done: %t, want %t", done, tc.done)
			}
			want := refserver.Entry{
				Time: start, Operation: "putSecretValue", Method: "POST", Path: putURL,
				Status: tc.status, Principal: "root", Fault: string(tc.fault.Action),
			}
			if got := g.lastEntry(); got != want {
				t.Errorf("journal %+v, want %+v", got, want)
			}
			g.ClearFaults()
			g.do("POST", putURL, putBody, 200)
			if got := g.lastEntry(); got.Fault != "" {
				t.Errorf("after the rules are gone the journal has %+v", got)
			}
		})
	}
}

func TestAnOversizeBodyEndsWithItsReader(t *testing.T) {
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	g.setFaults(refserver.Fault{Action: refserver.ActionOversize})
	response := g.open("GET", appDB)
	b, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil || len(b) != 1<<20 || !strings.HasPrefix(string(b), `{"path":"aaa`) || response.ContentLength >= 0 {
		t.Errorf("read %d bytes of %d, %v", len(b), response.ContentLength, err)
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	g.close()
	if got := g.lastEntry(); got.Status != 200 || got.Fault != "oversize" {
		t.Errorf("journal %+v", got)
	}
}

func TestAnOversizeBodyHasABound(t *testing.T) {
	g := newRig(t, refserver.Config{Faults: []refserver.Fault{{Action: refserver.ActionOversize}}})
	response := g.open("GET", appDB)
	defer func() { _ = response.Body.Close() }()
	if n, err := io.Copy(io.Discard, response.Body); err != nil || n < 64<<20 || n > 65<<20 {
		t.Errorf("read %d bytes, %v", n, err)
	}
}

// A client that gives up finds its call in the journal, and a stall ends with
// it: otherwise closing the server would take five minutes here.
func TestAStallEndsWhenTheClientGoesAway(t *testing.T) {
	for _, tc := range []struct {
		fault refserver.Fault
		done  int
	}{
		{refserver.Fault{Action: refserver.ActionStall}, 0},
		{refserver.Fault{Action: refserver.ActionStallAfterCommit}, 1},
		{refserver.Fault{Action: refserver.ActionDelay, Delay: "1h"}, 0},
	} {
		g := newRig(t, refserver.Config{})
		g.create("/app/db")
		g.setFaults(tc.fault)
		if err := g.giveUp("POST", putURL, putBody); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: the client sees %v", tc.fault.Action, err)
		}
		g.close()
		if got := g.events("secrets.put_value"); got != tc.done {
			t.Errorf("%s: done %d times, want %d", tc.fault.Action, got, tc.done)
		}
		if got := g.lastEntry(); got.Status != 0 || got.Fault != string(tc.fault.Action) || got.Principal != "root" || len(g.Journal()) != 2 {
			t.Errorf("%s: journal %+v", tc.fault.Action, g.Journal())
		}
	}
}

// The entry is there from the start and the work comes later, so a client that
// asks in between finds the one without the other.
func TestALateCommitHappensWithoutItsClient(t *testing.T) {
	g := newRig(t, refserver.Config{Clock: refserver.RealClock()})
	g.create("/app/db")
	g.setFaults(refserver.Fault{Action: refserver.ActionDelayCommit, Delay: "20ms"})
	_ = g.giveUp("POST", putURL, putBody)
	g.close()
	audit := g.Audit()
	last := audit[len(audit)-1]
	if late := last.Time.Sub(g.lastEntry().Time); last.Event != "secrets.put_value" || late < 10*time.Millisecond {
		t.Errorf("%s came %s after its request", last.Event, late)
	}
}

// A request that is under way during a Reset works on the store from before it.
func TestALateCommitDoesNotOutliveAReset(t *testing.T) {
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	g.setFaults(refserver.Fault{Action: refserver.ActionDelayCommit, Delay: "20ms", Operation: "createSecret"})
	_ = g.giveUp("POST", secrets, `{"path":"/app/late","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`)
	g.Reset()
	g.close()
	if len(g.Audit()) != 0 || len(g.Journal()) != 0 || len(g.Faults()) != 0 {
		t.Errorf("after the reset: %v %v %v", g.Audit(), g.Journal(), g.Faults())
	}
}

// A 204 has no body to spoil, so another success takes its place.
func TestSpoiledAnswersToADelete(t *testing.T) {
	for action, want := range map[refserver.FaultAction]reply{
		refserver.ActionTruncate:         {status: 200, body: "{"},
		refserver.ActionWrongContentType: {status: 200, body: "{}\n"},
		refserver.ActionGarbage:          {status: 200, body: "\x00\xff this is not JSON \xfe"},
		refserver.ActionEmptyBody:        {status: 204},
	} {
		g := newRig(t, refserver.Config{})
		g.create("/app/db")
		g.setFaults(refserver.Fault{Action: action})
		r, err := g.try(t.Context(), "DELETE", appDB, "")
		if r.status != want.status || r.body != want.body || (err != nil) != (action == refserver.ActionTruncate) {
			t.Errorf("%s: %d %q, %v", action, r.status, r.body, err)
		}
		if g.events("secrets.delete") != 1 || g.lastEntry().Status != want.status {
			t.Errorf("%s: journal %+v", action, g.lastEntry())
		}
	}
}

// Refusals of the API are answers like any other: a fault after the work keeps
// their status where it keeps one.
func TestSpoiledRefusals(t *testing.T) {
	g := newRig(t, refserver.Config{Faults: []refserver.Fault{{Action: refserver.ActionGarbage}}})
	if r, err := g.try(t.Context(), "GET", appDB, ""); err != nil || r.status != 404 || strings.Contains(r.body, "message") {
		t.Errorf("%d %q, %v", r.status, r.body, err)
	}
}

func TestEveryAnswerIsDatedByTheServersClock(t *testing.T) {
	g := newRig(t, refserver.Config{Faults: []refserver.Fault{{Operation: "getKMSSummary", Action: refserver.ActionStatus, Status: 500}}})
	g.Clock().Advance(25*time.Hour + 300*time.Millisecond)
	for url, status := range map[string]int{secrets: 200, appDB: 404, "/nowhere": 404, "/v1/kms/summary": 500} {
		if r := g.do("GET", url, "", status); r.header.Get("Date") != "Tue, 03 Mar 2026 11:00:00 GMT" {
			t.Errorf("%s is dated %s", url, r.header.Get("Date"))
		}
	}
}

// A moment that no HTTP date can tell is refused.
func TestRetryAfterFarAway(t *testing.T) {
	t.Parallel()
	if _, err := refserver.ParseFaults([]byte(`[{"action":"status","status":429,"retryAfter":"date:10000000000"}]`)); err == nil {
		t.Error("it is taken")
	}
}
