package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// missingValue refuses a change that asks for a new version and gives no value for it.
// If it were recorded, the request would look carried out, and the value that is given
// later would never be put. Where a put is not due anyway, because the version was
// imported or is left to others, the change is recorded with a warning. Plan and apply
// both ask: a value that is not known in the plan may turn out to be null in the apply.
func (f updateInput) missingValue(id string) (diags diag.Diagnostics) {
	unmet := f.unmetTriggers()
	if len(unmet) == 0 {
		return diags
	}
	changes := make([]string, len(unmet))
	for i, trigger := range unmet {
		changes[i] = trigger.change
	}
	change := strings.Join(changes, " and ")
	switch external := f.plan.OnExternalVersion; {
	case f.record.Pending:
		diags.Append(diagnostic.ValueNotWritten.On(id, fmt.Sprintf(
			"%s, but %s. %s was imported or moved here, so its first update only records the configuration and puts nothing. To put a value, apply this plan, then give the value, change value_wo_version and apply again.", change, f.whatIsMissing(), id)))
	case external.IsUnknown(): // The apply knows.
	case external.ValueString() == string(version.ExternalIgnore):
		diags.Append(diagnostic.ValueNotWritten.On(id, fmt.Sprintf(
			"%s, but %s. With on_external_version = \"ignore\", Terraform puts only the first version of %s, so the change is recorded and nothing is put.", change, f.whatIsMissing(), id)))
	default:
		diags.Append(diagnostic.ValueForChangeMissing.At(unmet[0].at, fmt.Sprintf(
			"%s, but %s. %s\nNothing was put in %s and nothing was recorded. To resolve this: set the value, which is then put, or revert the change.",
			change, f.whatIsMissing(), f.whereToLook(), id)))
	}
	return diags
}

// unmetTriggers are the changes that ask for a new version although there is nothing
// new that could be put. An input that is not known may give a value.
func (f updateInput) unmetTriggers() []trigger {
	fired := firedTriggers(f.state, f.plan)
	switch kind := f.config.inputs().kind(); {
	case kind == inputNone:
		return fired
	case kind.isRenewable() || changeInPlan(f.record, f.state, f.config) != version.Unchanged:
		return nil
	}
	// Validation refuses keepers for a value that is kept in state, unless ignore_changes
	// keeps that value in the place of the configured one.
	return fired
}

// whatIsMissing names the argument that is to give the value. Private state remembers
// which one gave the last, because a write-only input leaves no other trace.
func (f updateInput) whatIsMissing() string {
	switch kind := f.config.inputs().kind(); {
	case kind != inputNone:
		return fmt.Sprintf("no new value is given: %s is the same as before", kind)
	case f.record.Input == "":
		return "no value is given: none of secret_string_wo, secret_binary_wo, secret_key_values_wo, secret_string, secret_key_values and generate is set"
	}
	return fmt.Sprintf("no value is given: %s is null (or left out by ignore_changes)", f.record.Input)
}

// whereToLook is the likely cause, and what a pipeline gives that plans without values.
func (f updateInput) whereToLook() string {
	if f.config.inputs().kind() != inputNone {
		return "Is it left out by ignore_changes?"
	}
	const cause = "Is a TF_VAR_… missing?"
	some := "text"
	switch inputKind(f.record.Input) {
	case inputString, inputKeyValues, inputGenerate:
		return cause
	case inputBinaryWO:
		some = "base64 text"
	case inputKeyValuesWO:
		some = "pairs"
	case inputNone, inputStringWO:
	}
	return fmt.Sprintf("%s For a plan without the real value, give any %s; a write-only value is not in the plan.", cause, some)
}
