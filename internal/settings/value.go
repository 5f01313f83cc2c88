package settings

// Value is one argument of the provider block. The zero value is an argument that is left out.
// It cannot print what it holds, because some arguments are credentials.
type Value[T any] struct {
	unknown bool
	get     func() T
}

// Known is an argument with a value.
func Known[T any](value T) Value[T] { return Value[T]{get: func() T { return value }} }

// Unknown is an argument whose value is known only after an apply.
func Unknown[T any]() Value[T] { return Value[T]{unknown: true} }

// isSet reports that the block has the argument, known or not.
func (v Value[T]) isSet() bool { return v.unknown || v.get != nil }

// orZero is the value, zero where there is none.
func (v Value[T]) orZero() (value T) {
	if v.get != nil {
		value = v.get()
	}
	return value
}
