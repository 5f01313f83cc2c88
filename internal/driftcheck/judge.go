package driftcheck

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// Diagnostic is a warning or an error that a CLI prints with -json.
type Diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Address  string `json:"address"`
}

// IsError reports whether it is an error.
func (d Diagnostic) IsError() bool { return d.Severity == "error" }

// Run is the result of one run of "plan".
type Run struct {
	Plan        *Plan // nil if it could not be read
	Succeeded   bool
	Diagnostics []Diagnostic
}

// WorthAPlan reports whether an ordinary plan may succeed where this refresh failed. An
// ephemeral resource or a data source is read with what the state holds, such as a version
// that was destroyed since. The ordinary plan reads it with the planned values. A managed resource that
// cannot be read fails both plans.
func (r Run) WorthAPlan() bool {
	if r.Plan == nil {
		return false
	}
	errors := 0
	for _, d := range r.Diagnostics {
		if !d.IsError() {
			continue
		}
		errors++
		if mode := resourceOf(d.Address); !strings.HasPrefix(mode, "ephemeral.") && !strings.HasPrefix(mode, "data.") {
			return false
		}
	}
	return errors > 0
}

// ParseLine reads a line that a CLI prints with -json. The second result is false for a
// line that is not JSON, such as that of a crash.
func ParseLine(line []byte) (diagnostics []Diagnostic, isJSON bool) {
	var event struct {
		Type       string     `json:"type"`
		Diagnostic Diagnostic `json:"diagnostic"`
	}
	if !json.Valid(line) {
		return nil, false
	}
	if err := json.Unmarshal(line, &event); err != nil || event.Type != "diagnostic" {
		return nil, true
	}
	return []Diagnostic{event.Diagnostic}, true
}

// Judge judges a refresh-only plan and an ordinary plan of the same configuration.
func Judge(refresh, plan Run) *Report {
	// The ordinary plan refreshes everything too.
	r := &Report{Complete: plan.Succeeded && (refresh.Succeeded || refresh.WorthAPlan())}
	planned := plan.managed()
	outside := findingsOutside(planned, plan.Succeeded)
	r.Drift = append(outside, findingsOfRefresh(refresh, plan, outside)...)
	if plan.Succeeded {
		r.Due = findingsDue(planned, r.Drift)
	}
	diagnostics := slices.Concat(refresh.Diagnostics, plan.Diagnostics)
	r.Drift = append(r.Drift, findingsOfWarnings(diagnostics, r.Drift)...)
	for _, d := range diagnostics {
		if d.IsError() {
			r.Errors = append(r.Errors, Problem{d.Summary, d.Address})
		}
	}
	slices.SortFunc(r.Errors, func(a, b Problem) int { return strings.Compare(a.String(), b.String()) })
	r.Errors = slices.Compact(r.Errors)
	r.Warnings = warningsOf(diagnostics, plan.Succeeded)
	r.decide()
	r.makePrintable()
	return r
}

// managed are the changes that an ordinary plan makes to managed resources.
func (r Run) managed() []resourceChange {
	if r.Plan == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.Plan.ResourceChanges), func(c resourceChange) bool { return c.Mode != "managed" })
}

// findingsOfRefresh are the changes that the refresh of either plan found, once for each object, except
// for objects that already have a finding.
func findingsOfRefresh(refresh, plan Run, known []Finding) []Finding {
	found := map[objectKey]*resourceChange{}
	var keys []objectKey
	for _, run := range []Run{refresh, plan} {
		if run.Plan == nil {
			continue
		}
		for i := range run.Plan.ResourceDrift {
			c := &run.Plan.ResourceDrift[i]
			if _, seen := found[c.key()]; seen || !c.foundOutside() {
				continue
			}
			found[c.key()] = c
			keys = append(keys, c.key())
		}
	}
	slices.SortFunc(keys, func(a, b objectKey) int {
		return cmp.Or(strings.Compare(a.address, b.address), strings.Compare(a.deposed, b.deposed))
	})
	var findings []Finding
	for _, key := range keys {
		if !hasFinding(known, key) {
			findings = append(findings, found[key].found(plan))
		}
	}
	return findings
}

// hasFinding reports whether an object already has a finding.
func hasFinding(findings []Finding, key objectKey) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.key == key })
}

// warnedOutside are the warnings of a plan about a version that another client put or destroyed. The
// attributes come first: a warning counts only if no change of the plan shows that version, because the
// plan puts a due value anyway and last_change has only that reason.
var warnedOutside = []struct {
	summary string
	rule    Rule
}{
	{"New version put outside Terraform", RuleVersionPut},
	{"Version destroyed outside Terraform", RuleVersionLost},
	{"Version lost with a re-created secret", RuleRecreated},
}

var firstSentence = regexp.MustCompile(`^.*?\. `)

// findingsOfWarnings are the warnings about resources without another finding.
func findingsOfWarnings(diagnostics []Diagnostic, known []Finding) []Finding {
	var findings []Finding
	for _, d := range diagnostics {
		if d.Severity != "warning" {
			continue
		}
		for _, w := range warnedOutside {
			secret, isIt := strings.CutPrefix(d.Summary, w.summary+": ")
			if _, err := secretpath.ParseSecretID(secret); !isIt || err != nil {
				continue
			}
			f := Finding{Rule: w.rule, Secret: secret, Resource: d.Address, What: d.Detail, Plan: "does what is due", key: objectKey{address: d.Address}}
			if sentence := firstSentence.FindString(oneLine(d.Detail)); sentence != "" {
				f.What = strings.TrimSuffix(sentence, ". ")
			}
			isKnown := slices.ContainsFunc(known, func(k Finding) bool { return k.Resource == f.Resource })
			if !isKnown && !slices.ContainsFunc(findings, func(g Finding) bool { return f.Secret == g.Secret && f.Resource == g.Resource && f.What == g.What }) {
				findings = append(findings, f)
			}
		}
	}
	return findings
}

// supersededSummary begins the warning of a refresh about a version that another client
// put. The ordinary plan has another warning about it, with more detail.
const supersededSummary = "Managed version is not current: "

// warningsOf are the summaries of the warnings. Every check block has the same summary. A warning
// whose summary names no secret is listed once, with the resources that it is about.
func warningsOf(diagnostics []Diagnostic, planned bool) []string {
	var warnings []string
	addresses := map[string][]string{}
	for _, d := range diagnostics {
		switch {
		case d.Severity != "warning":
		case planned && strings.HasPrefix(d.Summary, supersededSummary):
		case d.Summary == "Check block assertion failed":
			warnings = append(warnings, d.Detail)
		case d.Address != "" && !strings.Contains(d.Summary, ": "):
			addresses[d.Summary] = append(addresses[d.Summary], d.Address)
		default:
			warnings = append(warnings, d.Summary)
		}
	}
	for summary, about := range addresses {
		warnings = append(warnings, summary+" ("+listOf(sortedUnique(about))+")")
	}
	return sortedUnique(warnings)
}

// mostNamed is how many resources a warning names.
const mostNamed = 3

// listOf names the first of some resources, and counts the others.
func listOf(addresses []string) string {
	if further := len(addresses) - mostNamed; further > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(addresses[:mostNamed], ", "), further)
	}
	return strings.Join(addresses, ", ")
}
