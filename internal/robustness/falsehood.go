package robustness

import (
	"fmt"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// falsehoods are the answers that do not tell what happened: of gateways, portals and
// broken replicas.
func falsehoods() []Trouble {
	puts, removals, adds := []Wish{PutValue, PutGenerated}, []Wish{DestroyOld, DeleteSecret}, []Wish{CreateSecret, PutValue, PutGenerated}
	late := func(code int, requests int) []refserver.Fault {
		return once(refserver.Fault{Action: refserver.ActionCommitAfterAnswer, Status: code, Body: "html", AfterRequests: requests})
	}
	troubles := []Trouble{
		{Name: "old number", Only: puts, Rules: once(refserver.Fault{Action: refserver.ActionWrongVersion, Version: "current"})},
		{Name: "old number, done", Only: puts, Commits: true, Rules: once(refserver.Fault{Action: refserver.ActionWrongVersionAfterCommit, Version: "current"})},
		{Name: "next number", Only: puts, InForm: puts, Rules: once(refserver.Fault{Action: refserver.ActionWrongVersion, Version: "current+1"})},
		{Name: "200 in HTML", Rules: once(status(refserver.ActionStatus, 200, "html", ""))},
		{Name: "200, not done", Only: removals, InForm: removals, Rules: once(status(refserver.ActionStatus, 200, "json", ""))},
		{Name: "204, not done", Only: removals, InForm: removals, Rules: once(status(refserver.ActionStatus, 204, "empty", ""))},
		{Name: "404 in HTML", Rules: once(status(refserver.ActionStatus, 404, "html", ""))},
		{Name: "429, done", InForm: adds, Commits: true, Rules: once(status(refserver.ActionStatusAfterCommit, 429, "json", "0"))},
		{Name: "half JSON", Commits: true, Rules: once(refserver.Fault{Action: refserver.ActionTruncateJSON})},
		{Name: "502, done after it", Late: true, Rules: late(502, 1)},
		{Name: "504, done after it", Late: true, Rules: late(504, 2)},
		{Name: "504, done long after it", Late: true, Rules: late(504, 8)},
	}
	for _, code := range []int{302, 404, 408, 409, 425, 499, 502, 504} {
		for _, form := range []struct{ name, body string }{
			{"in form", "json"}, {"empty", "empty"}, {"HTML", "html"}, {"other JSON", "other_json"},
		} {
			var lies []Wish
			switch {
			case form.body == "json" && code == 404:
				lies = adds // That there is no such secret or key is the API's own word.
			case form.body == "json" && code == 409:
				lies = []Wish{CreateSecret} // That the path is taken is, too; it is no answer of a put.
			}
			troubles = append(troubles, Trouble{
				Name: fmt.Sprintf("%d %s, done", code, form.name), Commits: true,
				InForm: lies,
				Rules:  once(status(refserver.ActionStatusAfterCommit, code, form.body, "")),
			})
		}
	}
	return troubles
}

// falseReads strike a read that finds out what has happened.
func falseReads() []Trouble {
	of := func(name string, f refserver.Fault) Trouble {
		f.Operation, f.Principal, f.Times = "getSecret", principal, 1
		return Trouble{Name: name, Rules: []refserver.Fault{f}}
	}
	return []Trouble{
		of("200 in HTML", status(refserver.ActionStatus, 200, "html", "")),
		of("404 in HTML", status(refserver.ActionStatus, 404, "html", "")),
		of("404 in form", status(refserver.ActionStatus, 404, "json", "")),
		of("302", status(refserver.ActionStatus, 302, "empty", "")),
		of("half JSON", refserver.Fault{Action: refserver.ActionTruncateJSON}),
		of("other current", refserver.Fault{Action: refserver.ActionWrongCurrentVersion, Version: "current-1"}),
		of("row missing", refserver.Fault{Action: refserver.ActionDropVersionRow}),
	}
}
