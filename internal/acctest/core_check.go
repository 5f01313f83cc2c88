package acctest

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// BugError is what Terraform calls a bug in the provider.
type BugError struct {
	// Summary is that of Terraform's own diagnostic.
	Summary string
	// Problem says what is wrong with which attribute.
	Problem error
}

func (e *BugError) Error() string { return e.Summary + ": " + e.Problem.Error() }

func (e *BugError) Unwrap() error { return e.Problem }

// diagnostic is the error as Terraform shows it.
func (e *BugError) diagnostic() *tfprotov6.Diagnostic {
	return &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError, Summary: e.Summary, Detail: e.Problem.Error()}
}

// What Terraform refuses.
const (
	invalidPlan        = "Provider produced invalid plan"
	inconsistentPlan   = "Provider produced inconsistent final plan"
	inconsistentResult = "Provider produced inconsistent result after apply"
	invalidResult      = "Provider returned invalid result object after apply"
	stalePlan          = "Saved plan is stale"
)

// validPlan reports a planned value that contradicts the configuration. Attributes
// within an attribute are the provider's own affair here.
func (c *Core) validPlan(prior, config, planned tftypes.Value) error {
	if planned.IsNull() != config.IsNull() {
		return &BugError{invalidPlan, fmt.Errorf("planned %s where the configuration has %s", planned, config)}
	}
	before, wanted, after := attributesOf(prior), attributesOf(config), attributesOf(planned)
	for _, attribute := range c.schema.Block.Attributes {
		name := attribute.Name
		old, want, got := before[name], wanted[name], after[name]
		switch {
		case config.IsNull(), got.Equal(want), attribute.NestedType != nil:
		case !prior.IsNull() && !old.IsNull() && !want.IsNull() && got.Equal(old):
		case attribute.Computed && (!attribute.Optional || want.IsNull()):
		case attribute.WriteOnly && got.IsNull():
		default:
			return &BugError{invalidPlan, fmt.Errorf("%s: planned %s, configured %s", name, got, want)}
		}
	}
	return nil
}

// conforms reports where a later value contradicts what an earlier one knew. A list
// that is known but for an element keeps its length and the other elements.
func conforms(earlier, later tftypes.Value) error {
	after := attributesOf(later)
	for name, promised := range attributesOf(earlier) {
		if !completes(promised, after[name]) {
			return fmt.Errorf("%s was %s, and now is %s", name, promised, after[name])
		}
	}
	return nil
}

// completes reports that a value is what another one becomes once all is known.
func completes(promised, value tftypes.Value) bool {
	if !promised.IsKnown() {
		return true
	}
	if promised.IsNull() || !value.IsKnown() || value.IsNull() || promised.IsFullyKnown() {
		return promised.Equal(value)
	}
	var elements, got []tftypes.Value
	if promised.As(&elements) == nil && value.As(&got) == nil {
		return completeEach(elements, got, promised.Type().Is(tftypes.Set{}))
	}
	before, after := attributesOf(promised), attributesOf(value)
	for name, attribute := range before {
		if _, ok := after[name]; !ok || !completes(attribute, after[name]) {
			return false
		}
	}
	return len(before) == len(after)
}

// completeEach does the same for the elements of a list or a set. Which element of a set
// has become which is not known, and two of them may have become one.
func completeEach(promised, values []tftypes.Value, isSet bool) bool {
	if isSet {
		return len(values) <= len(promised)
	}
	return slices.EqualFunc(promised, values, completes)
}
