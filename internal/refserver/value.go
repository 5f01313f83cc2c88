package refserver

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// Limits of values. The service documents those of generated values only.
const (
	maxValue         = 64 << 10 // bytes after decoding, keys of a key/value map included
	minGenerated     = 16       // bytes
	maxGenerated     = 4096     // bytes
	usualGenerated   = 32       // bytes, where the caller gives no length
	formatString     = "string"
	formatKeyValue   = "keyValue"
	threeValueInputs = "secretString, secretKeyValues and generateSecret"
)

// valueInput is the part of a request body that carries a new value.
type valueInput struct {
	SecretString    *string           `json:"secretString,omitempty"`
	SecretKeyValues map[string]string `json:"secretKeyValues,omitempty"`
	GenerateSecret  *struct {
		ByteLength *int `json:"byteLength"`
	} `json:"generateSecret,omitempty"`
}

// value is a decoded value, in one of the two formats.
type value struct {
	String    []byte            `json:"s,omitempty"`
	KeyValues map[string][]byte `json:"kv,omitempty"`
}

func (v value) format() string {
	if v.KeyValues != nil {
		return formatKeyValue
	}
	return formatString
}

// plaintext is the text that KMS encrypts.
func (v value) plaintext() []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode a value: %v", err)) // Bytes and strings always encode.
	}
	return b
}

func valueFromPlaintext(b []byte) (value, error) {
	var v value
	if err := json.Unmarshal(b, &v); err != nil {
		return value{}, fmt.Errorf("decode a value: %w", err)
	}
	return v, nil
}

// read decodes the value that the input carries. The bytes of a generated value come
// from draw, which is called after all checks.
func (in valueInput) read(draw func(n int) []byte) (value, *problem) {
	given := 0
	for _, present := range []bool{in.SecretString != nil, in.SecretKeyValues != nil, in.GenerateSecret != nil} {
		if present {
			given++
		}
	}
	if given != 1 {
		return value{}, badRequest("exactly one of %s must be given, not %d", threeValueInputs, given)
	}
	switch {
	case in.GenerateSecret != nil:
		n := usualGenerated
		if in.GenerateSecret.ByteLength != nil {
			n = *in.GenerateSecret.ByteLength
		}
		if n < minGenerated || n > maxGenerated {
			return value{}, badRequest("generateSecret.byteLength must be from %d to %d, not %d", minGenerated, maxGenerated, n)
		}
		return value{String: draw(n)}, nil
	case in.SecretString != nil:
		return readString(*in.SecretString)
	default:
		return readKeyValues(in.SecretKeyValues)
	}
}

func readString(encoded string) (value, *problem) {
	b, ok := decodeBase64(encoded)
	if !ok {
		return value{}, badRequest("secretString is not standard, padded base64")
	}
	if len(b) > maxValue {
		return value{}, tooLong(len(b))
	}
	return value{String: b}, nil
}

func readKeyValues(encoded map[string]string) (value, *problem) {
	if len(encoded) == 0 {
		return value{}, badRequest("secretKeyValues must have at least one key")
	}
	v := value{KeyValues: make(map[string][]byte, len(encoded))}
	size := 0
	for key, e := range encoded {
		b, ok := decodeBase64(e)
		if !ok {
			return value{}, badRequest("secretKeyValues: the value of the key %q is not standard, padded base64", key)
		}
		size += len(key) + len(b)
		v.KeyValues[key] = b
	}
	if size > maxValue {
		return value{}, tooLong(size)
	}
	return v, nil
}

func tooLong(size int) *problem {
	return badRequest("the value has %d bytes, and at most %d are possible", size, maxValue)
}

// decodeBase64 is strict: the standard decoder would also accept line breaks
// and stray trailing bits.
func decodeBase64(s string) ([]byte, bool) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, false
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	return b, err == nil
}

// encodeBase64 is what decodeBase64 reads.
func encodeBase64(b []byte) *string {
	s := base64.StdEncoding.EncodeToString(b)
	return &s
}
