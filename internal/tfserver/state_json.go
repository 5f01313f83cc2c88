package tfserver

import (
	"encoding/json"
	"regexp"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// wholeNumber is how a state writes the numbers of this provider.
var wholeNumber = regexp.MustCompile(`^-?[0-9]{1,18}$`)

// isExact reports JSON that has exactly the attributes of a type at every level, in the
// form that Terraform writes. Terraform decodes it to the same value as the framework,
// which also accepts other forms and fills in what is missing.
func isExact(raw json.RawMessage, of tftypes.Type) bool {
	if string(raw) == "null" {
		return true
	}
	switch of := of.(type) {
	case tftypes.Object:
		return isExactObject(raw, of.AttributeTypes)
	case tftypes.Map:
		var elements map[string]json.RawMessage
		if json.Unmarshal(raw, &elements) != nil {
			return false
		}
		for _, element := range elements {
			if !isExact(element, of.ElementType) {
				return false
			}
		}
		return true
	case tftypes.List:
		return isExactList(raw, of.ElementType)
	case tftypes.Set:
		return isExactList(raw, of.ElementType)
	}
	switch {
	case of.Is(tftypes.String):
		return raw[0] == '"'
	case of.Is(tftypes.Number):
		return wholeNumber.Match(raw)
	case of.Is(tftypes.Bool):
		return raw[0] == 't' || raw[0] == 'f'
	}
	return false
}

func isExactObject(raw json.RawMessage, attributes map[string]tftypes.Type) bool {
	var given map[string]json.RawMessage
	if json.Unmarshal(raw, &given) != nil || len(given) != len(attributes) {
		return false
	}
	for name, attribute := range attributes {
		value, has := given[name]
		if !has || !isExact(value, attribute) {
			return false
		}
	}
	return true
}

func isExactList(raw json.RawMessage, of tftypes.Type) bool {
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil {
		return false
	}
	for _, element := range elements {
		if !isExact(element, of) {
			return false
		}
	}
	return true
}
