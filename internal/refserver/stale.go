package refserver

import "slices"

// remember keeps a secret, or its absence, as it is now, for reads that lag one
// change behind. It is called right before every change of a secret.
func (st *store) remember(at place) {
	if s := st.secrets[at]; s != nil {
		st.previous[at] = s.withoutValues()
	} else {
		delete(st.previous, at)
	}
}

// secretsSeenBy are the secrets that the call gets to see. Every secret was
// changed at least once, by its creation, so what was remembered is complete.
func (st *store) secretsSeenBy(c *call) map[place]*secret {
	if c.stale {
		return st.previous
	}
	return st.secrets
}

// withoutValues copies a secret but for its sealed values: a value that was
// destroyed must be gone from everywhere.
func (s *secret) withoutValues() *secret {
	copied := *s
	copied.versions = slices.Clone(s.versions)
	for i := range copied.versions {
		copied.versions[i].sealed = sealed{}
	}
	return &copied
}
