package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

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

// isUncertain reports a block that is not known in every attribute.
func isUncertain(block types.Object) bool {
	for _, attribute := range block.Attributes() {
		if attribute.IsUnknown() {
			return true
		}
	}
	return block.IsUnknown()
}

// inWords writes an attribute for the words of a warning.
func inWords(s types.String) string {
	switch {
	case s.IsUnknown():
		return "(known after apply)"
	case s.IsNull():
		return "none"
	}
	return fmt.Sprintf("%q", s.ValueString())
}

// retentionInWords writes a retention as the configuration does.
func retentionInWords(block types.Object) string {
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
		text += ", min_idle = " + inWords(idle)
	}
	return text + " }"
}
