package settings

import (
	"fmt"
	"strings"
)

// setting is one argument with its environment variable.
type setting struct {
	name  string
	env   string
	value Value[string]
}

// isExported says whether the environment gives a value.
func (s setting) isExported(r *resolver) bool { return r.getenv(s.env) != "" }

// isSet says whether the block or the environment gives a value.
func (s setting) isSet(r *resolver) bool { return s.value.isSet() || s.isExported(r) }

// String names the setting in a text for the user.
func (s setting) String() string { return fmt.Sprintf("%s (or %s)", s.name, s.env) }

// resolver finds the values of settings and collects what is wrong with them.
type resolver struct {
	getenv   func(string) string
	problems []Problem
	unknown  []string // names of arguments that are known only after an apply
}

// refuse notes a problem that points at no argument.
func (r *resolver) refuse(kind Kind, detail string) { r.refuseAt(kind, "", detail) }

// refuseAt notes a problem that points at an argument.
func (r *resolver) refuseAt(kind Kind, argument, detail string) {
	r.problems = append(r.problems, Problem{kind, argument, detail})
}

// text lets the block beat the environment. An argument that is set but empty is an error
// rather than a fall-back: it is most often a variable without a value, and the environment may
// name another organisation.
//
// No problem points at the argument, which may be a credential, if only as one of two
// alternatives.
func (r *resolver) text(s setting) string {
	if !s.value.isSet() {
		return r.getenv(s.env)
	}
	value := known(r, s.name, s.value)
	if value == "" && !s.value.unknown {
		r.refuse(ArgumentEmpty, fmt.Sprintf(
			"%s must not be empty. Give a value, or leave the argument out to use the environment variable %s.", s.name, s.env))
	}
	return value
}

// word is a text that is sent in a header or form, where a line break, as from a file, cannot
// or must not be.
func (r *resolver) word(s setting) string {
	value := r.text(s)
	if value != strings.TrimSpace(value) || strings.ContainsAny(value, "\r\n") {
		r.refuse(ArgumentInvalid, fmt.Sprintf(
			"%s begins or ends with white space, or contains a line break. Remove it, for example with trimspace().", s))
	}
	return value
}

// known is the value of an argument, zero where there is none. It notes one that is known only
// after an apply.
func known[T any](r *resolver, name string, value Value[T]) T {
	if value.unknown {
		r.unknown = append(r.unknown, name)
	}
	return value.orZero()
}
