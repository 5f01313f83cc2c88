package robustness

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// seenVersion is a row of a recorded history.
type seenVersion struct {
	Version        int64     `json:"version"`
	Status         string    `json:"status"`
	Stage          string    `json:"stage"`
	CreatedAt      time.Time `json:"createdAt"`
	LastAccessedAt time.Time `json:"lastAccessedAt"`
}

// look is the recorded answer of a getSecret.
type look struct {
	Path           string        `json:"path"`
	CreatedAt      time.Time     `json:"createdAt"`
	CurrentVersion int64         `json:"currentVersion"`
	Versions       []seenVersion `json:"versions"`

	asOf time.Time // the Date of the answer
}

// current is the version that the rows call current.
func (l look) current() int64 {
	for _, v := range l.Versions {
		if v.Stage == "current" {
			return v.Version
		}
	}
	return 0
}

// active are the rows that can be read, newest first.
func (l look) active() (rows []seenVersion) {
	for _, v := range l.Versions {
		if v.Status == "active" {
			rows = append(rows, v)
		}
	}
	slices.SortFunc(rows, func(a, b seenVersion) int { return int(b.Version - a.Version) })
	return rows
}

func (l look) newest() (number int64) {
	for _, v := range l.Versions {
		number = max(number, v.Version)
	}
	return max(number, l.CurrentVersion)
}

// exchange is a request of Terraform about the secret, and what came of it.
type exchange struct {
	operation string
	at        time.Time // by the server's clock
	look      *look     // what a read was answered in form; nil for anything else
	did       []refserver.Event
}

// recorder stands between the provider and the API, one request at a time, and lets
// another client act before chosen reads.
type recorder struct {
	w         *world
	mu        sync.Mutex
	reads     int
	deeds     map[int]string // before which read
	exchanges []exchange
	phase     int // the index at which the apply began
}

// record begins to stand in between.
func (r *recorder) record() {
	r.w.server.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		if !isTerraform(req) {
			return false
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		body, _ := io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
		operation := apiOperation(req)
		if operation == "getSecret" {
			if r.reads++; r.deeds[r.reads] != "" {
				deed := r.deeds[r.reads]
				if deed == "puts" {
					deed = ""
				}
				r.w.rival(context.WithoutCancel(req.Context()), deed)
			}
		}
		before := len(r.w.server.Audit())
		answer := httptest.NewRecorder()
		r.w.server.ServeHTTP(answer, req)
		r.note(operation, answer, r.w.server.Audit()[before:])
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
		return true
	})
}

// note keeps an exchange about the secret. Keys and lists say nothing about it.
func (r *recorder) note(operation string, answer *httptest.ResponseRecorder, did []refserver.Event) {
	switch operation {
	case "getKMSSummary", "getKMSKey", "listSecrets", "browseSecrets", "issueToken":
		return
	}
	made := exchange{operation: operation, at: r.w.server.Clock().Now(), did: did}
	var shown look
	if operation == "getSecret" && answer.Code == http.StatusOK && json.Unmarshal(answer.Body.Bytes(), &shown) == nil && shown.Path != "" {
		shown.asOf, _ = http.ParseTime(answer.Header().Get("Date"))
		made.look = &shown
	}
	r.exchanges = append(r.exchanges, made)
}

// done waits for requests whose caller has gone, so that all of them are recorded.
func (r *recorder) done() {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !r.w.server.Idle() {
		<-tick.C
	}
	r.mu.Lock() // What was recorded is seen by whoever has waited.
	defer r.mu.Unlock()
}

// applying notes what the plan has seen last, and that the apply begins.
func (r *recorder) applying() (planned *look) {
	for _, e := range r.exchanges[r.phase:] {
		if e.look != nil {
			planned = e.look
		}
	}
	r.phase = len(r.exchanges)
	return planned
}

// premise is what a change was decided for.
type premise struct {
	life    time.Time // of the secret in the plan, zero where it knew none
	newest  int64     // version that the plan knew
	keep    int64     // of the retention
	minIdle time.Duration
}

// violations lists the writes of an apply that no look right before them allows.
func (r *recorder) violations(p premise) (found []string) {
	exchanges := r.exchanges[r.phase:]
	for i, e := range exchanges {
		for _, event := range e.did {
			if event.Principal != principal || !isChange(event) {
				continue
			}
			if i == 0 || exchanges[i-1].look == nil {
				found = append(found, fmt.Sprintf("%s of version %d was not preceded by a look", event.Event, event.Version))
				continue
			}
			before := exchanges[i-1]
			if wait := e.at.Sub(before.at); wait > time.Second {
				found = append(found, fmt.Sprintf("%s came %s after the look", event.Event, wait))
			}
			if p.life.IsZero() { // The first look is the baseline.
				p.life, p.newest = exchanges[0].look.CreatedAt, exchanges[0].look.newest()
			}
			if why := p.refuses(event, *before.look); why != "" {
				found = append(found, fmt.Sprintf("%s of version %d although %s: %+v", event.Event, event.Version, why, *before.look))
			}
		}
	}
	return found
}

// refuses says why a look does not allow an event, empty where it does.
func (p premise) refuses(event refserver.Event, shown look) string {
	if d := shown.CreatedAt.Sub(p.life).Abs(); d >= time.Second {
		return "the secret is another one"
	}
	switch event.Event {
	case eventPut:
		if rows := shown.active(); len(rows) > 0 && rows[0].Version > p.newest {
			return fmt.Sprintf("version %d is newer than %d", rows[0].Version, p.newest)
		}
	case eventDestroy:
		return p.refusesDestroy(event.Version, shown)
	}
	return ""
}

// refusesDestroy is the rule of retention, written down once more. The placeholder
// goes whatever the retention keeps.
func (p premise) refusesDestroy(number int64, shown look) string {
	rows := shown.active()
	i := slices.IndexFunc(rows, func(v seenVersion) bool { return v.Version == number })
	switch {
	case i < 0:
		return "it is not active"
	case shown.current() == number:
		return "it is current"
	case shown.CurrentVersion != shown.current():
		return "the answer contradicts itself"
	case number == 1 && rows[i].LastAccessedAt.IsZero():
		return ""
	case int64(i-1) < p.keep:
		return "it is kept"
	}
	idle := rows[i].LastAccessedAt
	if superseded := shown.supersededAt(number); superseded.After(idle) {
		idle = superseded
	}
	if p.minIdle > 0 && shown.asOf.Sub(idle) < p.minIdle {
		return "it is in use"
	}
	return ""
}

// supersededAt is when the next version was put, destroyed or not.
func (l look) supersededAt(number int64) (at time.Time) {
	next := int64(0)
	for _, v := range l.Versions {
		if v.Version > number && (next == 0 || v.Version < next) {
			next, at = v.Version, v.CreatedAt
		}
	}
	return at
}

// premiseOf is what a step of the world was decided for.
func (w *world) premiseOf(planned *look) premise {
	p := premise{}
	if planned != nil {
		p.life, p.newest = planned.CreatedAt, planned.newest()
	}
	if retention, ok := w.value["retention"].(map[string]any); ok {
		p.keep, _ = retention["keep"].(int64)
		p.minIdle = 24 * time.Hour
	}
	return p
}

// lifeInState is when the state says that the secret was created.
func lifeInState(core *acctest.Core) (at time.Time) {
	var text string
	if core.State == nil || acctest.Attribute(core.State.Value, "created_at").As(&text) != nil {
		return time.Time{}
	}
	at, _ = time.Parse(time.RFC3339Nano, text)
	return at
}
