package tfserver

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// decode reads a configuration or a state. It is not ok where there is none.
func (f *facts) decode(ctx context.Context, from *tfprotov6.DynamicValue) (values Values, raw tftypes.Value, ok bool) {
	if from == nil {
		return nil, raw, false
	}
	if known, ok := f.recent.find(from.MsgPack); ok {
		return known.values, known.raw, true
	}
	raw, err := from.Unmarshal(f.object)
	var given map[string]tftypes.Value
	if err != nil || raw.IsNull() || raw.As(&given) != nil {
		return nil, raw, false
	}
	values = make(Values, len(f.attributes))
	for i := range f.attributes {
		a := &f.attributes[i]
		switch value := given[a.name]; {
		case value.IsNull():
			values[a.name] = a.null
		default:
			if values[a.name], err = a.typ.ValueFromTerraform(ctx, value); err != nil {
				return nil, raw, false
			}
		}
	}
	f.recent.keep(decoded{from.MsgPack, values, raw})
	return values, raw, true
}

// state reads what a state holds. It is not ok where a write-only attribute has a value.
func (f *facts) state(ctx context.Context, from *tfprotov6.DynamicValue) (values Values, ok bool) {
	values, _, ok = f.decode(ctx, from)
	for i := range f.attributes {
		if ok && f.attributes[i].IsWriteOnly() && !values[f.attributes[i].name].IsNull() {
			return nil, false
		}
	}
	return values, ok
}

// proposesSame reports a proposed state that the framework takes for the prior one: with
// defaults where nothing is configured, and without write-only values.
func (f *facts) proposesSame(prior, proposed, config Values) bool {
	for i := range f.attributes {
		a := &f.attributes[i]
		planned := proposed[a.name]
		switch {
		case a.IsWriteOnly():
			continue // The framework plans null, as the state has it.
		case a.defaultValue != nil && config[a.name].IsNull():
			planned = a.defaultValue
		}
		if !planned.Equal(prior[a.name]) {
			return false
		}
	}
	return true
}

// identified encodes an identity.
func (f *facts) identified(identity map[string]string) (*tfprotov6.ResourceIdentityData, error) {
	attributes := make(map[string]tftypes.Value, len(identity))
	for name, text := range identity {
		attributes[name] = tftypes.NewValue(tftypes.String, text)
	}
	raw, err := tfprotov6.NewDynamicValue(f.identity, tftypes.NewValue(f.identity, attributes))
	return &tfprotov6.ResourceIdentityData{IdentityData: &raw}, err
}
