package acctest

import (
	"maps"
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Attribute is a planned or stored value.
func Attribute(v tftypes.Value, name string) tftypes.Value { return attributesOf(v)[name] }

func attributesOf(v tftypes.Value) map[string]tftypes.Value {
	attributes := map[string]tftypes.Value{}
	if !v.IsNull() && v.IsKnown() {
		_ = v.As(&attributes) // The value is an object by its schema.
	}
	return maps.Clone(attributes) // As hands out the value's own.
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
	case unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case tftypes.Value:
		return given
	case map[string]any:
		return objectOf(typ, given)
	case map[string]string:
		elements := map[string]tftypes.Value{}
		for key, s := range given {
			elements[key] = tftypes.NewValue(tftypes.String, s)
		}
		return tftypes.NewValue(typ, elements)
	case []any:
		return listOf(typ, given)
	case []string:
		elements := make([]any, len(given))
		for i, s := range given {
			elements[i] = s
		}
		return listOf(typ, elements)
	}
	return tftypes.NewValue(typ, given)
}

// listOf builds a list or a set.
func listOf(typ tftypes.Type, given []any) tftypes.Value {
	var element tftypes.Type
	switch typ := typ.(type) {
	case tftypes.List:
		element = typ.ElementType
	case tftypes.Set:
		element = typ.ElementType
	}
	elements := make([]tftypes.Value, len(given))
	for i, value := range given {
		elements[i] = valueOf(element, value)
	}
	return tftypes.NewValue(typ, elements)
}

// Int64 returns a number, or the numbers of a list. Null and unknown values have none.
func Int64(v tftypes.Value) []int64 {
	var elements []tftypes.Value
	if v.IsKnown() && !v.IsNull() && v.As(&elements) == nil {
		var numbers []int64
		for _, element := range elements {
			numbers = append(numbers, Int64(element)...)
		}
		return numbers
	}
	var n big.Float
	if !v.IsKnown() || v.IsNull() || v.As(&n) != nil {
		return nil
	}
	number, _ := n.Int64()
	return []int64{number}
}

// Dynamic builds a configuration of the resource as it travels.
func (c *Core) Dynamic(config map[string]any) (*tfprotov6.DynamicValue, error) {
	return dynamic(objectOf(c.schema.ValueType(), config))
}
