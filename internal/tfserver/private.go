package tfserver

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Private is the private state of a request, by the keys of the provider.
type Private map[string][]byte

// GetKey reads a key in the way of the framework's private state.
func (p Private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return p[key], nil
}

// privateOf decodes private state. It is not ok where the framework would not return the
// same bytes, or where it finds one of its keys, which begin with a dot.
func privateOf(raw []byte) (private Private, ok bool) {
	if len(raw) == 0 {
		return Private{}, true
	}
	if json.Unmarshal(raw, &private) != nil || len(private) == 0 {
		return nil, false
	}
	for key, value := range private {
		if strings.HasPrefix(key, ".") || len(value) == 0 || !utf8.Valid(value) || !json.Valid(value) {
			return nil, false
		}
	}
	again, err := json.Marshal(map[string][]byte(private))
	return private, err == nil && bytes.Equal(again, raw)
}
