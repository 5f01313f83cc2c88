package refserver

import "slices"

// keepPrevious keeps the secret, or its absence, for stale reads. It is called right
// before every change of a secret.
func (st *store) keepPrevious(at place) {
	if s := st.secrets[at]; s != nil {
		st.previous[at] = s.withoutValues()
	} else {
		delete(st.previous, at)
	}
}

// secretsSeenBy are the secrets that the call reads. Every secret was changed at least
// once, by its creation, so the previous states are complete.
func (st *store) secretsSeenBy(c *call) map[place]*secret {
	if c.stale {
		return st.previous
	}
	return st.secrets
}

// withoutValues copies a secret without its encrypted values, so that a destroyed value
// is nowhere in memory.
func (s *secret) withoutValues() *secret {
	copied := *s
	copied.versions = slices.Clone(s.versions)
	for i := range copied.versions {
		copied.versions[i].encrypted = encryptedValue{}
	}
	return &copied
}
