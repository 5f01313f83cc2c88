package refserver

import (
	"fmt"
	"slices"
)

// principals are the callers of the API by name. The zero value is empty.
type principals []Principal

func (ps principals) has(name string) bool {
	_, ok := ps.named(name)
	return ok
}

func (ps principals) named(name string) (Principal, bool) {
	i := slices.IndexFunc(ps, func(p Principal) bool { return p.Name == name })
	if i < 0 {
		return Principal{}, false
	}
	return ps[i], true
}

func (ps principals) withToken(token string) (Principal, bool) {
	i := slices.IndexFunc(ps, func(p Principal) bool { return p.Token != "" && p.Token == token })
	if i < 0 {
		return Principal{}, false
	}
	return ps[i], true
}

// add adds a principal, or replaces the one that has its name. Two principals must not
// share a token.
func (ps *principals) add(p Principal) error {
	if err := p.validate(); err != nil {
		return err
	}
	if other, ok := ps.withToken(p.Token); ok && other.Name != p.Name {
		return fmt.Errorf("principals %q and %q have the same token", other.Name, p.Name)
	}
	p = p.clone()
	for i := range *ps {
		if (*ps)[i].Name == p.Name {
			(*ps)[i] = p
			return nil
		}
	}
	*ps = append(*ps, p)
	return nil
}
