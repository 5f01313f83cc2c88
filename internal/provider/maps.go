package provider

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// hasUnknown reports a map that is not known, or not in every element.
func hasUnknown(m types.Map) bool {
	for _, element := range m.Elements() {
		if element.IsUnknown() {
			return true
		}
	}
	return m.IsUnknown()
}

// union lays b over a.
func union(a, b map[string]string) map[string]string {
	both := make(map[string]string, len(a)+len(b))
	maps.Copy(both, a)
	maps.Copy(both, b)
	return both
}

// hiddenBy are the labels that a secret has beyond the resource's own.
func hiddenBy(has, own map[string]string) map[string]string {
	hidden := maps.Clone(has)
	maps.DeleteFunc(hidden, func(key, _ string) bool { _, isOwn := own[key]; return isOwn })
	return hidden
}

// stringMap takes the strings out of a known map of strings.
func stringMap(m types.Map) map[string]string {
	out := make(map[string]string, len(m.Elements()))
	for key, element := range m.Elements() {
		if s, ok := element.(types.String); ok {
			out[key] = s.ValueString()
		}
	}
	return out
}

// mapFromAPI makes a map for the state. The service does not tell an empty map
// from none, so where it says "empty", what the state had stays.
func mapFromAPI(said map[string]string, had types.Map) types.Map {
	if len(said) == 0 {
		if isKnown(had) && len(had.Elements()) == 0 {
			return had
		}
		return types.MapNull(types.StringType)
	}
	elements := make(map[string]attr.Value, len(said))
	for key, value := range said {
		elements[key] = types.StringValue(value)
	}
	return types.MapValueMust(types.StringType, elements)
}
