package tfserver

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// validate answers that there is nothing to say about a configuration. It is the one place
// that repeats rules of the framework: which attributes must be null, and in which order a
// schema is walked. It only ever confirms.
func (f *fastPath) validate(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) *tfprotov6.ValidateResourceConfigResponse {
	config, raw, ok := f.decode(ctx, req.Config)
	if !ok {
		return nil
	}
	v := validation{config: tfsdk.Config{Raw: raw, Schema: f.schema}}
	if capabilities := req.ClientCapabilities; capabilities != nil {
		v.client.WriteOnlyAttributesAllowed = capabilities.WriteOnlyAttributesAllowed
	}
	for i := range f.attributes {
		a := &f.attributes[i]
		if !v.accepts(ctx, a, config[a.name], a.at, a.expression) {
			return nil
		}
	}
	r, ok := f.newResource().(ResourceWithFastPath)
	if !ok || !r.AcceptsConfig(ctx, config, resource.ValidateConfigClientCapabilities(v.client)) {
		return nil
	}
	return &tfprotov6.ValidateResourceConfigResponse{}
}

// validation is that of one configuration.
type validation struct {
	config tfsdk.Config
	client validator.ValidateSchemaClientCapabilities
}

// accepts reports an attribute that is fine, with all that is in it.
func (v *validation) accepts(ctx context.Context, a *attribute, value attr.Value, at path.Path, expression path.Expression) bool {
	return v.mayBeGiven(a, value.IsNull()) && v.passes(ctx, a, value, at, expression) && v.acceptsWithin(ctx, a, value, at, expression)
}

// mayBeGiven reports an attribute that has a value where it must, and none where it must not.
func (v *validation) mayBeGiven(a *attribute, isNull bool) bool {
	if isNull {
		return !a.IsRequired()
	}
	return (a.IsOptional() || !a.IsComputed()) && (v.client.WriteOnlyAttributesAllowed || !a.IsWriteOnly())
}

// passes asks the validators of an attribute.
func (v *validation) passes(ctx context.Context, a *attribute, value attr.Value, at path.Path, expression path.Expression) bool {
	switch given := a.Attribute.(type) {
	case schema.StringAttribute:
		text, ok := value.(types.String)
		return ok && areSilent(given.Validators, func(one validator.String, resp *validator.StringResponse) *diag.Diagnostics {
			one.ValidateString(ctx, validator.StringRequest{Path: at, PathExpression: expression, Config: v.config, ConfigValue: text, ClientCapabilities: v.client}, resp)
			return &resp.Diagnostics
		})
	case schema.Int64Attribute:
		number, ok := value.(types.Int64)
		return ok && areSilent(given.Validators, func(one validator.Int64, resp *validator.Int64Response) *diag.Diagnostics {
			one.ValidateInt64(ctx, validator.Int64Request{Path: at, PathExpression: expression, Config: v.config, ConfigValue: number, ClientCapabilities: v.client}, resp)
			return &resp.Diagnostics
		})
	case schema.MapAttribute:
		pairs, ok := value.(types.Map)
		return ok && areSilent(given.Validators, func(one validator.Map, resp *validator.MapResponse) *diag.Diagnostics {
			one.ValidateMap(ctx, validator.MapRequest{Path: at, PathExpression: expression, Config: v.config, ConfigValue: pairs, ClientCapabilities: v.client}, resp)
			return &resp.Diagnostics
		})
	case schema.SetAttribute:
		set, ok := value.(types.Set)
		return ok && !hasDoubles(set.Elements())
	}
	return true
}

// acceptsWithin reports that all attributes within an object, or within a list of objects,
// are fine. An object of a list that is null or unknown is left to the framework.
func (v *validation) acceptsWithin(ctx context.Context, a *attribute, value attr.Value, at path.Path, expression path.Expression) bool {
	if len(a.nested) == 0 || !isKnown(value) {
		return true
	}
	if list, ok := value.(types.List); ok {
		for i, element := range list.Elements() {
			if !isKnown(element) || !v.acceptsWithin(ctx, a, element, at.AtListIndex(i), expression.AtListIndex(i)) {
				return false
			}
		}
		return true
	}
	nested, ok := value.(basetypes.ObjectValuable)
	if !ok {
		return false
	}
	object, diags := nested.ToObjectValue(ctx)
	values := object.Attributes()
	for i := range a.nested {
		within := &a.nested[i]
		if !v.accepts(ctx, within, values[within.name], at.AtName(within.name), expression.AtName(within.name)) {
			return false
		}
	}
	return len(diags) == 0
}

// areSilent reports that no validator has anything to say.
func areSilent[V, R any](validators []V, ask func(V, *R) *diag.Diagnostics) bool {
	for _, one := range validators {
		if len(*ask(one, new(R))) > 0 {
			return false
		}
	}
	return true
}

// hasDoubles reports a set with an element that is there twice, which the framework refuses.
func hasDoubles(elements []attr.Value) bool {
	for i, element := range elements {
		for _, before := range elements[:i] {
			if element.Equal(before) {
				return true
			}
		}
	}
	return false
}

func isKnown(value attr.Value) bool { return !value.IsNull() && !value.IsUnknown() }
