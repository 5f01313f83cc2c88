package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// A changed policy takes two steps: the apply that changes it only records it, and the
// next plan sees the secret under it. The refresh of a plan goes by the state, so a plan
// could not say what a policy leads to that is not in the state yet.

// keepSpelling plans the state's spelling of a duration that only changes its form, such
// as "720h" for "30d". Terraform allows that where both are set.
func (m *versionModel) keepSpelling(ctx context.Context, state *versionModel) {
	m.Rotation = withSpelling(ctx, m.Rotation, state.Rotation, "after")
	m.Retention = withSpelling(ctx, m.Retention, state.Retention, "min_idle")
}

func withSpelling(ctx context.Context, planned, state types.Object, name string) types.Object {
	was, hadOne := state.Attributes()[name].(types.String)
	is, hasOne := planned.Attributes()[name].(types.String)
	if !hadOne || !hasOne || was.Equal(is) || !isSameDuration(was, is) {
		return planned
	}
	attributes := planned.Attributes()
	attributes[name] = was
	return types.ObjectValueMust(planned.AttributeTypes(ctx), attributes)
}

// isSameDuration reports two known texts of the same duration.
func isSameDuration(a, b types.String) bool {
	if !isKnown(a) || !isKnown(b) {
		return false
	}
	one, err := parseDuration(a.ValueString())
	other, errOther := parseDuration(b.ValueString())
	return err == nil && errOther == nil && one == other
}

// afterChange tells whether the age of rotation differs between state and plan.
func afterChange(state, plan *versionModel) version.Change {
	before, after := rotationAfter(state.Rotation), rotationAfter(plan.Rotation)
	if before.Equal(after) || isSameDuration(before, after) {
		return version.Unchanged
	}
	return changeOf(after.IsUnknown(), true)
}

// isUncertain reports a block that is not known in every attribute.
func isUncertain(block types.Object) bool {
	for _, attribute := range block.Attributes() {
		if attribute.IsUnknown() {
			return true
		}
	}
	return block.IsUnknown()
}

// retentionChanges reports a retention that lets go of other versions than the state's,
// or that is not known.
func (f updateInput) retentionChanges() bool {
	if isUncertain(f.plan.Retention) {
		return true
	}
	was, is := retentionOf(f.state.Retention), retentionOf(f.plan.Retention)
	return (was == nil) != (is == nil) || was != nil && *was != *is
}

// knowsActive reports that the state has the active versions up to a managed one that
// is current.
func (f updateInput) knowsActive() bool {
	return f.verdict.Drift == version.Current && isKnown(f.state.ActiveVersions)
}

// settleRetention makes the verdict speak of the planned retention, as far as that can be
// told without a clock.
func (f *updateInput) settleRetention() {
	if !f.retentionChanges() {
		return
	}
	planned := retentionOf(f.plan.Retention)
	if planned != nil && planned.MinIdle == 0 && f.knowsActive() && !isUncertain(f.plan.Retention) {
		f.verdict = f.verdict.Counted(numbersOf(f.state.ActiveVersions), f.managed.of(f.state.Version.ValueInt64()), planned.Keep)
		return
	}
	f.former = f.verdict
	f.verdict = f.verdict.WhileRetentionChanges()
}

// settleAge makes the verdict forget what was due by an age that the plan changes. The
// next refresh finds what is due by the new one.
func (f *updateInput) settleAge(policy version.Policy) {
	if afterChange(f.state, f.plan) == version.Unchanged {
		return
	}
	if !f.verdict.DueByRotateBefore {
		f.verdict.DueAt = time.Time{}
		return
	}
	created := timeFromState(f.state.CreatedAt)
	if f.verdict.Drift != version.Current {
		created = f.verdict.CurrentCreatedAt
	}
	f.verdict.DueAt = policy.DueAt(created).UTC() // It is due at the latest by rotate_before.
}

