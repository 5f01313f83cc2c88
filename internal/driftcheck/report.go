// Package driftcheck separates changes made outside Terraform from work that is due. It
// judges the JSON of plans and the diagnostics of their runs, and writes the result in
// the formats that CI systems read. It runs nothing and reads no file.
package driftcheck

import (
	"slices"
	"strings"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/printable"
)

// Verdict is the result of a check.
type Verdict string

// The verdicts.
const (
	VerdictClean  Verdict = "clean"
	VerdictDue    Verdict = "due work"
	VerdictDrift  Verdict = "drift"
	VerdictFailed Verdict = "failed"
)

// Report is the result of a check. Its texts are safe to print: see printable.
type Report struct {
	Verdict Verdict
	// Complete is false where a plan failed: there may be more drift than Drift lists,
	// and what is due is not known.
	Complete bool
	Drift    []Finding
	Due      []Finding
	Warnings []string
	Errors   []Problem

	root Location // where the configuration is, for what has no place of its own
}

// Finding is one thing that changed outside Terraform, or one that is due.
type Finding struct {
	Rule     Rule
	Secret   string // empty for resources of other providers
	Resource string // its address
	What     string // what happened, or what is due
	Plan     string // what the plan does about drift
	Location Location

	key    objectKey
	module string // address of the module that it is in
	block  string // what its block begins with, such as resource "aws_thing" "a"
}

// Problem is an error of a plan.
type Problem struct {
	Summary  string
	Resource string
}

func (p Problem) String() string {
	if p.Resource == "" {
		return p.Summary
	}
	return p.Summary + " (" + p.Resource + ")"
}

// Rule is the kind of a finding. Its id is stable, for machines.
type Rule struct{ ID, Description string }

// The rules.
var (
	RuleDeleted     = Rule{"deleted", "A resource was deleted outside Terraform."}
	RuleRecreated   = Rule{"recreated", "A secret was deleted and created again outside Terraform."}
	RuleChanged     = Rule{"changed", "Attributes of a resource were changed outside Terraform."}
	RuleVersionPut  = Rule{"version-put", "A version was put outside Terraform."}
	RuleVersionLost = Rule{"version-lost", "The managed version is no longer readable or no longer current."}
	RuleNoValue     = Rule{"no-value", "No version of the secret has a readable value."}
	RuleDue         = Rule{"due-work", "Work is due. It has to be applied."}
	RuleCheckFailed = Rule{"check-failed", "The check failed, so whether there is drift is not known."}

	allRules = []Rule{RuleDeleted, RuleRecreated, RuleChanged, RuleVersionPut, RuleVersionLost, RuleNoValue, RuleDue, RuleCheckFailed}
)

// headline is the result in a sentence or two.
func (r *Report) headline() string {
	switch {
	case r.Verdict == VerdictDrift && !r.Complete:
		return "Something changed outside Terraform. The check did not get through, so there may be more than is listed, and due work is not known."
	case r.Verdict == VerdictDrift:
		return "Something changed outside Terraform. Find out who it was before this is applied."
	case r.Verdict == VerdictDue:
		return "No drift. The work that is due only has to be applied."
	case r.Verdict == VerdictClean:
		return "No drift, and nothing is due."
	}
	return "The check did not get through. Whether anything changed outside Terraform is not known."
}

// Fail turns the report into that of a failed check, with the reason.
func (r *Report) Fail(reason string) {
	r.Complete = false
	r.Errors = append(r.Errors, Problem{Summary: printable.Line(reason)})
	r.decide()
}

// decide sets the verdict. Drift that was found stays found, even if a plan failed.
func (r *Report) decide() {
	switch {
	case len(r.Drift) > 0:
		r.Verdict = VerdictDrift
	case !r.Complete:
		r.Verdict = VerdictFailed
	case len(r.Due) > 0:
		r.Verdict = VerdictDue
	default:
		r.Verdict = VerdictClean
	}
}

// Exit codes. That of due work is up to the user.
const (
	ExitClean  = 0
	ExitFailed = 1
	ExitDrift  = 3
)

// ExitCode is the exit code of the check.
func (r *Report) ExitCode(due int) int {
	switch r.Verdict {
	case VerdictClean:
		return ExitClean
	case VerdictDue:
		return due
	case VerdictDrift:
		return ExitDrift
	case VerdictFailed:
	}
	return ExitFailed
}

// makePrintable escapes characters that a terminal or a CI system would act on. The texts may come
// from a service, or from the author of a resource name.
func (r *Report) makePrintable() {
	for _, findings := range [][]Finding{r.Drift, r.Due} {
		for i := range findings {
			f := &findings[i]
			for _, text := range []*string{&f.Secret, &f.Resource, &f.What, &f.Plan} {
				*text = printable.Line(*text)
			}
		}
	}
	for i := range r.Warnings {
		r.Warnings[i] = printable.Line(r.Warnings[i])
	}
	for i := range r.Errors {
		r.Errors[i] = Problem{printable.Line(r.Errors[i].Summary), printable.Line(r.Errors[i].Resource)}
	}
}

// sortedUnique sorts texts and removes duplicates.
func sortedUnique(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}

// oneLine joins the wrapped lines of a diagnostic.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
