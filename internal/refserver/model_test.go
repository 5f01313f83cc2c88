package refserver_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// modelSecret is all that this model knows of a secret: the values of its
// versions, in order, with "" for a destroyed one.
type modelSecret struct {
	values []string
}

func (m modelSecret) current() int {
	for i := len(m.values); i > 0; i-- {
		if m.values[i-1] != "" {
			return i
		}
	}
	return 0
}

// model is the whole world: secrets by owner and path, and whether the key works.
type model struct {
	g       *rig
	secrets map[[3]string]*modelSecret
	keyOff  bool
	draws   int
}

var owners = [][2]string{{"acme", ""}, {"acme", "p1"}, {"other", ""}}

func drawPlace(t *rapid.T) [3]string {
	owner := rapid.SampledFrom(owners).Draw(t, "owner")
	path := rapid.SampledFrom([]string{"/app/a", "/app/b", "/c"}).Draw(t, "path")
	return [3]string{owner[0], owner[1], path}
}

func (m *model) call(t *rapid.T, at [3]string, method, url, body string, want int) string {
	r := m.g.send(as("Token root-token", at[0], at[1]), method, url, body)
	if r.status != want {
		t.Fatalf("%v: %s %s %s: got %d %s, want %d", at, method, url, body, r.status, r.body, want)
	}
	return r.body
}

// fresh is a value that was never used before.
func (m *model) fresh() (plain, encoded string) {
	m.draws++
	plain = "value-" + strconv.Itoa(m.draws)
	return plain, base64.StdEncoding.EncodeToString([]byte(plain))
}

func (m *model) create(t *rapid.T) {
	at := drawPlace(t)
	plain, encoded := m.fresh()
	want := 201
	switch {
	case m.secrets[at] != nil:
		want = 409
	case m.keyOff:
		want = 400
	}
	m.call(t, at, "POST", secrets, fmt.Sprintf(`{"path":%q,"kmsKeyIdentity":"kms-nl-01","secretString":%q}`, at[2], encoded), want)
	if want == 201 {
		m.secrets[at] = &modelSecret{values: []string{plain}}
	}
}

func (m *model) put(t *rapid.T) {
	at := drawPlace(t)
	plain, encoded := m.fresh()
	s := m.secrets[at]
	url := secretURL(at) + "/versions"
	body := fmt.Sprintf(`{"secretString":%q}`, encoded)
	switch {
	case s == nil:
		m.call(t, at, "POST", url, body, 404)
	case m.keyOff:
		m.call(t, at, "POST", url, body, 400)
	default:
		s.values = append(s.values, plain)
		sameJSONRapid(t, m.call(t, at, "POST", url, body, 200), fmt.Sprintf(`{"path":%q,"version":%d}`, at[2], len(s.values)))
	}
}

func (m *model) destroy(t *rapid.T) {
	at := drawPlace(t)
	number := rapid.IntRange(1, 4).Draw(t, "version")
	url := secretURL(at) + "/versions?version=" + strconv.Itoa(number)
	s := m.secrets[at]
	if s == nil || number > len(s.values) {
		m.call(t, at, "DELETE", url, "", 404)
		return
	}
	s.values[number-1] = ""
	m.call(t, at, "DELETE", url, "", 204)
}

func (m *model) remove(t *rapid.T) {
	at := drawPlace(t)
	want := 204
	if m.secrets[at] == nil {
		want = 404
	}
	m.call(t, at, "DELETE", secretURL(at), "", want)
	delete(m.secrets, at)
}

func (m *model) reveal(t *rapid.T) {
	at := drawPlace(t)
	number := rapid.IntRange(0, 4).Draw(t, "version, 0 for current")
	url, body := secretURL(at)+"/value", ""
	if number > 0 {
		body = fmt.Sprintf(`{"version":%d}`, number)
	}
	s := m.secrets[at]
	if s != nil && number == 0 {
		number = s.current()
	}
	switch {
	case s == nil, number == 0, number > len(s.values):
		m.call(t, at, "POST", url, body, 404)
	case s.values[number-1] == "", m.keyOff:
		m.call(t, at, "POST", url, body, 400)
	default:
		sameJSONRapid(t, m.call(t, at, "POST", url, body, 200), fmt.Sprintf(
			`{"path":%q,"version":%d,"secretString":%q,"kmsKeyIdentity":"kms-nl-01","kmsKeyVersion":"1"}`,
			at[2], number, base64.StdEncoding.EncodeToString([]byte(s.values[number-1]))))
	}
}

func (m *model) switchKey(t *rapid.T) {
	m.keyOff = !m.keyOff
	m.call(t, [3]string{"acme"}, "POST", "/v1/kms/nl-01/keys/kms-nl-01/"+map[bool]string{true: "disable", false: "enable"}[m.keyOff], "", 200)
}

// check compares everything that can be seen with what the model says.
func (m *model) check(t *rapid.T) {
	active := 0
	for _, owner := range owners {
		var listed []struct{ Path string }
		decode(t, m.call(t, [3]string{owner[0], owner[1]}, "GET", secrets, "", 200), &listed)
		var got, want []string
		for _, s := range listed {
			got = append(got, s.Path)
		}
		for at := range maps.Keys(m.secrets) {
			if at[0] == owner[0] && at[1] == owner[1] {
				want = append(want, at[2])
			}
		}
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Fatalf("%v lists %v, want %v", owner, got, want)
		}
	}
	for at, s := range m.secrets {
		var seen struct {
			CurrentVersion int
			Versions       []struct {
				Version       int
				Status, Stage string
			}
		}
		decode(t, m.call(t, at, "GET", secretURL(at)+"?includeVersions=true", "", 200), &seen)
		if seen.CurrentVersion != s.current() || len(seen.Versions) != len(s.values) {
			t.Fatalf("%v: %+v, want %+v", at, seen, s)
		}
		for i, v := range seen.Versions {
			number := len(s.values) - i
			status, stage := "active", ""
			if s.values[number-1] == "" {
				status = "destroyed"
			} else {
				active++
			}
			if number == s.current() {
				stage = "current"
			}
			if v.Version != number || v.Status != status || v.Stage != stage {
				t.Fatalf("%v: version %+v, want %d %s %q", at, v, number, status, stage)
			}
		}
	}
	if billed := m.g.Billing().ActiveVersions; billed != active {
		t.Fatalf("%d versions are billable, and %d are active", billed, active)
	}
}

func secretURL(at [3]string) string { return "/v1/secrets/nl-01/secret" + at[2] }

func decode(t *rapid.T, body string, into any) {
	if err := json.Unmarshal([]byte(body), into); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
}

func sameJSONRapid(t *rapid.T, got, want string) {
	var g, w map[string]any
	decode(t, got, &g)
	decode(t, want, &w)
	if !maps.Equal(g, w) {
		t.Fatalf("got %s, want %s", got, want)
	}
}

// The server agrees with the model after every step of any run.
func TestServerAgreesWithTheModel(t *testing.T) {
	g := newRig(t, refserver.Config{})
	rapid.Check(t, func(t *rapid.T) {
		g.Reset()
		m := &model{g: g, secrets: map[[3]string]*modelSecret{}}
		t.Repeat(map[string]func(*rapid.T){
			"create": m.create, "put": m.put, "destroy": m.destroy, "delete": m.remove,
			"reveal": m.reveal, "switch key": m.switchKey, "": m.check,
		})
	})
}
