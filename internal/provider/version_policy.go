package provider

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// rotationAfter is the age at which a version is due, unknown while it is not
// known and null where age does not matter.
func rotationAfter(block types.Object) types.String {
	if block.IsUnknown() {
		return types.StringUnknown()
	}
	after, ok := block.Attributes()["after"].(types.String)
	if !ok {
		return types.StringNull()
	}
	return after
}

// rotationKeepers are the values whose change makes a version due. An empty map is
// none, as it stands for a module that was given no keepers.
func rotationKeepers(block types.Object) types.Map {
	if block.IsUnknown() {
		return types.MapUnknown(types.StringType)
	}
	keepers, ok := block.Attributes()["keepers"].(types.Map)
	if !ok || isKnown(keepers) && len(keepers.Elements()) == 0 {
		return types.MapNull(types.StringType)
	}
	return keepers
}

// policy is what the attributes of a state or a plan ask for over time. All of
// them have to be known, and were validated.
func (m *versionModel) policy(rotateBefore time.Time) version.Policy {
	p := version.Policy{RotateBefore: rotateBefore}
	p.RotateAfter, _ = parseDuration(rotationAfter(m.Rotation).ValueString())
	p.Retention = retentionOf(m.Retention)
	return p
}

// retentionOf is what a known block says, nil where there is none.
func retentionOf(block types.Object) *version.Retention {
	if block.IsNull() || block.IsUnknown() {
		return nil
	}
	r := &version.Retention{Keep: 1}
	if keep, ok := block.Attributes()["keep"].(types.Int64); ok && !keep.IsNull() {
		r.Keep = int(keep.ValueInt64())
	}
	if idle, ok := block.Attributes()["min_idle"].(types.String); ok {
		r.MinIdle, _ = parseDuration(idle.ValueString())
	}
	return r
}

// minIdle is the configured text, for the words of a notice.
func (m *versionModel) minIdle() string {
	idle, ok := m.Retention.Attributes()["min_idle"].(types.String)
	if !ok {
		return ""
	}
	return idle.ValueString()
}

// keepersChange tells whether a keeper differs. Keepers that appear or go as a
// whole are recorded: there is nothing they could have changed from or to.
func keepersChange(state, plan *versionModel) version.Change {
	before, after := rotationKeepers(state.Rotation), rotationKeepers(plan.Rotation)
	if before.IsNull() || after.IsNull() {
		return version.Unchanged
	}
	return changeOf(hasUnknown(after), !before.Equal(after))
}

// rotateAt is when a version that was put at the given time will be due by its
// age.
func (m *versionModel) rotateAt(created types.String) types.String {
	after := rotationAfter(m.Rotation)
	if after.IsNull() {
		return types.StringNull()
	}
	if after.IsUnknown() || created.IsUnknown() {
		return types.StringUnknown()
	}
	age, err := parseDuration(after.ValueString())
	at := timeFromState(created)
	if err != nil || at.IsZero() {
		return types.StringNull()
	}
	return timeFromAPI(at.Add(age))
}
