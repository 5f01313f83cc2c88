package provider

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// held is a source and destination that holds an object.
type held struct{ object types.Object }

func (h *held) Get(_ context.Context, target any) (diags diag.Diagnostics) {
	into, ok := target.(*types.Object)
	if !ok {
		diags.AddError("unexpected target", "")
		return diags
	}
	*into = h.object
	return diags
}

func (h *held) Set(_ context.Context, value any) (diags diag.Diagnostics) {
	object, ok := value.(types.Object)
	if !ok {
		diags.AddError("unexpected value", "")
	}
	h.object = object
	return diags
}

type exampleModel struct {
	Name    types.String `tfsdk:"name"`
	Numbers types.List   `tfsdk:"numbers"`
}

var exampleTypes = map[string]attr.Type{"name": types.StringType, "numbers": types.ListType{ElemType: types.Int64Type}}

func TestModelGoesThereAndBack(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]exampleModel{
		"known":   {types.StringValue("a"), types.ListValueMust(types.Int64Type, []attr.Value{types.Int64Value(1)})},
		"null":    {types.StringNull(), types.ListNull(types.Int64Type)},
		"unknown": {types.StringUnknown(), types.ListUnknown(types.Int64Type)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			place := &held{}
			if diags := set(t.Context(), place, &want); diags.HasError() {
				t.Fatal(diags)
			}
			var got exampleModel
			if diags := get(t.Context(), place, &got); diags.HasError() {
				t.Fatal(diags)
			}
			if !got.Name.Equal(want.Name) || !got.Numbers.Equal(want.Numbers) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestModelOfNothing(t *testing.T) {
	t.Parallel()
	model, diags := getIfAny[exampleModel](t.Context(), &held{types.ObjectNull(exampleTypes)})
	if model != nil || diags.HasError() {
		t.Errorf("got %v, %v", model, diags)
	}
}

// A field that the schema does not have, or has with another type, is a mistake of
// this provider, and is reported and not passed over.
func TestModelThatDoesNotMatch(t *testing.T) {
	t.Parallel()
	for name, object := range map[string]types.Object{
		"no such attribute": types.ObjectValueMust(map[string]attr.Type{"name": types.StringType}, map[string]attr.Value{"name": types.StringValue("a")}),
		"another type": types.ObjectValueMust(
			map[string]attr.Type{"name": types.StringType, "numbers": types.StringType},
			map[string]attr.Value{"name": types.StringValue("a"), "numbers": types.StringValue("1")}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var model exampleModel
			diags := get(t.Context(), &held{object}, &model)
			if !diags.HasError() || !strings.Contains(diags[0].Detail(), `"numbers"`) {
				t.Errorf("got %v", diags)
			}
		})
	}
}
