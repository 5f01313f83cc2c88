package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// A state that an earlier commit left behind works with the provider of today. Its
// plan is empty, or proposes what the commit itself proposed, with and without a
// refresh. A refresh alone writes nothing to the service, and the plan after it is the
// same.
func TestRecordedStates(t *testing.T) {
	t.Parallel()
	if *record != "" {
		recordStates(t, *record, *recordCommit)
	}
	for _, r := range everyRecordedState(t) {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			s := r.service.start(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", string(r.config))
			// It names registry.terraform.io, which OpenTofu reads as its own registry.
			w.Write(recordedFile, string(r.state))
			r.checkPlan(t, w.Plan("-refresh=false"), "the plan without a refresh")
			r.checkPlan(t, w.Plan(), "the plan")

			w.ApplyOnly("-refresh-only")
			r.checkPlan(t, w.Plan(), "the plan after a refresh")
			if writes := s.Writes(); writes != 0 {
				t.Errorf("%s: plans and a refresh wrote %d times: %v", r.name, writes, s.Calls())
			}
		})
	}
}

// The protection in the private state of a recorded state still refuses a replacement.
// The provider gets no other data about it.
func TestRecordedProtection(t *testing.T) {
	t.Parallel()
	for _, r := range everyRecordedState(t) {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			s := r.service.start(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", string(r.config))
			w.Write(recordedFile, string(r.state))
			args := []string{"-refresh=false"}
			var protected []string
			for _, instance := range r.instances(t) {
				if instance.protected(t) {
					args = append(args, "-replace="+instance.address)
					protected = append(protected, instance.address)
				}
			}
			refusals := w.PlanFails(args...).Stdout
			for _, address := range protected {
				if !refusesReplacement(refusals, address) {
					t.Errorf("%s, fixture %s: the secret is protected, and a plan replaces it", r.name, address)
				}
			}
		})
	}
}

// refusesReplacement reports that the lines of a plan with -json have the error about
// the protected secret at an address.
func refusesReplacement(stdout, address string) bool {
	for line := range strings.Lines(stdout) {
		var message struct {
			Diagnostic struct{ Summary, Address string }
		}
		if json.Unmarshal([]byte(line), &message) == nil &&
			message.Diagnostic.Summary == diagnostic.SecretDeletionProtected.With("").Summary() && message.Diagnostic.Address == address {
			return true
		}
	}
	return false
}

// checkPlan compares a plan with what the commit's own plan proposed, resource by
// resource.
func (r recordedState) checkPlan(t *testing.T, plan acctest.Plan, which string) {
	t.Helper()
	if plan.Drifted() {
		for address, drift := range r.within(t, changesOf(plan.JSON().ResourceDrift)) {
			if len(drift.Attributes) == 0 && slices.Equal(drift.Actions, []string{"update"}) {
				continue // The refresh fills in what came after the commit.
			}
			t.Errorf("%s, fixture %s: %s finds drift\n%s", r.name, address, which, drift)
		}
	}
	if len(r.changes) == 0 && plan.Code == 0 {
		return
	}
	got := r.within(t, changesOf(plan.JSON().ResourceChanges))
	addresses := maps.Clone(got)
	maps.Copy(addresses, r.changes)
	for _, address := range slices.Sorted(maps.Keys(addresses)) {
		if got, want := got[address].String(), r.changes[address].String(); got != want {
			t.Errorf("%s, fixture %s: %s proposes\n%s\nwant\n%s", r.name, address, which, got, want)
		}
	}
	if wantCode := min(2*len(r.changes), 2); plan.Code != wantCode {
		t.Errorf("%s: the exit code of %s is %d, want %d", r.name, which, plan.Code, wantCode)
	}
}

// within leaves out of changes what the commit had no attribute for.
func (r recordedState) within(t *testing.T, changes map[string]recordedChange) map[string]recordedChange {
	t.Helper()
	for _, instance := range r.instances(t) {
		known := instance.knew(t)
		maps.DeleteFunc(changes[instance.address].Attributes, func(name, _ string) bool {
			_, held := known[name]
			return !held
		})
	}
	return changes
}

// String shows a change line by line.
func (c recordedChange) String() string {
	if len(c.Actions) == 0 {
		return "  no change"
	}
	lines := []string{"  " + strings.Join(c.Actions, ", ")}
	for _, name := range slices.Sorted(maps.Keys(c.Attributes)) {
		lines = append(lines, fmt.Sprintf("  %s: %s", name, c.Attributes[name]))
	}
	return strings.Join(lines, "\n")
}

// changesOf are the resources of a plan that change, by address.
func changesOf(resources []*tfjson.ResourceChange) map[string]recordedChange {
	changes := map[string]recordedChange{}
	for _, resource := range resources {
		if resource.Change.Actions.NoOp() {
			continue
		}
		change := recordedChange{Attributes: map[string]string{}}
		for _, action := range resource.Change.Actions {
			change.Actions = append(change.Actions, string(action))
		}
		before, after := attributesOfChange(resource.Change)
		names := maps.Clone(before)
		maps.Copy(names, after)
		for name := range names {
			if before[name] != after[name] {
				change.Attributes[name] = before[name] + " -> " + after[name]
			}
		}
		changes[resource.Address] = change
	}
	return changes
}

// notKnown stands for what a plan leaves to the apply.
const notKnown = "known after apply"

// attributesOfChange are a resource's attributes before and after a change, as JSON.
// Unknown values are marked as such.
func attributesOfChange(change *tfjson.Change) (before, after map[string]string) {
	texts := func(object any) map[string]string {
		attributes, _ := object.(map[string]any)
		text := map[string]string{}
		for name, value := range attributes {
			encoded, err := json.Marshal(value)
			if err != nil {
				encoded = []byte(err.Error())
			}
			text[name] = strings.ReplaceAll(string(encoded), `"`+notKnown+`"`, notKnown)
		}
		return text
	}
	known := map[string]any{}
	planned, _ := change.After.(map[string]any)
	maps.Copy(known, planned)
	unknown, _ := change.AfterUnknown.(map[string]any)
	for name, holes := range unknown {
		known[name] = withHoles(known[name], holes)
	}
	return texts(change.Before), texts(known)
}

// withHoles puts a text in the place of each part of a planned value that is not known.
func withHoles(value, holes any) any {
	switch holes := holes.(type) {
	case bool:
		if holes {
			return notKnown
		}
	case []any:
		elements, _ := value.([]any)
		filled := make([]any, len(holes))
		for i, hole := range holes {
			if i < len(elements) {
				filled[i] = elements[i]
			}
			filled[i] = withHoles(filled[i], hole)
		}
		return filled
	case map[string]any:
		filled := map[string]any{}
		object, _ := value.(map[string]any)
		maps.Copy(filled, object)
		for name, hole := range holes {
			filled[name] = withHoles(filled[name], hole)
		}
		if len(filled) > 0 {
			return filled
		}
	}
	return value
}
