package refserver

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// browseJSON is the body of browseSecrets' answer.
type browseJSON struct {
	Path     string       `json:"path"`
	Prefixes []string     `json:"prefixes"`
	Secrets  []secretJSON `json:"secrets"`
}

// listSecrets answers with every secret whose path starts with the prefix.
func (st *store) listSecrets(c *call) answer {
	list := []secretJSON{}
	for _, s := range st.readable(c, c.route.path) {
		list = append(list, st.metadata(s, false))
	}
	return answer{status: http.StatusOK, body: list}
}

// browseSecrets answers with one level: the secrets right under the path, and
// the prefixes under which there are more.
func (st *store) browseSecrets(c *call) answer {
	base := strings.TrimSuffix(c.route.path, "/") + "/"
	level := browseJSON{Path: base, Prefixes: []string{}, Secrets: []secretJSON{}}
	for _, s := range st.readable(c, base) {
		name, _, deeper := strings.Cut(strings.TrimPrefix(s.at.path, base), "/")
		if !deeper {
			level.Secrets = append(level.Secrets, st.metadata(s, false))
			continue
		}
		// "-", "." and "+" sort before "/", so a prefix may come back after others.
		if prefix := base + name + "/"; !slices.Contains(level.Prefixes, prefix) {
			level.Prefixes = append(level.Prefixes, prefix)
		}
	}
	slices.Sort(level.Prefixes)
	return answer{status: http.StatusOK, body: level}
}

// readable are the secrets that start with the prefix and that the caller may
// read, sorted by path.
func (st *store) readable(c *call, prefix string) []*secret {
	var found []*secret
	for s := range maps.Values(st.secretsSeenBy(c)) {
		at := c.place()
		at.path = s.at.path
		if c.omitted != "" && matches(c.omitted, s.at.path) {
			continue
		}
		if s.at == at && strings.HasPrefix(s.at.path, prefix) && c.principal.may(permRead, s.at.path) {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b *secret) int { return strings.Compare(a.at.path, b.at.path) })
	return found
}
