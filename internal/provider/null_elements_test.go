package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// nullCase is a configuration in which one element of one collection is null.
type nullCase struct {
	value tftypes.Value
	at    string // the attribute, as a diagnostic names it
	says  string
}

// nullCases puts a null element into each collection that can be configured, however
// deep it stands. What else is required is left out: the error about it is another one.
func nullCases(attributes []*tfprotov6.SchemaAttribute, typ tftypes.Type) []nullCase {
	object, _ := typ.(tftypes.Object)
	var cases []nullCase
	for _, attribute := range attributes {
		if !attribute.Optional && !attribute.Required {
			continue
		}
		for _, inner := range nullElements(attribute, object.AttributeTypes[attribute.Name]) {
			values := map[string]tftypes.Value{}
			for name, of := range object.AttributeTypes {
				values[name] = tftypes.NewValue(of, nil)
			}
			values[attribute.Name] = inner.value
			cases = append(cases, nullCase{tftypes.NewValue(object, values), attribute.Name + inner.at, inner.says})
		}
	}
	return cases
}

func nullElements(attribute *tfprotov6.SchemaAttribute, typ tftypes.Type) []nullCase {
	switch typ := typ.(type) {
	case tftypes.Map:
		element := tftypes.NewValue(typ.ElementType, nil)
		return []nullCase{{tftypes.NewValue(typ, map[string]tftypes.Value{"the key": element}), "", `has no value for "the key": it is null. Leave the key out`}}
	case tftypes.Set:
		return []nullCase{{tftypes.NewValue(typ, []tftypes.Value{tftypes.NewValue(typ.ElementType, nil)}), "", "is null. Leave the element out"}}
	case tftypes.List:
		cases := []nullCase{{tftypes.NewValue(typ, []tftypes.Value{tftypes.NewValue(typ.ElementType, nil)}), "[0]", "is null. Leave the element out"}}
		if attribute.NestedType != nil {
			for _, inner := range nullCases(attribute.NestedType.Attributes, typ.ElementType) {
				cases = append(cases, nullCase{tftypes.NewValue(typ, []tftypes.Value{inner.value}), "[0]." + inner.at, inner.says})
			}
		}
		return cases
	case tftypes.Object:
		if attribute.NestedType == nil {
			return nil
		}
		var cases []nullCase
		for _, inner := range nullCases(attribute.NestedType.Attributes, typ) {
			cases = append(cases, nullCase{inner.value, "." + inner.at, inner.says})
		}
		return cases
	}
	return nil
}

// A null element of any collection is an error that names the collection and the
// element, in every schema that the provider serves.
func TestNullElementsAreNamed(t *testing.T) {
	t.Parallel()
	server, schemas := served(t)
	validators := validatorsOf(t, server)
	found := map[string]bool{}
	for kind, of := range map[string]map[string]*tfprotov6.Schema{
		"provider": {"block": schemas.Provider}, "resource": schemas.ResourceSchemas, "data source": schemas.DataSourceSchemas,
		"ephemeral": schemas.EphemeralResourceSchemas, "list": schemas.ListResourceSchemas, "action": actionSchemas(schemas),
	} {
		for name, schema := range of {
			for _, tc := range nullCases(schema.Block.Attributes, schema.ValueType()) {
				found[kind+" "+name+" "+tc.at] = true
				config, err := tfprotov6.NewDynamicValue(schema.ValueType(), tc.value)
				if err != nil {
					t.Fatal(err)
				}
				if said := validators[kind](name, &config); !namesNull(said, tc) {
					t.Errorf("%s %s, a null element of %s: %q", kind, name, tc.at, said)
				}
			}
		}
	}
	for _, want := range []string{
		"provider block default_labels", "resource thalassasecrets_secret labels", "resource thalassasecrets_secret access_policy.conditions[0].cidrs",
		"resource thalassasecrets_secret initial_value.secret_key_values_wo", "resource thalassasecrets_secret_version rotation.keepers",
		"resource thalassasecrets_secret_version secret_key_values", "data source thalassasecrets_secrets labels", "list thalassasecrets_secret labels",
	} {
		if !found[want] {
			t.Errorf("the test has not tried %s", want)
		}
	}
}

func actionSchemas(schemas *tfprotov6.GetProviderSchemaResponse) map[string]*tfprotov6.Schema {
	of := map[string]*tfprotov6.Schema{}
	for name, action := range schemas.ActionSchemas {
		of[name] = action.Schema
	}
	return of
}

// namesNull reports that one of the errors is about the element.
func namesNull(said []string, tc nullCase) bool {
	for _, text := range said {
		named := strings.HasPrefix(text, "Null value in a map: ") || strings.HasPrefix(text, "Invalid access policy: ")
		if named && strings.Contains(text, tc.at) && strings.Contains(text, tc.says) {
			return true
		}
	}
	return false
}

// validatorsOf are the requests that validate a configuration, by kind.
func validatorsOf(t *testing.T, server tfprotov6.ProviderServer) map[string]func(name string, config *tfprotov6.DynamicValue) []string {
	t.Helper()
	errorsOf := func(diagnostics []*tfprotov6.Diagnostic, err error) []string {
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, d := range diagnostics {
			said = append(said, d.Summary+": "+d.Detail)
		}
		return said
	}
	actions, isAction := server.(tfprotov6.ActionServer)
	lists, isList := server.(tfprotov6.ListResourceServer)
	if !isAction || !isList {
		t.Fatal("the server lacks actions or lists")
	}
	ctx := t.Context()
	return map[string]func(string, *tfprotov6.DynamicValue) []string{
		"provider": func(_ string, config *tfprotov6.DynamicValue) []string {
			resp, err := server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: config})
			return errorsOf(resp.Diagnostics, err)
		},
		"resource": func(name string, config *tfprotov6.DynamicValue) []string {
			resp, err := server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
				TypeName: name, Config: config, ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
			})
			return errorsOf(resp.Diagnostics, err)
		},
		"data source": func(name string, config *tfprotov6.DynamicValue) []string {
			resp, err := server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: config})
			return errorsOf(resp.Diagnostics, err)
		},
		"ephemeral": func(name string, config *tfprotov6.DynamicValue) []string {
			resp, err := server.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: config})
			return errorsOf(resp.Diagnostics, err)
		},
		"action": func(name string, config *tfprotov6.DynamicValue) []string {
			resp, err := actions.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: config})
			return errorsOf(resp.Diagnostics, err)
		},
		"list": func(name string, config *tfprotov6.DynamicValue) []string {
			resp, err := lists.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: name, Config: config})
			return errorsOf(resp.Diagnostics, err)
		},
	}
}
