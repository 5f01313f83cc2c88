package provider

import (
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

func changeOf(unknown, differs bool) version.Change {
	switch {
	case unknown:
		return version.Undecided
	case differs:
		return version.Changed
	}
	return version.Unchanged
}
