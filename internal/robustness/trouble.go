package robustness

import (
	"slices"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// Trouble is what strikes one apply.
type Trouble struct {
	Name string
	// Rules disturb the request that Wish is about; its operation is filled in.
	Rules []refserver.Fault
	// Commits says that the disturbed request is carried out all the same, and before
	// the client can think otherwise.
	Commits bool
	// Interrupt stops Terraform while the request is under way; Kill ends the provider
	// before Terraform has heard of the result.
	Interrupt, Kill bool
	// Only are the wishes whose request it can strike, nil for all.
	Only []Wish
	// InForm are the wishes about which it lies in the API's own form, which no client can
	// tell from the truth without another read. What comes of it is counted.
	InForm []Wish
	// Late says that the disturbed request may be carried out after its answer, or after
	// the client has stopped waiting for one.
	Late bool
}

// strikes reports that the trouble can strike a wish.
func (t Trouble) strikes(wish Wish) bool { return t.Only == nil || slices.Contains(t.Only, wish) }

// slow is longer than the attempts of a run may take, quick is shorter.
const (
	slow  = "900ms"
	quick = "5ms"
)

// once is a rule that strikes the first request only.
func once(f refserver.Fault) []refserver.Fault {
	f.Times = 1
	return []refserver.Fault{f}
}

// status is an answer of a gateway or a limiter.
func status(action refserver.FaultAction, code int, body, retryAfter string) refserver.Fault {
	return refserver.Fault{Action: action, Status: code, Body: body, RetryAfter: retryAfter}
}

// Troubles are all that a write can run into. The order is that of the table.
func Troubles() []Trouble {
	always := func(f refserver.Fault) []refserver.Fault { return []refserver.Fault{f} }
	return append([]Trouble{
		{Name: "429, seconds", Rules: once(status(refserver.ActionStatus, 429, "json", "0"))},
		{Name: "429, date", Rules: once(status(refserver.ActionStatus, 429, "json", "date:0"))},
		{Name: "429, for good", Rules: always(status(refserver.ActionStatus, 429, "json", "0"))},
		{Name: "500", Rules: once(status(refserver.ActionStatus, 500, "json", ""))},
		{Name: "502 in HTML", Rules: once(status(refserver.ActionStatus, 502, "html", ""))},
		{Name: "502, done", Rules: once(status(refserver.ActionStatusAfterCommit, 502, "html", "")), Commits: true},
		{Name: "503, empty", Rules: once(status(refserver.ActionStatus, 503, "empty", "0"))},
		{Name: "503, for good", Rules: always(status(refserver.ActionStatus, 503, "empty", "0"))},
		{Name: "504", Rules: once(status(refserver.ActionStatus, 504, "html", ""))},
		{Name: "504, done", Rules: once(status(refserver.ActionStatusAfterCommit, 504, "html", "")), Commits: true},
		{Name: "reset", Rules: once(refserver.Fault{Action: refserver.ActionResetBeforeCommit})},
		{Name: "reset, for good", Rules: always(refserver.Fault{Action: refserver.ActionResetBeforeCommit})},
		{Name: "reset, done", Rules: once(refserver.Fault{Action: refserver.ActionResetAfterCommit}), Commits: true},
		{Name: "delay", Rules: once(refserver.Fault{Action: refserver.ActionDelay, Delay: quick})},
		{Name: "stall", Rules: once(refserver.Fault{Action: refserver.ActionStall, Delay: slow})},
		{Name: "stall, done", Rules: once(refserver.Fault{Action: refserver.ActionStallAfterCommit, Delay: slow}), Commits: true},
		{Name: "done late", Late: true, Rules: once(refserver.Fault{Action: refserver.ActionDelayCommit, Delay: slow})},
		{Name: "truncated", Rules: once(refserver.Fault{Action: refserver.ActionTruncate}), Commits: true},
		{Name: "wrong content type", Rules: once(refserver.Fault{Action: refserver.ActionWrongContentType}), Commits: true},
		{Name: "oversized", Rules: once(refserver.Fault{Action: refserver.ActionOversize}), Commits: true},
		{Name: "garbage", Rules: once(refserver.Fault{Action: refserver.ActionGarbage}), Commits: true},
		{Name: "empty answer", Rules: once(refserver.Fault{Action: refserver.ActionEmptyBody}), Commits: true},
		{Name: "redirect", Rules: once(refserver.Fault{Action: refserver.ActionRedirect, Location: "http://127.0.0.1:9/elsewhere"})},
		{Name: "interrupt", Rules: once(refserver.Fault{Action: refserver.ActionDelay, Delay: quick}), Interrupt: true},
		{Name: "interrupt, reset", Rules: once(refserver.Fault{Action: refserver.ActionResetAfterCommit}), Commits: true, Interrupt: true},
		{Name: "killed", Rules: once(refserver.Fault{Action: refserver.ActionDelay, Delay: quick}), Kill: true},
	}, falsehoods()...)
}

// Hindrances strike the reading that is to find out what has happened.
func Hindrances() []Trouble {
	of := func(name string, f refserver.Fault) Trouble {
		f.Operation, f.Principal, f.Times = "getSecret", principal, 1
		return Trouble{Name: name, Rules: []refserver.Fault{f}}
	}
	return append([]Trouble{
		{Name: "none"},
		of("stale", refserver.Fault{Action: refserver.ActionStale}),
		of("502", status(refserver.ActionStatus, 502, "html", "")),
		of("429", status(refserver.ActionStatus, 429, "json", "0")),
		of("reset", refserver.Fault{Action: refserver.ActionResetBeforeCommit}),
		of("truncated", refserver.Fault{Action: refserver.ActionTruncate}),
		of("garbage", refserver.Fault{Action: refserver.ActionGarbage}),
		{Name: "denied", Rules: []refserver.Fault{{
			Operation: "getSecret", Principal: principal, Action: refserver.ActionStatus, Status: 403,
		}}},
	}, falseReads()...)
}

// Fogs disturb the reads of a plan, and are gone when they are repeated.
func Fogs() []Trouble {
	var fogs []Trouble
	for _, h := range Hindrances() {
		if h.Name != "none" && h.Name != "denied" && h.Name != "stale" {
			fogs = append(fogs, h)
		}
	}
	return fogs
}

// principal is who Terraform is to the server of a run.
const principal = "terraform"
