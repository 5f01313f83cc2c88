package acctest

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// conforms reports where a later value contradicts what an earlier one knew.
func conforms(earlier, later tftypes.Value) error {
	after := attributesOf(later)
	for name, promised := range attributesOf(earlier) {
		if promised.IsFullyKnown() && !promised.Equal(after[name]) {
			return fmt.Errorf("%s was %s, and now is %s", name, promised, after[name])
		}
	}
	return nil
}

// Attribute is a planned or stored value.
func Attribute(v tftypes.Value, name string) tftypes.Value { return attributesOf(v)[name] }

func attributesOf(v tftypes.Value) map[string]tftypes.Value {
	attributes := map[string]tftypes.Value{}
	if !v.IsNull() && v.IsKnown() {
		_ = v.As(&attributes) // The value is an object by its schema.
	}
	return attributes
}

func dynamic(v tftypes.Value) (*tfprotov6.DynamicValue, error) {
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	return &d, err
}

// objectOf builds a value of a type from plain Go values.
func objectOf(typ tftypes.Type, given map[string]any) tftypes.Value {
	object, _ := typ.(tftypes.Object)
	attributes := map[string]tftypes.Value{}
	for name, attribute := range object.AttributeTypes {
		attributes[name] = valueOf(attribute, given[name])
	}
	return tftypes.NewValue(typ, attributes)
}

func valueOf(typ tftypes.Type, given any) tftypes.Value {
	switch given := given.(type) {
	case nil:
		return tftypes.NewValue(typ, nil)
	case map[string]any:
		return objectOf(typ, given)
	case map[string]string:
		elements := map[string]tftypes.Value{}
		for key, s := range given {
			elements[key] = tftypes.NewValue(tftypes.String, s)
		}
		return tftypes.NewValue(typ, elements)
	}
	return tftypes.NewValue(typ, given)
}
