package provider

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// The models of managed resources are structs whose fields have tfsdk tags and hold
// attribute values. The framework can fill them itself, but compiles a regular
// expression for every field each time, which was a fifth of what this process does
// in a plan. So these go through an object, and the tags of each type are read once.

// source is a configuration, plan or state.
type source interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// destination is a plan or state.
type destination interface {
	Set(ctx context.Context, value any) diag.Diagnostics
}

// get fills a model from what is there.
func get[M any](ctx context.Context, from source, model *M) diag.Diagnostics {
	_, diags := fill(ctx, from, model)
	return diags
}

// getIfAny returns nil where there is nothing, as in the plan of a deletion.
func getIfAny[M any](ctx context.Context, from source) (*M, diag.Diagnostics) {
	model := new(M)
	found, diags := fill(ctx, from, model)
	if !found {
		return nil, diags
	}
	return model, diags
}

func fill[M any](ctx context.Context, from source, model *M) (found bool, diags diag.Diagnostics) {
	var object types.Object
	diags = from.Get(ctx, &object)
	if diags.HasError() || object.IsNull() {
		return false, diags
	}
	diags.Append(assign(object.Attributes(), model)...)
	return true, diags
}

// assign fills a model from its attributes.
func assign[M any](given map[string]attr.Value, model *M) (diags diag.Diagnostics) {
	into := reflect.ValueOf(model).Elem()
	for name, field := range fieldsOf(into.Type()) {
		value := reflect.ValueOf(given[name])
		if !value.IsValid() || !value.Type().AssignableTo(into.Field(field).Type()) {
			diags.Append(diagnostic.StateModelInvalid.With(fmt.Sprintf(
				"The attribute %q of %T is not a %s. Please report this to the provider developers.", name, model, into.Field(field).Type())))
			continue
		}
		into.Field(field).Set(value)
	}
	return diags
}

// set writes a model.
func set[M any](ctx context.Context, to destination, model *M) diag.Diagnostics {
	from := reflect.ValueOf(model).Elem()
	fields := fieldsOf(from.Type())
	attributeTypes, values := make(map[string]attr.Type, len(fields)), make(map[string]attr.Value, len(fields))
	for name, field := range fields {
		value, _ := from.Field(field).Interface().(attr.Value) // See above: they are nothing else.
		attributeTypes[name], values[name] = value.Type(ctx), value
	}
	object, diags := types.ObjectValue(attributeTypes, values)
	if !diags.HasError() {
		diags.Append(to.Set(ctx, object)...)
	}
	return diags
}

// isSame reports two models whose attributes all have the same values.
func isSame[M any](a, b *M) bool {
	one, other := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	for i := range one.NumField() {
		value, ok := one.Field(i).Interface().(attr.Value)
		against, both := other.Field(i).Interface().(attr.Value)
		if !ok || !both || !value.Equal(against) {
			return false
		}
	}
	return true
}

// modelFields has the fields of each model, by its reflect.Type.
var modelFields sync.Map

// fieldsOf are the numbers of a model's fields by the names of their attributes.
func fieldsOf(model reflect.Type) map[string]int {
	if known, ok := modelFields.Load(model); ok {
		fields, _ := known.(map[string]int)
		return fields
	}
	fields := make(map[string]int, model.NumField())
	for i := range model.NumField() {
		fields[model.Field(i).Tag.Get("tfsdk")] = i
	}
	modelFields.Store(model, fields)
	return fields
}
