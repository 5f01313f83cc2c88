package refserver

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// alterBody changes the secrets in the body of a success. Refusals stay unchanged.
func (f Fault) alterBody(a answer) answer {
	if a.status < http.StatusOK || a.status >= http.StatusMultipleChoices || a.body == nil {
		return a
	}
	switch f.Action {
	case ActionWrongCurrentVersion:
		return editSecrets(a, func(s *secretJSON) { s.CurrentVersion = versionNumber(f.Version, s.CurrentVersion) })
	case ActionDropVersionRow:
		return editSecrets(a, func(s *secretJSON) {
			dropped := versionNumber(cmp.Or(f.Version, currentVersionRef), s.CurrentVersion)
			s.Versions = slices.DeleteFunc(s.Versions, func(v versionJSON) bool { return v.Version == dropped })
		})
	default:
		a.body = withoutField(a.body, f.Field)
		return a
	}
}

// editSecrets changes the secrets in an answer. Bodies share no memory with the store.
func editSecrets(a answer, edit func(*secretJSON)) answer {
	switch body := a.body.(type) {
	case secretJSON:
		edit(&body)
		a.body = body
	case []secretJSON:
		for i := range body {
			edit(&body[i])
		}
	case browseJSON:
		for i := range body.Secrets {
			edit(&body.Secrets[i])
		}
	}
	return a
}

// withoutField is a body without a JSON field, at any depth.
func withoutField(body any, field string) any {
	decoder := json.NewDecoder(strings.NewReader(encode(body).text))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return body // Only raw bodies fail, and no operation returns one.
	}
	dropField(tree, field)
	return tree
}

func dropField(tree any, field string) {
	switch tree := tree.(type) {
	case map[string]any:
		delete(tree, field)
		for inner := range maps.Values(tree) {
			dropField(inner, field)
		}
	case []any:
		for _, inner := range tree {
			dropField(inner, field)
		}
	}
}

// answerFields are the JSON fields that the bodies of successes have.
var answerFields = func() []string {
	var names []string
	for _, body := range []any{
		secretJSON{},
		versionJSON{},
		browseJSON{},
		putJSON{},
		valueJSON{},
		keyRefJSON{},
		regionJSON{},
		keyJSON{},
		keyVersionJSON{},
		summaryJSON{},
		summaryRegionJSON{},
		tokenJSON{},
	} {
		for field := range reflect.TypeOf(body).Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}()
