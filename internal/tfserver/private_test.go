package tfserver

import (
	"encoding/json"
	"testing"
)

// Private state is known where the framework would return the same bytes.
func TestPrivateOf(t *testing.T) {
	t.Parallel()
	encode := func(keys map[string][]byte) []byte {
		raw, err := json.Marshal(keys)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for name, test := range map[string]struct {
		raw []byte
		ok  bool
	}{
		"none":                         {nil, true},
		"a key":                        {encode(map[string][]byte{"secret": []byte(`{"format":1}`)}), true},
		"two keys":                     {encode(map[string][]byte{"a": []byte(`1`), "b": []byte(`"x"`)}), true},
		"empty":                        {[]byte(`{}`), false},
		"a space":                      {append(encode(map[string][]byte{"a": []byte(`1`)}), ' '), false},
		"another order":                {[]byte(`{"b":"MQ==","a":"MQ=="}`), false},
		"a key of the framework":       {encode(map[string][]byte{".import_before_read": []byte(`true`)}), false},
		"an empty value":               {encode(map[string][]byte{"a": {}}), false},
		"a value that is not JSON":     {encode(map[string][]byte{"a": []byte(`{`)}), false},
		"a value that is not UTF-8":    {encode(map[string][]byte{"a": []byte("\"\xff\"")}), false},
		"no JSON":                      {[]byte(`x`), false},
		"of the former plugin library": {[]byte(`{"schema_version":"1"}`), false},
	} {
		private, ok := privateOf(test.raw)
		if ok != test.ok {
			t.Errorf("%s: it is known: %t, want %t", name, ok, test.ok)
		}
		if value, _ := private.GetKey(t.Context(), "a"); name == "two keys" && string(value) != "1" {
			t.Errorf("%s: a is %q", name, value)
		}
	}
}
