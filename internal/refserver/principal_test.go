package refserver

import (
	"strings"
	"testing"
)

func TestMatches(t *testing.T) {
	for _, tc := range []struct {
		pattern, s string
		want       bool
	}{
		{"/app/db", "/app/db", true},
		{"/app/db", "/app/dbx", false},
		{"*", "/anything/at/all", true},
		{"/app/production/*", "/app/production/db", true},
		{"/app/production/*", "/app/production/db/password", true},
		{"/app/production/*", "/app/production", false},
		{"/app/production/*", "/app/productionx/db", false},
		{"/app/*/db", "/app/a/b/db", true},
		{"/app/*/db", "/app/db", false},
		{"/a*b*c", "/a1b2c", true},
		{"/a*b*c", "/a1c2b", false},
		{"ab*b", "ab", false},
		{"", "", true},
	} {
		if got := matches(tc.pattern, tc.s); got != tc.want {
			t.Errorf("matches(%q, %q) = %v", tc.pattern, tc.s, got)
		}
	}
}

func TestMay(t *testing.T) {
	p := Principal{Grants: []Grant{
		{Permissions: []string{"read", "list"}, Paths: []string{"/app/*"}},
		{Permissions: []string{"*"}, Paths: []string{"/app/production/*"}},
		{Permissions: []string{"kmsRead"}},
	}}
	for _, tc := range []struct {
		perm     permission
		identity string
		want     bool
	}{
		{permRead, "/app/db", true},
		{permReveal, "/app/db", false},
		{permReveal, "/app/production/db", true},
		{permRead, "/other", false},
		{permKMSRead, "kms-1", true},
		{permKMSManage, "kms-1", false},
	} {
		if got := p.may(tc.perm, tc.identity); got != tc.want {
			t.Errorf("may(%s, %s) = %v", tc.perm, tc.identity, got)
		}
	}
	for prefix, want := range map[string]bool{"/": true, "/app": true, "/app/": true, "/app/x/": true, "/ap": true, "/other/": false, "/apps/": false} {
		if got := p.mayList(prefix); got != want {
			t.Errorf("mayList(%q) = %v", prefix, got)
		}
	}
	if !(Principal{}).may(permDelete, "/x") || !(Principal{}).mayList("/") {
		t.Error("a principal without grants may do everything")
	}
	exact := Principal{Grants: []Grant{{Permissions: []string{"list"}, Paths: []string{"/app/db"}}}}
	if !exact.mayList("/app/") || exact.mayList("/app/db/") {
		t.Error("a pattern without a star overlaps only what it starts with")
	}
}

func TestPrincipalMistakes(t *testing.T) {
	for _, tc := range []struct {
		p     Principal
		fault string
	}{
		{Principal{}, "needs a name"},
		{Principal{Name: "ci", Kind: "basic"}, `unknown kind "basic"`},
		{Principal{Name: "ci", Grants: []Grant{{}}}, "a grant without permissions"},
		{Principal{Name: "ci", Grants: []Grant{{Permissions: []string{"write"}}}}, `unknown permission "write"`},
	} {
		if err := tc.p.validate(); err == nil || !strings.Contains(err.Error(), tc.fault) {
			t.Errorf("%+v: %v, want %s", tc.p, err, tc.fault)
		}
	}
}

func TestAddingPrincipals(t *testing.T) {
	var ps principals
	for _, p := range []Principal{{Name: "a", Token: "1"}, {Name: "b", Token: "2"}, {Name: "c"}, {Name: "d"}, {Name: "a", Token: "3"}} {
		if err := ps.add(p); err != nil {
			t.Fatal(err)
		}
	}
	if len(ps) != 4 {
		t.Errorf("%d principals", len(ps))
	}
	if _, ok := ps.withToken("1"); ok {
		t.Error("a replaced token still works")
	}
	if _, ok := ps.withToken(""); ok {
		t.Error("no token is somebody's token")
	}
	if err := ps.add(Principal{Name: "e", Token: "2"}); err == nil || strings.Contains(err.Error(), `"2"`) {
		t.Errorf("a taken token: %v", err)
	}
}
