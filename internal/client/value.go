package client

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"maps"
	"slices"
)

// Format names of a version's value. Other names may come from the service.
const (
	FormatString   = "string"
	FormatKeyValue = "keyValue"
)

// Value is a value to write: bytes, key/value pairs, or the order to generate
// bytes inside the service. It cannot print itself: what it holds is behind a
// function, and every verb of fmt, slog and the encoders show a placeholder, so no
// log or error can leak it by accident. The zero Value is nothing and is refused.
type Value struct {
	hold     func() plain
	generate int
}

// plain is what a value is made of: bytes, or pairs where they are not nil.
type plain struct {
	bytes []byte
	pairs map[string]string
}

// BytesValue is a value of format string.
func BytesValue(b []byte) Value {
	p := plain{bytes: slices.Clone(b)}
	return Value{hold: func() plain { return p }}
}

// PairsValue is a value of format keyValue.
func PairsValue(pairs map[string]string) Value {
	if pairs == nil {
		return Value{}
	}
	p := plain{pairs: maps.Clone(pairs)}
	return Value{hold: func() plain { return p }}
}

// The limits of the service.
const (
	// MinGenerated and MaxGenerated bound the length of a generated value.
	MinGenerated = 16
	MaxGenerated = 4096
	// MaxValue is the most bytes of a value before it is encoded. Of key/value pairs the
	// keys count too.
	MaxValue = 64 << 10
)

// GeneratedValue orders byteLength random bytes that never leave the service, from
// MinGenerated to MaxGenerated of them.
func GeneratedValue(byteLength int) Value { return Value{generate: byteLength} }

// IsZero reports whether there is nothing to write.
func (v Value) IsZero() bool { return v.hold == nil && v.generate == 0 }

// Bytes returns the value where it is plain bytes.
func (v Value) Bytes() (b []byte, ok bool) {
	if v.hold == nil || v.hold().pairs != nil {
		return nil, false
	}
	return slices.Clone(v.hold().bytes), true
}

// Pairs returns the key/value pairs, nil where the value is none.
func (v Value) Pairs() map[string]string {
	if v.hold == nil {
		return nil
	}
	return maps.Clone(v.hold().pairs)
}

// Size is the number of bytes that count against MaxValue, zero for a generated value.
func (v Value) Size() int {
	if v.hold == nil {
		return 0
	}
	held := v.hold()
	size := len(held.bytes)
	for key, text := range held.pairs {
		size += len(key) + len(text)
	}
	return size
}

// format is the name of the value's format. A generated value is a string.
func (v Value) format() string {
	if v.hold != nil && v.hold().pairs != nil {
		return FormatKeyValue
	}
	return FormatString
}

// Format implements fmt.Formatter: the value never shows.
func (Value) Format(s fmt.State, _ rune) { fmt.Fprint(s, hidden) }

// LogValue implements slog.LogValuer: the value never shows.
func (Value) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText keeps the value out of encoders that the wire format does not use.
func (Value) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// wireValue is how a value travels: exactly one field, base64 for all bytes.
type wireValue struct {
	SecretString    *string            `json:"secretString,omitempty"`
	SecretKeyValues *map[string]string `json:"secretKeyValues,omitempty"`
	GenerateSecret  *wireGenerate      `json:"generateSecret,omitempty"`
}

type wireGenerate struct {
	ByteLength int `json:"byteLength"`
}

func (v Value) wire() wireValue {
	if v.generate != 0 {
		return wireValue{GenerateSecret: &wireGenerate{v.generate}}
	}
	if b, ok := v.Bytes(); ok {
		s := base64.StdEncoding.EncodeToString(b)
		return wireValue{SecretString: &s}
	}
	encoded := map[string]string{}
	for k, s := range v.Pairs() {
		encoded[k] = base64.StdEncoding.EncodeToString([]byte(s))
	}
	return wireValue{SecretKeyValues: &encoded}
}

// Revealed is a value that the service handed out. Like Value it cannot print
// itself; Bytes and Pairs are the only ways to what it holds.
type Revealed struct {
	Version       int64
	KMSKey        string // identity of the key that encrypted it
	KMSKeyVersion string
	hold          func() revealed
}

// revealed is what a revealed value is made of: bytes, or pairs where they are
// not nil.
type revealed struct {
	bytes []byte
	pairs map[string][]byte
}

// Bytes returns the value, nil when it is key/value pairs.
func (r Revealed) Bytes() []byte {
	if r.hold == nil {
		return nil
	}
	return r.hold().bytes
}

// Pairs returns the key/value pairs, nil when the value is plain bytes.
func (r Revealed) Pairs() map[string][]byte {
	if r.hold == nil {
		return nil
	}
	return r.hold().pairs
}

// Value is what was revealed, to be put again byte for byte. Nothing was is the
// zero Value.
func (r Revealed) Value() Value {
	pairs := r.Pairs()
	switch {
	case r.hold == nil:
		return Value{}
	case pairs == nil:
		return BytesValue(r.Bytes())
	}
	texts := make(map[string]string, len(pairs))
	for key, value := range pairs {
		texts[key] = string(value)
	}
	return PairsValue(texts)
}

// Format implements fmt.Formatter: the value never shows.
func (Revealed) Format(s fmt.State, _ rune) { fmt.Fprint(s, hidden) }

// LogValue implements slog.LogValuer: the value never shows.
func (Revealed) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText keeps the value out of encoders.
func (Revealed) MarshalText() ([]byte, error) { return []byte(hidden), nil }
