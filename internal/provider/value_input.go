package provider

import (
	"encoding/base64"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// inputKind is the name of the attribute that gives a value.
type inputKind string

// The value inputs. The empty kind means that there is none.
const (
	inputNone        inputKind = ""
	inputStringWO    inputKind = "secret_string_wo"
	inputBinaryWO    inputKind = "secret_binary_wo"
	inputKeyValuesWO inputKind = "secret_key_values_wo"
	inputString      inputKind = "secret_string"
	inputKeyValues   inputKind = "secret_key_values"
	inputGenerate    inputKind = "generate"
)

// writeOnlyTwin is the input that takes the same value without keeping it in
// state.
func (k inputKind) writeOnlyTwin() inputKind {
	switch k {
	case inputString:
		return inputStringWO
	case inputKeyValues:
		return inputKeyValuesWO
	case inputNone, inputStringWO, inputBinaryWO, inputKeyValuesWO, inputGenerate:
	}
	return inputNone
}

// valueInputs are the attributes that can give a value. Those that a resource
// does not have stay null.
type valueInputs struct {
	StringWO    types.String
	BinaryWO    types.String
	KeyValuesWO types.Map
	String      types.String
	KeyValues   types.Map
	Generate    types.Object
}

// set lists the inputs that are given, in the order of the documentation. An
// input that is not known yet may still turn out null; certain leaves it out.
func (v valueInputs) set(certain bool) []inputKind {
	var kinds []inputKind
	given := func(kind inputKind, isNull, isUnknown bool) {
		if !isNull && (!isUnknown || !certain) {
			kinds = append(kinds, kind)
		}
	}
	given(inputStringWO, v.StringWO.IsNull(), v.StringWO.IsUnknown())
	given(inputBinaryWO, v.BinaryWO.IsNull(), v.BinaryWO.IsUnknown())
	given(inputKeyValuesWO, v.KeyValuesWO.IsNull(), v.KeyValuesWO.IsUnknown())
	given(inputString, v.String.IsNull(), v.String.IsUnknown())
	given(inputKeyValues, v.KeyValues.IsNull(), v.KeyValues.IsUnknown())
	given(inputGenerate, v.Generate.IsNull(), v.Generate.IsUnknown())
	return kinds
}

// kind is the input that is given, none where there is none.
func (v valueInputs) kind() inputKind {
	if kinds := v.set(false); len(kinds) > 0 {
		return kinds[0]
	}
	return inputNone
}

// isUnknown reports that the given input is not known in every part.
func (v valueInputs) isUnknown() bool {
	return v.StringWO.IsUnknown() || v.BinaryWO.IsUnknown() || hasUnknown(v.KeyValuesWO) ||
		v.String.IsUnknown() || hasUnknown(v.KeyValues) || v.Generate.IsUnknown() || byteLengthOf(v.Generate).IsUnknown()
}

// isUncertain reports an input that is not known as a whole, and may turn out to
// give no value after all.
func (v valueInputs) isUncertain() bool {
	return v.StringWO.IsUnknown() || v.BinaryWO.IsUnknown() || v.KeyValuesWO.IsUnknown() ||
		v.String.IsUnknown() || v.KeyValues.IsUnknown() || v.Generate.IsUnknown()
}

// isWriteOnly reports an input that leaves no trace in state.
func (k inputKind) isWriteOnly() bool {
	return k == inputStringWO || k == inputBinaryWO || k == inputKeyValuesWO
}

// isRenewable reports an input that gives a new value when it is put again.
func (k inputKind) isRenewable() bool { return k == inputGenerate || k.isWriteOnly() }

// value is what the given input asks to write. Strings are UTF-8 text as
// Terraform holds them; the client encodes. It is the zero Value where no input
// is given. Everything has to be known, and valid.
func (v valueInputs) value() client.Value {
	switch v.kind() {
	case inputStringWO:
		return client.BytesValue([]byte(v.StringWO.ValueString()))
	case inputString:
		return client.BytesValue([]byte(v.String.ValueString()))
	case inputBinaryWO:
		// The validator has seen to it that this decodes.
		decoded, _ := base64.StdEncoding.DecodeString(v.BinaryWO.ValueString())
		return client.BytesValue(decoded)
	case inputKeyValuesWO:
		return client.PairsValue(stringMap(v.KeyValuesWO))
	case inputKeyValues:
		return client.PairsValue(stringMap(v.KeyValues))
	case inputGenerate:
		return client.GeneratedValue(int(byteLengthOf(v.Generate).ValueInt64()))
	case inputNone:
	}
	return client.Value{}
}

// byteLengthOf reads the length out of a generate block.
func byteLengthOf(generate types.Object) types.Int64 {
	length, _ := generate.Attributes()["byte_length"].(types.Int64)
	return length
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
