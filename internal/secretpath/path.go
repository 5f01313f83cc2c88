// Package secretpath holds the value types that name things in the Secrets
// Manager: the path of a secret, a secret in a region and a version of a
// secret. It parses and formats them and does nothing else.
package secretpath

import (
	"fmt"
	"strings"
)

// MaxLength is the longest path the Secrets Manager accepts, in characters.
const MaxLength = 512

// Path is the validated path of a secret, such as /app/production/db. The zero
// value is not a path; every other value came out of ParsePath.
type Path struct {
	s string
}

// Prefix is the validated place that a listing starts from: a path, optionally
// ending in a slash, or the root "/".
type Prefix struct {
	s string
}

// reserved are the names a sub-resource of a secret has in a URL. A secret whose
// last segment is one of them cannot be distinguished from a sub-resource of its
// parent.
var reserved = map[string]bool{"versions": true, "value": true, "policy": true}

// ParsePath checks s against the path rules of the Secrets Manager and against
// the two extra rules that keep a URL unambiguous: no segment "." or ".." and
// no reserved last segment. Its error names the broken rule.
func ParsePath(s string) (Path, error) {
	if err := checkPlace(s); err != nil {
		return Path{}, err
	}
	if strings.HasSuffix(s, "/") {
		return Path{}, ruleError(s, `must not end with "/"`)
	}
	if last := s[strings.LastIndexByte(s, '/')+1:]; reserved[last] {
		return Path{}, ruleError(s, fmt.Sprintf(
			"must not end in the segment %q, which in a URL means a part of the secret %q", last, strings.TrimSuffix(s, "/"+last)))
	}
	return Path{s}, nil
}

// ParsePrefix checks s against the rules for the start of a listing: those of a
// path, except that it may end with "/" and may have any last segment.
func ParsePrefix(s string) (Prefix, error) {
	if err := checkPlace(s); err != nil {
		return Prefix{}, err
	}
	return Prefix{s}, nil
}

// ParseDirectory checks s against the rules for a prefix that holds whole segments:
// one that ends with "/". The prefix /app also holds /app-2/db, which
// is rarely meant.
func ParseDirectory(s string) (Prefix, error) {
	prefix, err := ParsePrefix(s)
	if err == nil && !strings.HasSuffix(s, "/") {
		return Prefix{}, ruleError(s, `must end with "/"`)
	}
	return prefix, err
}

// String returns the path as it was parsed.
func (p Path) String() string { return p.s }

// IsZero reports whether p is not a path at all.
func (p Path) IsZero() bool { return p.s == "" }

// Prefix is where a listing starts that holds the path itself.
func (p Path) Prefix() Prefix { return Prefix(p) }

// Directory is the level of the tree that the path stands in: "/app/" for "/app/db".
func (p Path) Directory() Prefix { return Prefix{p.s[:strings.LastIndexByte(p.s, '/')+1]} }

// String returns the prefix as it was parsed.
func (p Prefix) String() string { return p.s }

// IsZero reports whether p is not a prefix at all.
func (p Prefix) IsZero() bool { return p.s == "" }

// checkPlace holds the rules that paths and prefixes share.
func checkPlace(s string) error {
	switch {
	case s == "":
		return ruleError(s, "must not be empty")
	case len(s) > MaxLength:
		return ruleError(s, fmt.Sprintf("must have at most %d characters, and has %d", MaxLength, len(s)))
	case s[0] != '/':
		return ruleError(s, `must start with "/"`)
	}
	if i := strings.IndexFunc(s, illegal); i >= 0 {
		r := []rune(s[i:])[0]
		return ruleError(s, fmt.Sprintf("must have only the characters A-Z a-z 0-9 / _ - . +, and has %q", r))
	}
	if strings.Contains(s, "//") {
		return ruleError(s, `must not contain "//"`)
	}
	for segment := range strings.SplitSeq(s, "/") {
		if segment == "." || segment == ".." {
			return ruleError(s, fmt.Sprintf("must not have the segment %q, which proxies rewrite", segment))
		}
	}
	return nil
}

func illegal(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return !strings.ContainsRune("/_-.+", r)
}

// RuleError says which rule a path, region, secret id or version id breaks.
type RuleError struct {
	Input string // what was parsed
	Rule  string // the rule in words: "must start with …"
}

func (e *RuleError) Error() string {
	return fmt.Sprintf("%q %s", shorten(e.Input), e.Rule)
}

func ruleError(input, rule string) error {
	return &RuleError{Input: input, Rule: rule}
}

// shorten keeps an absurdly long input from filling a user's screen.
func shorten(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
