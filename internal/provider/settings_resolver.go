package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// setting is one argument with its environment variable.
type setting struct {
	name  string
	env   string
	value types.String
}

// isExported says whether the environment gives a value.
func (s setting) isExported(r *resolver) bool { return r.getenv(s.env) != "" }

// isSet says whether the block or the environment gives a value.
func (s setting) isSet(r *resolver) bool { return !s.value.IsNull() || s.isExported(r) }

// String names the setting in a diagnostic.
func (s setting) String() string { return fmt.Sprintf("%s (or %s)", s.name, s.env) }

// resolver finds the values of settings and collects what is wrong with them.
type resolver struct {
	getenv  func(string) string
	diags   diag.Diagnostics
	unknown []string // names of arguments that are known only after an apply
}

// text lets configuration beat environment. An argument that is set but empty is an
// error rather than a fall-back: it is most often a variable that somebody forgot
// to fill, and the environment may name another organisation.
//
// No error points at the argument: Terraform would quote its line, which may hold a
// credential, if only as one of two alternatives.
func (r *resolver) text(s setting) string {
	switch {
	case s.value.IsUnknown():
		r.unknown = append(r.unknown, s.name)
	case s.value.IsNull():
		return r.getenv(s.env)
	case s.value.ValueString() == "":
		r.diags.Append(diagnostic.ProviderArgumentEmpty.With(fmt.Sprintf(
			"%s must not be empty. Give a value, or leave the argument out to use the environment variable %s.", s.name, s.env)))
	}
	return s.value.ValueString()
}

// word is a text that travels in a header or form, where a line break, as from a
// file, cannot or must not.
func (r *resolver) word(s setting) string {
	value := r.text(s)
	if value != strings.TrimSpace(value) || strings.ContainsAny(value, "\r\n") {
		r.diags.Append(diagnostic.ProviderArgumentInvalid.With(fmt.Sprintf(
			"%s begins or ends with white space, or holds a line break. Take it out, for example with trimspace().", s)))
	}
	return value
}

// isUnknown notes an argument that is known only after an apply.
func (r *resolver) isUnknown(at path.Path, value attr.Value) bool {
	if value.IsUnknown() {
		r.unknown = append(r.unknown, at.String())
	}
	return value.IsUnknown()
}
