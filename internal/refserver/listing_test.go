package refserver_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

func pathsOf(t *testing.T, body string) []string {
	t.Helper()
	var list []struct{ Path string }
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	paths := []string{}
	for _, s := range list {
		paths = append(paths, s.Path)
	}
	return paths
}

func TestListAndBrowse(t *testing.T) {
	g := newRig(t, refserver.Config{Principals: []refserver.Principal{{Name: "reader", Token: "reader", Grants: []refserver.Grant{
		{Permissions: []string{"list"}}, {Permissions: []string{"read"}, Paths: []string{"/app/b/*", "/app/z"}},
	}}}})
	for _, path := range []string{"/app/z", "/app/b/two", "/app/b-side", "/app/b/one", "/app", "/app/b/deep/x", "/apple/pie", "/top"} {
		g.create(path)
	}
	reader := as("Bearer reader", "acme", "")

	for prefix, want := range map[string][]string{
		"":          {"/app", "/app/b-side", "/app/b/deep/x", "/app/b/one", "/app/b/two", "/app/z", "/apple/pie", "/top"},
		"/":         {"/app", "/app/b-side", "/app/b/deep/x", "/app/b/one", "/app/b/two", "/app/z", "/apple/pie", "/top"},
		"/app":      {"/app", "/app/b-side", "/app/b/deep/x", "/app/b/one", "/app/b/two", "/app/z", "/apple/pie"},
		"/app/":     {"/app/b-side", "/app/b/deep/x", "/app/b/one", "/app/b/two", "/app/z"},
		"/app/b":    {"/app/b-side", "/app/b/deep/x", "/app/b/one", "/app/b/two"},
		"/app/b/":   {"/app/b/deep/x", "/app/b/one", "/app/b/two"},
		"/nothing/": {},
	} {
		if got := pathsOf(t, g.do("GET", secrets+"?pathPrefix="+prefix, "", 200).body); !slices.Equal(got, want) {
			t.Errorf("list %q: %v, want %v", prefix, got, want)
		}
	}
	if got := pathsOf(t, g.doAs(reader, "GET", secrets+"?pathPrefix=/app/", "", 200).body); !slices.Equal(got, []string{"/app/b/deep/x", "/app/b/one", "/app/b/two", "/app/z"}) {
		t.Errorf("the reader lists %v", got)
	}

	type level struct {
		path              string
		prefixes, secrets []string
	}
	for query, want := range map[string]level{
		"/":         {"/", []string{"/app/", "/apple/"}, []string{"/app", "/top"}},
		"/app/":     {"/app/", []string{"/app/b/"}, []string{"/app/b-side", "/app/z"}},
		"/app":      {"/app/", []string{"/app/b/"}, []string{"/app/b-side", "/app/z"}},
		"/app/b/":   {"/app/b/", []string{"/app/b/deep/"}, []string{"/app/b/one", "/app/b/two"}},
		"/nothing/": {"/nothing/", []string{}, []string{}},
	} {
		var got struct {
			Path     string
			Prefixes []string
			Secrets  json.RawMessage
		}
		if err := json.Unmarshal([]byte(g.do("GET", secrets+"?path="+query, "", 200).body), &got); err != nil {
			t.Fatal(err)
		}
		if got.Path != want.path || got.Prefixes == nil || !slices.Equal(got.Prefixes, want.prefixes) || !slices.Equal(pathsOf(t, string(got.Secrets)), want.secrets) {
			t.Errorf("browse %q: %+v, want %+v", query, got, want)
		}
	}
	sameJSON(t, g.doAs(reader, "GET", secrets+"?path=/nothing/", "", 200).body, `{"path":"/nothing/","prefixes":[],"secrets":[]}`)
	if r := g.doAs(reader, "GET", secrets+"?path=/", "", 200); compact(r.body) != `{"path":"/","prefixes":["/app/"],"secrets":[]}` {
		t.Errorf("the reader browses %s", r.body)
	}
}

func TestMetadataWorksWhateverTheKeyIs(t *testing.T) {
	for _, status := range []refserver.KeyStatus{refserver.KeyDisabled, refserver.KeyPendingDeletion} {
		g := newRig(t, refserver.Config{})
		g.create("/app/db")
		g.do("POST", appDB+"/versions", `{"secretString":"aGk="}`, 200)
		if err := g.SetKeyStatus("nl-01", "kms-nl-01", status); err != nil {
			t.Fatal(err)
		}
		g.do("POST", secrets, `{"path":"/app/new","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`, 400)
		g.do("POST", appDB+"/value", "", 400)
		g.do("POST", appDB+"/versions", `{"secretString":"aGk="}`, 400)
		sameJSON(t, g.do("GET", secrets, "", 200).body, `[{"path":"/app/db","createdAt":"2026-03-02T10:00:00Z","updatedAt":"2026-03-02T10:00:00Z",
			"currentVersion":2,"objectVersion":2,"region":{"identity":"region-nl-01","slug":"nl-01","name":"nl-01"},
			"kmsKey":{"identity":"kms-nl-01","name":"kms-nl-01","keyType":"aes256-gcm96","status":"`+string(status)+`"}}]`)
		g.do("GET", appDB, "", 200)
		g.do("PUT", appDB+"/policy", `{"accessPolicy":null}`, 200)
		g.do("DELETE", appDB+"/versions?version=2", "", 204)
		g.do("DELETE", appDB, "", 204)
	}
}
