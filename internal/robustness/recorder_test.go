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

// versionRow is a row of a recorded history.
type versionRow struct {
	Version        int64     `json:"version"`
	Status         string    `json:"status"`
	Stage          string    `json:"stage"`
	CreatedAt      time.Time `json:"createdAt"`
	LastAccessedAt time.Time `json:"lastAccessedAt"`
}

// readResponse is the recorded response to a getSecret.
type readResponse struct {
	Path           string       `json:"path"`
	CreatedAt      time.Time    `json:"createdAt"`
	CurrentVersion int64        `json:"currentVersion"`
	Versions       []versionRow `json:"versions"`

	asOf time.Time // the Date of the answer
}

// current is the version that the rows call current.
func (r readResponse) current() int64 {
	for _, v := range r.Versions {
		if v.Stage == "current" {
			return v.Version
		}
	}
	return 0
}

// active are the rows that can be read, newest first.
func (r readResponse) active() (rows []versionRow) {
	for _, v := range r.Versions {
		if v.Status == "active" {
			rows = append(rows, v)
		}
	}
	slices.SortFunc(rows, func(a, b versionRow) int { return int(b.Version - a.Version) })
	return rows
}

func (r readResponse) newest() (number int64) {
	for _, v := range r.Versions {
		number = max(number, v.Version)
	}
	return max(number, r.CurrentVersion)
}

// exchange is a request of Terraform about the secret, with its response and its
// events.
type exchange struct {
	request string
	at      time.Time     // by the server's clock
	read    *readResponse // the response to a read in the API's form; nil for anything else
	events  []refserver.Event
}

// recorder intercepts the requests between the provider and the API, one at a time, and
// lets another client act before selected reads.
type recorder struct {
	env        *environment
	mu         sync.Mutex
	reads      int
	actions    map[int]string // before which read
	exchanges  []exchange
	applyStart int // the index at which the apply began
}

// record starts the recording.
func (r *recorder) record() {
	r.env.server.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		if !isTerraform(req) {
			return false
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		body, _ := io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
		operation := apiRequestName(req)
		if operation == "getSecret" {
			if r.reads++; r.actions[r.reads] != "" {
				action := r.actions[r.reads]
				if action == "puts" {
					action = ""
				}
				r.env.writeConcurrently(context.WithoutCancel(req.Context()), action)
			}
		}
		before := len(r.env.server.Audit())
		answer := httptest.NewRecorder()
		r.env.server.ServeHTTP(answer, req)
		r.append(operation, answer, r.env.server.Audit()[before:])
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
		return true
	})
}

// append keeps an exchange about the secret. Requests for keys and lists are not about
// it.
func (r *recorder) append(operation string, answer *httptest.ResponseRecorder, did []refserver.Event) {
	switch operation {
	case "getKMSSummary", "getKMSKey", "listSecrets", "browseSecrets", "issueToken":
		return
	}
	made := exchange{request: operation, at: r.env.server.Clock().Now(), events: did}
	var shown readResponse
	if operation == "getSecret" && answer.Code == http.StatusOK && json.Unmarshal(answer.Body.Bytes(), &shown) == nil && shown.Path != "" {
		shown.asOf, _ = http.ParseTime(answer.Header().Get("Date"))
		made.read = &shown
	}
	r.exchanges = append(r.exchanges, made)
}

// wait waits for requests whose caller has disconnected, so that all of them are
// recorded.
func (r *recorder) wait() {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !r.env.server.Idle() {
		<-tick.C
	}
	r.mu.Lock() // Makes the recorded exchanges visible to this goroutine.
	defer r.mu.Unlock()
}

// startApply marks the begin of the apply, and returns the last read of the plan.
func (r *recorder) startApply() (planned *readResponse) {
	for _, e := range r.exchanges[r.applyStart:] {
		if e.read != nil {
			planned = e.read
		}
	}
	r.applyStart = len(r.exchanges)
	return planned
}

// premise is the state of the secret that a plan was made for.
type premise struct {
	life    time.Time // of the secret in the plan, zero where it knew none
	newest  int64     // version that the plan knew
	keep    int64     // of the retention
	minIdle time.Duration
}

// violations lists the writes of an apply that the read right before them does not
// allow.
func (r *recorder) violations(p premise) (found []string) {
	exchanges := r.exchanges[r.applyStart:]
	for i, e := range exchanges {
		for _, event := range e.events {
			if event.Principal != principal || !isChange(event) {
				continue
			}
			if i == 0 || exchanges[i-1].read == nil {
				found = append(found, fmt.Sprintf("%s of version %d was not preceded by a read", event.Event, event.Version))
				continue
			}
			before := exchanges[i-1]
			if wait := e.at.Sub(before.at); wait > time.Second {
				found = append(found, fmt.Sprintf("%s came %s after the read", event.Event, wait))
			}
			if p.life.IsZero() { // The first read is the baseline.
				p.life, p.newest = exchanges[0].read.CreatedAt, exchanges[0].read.newest()
			}
			if why := p.refuses(event, *before.read); why != "" {
				found = append(found, fmt.Sprintf("%s of version %d although %s: %+v", event.Event, event.Version, why, *before.read))
			}
		}
	}
	return found
}

// refuses is the reason why a read does not allow an event, empty if it does.
func (p premise) refuses(event refserver.Event, shown readResponse) string {
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

// refusesDestroy is a second implementation of the rule of retention. Retention does
// not keep a placeholder.
func (p premise) refusesDestroy(number int64, shown readResponse) string {
	rows := shown.active()
	i := slices.IndexFunc(rows, func(v versionRow) bool { return v.Version == number })
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
func (r readResponse) supersededAt(number int64) (at time.Time) {
	next := int64(0)
	for _, v := range r.Versions {
		if v.Version > number && (next == 0 || v.Version < next) {
			next, at = v.Version, v.CreatedAt
		}
	}
	return at
}

// premiseOf is the premise of a step.
func (env *environment) premiseOf(planned *readResponse) premise {
	p := premise{}
	if planned != nil {
		p.life, p.newest = planned.CreatedAt, planned.newest()
	}
	if retention, ok := env.versionConfig["retention"].(map[string]any); ok {
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
