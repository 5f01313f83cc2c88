package tfserver

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"
)

// stateType has each kind of attribute that the fast path knows.
var stateType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"text":   tftypes.String,
	"number": tftypes.Number,
	"is":     tftypes.Bool,
	"pairs":  tftypes.Map{ElementType: tftypes.String},
	"list":   tftypes.List{ElementType: tftypes.Object{AttributeTypes: map[string]tftypes.Type{"set": tftypes.Set{ElementType: tftypes.String}}}},
}}

// A state in the form that Terraform writes is exact, and one in any other form is not,
// although the framework reads it.
func TestIsExact(t *testing.T) {
	t.Parallel()
	for stored, exact := range map[string]bool{
		`{"text":"a","number":1,"is":true,"pairs":{"k":"v"},"list":[{"set":["x"]}]}`:     true,
		`{"text":null,"number":null,"is":null,"pairs":null,"list":null}`:                 true,
		`{"text":"","number":-2,"is":false,"pairs":{},"list":[{"set":null},{"set":[]}]}`: true,
		`{"text":"a","number":1,"is":true,"pairs":{"k":"v"}}`:                            false, // an attribute is missing
		`{"text":"a","number":1,"is":true,"pairs":{"k":"v"},"list":null,"more":null}`:    false, // one too many
		`{"text":"a","number":1,"is":true,"pairs":{"k":"v"},"more":null}`:                false, // another one
		`{"text":"a","number":1,"is":true,"pairs":null,"list":[{}]}`:                     false, // one is missing within
		`{"text":"a","number":1,"is":true,"pairs":null,"list":[{"set":null,"more":1}]}`:  false,
		`{"text":"a","number":1,"is":true,"pairs":{"k":1},"list":null}`:                  false, // a number for a text
		`{"text":1,"number":1,"is":true,"pairs":null,"list":null}`:                       false,
		`{"text":"a","number":"1","is":true,"pairs":null,"list":null}`:                   false,
		`{"text":"a","number":1.5,"is":true,"pairs":null,"list":null}`:                   false,
		`{"text":"a","number":1,"is":"true","pairs":null,"list":null}`:                   false,
		`{"text":"a","number":1,"is":true,"pairs":[],"list":null}`:                       false,
		`{"text":"a","number":1,"is":true,"pairs":null,"list":{}}`:                       false,
		`null`: false,
		`[]`:   false,
		``:     false,
	} {
		if got := isExactObject(json.RawMessage(stored), stateType.AttributeTypes); got != exact {
			t.Errorf("%s is exact: %t, want %t", stored, got, exact)
		}
	}
}

// The framework decodes exact JSON to the value that Terraform decodes it to: the
// one without its leniency for attributes that are not in the schema.
func TestExactStatesDecodeAlike(t *testing.T) {
	t.Parallel()
	leaf := rapid.SampledFrom([]string{`null`, `"a"`, `"\u00e9"`, `1`, `-7`, `1.5`, `true`, `"1"`, `{}`, `{"k":"v"}`, `{"k":null}`, `[]`, `[{"set":["x"]}]`, `[{"set":[1]}]`, `[{}]`})
	rapid.Check(t, func(t *rapid.T) {
		given := map[string]json.RawMessage{}
		for name := range stateType.AttributeTypes {
			if rapid.IntRange(0, 20).Draw(t, "has "+name) > 0 {
				given[name] = json.RawMessage(leaf.Draw(t, name))
			}
		}
		raw, err := json.Marshal(given)
		if err != nil {
			t.Fatal(err)
		}
		if !isExactObject(raw, stateType.AttributeTypes) {
			return
		}
		lenient := tfprotov6.UnmarshalOpts{ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true}}
		framework, err := tfprotov6.RawState{JSON: raw}.UnmarshalWithOpts(stateType, lenient)
		if err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		answer, err := tfprotov6.DynamicValue{JSON: raw}.Unmarshal(stateType)
		if err != nil || !answer.Equal(framework) {
			t.Fatalf("%s: %s and %s, %v", raw, answer, framework, err)
		}
	})
}
