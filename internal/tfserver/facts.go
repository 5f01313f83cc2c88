package tfserver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// facts are what follows from the schemas of a resource. The framework works them out again
// for each attribute of each request.
type facts struct {
	schema     schema.Schema
	object     tftypes.Object
	attributes []attribute
	identity   tftypes.Object
	noIdentity tfprotov6.DynamicValue
	recent     recent
}

// attribute is what follows from an attribute of a schema.
type attribute struct {
	schema.Attribute

	name         string
	typ          attr.Type
	null         attr.Value
	defaultValue attr.Value // nil for none
	nested       []attribute
	at           path.Path // of an attribute of the resource itself
	expression   path.Expression
}

// factsOf works out the facts of a resource. An error names what the fast path does not know.
func factsOf(ctx context.Context, r resource.Resource) (*facts, error) {
	var schemas resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &schemas)
	identity, hasIdentity := r.(resource.ResourceWithIdentity)
	_, validates := r.(resource.ResourceWithConfigValidators)
	if !hasIdentity || validates || len(schemas.Schema.Blocks) > 0 || schemas.Schema.DeprecationMessage != "" {
		return nil, fmt.Errorf("%T has no identity, or has validators, blocks or a deprecation", r)
	}
	var identities resource.IdentitySchemaResponse
	identity.IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &identities)
	f := &facts{schema: schemas.Schema}
	var known bool
	if f.object, known = schemas.Schema.Type().TerraformType(ctx).(tftypes.Object); !known {
		return nil, fmt.Errorf("%T is not an object", r)
	}
	if f.identity, known = identities.IdentitySchema.Type().TerraformType(ctx).(tftypes.Object); !known {
		return nil, fmt.Errorf("the identity of %T is not an object", r)
	}
	for name, typ := range f.identity.AttributeTypes {
		if !typ.Is(tftypes.String) {
			return nil, fmt.Errorf("%s of the identity of %T is not a string", name, r)
		}
	}
	var err error
	if f.noIdentity, err = tfprotov6.NewDynamicValue(f.identity, tftypes.NewValue(f.identity, nil)); err != nil {
		return nil, err
	}
	f.attributes, err = attributesOf(ctx, schemas.Schema.Attributes, false)
	for i := range f.attributes {
		f.attributes[i].at, f.attributes[i].expression = path.Root(f.attributes[i].name), path.MatchRoot(f.attributes[i].name)
	}
	return f, err
}

// attributesOf works out the facts of attributes, by their names in order.
func attributesOf(ctx context.Context, given map[string]schema.Attribute, isNested bool) ([]attribute, error) {
	attributes := make([]attribute, 0, len(given))
	for _, name := range slices.Sorted(maps.Keys(given)) {
		a := attribute{Attribute: given[name], name: name, typ: given[name].GetType()}
		err := a.workOut(ctx)
		if err == nil && isNested && a.defaultValue != nil {
			err = errors.New("it has a default within another attribute")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		attributes = append(attributes, a)
	}
	return attributes, nil
}

// workOut fills in what follows from the schema of the attribute.
func (a *attribute) workOut(ctx context.Context) error {
	nested, err := nestedOf(a.Attribute)
	if err == nil {
		a.nested, err = attributesOf(ctx, nested, true)
	}
	if err == nil {
		a.null, err = a.typ.ValueFromTerraform(ctx, tftypes.NewValue(a.typ.TerraformType(ctx), nil))
	}
	switch {
	case err != nil:
		return err
	case a.GetDeprecationMessage() != "", a.hasSemanticEquality(ctx), !a.hasOrdinaryModifiers():
		return errors.New("it has a deprecation, semantic equality or its own plan modifiers")
	case !a.IsWriteOnly() && slices.ContainsFunc(a.nested, func(n attribute) bool { return n.IsWriteOnly() }):
		return errors.New("it is stored, and holds a write-only attribute")
	}
	return a.takeDefault(ctx)
}

// nestedOf are the attributes within an attribute, if it is of a kind that is known here.
// Only texts, numbers and maps may have validators.
func nestedOf(a schema.Attribute) (nested map[string]schema.Attribute, err error) {
	validators := 0
	switch a := a.(type) {
	case schema.StringAttribute, schema.Int64Attribute, schema.MapAttribute:
	case schema.BoolAttribute:
		validators = len(a.Validators)
	case schema.ListAttribute:
		validators = len(a.Validators)
	case schema.SetAttribute:
		validators = len(a.Validators)
	case schema.SingleNestedAttribute:
		nested, validators = a.Attributes, len(a.Validators)
	case schema.ListNestedAttribute:
		nested, validators = a.NestedObject.Attributes, len(a.Validators)+len(a.NestedObject.Validators)
	default:
		return nil, fmt.Errorf("%T is not known", a)
	}
	if validators > 0 {
		return nil, fmt.Errorf("%T has validators", a)
	}
	return nested, nil
}

// takeDefault asks for the default, which is the same each time.
func (a *attribute) takeDefault(ctx context.Context) error {
	field := reflect.ValueOf(a.Attribute).FieldByName("Default")
	if !field.IsValid() || field.IsNil() {
		return nil
	}
	switch given := field.Interface().(type) {
	case defaults.String:
		var resp defaults.StringResponse
		given.DefaultString(ctx, defaults.StringRequest{Path: path.Root(a.name)}, &resp)
		a.defaultValue = resp.PlanValue
	case defaults.Bool:
		var resp defaults.BoolResponse
		given.DefaultBool(ctx, defaults.BoolRequest{Path: path.Root(a.name)}, &resp)
		a.defaultValue = resp.PlanValue
	default:
		return fmt.Errorf("a default of %T is not known", given)
	}
	return nil
}

// hasSemanticEquality reports a type for which the framework keeps a prior value that is
// spelled otherwise.
func (a *attribute) hasSemanticEquality(ctx context.Context) bool {
	switch a.typ.ValueType(ctx).(type) {
	case basetypes.StringValuableWithSemanticEquals, basetypes.Int64ValuableWithSemanticEquals, basetypes.BoolValuableWithSemanticEquals,
		basetypes.MapValuableWithSemanticEquals, basetypes.ListValuableWithSemanticEquals, basetypes.SetValuableWithSemanticEquals,
		basetypes.ObjectValuableWithSemanticEquals:
		return true
	}
	return false
}

// hasOrdinaryModifiers reports plan modifiers of the framework alone. They leave a planned
// value alone that is known and equal to the prior one.
func (a *attribute) hasOrdinaryModifiers() bool {
	field := reflect.ValueOf(a.Attribute).FieldByName("PlanModifiers")
	for i := range field.Len() {
		if !strings.HasPrefix(field.Index(i).Elem().Type().PkgPath(), reflect.TypeFor[schema.Schema]().PkgPath()+"/") {
			return false
		}
	}
	return true
}
