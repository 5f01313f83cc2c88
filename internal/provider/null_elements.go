package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// noNullElements is a validator of maps, lists and sets whose elements must not be null.
// Unlike the library's, it names the element. Unknown elements are not validated. A map
// that holds values has no such validator: Terraform would quote its line (see
// checkInputs).
type noNullElements struct{}

var (
	_ validator.Map  = noNullElements{}
	_ validator.List = noNullElements{}
	_ validator.Set  = noNullElements{}
)

// Description implements validator.Describer.
func (noNullElements) Description(context.Context) string { return "no element may be null" }

// MarkdownDescription implements validator.Describer.
func (v noNullElements) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateMap implements validator.Map.
func (noNullElements) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	for _, key := range nullKeys(req.ConfigValue) {
		resp.Diagnostics.Append(diagnostic.ElementNull.At(req.Path.AtMapKey(key), nullKeyDetail(req.Path.String(), key)))
	}
}

// ValidateList implements validator.List.
func (noNullElements) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	for i, element := range req.ConfigValue.Elements() {
		if element.IsNull() {
			resp.Diagnostics.Append(diagnostic.ElementNullInList.At(req.Path.AtListIndex(i), nullElementDetail(req.Path.AtListIndex(i))))
		}
	}
}

// ValidateSet implements validator.Set. A set has no places, so it names the set.
func (noNullElements) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if slices.ContainsFunc(req.ConfigValue.Elements(), attr.Value.IsNull) {
		resp.Diagnostics.Append(diagnostic.ElementNullInList.At(req.Path, fmt.Sprintf(
			"One of the elements of %s is null. Leave the element out, or give it a value. To filter a list, use [for x in LIST : x if x != null].", req.Path)))
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

func nullElementDetail(at path.Path) string {
	return fmt.Sprintf("%s is null. Leave the element out, or give it a value. To filter a list, use [for x in LIST : x if x != null].", at)
}
