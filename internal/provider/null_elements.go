package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// noNullElements is a validator of maps whose elements must not be null. Unlike the
// library's, it names the key. Unknown elements are not validated. A map that holds values
// is checked without it, because Terraform would quote its line (checkInputs), and so are
// the lists of an access policy, which name their place (checkConditions).
type noNullElements struct{}

var _ validator.Map = noNullElements{}

// Description implements validator.Describer.
func (noNullElements) Description(context.Context) string { return "no value may be null" }

// MarkdownDescription implements validator.Describer.
func (v noNullElements) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateMap implements validator.Map.
func (noNullElements) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	for _, key := range nullKeys(req.ConfigValue) {
		resp.Diagnostics.Append(diagnostic.ElementNull.At(req.Path.AtMapKey(key), nullKeyDetail(req.Path.String(), key)))
	}
}

// nullKeys are the keys of a map whose values are null, sorted.
func nullKeys(m types.Map) []string {
	elements := m.Elements()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(elements)), func(key string) bool { return !elements[key].IsNull() })
}

// nullKeyDetail explains a map that has a key without a value.
func nullKeyDetail(name, key string) string {
	return fmt.Sprintf("%s has no value for %q: it is null. Leave the key out, or give it a string. "+
		"To filter a map, use {for k, v in MAP : k => v if v != null}.", name, key)
}

// nullElementDetail explains an element of a list or set that is null.
func nullElementDetail(name string) string {
	return name + " is null. Leave the element out, or give it a value. To filter a list, use [for x in LIST : x if x != null]."
}
