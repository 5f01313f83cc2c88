package refserver_test

import (
	"errors"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// The answer comes first, and the put after a number of further requests.
func TestACommitAfterSoManyRequests(t *testing.T) {
	t.Parallel()
	for _, after := range []int{1, 2, 3} {
		g := newRig(t, refserver.Config{})
		g.create("/app/db")
		g.setFaults(refserver.Fault{
			Operation: "putSecretValue", Nth: 1, Action: refserver.ActionCommitAfterAnswer, Status: 504, Body: "html", AfterRequests: after,
		})
		if r := g.do("POST", putURL, putBody, 504); r.header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("answered with %v", r.header)
		}
		for i := 1; i <= after; i++ {
			if got := g.events("secrets.put_value"); got != 0 {
				t.Errorf("done after %d requests, not %d", i-1, after)
			}
			g.do("GET", appDB, "", 200)
		}
		if got := g.events("secrets.put_value"); got != 1 {
			t.Errorf("after %d requests it is done %d times", after, got)
		}
		audit := g.Audit()
		if last := audit[len(audit)-1]; last.Principal != "root" || last.Version != 2 {
			t.Errorf("audit %+v", last)
		}
		g.do("GET", appDB, "", 200)
		if got := g.events("secrets.put_value"); got != 1 {
			t.Errorf("it is done %d times", got)
		}
		entry := g.Journal()[1]
		if entry.Status != 504 || entry.Fault != "commit_after_answer" || entry.Principal != "root" {
			t.Errorf("journal %+v", entry)
		}
	}
}

// The put before, which is late, gets the number after the put in between.
func TestACommitAfterThePutThatReplacedIt(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	g.setFaults(refserver.Fault{Operation: "putSecretValue", Nth: 1, Action: refserver.ActionCommitAfterAnswer, AfterRequests: 1})
	if _, err := g.try(t.Context(), "POST", putURL, putBody); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client sees %v", err)
	}
	sameJSON(t, g.do("POST", putURL, putBody, 200).body, `{"path":"/app/db","version":2}`)
	var versions []int64
	for _, e := range g.Audit() {
		if e.Event == "secrets.put_value" {
			versions = append(versions, e.Version)
		}
	}
	if len(versions) != 2 || versions[0] != 2 || versions[1] != 3 {
		t.Errorf("put %v", versions)
	}
}

// By the server's clock the commit has the time at which it was due, whenever the
// next request comes.
func TestACommitByTheServersClock(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	g.setFaults(refserver.Fault{Operation: "putSecretValue", Nth: 1, Action: refserver.ActionCommitAfterAnswer, Status: 504, ServerClockDelay: "90s"})
	g.do("POST", putURL, putBody, 504)
	g.Clock().Advance(89 * time.Second)
	g.do("GET", appDB, "", 200)
	if got := g.events("secrets.put_value"); got != 0 {
		t.Errorf("done %d times too early", got)
	}
	g.Clock().Advance(time.Minute)
	audit := g.Audit()
	if last := audit[len(audit)-1]; last.Event != "secrets.put_value" || !last.Time.Equal(start.Add(90*time.Second)) {
		t.Errorf("the last event is %+v", last)
	}
	// A put that follows is the next version.
	sameJSON(t, g.do("POST", putURL, putBody, 200).body, `{"path":"/app/db","version":3}`)
}

func TestACommitAfterRealTime(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	g.setFaults(refserver.Fault{Operation: "putSecretValue", Nth: 1, Action: refserver.ActionCommitAfterAnswer, Status: 504, Delay: "5ms"})
	g.do("POST", putURL, putBody, 504)
	for g.events("secrets.put_value") == 0 && t.Context().Err() == nil {
		runtime.Gosched()
	}
	if got := g.events("secrets.put_value"); got != 1 {
		t.Errorf("done %d times", got)
	}
}

// Late commits keep the order of their times, and a Reset forgets them.
func TestLateCommitsInOrder(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{})
	g.setFaults(
		refserver.Fault{Operation: "createSecret", Nth: 1, Action: refserver.ActionCommitAfterAnswer, Status: 504, ServerClockDelay: "3m"},
		refserver.Fault{Operation: "createSecret", Nth: 2, Action: refserver.ActionCommitAfterAnswer, Status: 504, ServerClockDelay: "2m"},
		refserver.Fault{Operation: "createSecret", Nth: 3, Action: refserver.ActionCommitAfterAnswer, Status: 504, ServerClockDelay: "1h"},
	)
	for _, path := range []string{"/app/a", "/app/b", "/app/c"} {
		g.do("POST", secrets, `{"path":"`+path+`","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`, 504)
	}
	g.Clock().Advance(10 * time.Minute)
	var created []string
	for _, e := range g.Audit() {
		if e.Event == "secrets.create" {
			created = append(created, e.Path+e.Time.Format(" 15:04"))
		}
	}
	if len(created) != 2 || created[0] != "/app/b 10:02" || created[1] != "/app/a 10:03" {
		t.Errorf("created %v", created)
	}
	g.Reset()
	g.Clock().Advance(2 * time.Hour)
	if got := g.Audit(); len(got) != 0 {
		t.Errorf("after the reset: %+v", got)
	}
}

// What would have been refused is refused later, without a trace but the answer.
func TestALateCommitCanBeRefused(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{Faults: []refserver.Fault{
		{Operation: "putSecretValue", Action: refserver.ActionCommitAfterAnswer, Status: 202, AfterRequests: 1},
	}})
	g.do("POST", putURL, putBody, 202)
	g.create("/app/other")
	if got := g.events("secrets.put_value"); got != 0 {
		t.Errorf("done %d times", got)
	}
	if r := g.send(as("Token stranger", "acme", ""), "POST", "/v1/secrets/nl-01/secret/app/other/versions", putBody); r.status != 202 {
		t.Errorf("%d %s", r.status, r.body)
	}
	g.do("GET", secrets, "", 200)
	if got := g.events("secrets.put_value"); got != 0 {
		t.Errorf("a stranger's put is done %d times", got)
	}
}
