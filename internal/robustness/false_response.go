package robustness

import (
	"fmt"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// falseResponses are responses of gateways, portals and broken replicas that do not say
// what happened.
func falseResponses() []Fault {
	puts, removals, adds := []Operation{PutValue, PutGenerated}, []Operation{DestroyOld, DeleteSecret}, []Operation{CreateSecret, PutValue, PutGenerated}
	late := func(code int, requests int) []refserver.Fault {
		return once(refserver.Fault{Action: refserver.ActionCommitAfterAnswer, Status: code, Body: "html", AfterRequests: requests})
	}
	faults := []Fault{
		{Name: "old number", Only: puts, Rules: once(refserver.Fault{Action: refserver.ActionWrongVersion, Version: "current"})},
		{Name: "old number, done", Only: puts, Commits: true, Rules: once(refserver.Fault{Action: refserver.ActionWrongVersionAfterCommit, Version: "current"})},
		{Name: "next number", Only: puts, WellFormed: puts, Rules: once(refserver.Fault{Action: refserver.ActionWrongVersion, Version: "current+1"})},
		{Name: "200 in HTML", Rules: once(status(refserver.ActionStatus, 200, "html", ""))},
		{Name: "200, not done", Only: removals, WellFormed: removals, Rules: once(status(refserver.ActionStatus, 200, "json", ""))},
		{Name: "204, not done", Only: removals, WellFormed: removals, Rules: once(status(refserver.ActionStatus, 204, "empty", ""))},
		{Name: "404 in HTML", Rules: once(status(refserver.ActionStatus, 404, "html", ""))},
		{Name: "429, done", WellFormed: adds, Commits: true, Rules: once(status(refserver.ActionStatusAfterCommit, 429, "json", "0"))},
		{Name: "half JSON", Commits: true, Rules: once(refserver.Fault{Action: refserver.ActionTruncateJSON})},
		{Name: "502, done after it", Late: true, Rules: late(502, 1)},
		{Name: "504, done after it", Late: true, Rules: late(504, 2)},
		{Name: "504, done long after it", Late: true, Rules: late(504, 8)},
	}
	for _, code := range []int{302, 404, 408, 409, 425, 499, 502, 504} {
		for _, form := range []struct{ name, body string }{
			{"in form", "json"}, {"empty", "empty"}, {"HTML", "html"}, {"other JSON", "other_json"},
		} {
			var forged []Operation
			switch {
			case form.body == "json" && code == 404:
				forged = adds // The API says the same where the secret or key does not exist.
			case form.body == "json" && code == 409:
				forged = []Operation{CreateSecret} // The API says the same where the path is taken; a put has no such answer.
			}
			faults = append(faults, Fault{
				Name: fmt.Sprintf("%d %s, done", code, form.name), Commits: true,
				WellFormed: forged,
				Rules:      once(status(refserver.ActionStatusAfterCommit, code, form.body, "")),
			})
		}
	}
	return faults
}

// falseReadResponses are false responses to the read that finds out what happened.
func falseReadResponses() []Fault {
	of := func(name string, f refserver.Fault) Fault {
		f.Operation, f.Principal, f.Times = "getSecret", principal, 1
		return Fault{Name: name, Rules: []refserver.Fault{f}}
	}
	return []Fault{
		of("200 in HTML", status(refserver.ActionStatus, 200, "html", "")),
		of("404 in HTML", status(refserver.ActionStatus, 404, "html", "")),
		of("404 in form", status(refserver.ActionStatus, 404, "json", "")),
		of("302", status(refserver.ActionStatus, 302, "empty", "")),
		of("half JSON", refserver.Fault{Action: refserver.ActionTruncateJSON}),
		of("other current", refserver.Fault{Action: refserver.ActionWrongCurrentVersion, Version: "current-1"}),
		of("row missing", refserver.Fault{Action: refserver.ActionDropVersionRow}),
	}
}
