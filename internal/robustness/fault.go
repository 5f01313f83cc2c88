package robustness

import (
	"slices"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// Fault is injected into one apply.
type Fault struct {
	Name string
	// Rules apply to the request of the operation. The operation is filled in later.
	Rules []refserver.Fault
	// Commits says that the request is carried out in spite of the fault, before its
	// response.
	Commits bool
	// Interrupt stops Terraform while the request is under way. Kill ends the provider
	// before Terraform gets the result.
	Interrupt, Kill bool
	// Only are the operations that the fault applies to, nil for all.
	Only []Operation
	// WellFormed are the operations that get a false response in the API's own form. No
	// client can detect it without another read, so its effects are counted.
	WellFormed []Operation
	// Late says that the request may be carried out after its response, or after the
	// client has stopped waiting for one.
	Late bool
}

// appliesTo reports that the fault applies to an operation.
func (t Fault) appliesTo(operation Operation) bool {
	return t.Only == nil || slices.Contains(t.Only, operation)
}

// slow is longer than the attempts of a run may take, quick is shorter.
const (
	slow  = "900ms"
	quick = "5ms"
)

// once limits a rule to the first request.
func once(f refserver.Fault) []refserver.Fault {
	f.Times = 1
	return []refserver.Fault{f}
}

// status is a response of a gateway or a rate limiter.
func status(action refserver.FaultAction, code int, body, retryAfter string) refserver.Fault {
	return refserver.Fault{Action: action, Status: code, Body: body, RetryAfter: retryAfter}
}

// Faults are all faults of a write, in the order of the table.
func Faults() []Fault {
	always := func(f refserver.Fault) []refserver.Fault { return []refserver.Fault{f} }
	return append([]Fault{
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
	}, falseResponses()...)
}

// ReadFaults affect the read that finds out what happened.
func ReadFaults() []Fault {
	of := func(name string, f refserver.Fault) Fault {
		f.Operation, f.Principal, f.Times = "getSecret", principal, 1
		return Fault{Name: name, Rules: []refserver.Fault{f}}
	}
	return append([]Fault{
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
	}, falseReadResponses()...)
}

// PlanFaults affect the first read of a plan, but not its retry.
func PlanFaults() []Fault {
	var planFaults []Fault
	for _, h := range ReadFaults() {
		if h.Name != "none" && h.Name != "denied" && h.Name != "stale" {
			planFaults = append(planFaults, h)
		}
	}
	return planFaults
}

// principal is Terraform's name on the server of a run.
const principal = "terraform"
