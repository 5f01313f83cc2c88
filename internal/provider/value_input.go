package provider

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
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

// format is how the service calls the form of the values that the input gives.
func (k inputKind) format() string {
	if k == inputKeyValues || k == inputKeyValuesWO {
		return client.FormatKeyValue
	}
	return client.FormatString
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
func (v valueInputs) kind() inputKind { return first(v.set(false)) }

// certain is the input that is given in any case, also if the unknown ones turn out to be null.
func (v valueInputs) certain() inputKind { return first(v.set(true)) }

func first(kinds []inputKind) inputKind {
	if len(kinds) == 0 {
		return inputNone
	}
	return kinds[0]
}

// checkInputs refuses a second input, and a value that cannot be one. The block is
// the attribute that the inputs stand in, empty for none. No error here points at
// an attribute: Terraform would quote its line, and with it perhaps a value.
func checkInputs(block string, v valueInputs) (diags diag.Diagnostics) {
	kinds := v.set(true)
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = block + string(kind)
	}
	if len(kinds) > 1 {
		diags.Append(diagnostic.ValueAmbiguous.With(fmt.Sprintf("At most one value input may be given, but %s are. Keep one.", strings.Join(names, " and "))))
		return diags
	}
	if len(kinds) == 0 {
		return diags
	}
	for _, given := range []types.String{v.StringWO, v.BinaryWO, v.String} {
		if isKnown(given) && given.ValueString() == "" {
			diags.Append(diagnostic.ValueEmpty.With(fmt.Sprintf("%s must not be empty.", names[0])))
		}
	}
	for _, given := range []types.Map{v.KeyValuesWO, v.KeyValues} {
		if isKnown(given) && len(given.Elements()) == 0 {
			diags.Append(diagnostic.ValueEmpty.With(fmt.Sprintf("%s must have at least one pair.", names[0])))
		}
		for _, key := range nullKeys(given) {
			diags.Append(diagnostic.ElementNull.With(nullKeyDetail(names[0], key)))
		}
	}
	diags.Append(checkSize(names[0], v)...)
	if _, err := base64.StdEncoding.DecodeString(v.BinaryWO.ValueString()); err != nil {
		diags.Append(diagnostic.ValueBase64Invalid.With(fmt.Sprintf(
			"%s must be standard base64 with padding, as filebase64() and base64encode() give it. For text, use the string input instead.", names[0])))
	}
	return diags
}

// checkSize refuses a value that the service would refuse for its size: half-way through
// an apply that would leave a secret without its value. Of pairs, those that are known
// count.
func checkSize(name string, v valueInputs) (diags diag.Diagnostics) {
	if size := v.value().Size(); size > client.MaxValue {
		diags.Append(diagnostic.ValueTooLarge.With(fmt.Sprintf(
			"%s has %d bytes, and the Secrets Manager takes at most %d (64 KiB). The bytes count before they are encoded for the request; of key/value pairs, the keys count too. "+
				"Split the value over several secrets, or keep it elsewhere and put the key that encrypts it here.", name, size, client.MaxValue)))
	}
	return diags
}

// isUnknown reports that the given input is not known in every part.
func (v valueInputs) isUnknown() bool {
	return v.isUncertain() || hasUnknown(v.KeyValuesWO) || hasUnknown(v.KeyValues) || byteLengthOf(v.Generate).IsUnknown()
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
		// The validation has seen to it that this decodes.
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

// nothingToPut is for a version without a value. The id is zero where it is not known.
func nothingToPut(id secretpath.SecretID) diag.Diagnostic {
	imports := "the id is REGION/PATH@" + secretpath.CurrentName
	if !id.IsZero() {
		imports = fmt.Sprintf("terraform import ADDRESS %s@%s", id, secretpath.CurrentName)
	}
	return diagnostic.ValueMissing.At(path.Root(string(inputStringWO)),
		"A version can only be created with a value. Give exactly one of secret_string_wo, secret_binary_wo, secret_key_values_wo, secret_string, secret_key_values and generate; "+
			"or, to track a version that exists already, import it: "+imports+".")
}
