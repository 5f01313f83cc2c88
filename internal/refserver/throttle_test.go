package refserver_test

import (
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// A second's worth of requests may come at once, and one more is turned away before
// anything is done.
func TestRequestsPerSecond(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	if err := g.SetPace(refserver.Pace{RequestsPerSecond: 0.001}); err != nil { // One, and the next in 17 minutes.
		t.Fatal(err)
	}
	g.do(http.MethodPost, putURL, putBody, http.StatusOK)
	refused := g.do(http.MethodPost, putURL, putBody, http.StatusTooManyRequests)
	if after := refused.header.Get("Retry-After"); after != "1" {
		t.Errorf("Retry-After is %q", after)
	}
	if err := g.SetPace(refserver.Pace{}); err != nil {
		t.Fatal(err)
	}
	g.do(http.MethodPost, putURL, putBody, http.StatusOK)
	if puts := g.happened("secrets.put_value"); puts != 2 {
		t.Errorf("%d puts happened, not 2", puts)
	}
}

// A caller that hangs up while the server takes its time has asked for nothing.
func TestLatency(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	if err := g.SetPace(refserver.Pace{Latency: time.Nanosecond}); err != nil {
		t.Fatal(err)
	}
	g.do(http.MethodPost, putURL, putBody, http.StatusOK)
	if err := g.SetPace(refserver.Pace{Latency: time.Hour}); err != nil {
		t.Fatal(err)
	}
	client := *plain
	client.Timeout = 20 * time.Millisecond
	request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, g.url+appDB, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = root.Clone()
	if response, err := client.Do(request); err == nil {
		_ = response.Body.Close()
		t.Fatalf("it was answered with %s", response.Status)
	}
	g.close() // Requests under way have ended.
	if g.happened("secrets.delete") > 0 {
		t.Error("the secret was deleted by a caller that had gone")
	}
}

func TestPaceIsChecked(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{})
	for _, wrong := range []refserver.Pace{{Latency: -1}, {RequestsPerSecond: -1}, {RequestsPerSecond: math.NaN()}, {RequestsPerSecond: math.Inf(1)}} {
		if err := g.SetPace(wrong); err == nil {
			t.Errorf("%+v is accepted", wrong)
		}
	}
}

func TestPaceOnTheAdminAPI(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{Pace: refserver.Pace{RequestsPerSecond: 1000}})
	admin := httptest.NewServer(g.Admin())
	t.Cleanup(admin.Close)
	call := func(method, body string, want int) reply {
		t.Helper()
		return g.adminCall(admin.URL, method, "/pace", body, want)
	}
	sameJSON(t, call("GET", "", 200).body, `{"requestsPerSecond":1000}`)
	sameJSON(t, call("PUT", `{"latency":"2ms","requestsPerSecond":0.001}`, 200).body, `{"latency":"2ms","requestsPerSecond":0.001}`)
	g.do("GET", secrets, "", 200)
	g.do("GET", secrets, "", 429)
	for body, message := range map[string]string{
		`{"latency":"soon"}`:         `invalid duration "soon"`,
		`{"latency":"-1s"}`:          "must not be negative",
		`{"requestsPerSecond":-1}`:   "must not be negative",
		`{"requestsPerMinute":1}`:    `unknown field "requestsPerMinute"`,
		`{"requestsPerSecond":"50"}`: "cannot unmarshal string",
		``:                           "the body is not as expected",
	} {
		if r := call("PUT", body, 400); !strings.Contains(r.message(), message) {
			t.Errorf("%s: %s, want %s", body, r.body, message)
		}
	}
	sameJSON(t, call("GET", "", 200).body, `{"latency":"2ms","requestsPerSecond":0.001}`)
	sameJSON(t, call("PUT", `{}`, 200).body, `{}`)
	g.do("GET", secrets, "", 200)
}

// happened counts the events of a kind in the audit log.
func (g *rig) happened(event string) int {
	n := 0
	for _, e := range g.Audit() {
		if e.Event == event {
			n++
		}
	}
	return n
}
