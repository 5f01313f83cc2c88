package provider

import "encoding"

// logged is a field of the log that is worked out only if the line is written.
type logged func() string

var _ encoding.TextMarshaler = logged(nil)

// MarshalText implements encoding.TextMarshaler, which the log's encoder asks for.
func (l logged) MarshalText() ([]byte, error) { return []byte(l()), nil }

// String is for those who print the fields themselves.
func (l logged) String() string { return l() }
