package provider_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// An apply puts and destroys only what its plan has named. A plan names a version in
// its attributes or its warnings.

// The sentences in which warnings name versions that go.
var (
	retiresInWords = regexp.MustCompile(`destroys? versions? (\d+(?:, \d+)*)`)
	endsInWords    = regexp.MustCompile(`destroys nl-01/app/db@(\d+) for good`)
)

// named are the versions of which a plan says that its apply destroys them.
func named(plan *acctest.CorePlan) []int64 {
	var numbers []int64
	if prior := plan.Prior(); prior != nil && !plan.Value.IsNull() {
		if active := acctest.Attribute(plan.Value, "active_versions"); active.IsKnown() && !active.IsNull() {
			stays := knownNumbers(active)
			for _, n := range acctest.Int64(acctest.Attribute(prior.Value, "active_versions")) {
				if !slices.Contains(stays, n) {
					numbers = append(numbers, n)
				}
			}
		}
	}
	for _, d := range plan.Diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityWarning {
			continue
		}
		for _, words := range []*regexp.Regexp{retiresInWords, endsInWords} {
			for _, match := range words.FindAllStringSubmatch(d.Detail, -1) {
				for text := range strings.SplitSeq(match[1], ", ") {
					n, err := strconv.ParseInt(text, 10, 64)
					if err != nil {
						panic(err) // The expression matches digits only.
					}
					numbers = append(numbers, n)
				}
			}
		}
	}
	return numbers
}

// knownNumbers are the elements of a list that are known.
func knownNumbers(list tftypes.Value) []int64 {
	var elements []tftypes.Value
	if err := list.As(&elements); err != nil {
		return nil
	}
	var numbers []int64
	for _, element := range elements {
		if element.IsKnown() {
			numbers = append(numbers, acctest.Int64(element)...)
		}
	}
	return numbers
}

// isUnreadPlaceholder reports the version that a create may destroy without a warning:
// this provider's own placeholder that was never read.
func isUnreadPlaceholder(secret client.Secret, v client.Version) bool {
	return v.Number == 1 && v.LastAccessedAt.IsZero() &&
		secret.Annotations["thalassasecrets/placeholder"] != "" && secret.Annotations[client.CreationAnnotation] != ""
}

// checkNamed holds what was destroyed against what the plan had named.
func (m *versionMachine) checkNamed(rt *rapid.T, before client.Secret, plan *acctest.CorePlan, was client.Version) {
	if slices.Contains(named(plan), was.Number) {
		return
	}
	if isUnreadPlaceholder(before, was) && plan.Action != acctest.UpdateInPlace {
		return
	}
	rt.Fatalf("version %d was destroyed, and the plan named only %v\nplan: %s\nwarnings: %q\nconfiguration: %v", was.Number, named(plan), plan.Changes(), plan.Warnings, m.config)
}

// checkOpen: a version that is unknown for no known reason has a warning.
func (m *versionMachine) checkOpen(rt *rapid.T, plan *acctest.CorePlan) {
	if plan.Value.IsNull() || acctest.Attribute(plan.Value, "version").IsKnown() || acctest.Attribute(plan.Value, "last_change").IsKnown() {
		return
	}
	if !slices.Contains(plan.Warnings, "A new version may be put: "+dbID) {
		rt.Fatalf("the plan leaves open whether a version is put, and warns only %q", plan.Warnings)
	}
}

// recordsPolicy reports a plan that says that its apply only records a policy, so that
// the next plan may find work.
func recordsPolicy(plan *acctest.CorePlan) bool {
	return slices.Contains(plan.Warnings, "Rotation policy changes: "+dbID) || slices.Contains(plan.Warnings, "Retention changes: "+dbID)
}

// settles: in a world that stands still the plan after an apply is empty, or the one
// after the next where the first said that it records a policy.
func (m *versionMachine) settles(rt *rapid.T, first *acctest.CorePlan) {
	again, err := m.core.Plan(rt.Context(), m.config)
	if err == nil && again.IsEmpty() {
		return
	}
	if !recordsPolicy(first) {
		if err != nil {
			rt.Fatalf("the plan after an apply fails: %v", err)
		}
		rt.Fatalf("the plan after an apply is not empty: %s\nconfiguration: %v", again.Changes(), m.config)
	}
	if m.refused(rt, "plan", err) {
		return
	}
	m.checkOpen(rt, again)
	before := m.history(rt)
	m.s.Mark()
	err = m.core.Apply(rt.Context(), again)
	m.checkPuts(rt, again, m.puts(), err)
	m.checkDestroyed(rt, before, again)
	if err != nil {
		rt.Fatalf("the apply of what a policy led to fails: %v", err)
	}
	last, err := m.core.Plan(rt.Context(), m.config)
	if err != nil || !last.IsEmpty() {
		rt.Fatalf("the plan after two applies is not empty: %s, %v\nconfiguration: %v", last.Changes(), err, m.config)
	}
}
