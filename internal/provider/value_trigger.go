package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// trigger is an argument that asks for a new version by its change, because it stands
// for a value that leaves no trace or for a reason to make another one.
type trigger struct {
	at path.Path
	// change says what changed from what to what.
	change string
	// renews says that the change asks for a value that is new when it is put again.
	renews bool
}

// firedTriggers are the triggers that differ between a state and a plan for certain. A
// trigger that is taken away asks for nothing, nor do the first keepers. Keepers are
// named without their values, which may be long.
func firedTriggers(state, plan *versionModel) []trigger {
	var fired []trigger
	if counter := plan.ValueWOVersion; isKnown(counter) && !counter.Equal(state.ValueWOVersion) {
		fired = append(fired, trigger{
			at:     path.Root("value_wo_version"),
			change: fmt.Sprintf("value_wo_version changed from %s to %s", quoted(state.ValueWOVersion), quoted(counter)),
		})
	}
	if keepersChange(state, plan) == version.Changed {
		before, after := rotationKeepers(state.Rotation).Elements(), rotationKeepers(plan.Rotation).Elements()
		fired = append(fired, trigger{
			at:     path.Root("rotation").AtName("keepers"),
			change: "rotation.keepers changed (" + strings.Join(differingKeys(before, after), ", ") + ")",
			renews: true,
		})
	}
	return fired
}

// quoted writes a text as it stands in a configuration.
func quoted(text types.String) string {
	if text.IsNull() {
		return "null"
	}
	return fmt.Sprintf("%q", text.ValueString())
}

// differingKeys are the keys that only one of two maps has, or that have other values.
func differingKeys(before, after map[string]attr.Value) []string {
	keys := maps.Clone(before)
	maps.Copy(keys, after)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(keys)), func(key string) bool {
		was, had := before[key]
		is, has := after[key]
		return had && has && was.Equal(is)
	})
}

// checkTrigger refuses a write-only input that nothing stands for: a later value would
// not be put, and no plan would say so.
func checkTrigger(config *versionModel) (diags diag.Diagnostics) {
	if given := config.inputs().set(true); len(given) == 1 && given[0].isWriteOnly() && isUntriggered(config) {
		diags.Append(triggerMissing(given[0]))
	}
	return diags
}

// checkFirstTrigger refuses the same of an input whose value is not known yet, where
// a version is created: without a value nothing could be created either.
func checkFirstTrigger(config *versionModel) (diags diag.Diagnostics) {
	if given := config.inputs().set(false); len(given) == 1 && given[0].isWriteOnly() && isUntriggered(config) {
		diags.Append(triggerMissing(given[0]))
	}
	return diags
}

// isUntriggered reports that a configuration certainly has nothing that could lead to a
// put of a later write-only value.
func isUntriggered(config *versionModel) bool {
	detection, age, keepers := config.DetectValueChanges, rotationAfter(config.Rotation), rotationKeepers(config.Rotation)
	return config.ValueWOVersion.IsNull() && !detection.IsUnknown() && !detection.ValueBool() && age.IsNull() && keepers.IsNull()
}

// triggerMissing points at no attribute: Terraform would quote the line of the value.
func triggerMissing(kind inputKind) diag.Diagnostic {
	return diagnostic.ValueTriggerMissing.With(fmt.Sprintf(
		"%s is write-only, so a plan does not see when its value changes. Without one of the following arguments, a later value is never put and no plan says so. Set one of:\n"+
			"  - value_wo_version = \"1\", and change it with every new value;\n"+
			"  - detect_value_changes = true, to compare the value with the one that was put (false is the default and compares nothing);\n"+
			"  - rotation = { after = \"30d\" } or rotation = { keepers = { … } }, to put the value that is given when the version is due.\n"+
			"Where the version exists already, the first value_wo_version puts the value once more. The other two put nothing by themselves.", kind))
}
