package tfserver

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// described is a resource of which only the schemas matter.
type described struct {
	resource.Resource

	schema schema.Schema
}

func (d described) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = d.schema
}

func (d described) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{"path": identityschema.StringAttribute{RequiredForImport: true}}}
}

// spelledType is a text whose values can be equal in spite of their spelling.
type spelledType struct{ basetypes.StringType }

func (spelledType) ValueType(context.Context) attr.Value { return spelled{} }

type spelled struct{ basetypes.StringValue }

func (spelled) StringSemanticEquals(context.Context, basetypes.StringValuable) (bool, diag.Diagnostics) {
	return true, nil
}

// ownModifier and ownValidator are no parts of the framework.
type (
	ownModifier  struct{ planmodifier.String }
	ownValidator struct{ validator.Bool }
)

// A schema with something that the fast path does not know leaves the resource to the
// framework.
func TestFactsOf(t *testing.T) {
	t.Parallel()
	alone := func(a schema.Attribute) schema.Schema {
		return schema.Schema{Attributes: map[string]schema.Attribute{"a": a}}
	}
	nested := func(a schema.Attribute) schema.Schema {
		return alone(schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{"b": a}})
	}
	for name, test := range map[string]struct {
		schema schema.Schema
		known  bool
	}{
		"a text":    {alone(schema.StringAttribute{Optional: true}), true},
		"a default": {alone(schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("x")}), true},
		"a framework's plan modifier": {alone(schema.StringAttribute{
			Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()},
		}), true},
		"a modifier of a flag": {alone(schema.BoolAttribute{Computed: true, PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()}}), true},
		"within an object":     {nested(schema.StringAttribute{Optional: true}), true},
		"within a write-only object": {alone(schema.SingleNestedAttribute{
			Optional: true, WriteOnly: true, Attributes: map[string]schema.Attribute{"b": schema.StringAttribute{Optional: true, WriteOnly: true}},
		}), true},
		"an own plan modifier":                          {alone(schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{ownModifier{}}}), false},
		"an own plan modifier within":                   {nested(schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{ownModifier{}}}), false},
		"a default within an object":                    {nested(schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("x")}), false},
		"a default of another kind":                     {alone(schema.Int64Attribute{Optional: true, Computed: true, Default: int64default.StaticInt64(1)}), false},
		"a write-only attribute within a stored object": {nested(schema.StringAttribute{Optional: true, WriteOnly: true}), false},
		"a deprecated attribute":                        {alone(schema.StringAttribute{Optional: true, DeprecationMessage: "Use b."}), false},
		"a deprecated resource":                         {schema.Schema{DeprecationMessage: "Use another."}, false},
		"a block":                                       {schema.Schema{Blocks: map[string]schema.Block{"a": schema.SingleNestedBlock{}}}, false},
		"a type that spells":                            {alone(schema.StringAttribute{Optional: true, CustomType: spelledType{}}), false},
		"a kind that is not known":                      {alone(schema.DynamicAttribute{Optional: true}), false},
		"another kind":                                  {alone(schema.ObjectAttribute{Optional: true, AttributeTypes: map[string]attr.Type{"b": types.StringType}}), false},
		"a validator of a flag":                         {alone(schema.BoolAttribute{Optional: true, Validators: []validator.Bool{ownValidator{}}}), false},
	} {
		if _, err := factsOf(t.Context(), described{schema: test.schema}); (err == nil) != test.known {
			t.Errorf("%s: %v, want it to be known: %t", name, err, test.known)
		}
	}
	if _, err := factsOf(t.Context(), struct{ resource.Resource }{described{}}); err == nil {
		t.Error("a resource without an identity is known")
	}
}
