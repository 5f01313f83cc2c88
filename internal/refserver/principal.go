package refserver

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Kind says with which scheme of the Authorization header a principal's token
// is accepted.
type Kind string

// The kinds of token. The empty kind means AnyScheme.
const (
	PersonalToken Kind = "personal" // "Authorization: Token …"
	AccessToken   Kind = "access"   // "Authorization: Bearer …"
	AnyScheme     Kind = "any"      // either
)

// Principal is a caller of the API.
type Principal struct {
	Name string `json:"name"`
	// Token is the credential. It may be empty for a principal that gets its
	// tokens from the token endpoint only.
	Token string `json:"token,omitempty"`
	Kind  Kind   `json:"kind,omitempty"`
	// Organisations and Projects are those the principal may work in; empty
	// means any. The project "" stands for secrets of the organisation itself.
	Organisations []string `json:"organisations,omitempty"`
	Projects      []string `json:"projects,omitempty"`
	// Grants are what the principal may do; empty means everything.
	Grants []Grant `json:"grants,omitempty"`
}

// Grant allows permissions on the paths of secrets and the identities of KMS keys.
type Grant struct {
	// Permissions are list, create, read, putSecretValue, getSecretValue,
	// delete, update, kmsRead, kmsManage, auditLog, or "*" for all.
	Permissions []string `json:"permissions"`
	// Paths are patterns in which "*" stands for any run of characters, slashes
	// included: "/app/production/*". Empty means every path.
	Paths []string `json:"paths,omitempty"`
}

// permission is what an operation asks of its caller.
type permission string

const (
	permList      permission = "list"
	permCreate    permission = "create"
	permRead      permission = "read"
	permPut       permission = "putSecretValue"
	permReveal    permission = "getSecretValue"
	permDelete    permission = "delete"
	permUpdate    permission = "update"
	permKMSRead   permission = "kmsRead"
	permKMSManage permission = "kmsManage"
	permAuditLog  permission = "auditLog"
)

// may reports whether the principal holds perm on the secret path or key identity.
func (p Principal) may(perm permission, identity string) bool {
	return p.holds(perm, func(pattern string) bool { return matches(pattern, identity) })
}

// mayList reports whether the principal may list anything under prefix. A
// pattern that only overlaps the prefix is enough, because the listing itself
// leaves out what the caller may not read.
func (p Principal) mayList(prefix string) bool {
	return p.holds(permList, func(pattern string) bool {
		literal, _, open := strings.Cut(pattern, "*")
		return strings.HasPrefix(literal, prefix) || open && strings.HasPrefix(prefix, literal)
	})
}

func (p Principal) holds(perm permission, covers func(pattern string) bool) bool {
	if len(p.Grants) == 0 {
		return true
	}
	return slices.ContainsFunc(p.Grants, func(g Grant) bool {
		if !slices.Contains(g.Permissions, string(perm)) && !slices.Contains(g.Permissions, "*") {
			return false
		}
		return len(g.Paths) == 0 || slices.ContainsFunc(g.Paths, covers)
	})
}

// matches reports whether s matches a pattern in which "*" stands for any run
// of characters.
func matches(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == s
	}
	if !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return strings.HasSuffix(s, last)
}

func (p Principal) inOrganisation(organisation string) bool {
	return len(p.Organisations) == 0 || slices.Contains(p.Organisations, organisation)
}

func (p Principal) inProject(project string) bool {
	return len(p.Projects) == 0 || slices.Contains(p.Projects, project)
}

// accepts reports whether the principal's token may come with the scheme, which
// RFC 9110 compares without case.
func (p Principal) accepts(scheme string) bool {
	switch p.Kind {
	case PersonalToken:
		return strings.EqualFold(scheme, "Token")
	case AccessToken:
		return strings.EqualFold(scheme, "Bearer")
	default:
		return strings.EqualFold(scheme, "Token") || strings.EqualFold(scheme, "Bearer")
	}
}

// clone copies the principal with everything it points to.
func (p Principal) clone() Principal {
	p.Organisations = slices.Clone(p.Organisations)
	p.Projects = slices.Clone(p.Projects)
	p.Grants = slices.Clone(p.Grants)
	for i, g := range p.Grants {
		p.Grants[i] = Grant{Permissions: slices.Clone(g.Permissions), Paths: slices.Clone(g.Paths)}
	}
	return p
}

// validate finds mistakes that would silently grant nothing, or everything.
func (p Principal) validate() error {
	if p.Name == "" {
		return errors.New("a principal needs a name")
	}
	switch p.Kind {
	case "", PersonalToken, AccessToken, AnyScheme:
	default:
		return fmt.Errorf("principal %q has the unknown kind %q", p.Name, p.Kind)
	}
	known := []permission{permList, permCreate, permRead, permPut, permReveal, permDelete, permUpdate, permKMSRead, permKMSManage, permAuditLog, "*"}
	for _, g := range p.Grants {
		if len(g.Permissions) == 0 {
			return fmt.Errorf("principal %q has a grant without permissions", p.Name)
		}
		for _, perm := range g.Permissions {
			if !slices.Contains(known, permission(perm)) {
				return fmt.Errorf("principal %q has the unknown permission %q", p.Name, perm)
			}
		}
	}
	return nil
}