// policyNotices say which policies this plan only records.
func (f updateInput) policyNotices(id secretpath.SecretID, decision version.Decision) (diags diag.Diagnostics) {
	if before, after := rotationAfter(f.state.Rotation), rotationAfter(f.plan.Rotation); afterChange(f.state, f.plan) != version.Unchanged && !after.IsNull() && decision.Action != version.Put {
		text := fmt.Sprintf("rotation.after changes from %s to %s", shown(before), shown(after))
		if after.IsUnknown() {
			text = fmt.Sprintf("rotation.after is %s in the state and not known in this plan", shown(before))
		}
		diags.Append(diagnostic.RotationPolicyChanged.On(id.String(),
			text+". This apply only records it. The next plan decides by the new age whether a version is due. To put a new version now, change value_wo_version."))
	}
	if !f.retentionChanges() || f.plan.Retention.IsNull() {
		return diags
	}
	text := fmt.Sprintf("retention changes from %s to %s. ", shownRetention(f.state.Retention), shownRetention(f.plan.Retention))
	switch {
	case isUncertain(f.plan.Retention):
		text = fmt.Sprintf("retention is %s in the state. It is known only during apply.", shownRetention(f.state.Retention))
		if numbers := f.mayBeRetired(decision); len(numbers) > 0 {
			text += fmt.Sprintf(" Depending on it, the apply may destroy %s for good.", diagnostic.VersionList(numbers))
		}
	case retentionOf(f.plan.Retention).MinIdle == 0 && f.knowsActive():
		return diags // It acts at once, and the plan shows what goes.
	default:
		text += "This apply only records it. The next plan lists the versions that it destroys."
	}
	diags.Append(diagnostic.RetentionChanged.On(id.String(), text))
	return diags
}

// mayBeRetired are all the versions that the apply can destroy by a retention that is not
// known yet: those of the former one, if it stays, and those that are not kept by number.
func (f updateInput) mayBeRetired(decision version.Decision) []int64 {
	counted := version.Observation{}
	if f.knowsActive() {
		counted = f.verdict.Counted(numbersOf(f.state.ActiveVersions), f.managed.of(f.state.Version.ValueInt64()), 0)
	}
	now, onPut := union64(f.former.Retire, counted.Retire), union64(f.former.RetireOnPut, counted.RetireOnPut)
	switch decision.Action {
	case version.Put:
		return onPut
	case version.DecideInApply:
		return union64(now, onPut)
	case version.Keep, version.Adopt:
	}
	return now
}

// shown writes an attribute for the words of a warning.
func shown(s types.String) string {
	switch {
	case s.IsUnknown():
		return "(known after apply)"
	case s.IsNull():
		return "none"
	}
	return fmt.Sprintf("%q", s.ValueString())
}

// shownRetention writes a retention as the configuration does.
func shownRetention(block types.Object) string {
	keep, known := block.Attributes()["keep"].(types.Int64)
	switch {
	case block.IsUnknown():
		return "(known after apply)"
	case block.IsNull() || !known:
		return "none"
	}
	number := "1"
	switch {
	case keep.IsUnknown():
		number = "(known after apply)"
	case !keep.IsNull():
		number = fmt.Sprint(keep.ValueInt64())
	}
	text := "{ keep = " + number
	if idle, ok := block.Attributes()["min_idle"].(types.String); ok && !idle.IsNull() {
		text += ", min_idle = " + shown(idle)
	}
	return text + " }"
}

// activeAfterPut plans the active versions of a put: those that stay, and one more that
// is known after apply. The list is unknown as a whole where the state does not know them
// or another client's version is current.
func (f updateInput) activeAfterPut() types.List {
	if !f.knowsActive() || isUncertain(f.plan.Retention) {
		return types.ListUnknown(types.Int64Type)
	}
	var elements []attr.Value
	for _, n := range without(numbersOf(f.state.ActiveVersions), f.verdict.RetireOnPut) {
		elements = append(elements, types.Int64Value(n))
	}
	return types.ListValueMust(types.Int64Type, append(elements, types.Int64Unknown()))
}

// activeWithoutPut plans the active versions where nothing is put, of those that are
// shown for the version that is managed then.
func (f updateInput) activeWithoutPut(active types.List) types.List {
	switch {
	case isUncertain(f.plan.Retention), f.retentionChanges() && active.IsNull():
		return types.ListUnknown(types.Int64Type)
	case len(f.verdict.Retire) > 0:
		return versionAttributes{}.withActive(without(numbersOf(active), f.verdict.Retire)).Active
	}
	return active
}
