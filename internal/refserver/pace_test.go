package refserver_test

import (
	"net/http"
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
	g.close() // Whatever is under way has ended.
	if g.happened("secrets.delete") > 0 {
		t.Error("the secret was deleted by a caller that had gone")
	}
}

func TestPaceIsChecked(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{})
	for _, wrong := range []refserver.Pace{{Latency: -1}, {RequestsPerSecond: -1}} {
		if err := g.SetPace(wrong); err == nil {
			t.Errorf("%+v is accepted", wrong)
		}
	}
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
