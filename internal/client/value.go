package client

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"maps"
)

// Format names of a version's value. Other names may come from the service.
const (
	FormatString   = "string"
	FormatKeyValue = "keyValue"
)

// Value is a value to write: bytes, key/value pairs, or the order to generate
// bytes inside the service. It cannot print itself: every verb of fmt, slog and
// the encoders show a placeholder, so no log or error can leak it by accident.
// The zero Value is nothing and is refused.
type Value struct {
	bytes    *[]byte
	pairs    map[string]string
	generate int
}

// BytesValue is a value of format string.
func BytesValue(b []byte) Value { return Value{bytes: &b} }

// PairsValue is a value of format keyValue.
func PairsValue(pairs map[string]string) Value { return Value{pairs: maps.Clone(pairs)} }

// GeneratedValue orders byteLength random bytes that never leave the service.
// The service accepts lengths from 8 to 1024.
func GeneratedValue(byteLength int) Value { return Value{generate: byteLength} }

// IsZero reports whether there is nothing to write.
func (v Value) IsZero() bool { return v.bytes == nil && v.pairs == nil && v.generate == 0 }

// Bytes returns the value where it is plain bytes.
func (v Value) Bytes() (b []byte, ok bool) {
	if v.bytes == nil {
		return nil, false
	}
	return *v.bytes, true
}

// Pairs returns the key/value pairs, nil where the value is none.
func (v Value) Pairs() map[string]string { return v.pairs }

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
	switch {
	case v.bytes != nil:
		s := base64.StdEncoding.EncodeToString(*v.bytes)
		return wireValue{SecretString: &s}
	case v.pairs != nil:
		encoded := make(map[string]string, len(v.pairs))
		for k, s := range v.pairs {
			encoded[k] = base64.StdEncoding.EncodeToString([]byte(s))
		}
		return wireValue{SecretKeyValues: &encoded}
	case v.generate != 0:
		return wireValue{GenerateSecret: &wireGenerate{v.generate}}
	}
	return wireValue{}
}

// Revealed is a value that the service handed out. Like Value it cannot print
// itself; Bytes and Pairs are the only ways to what it holds.
type Revealed struct {
	Version       int64
	KMSKey        string // identity of the key that sealed it
	KMSKeyVersion string
	bytes         []byte
	pairs         map[string][]byte
}

// Bytes returns the value, nil when it is key/value pairs.
func (r Revealed) Bytes() []byte { return r.bytes }

// Pairs returns the key/value pairs, nil when the value is plain bytes.
func (r Revealed) Pairs() map[string][]byte { return r.pairs }

// Format implements fmt.Formatter: the value never shows.
func (Revealed) Format(s fmt.State, _ rune) { fmt.Fprint(s, hidden) }

// LogValue implements slog.LogValuer: the value never shows.
func (Revealed) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText keeps the value out of encoders.
func (Revealed) MarshalText() ([]byte, error) { return []byte(hidden), nil }
