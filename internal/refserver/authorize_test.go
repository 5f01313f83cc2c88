package refserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// Each request here has everything wrong that the rows below it have, so the
// table shows the order in which the server looks.
func TestOneProblemIsReportedAtATime(t *testing.T) {
	g := newRig(t, refserver.Config{
		Keys: []refserver.Key{{Region: "nl-01", Identity: "kms-nl-01"}, {Region: "nl-01", Identity: "kms-dead"}},
		Principals: []refserver.Principal{{
			Name: "ci", Token: "ci-token", Organisations: []string{"acme", "gated"}, Projects: []string{"p1"},
			Grants: []refserver.Grant{{Permissions: []string{"*"}, Paths: []string{"/app/*"}}},
		}},
	})
	if err := g.SetFeatureGate("gated", "secrets", false); err != nil {
		t.Fatal(err)
	}
	mine := as("Bearer ci-token", "acme", "p1")
	g.doAs(mine, "POST", secrets, `{"path":"/app/db","kmsKeyIdentity":"kms-dead","secretString":"aGk=",
		"accessPolicy":{"conditions":[{"type":"ip","effect":"deny","cidrs":["192.0.2.0/24"]}]}}`, 201)
	if err := g.SetKeyStatus("nl-01", "kms-dead", refserver.KeyDisabled); err != nil {
		t.Fatal(err)
	}
	denied := as("Bearer ci-token", "acme", "p1", "X-Forwarded-For", "192.0.2.7")
	const value = "/v1/secrets/nl-01/secret/app/db/value"
	for _, tc := range []struct {
		header    http.Header
		url, body string
		status    int
		message   string
	}{
		{as("", "", ""), "/v1/nothing", `{`, 401, "no credentials"},
		{as("Basic Y2k6Y2k=", "", ""), "/v1/nothing", `{`, 401, `"Bearer" with an access token or "Token"`},
		{as("Bearer wrong", "", ""), "/v1/nothing", `{`, 401, "the credentials are not valid"},
		{as("Bearer ci-token", "", ""), "/v1/nothing", `{`, 404, "nothing at this URL"},
		{as("Bearer ci-token", "", ""), "/v1/secrets/xx-09/secret/other/./value", `{`, 400, "X-Organisation-Identity is missing"},
		{as("Bearer ci-token", "stranger", ""), "/v1/secrets/xx-09/secret/other/./value", `{`, 403, `no access to the organisation "stranger"`},
		{as("Bearer ci-token", "gated", ""), "/v1/secrets/xx-09/secret/other/./value", `{`, 403, `the feature "secrets" is not enabled for the organisation "gated"`},
		{as("Bearer ci-token", "acme", ""), "/v1/secrets/xx-09/secret/other/./value", `{`, 404, `region "xx-09" not found`},
		{as("Bearer ci-token", "acme", ""), "/v1/secrets/nl-01/secret/other/./value", `{`, 400, "invalid path"},
		{as("Bearer ci-token", "acme", "p2"), "/v1/secrets/nl-01/secret/other/value", `{`, 404, `project "p2" not found`},
		{as("Bearer ci-token", "acme", ""), "/v1/secrets/nl-01/secret/other/value", `{`, 404, "outside the projects of this caller"},
		{denied, "/v1/secrets/nl-01/secret/other/value", `{`, 403, "missing permission getSecretValue on /other"},
		{denied, "/v1/secrets/nl-01/secret/app/dbx/value", `{`, 400, "not a valid JSON object"},
		{denied, "/v1/secrets/nl-01/secret/app/dbx/value", `{"version":9}`, 404, "secret /app/dbx not found"},
		{denied, value, `{"version":9}`, 403, "the access policy of /app/db refuses getSecretValue: a deny condition matches: ip in 192.0.2.0/24"},
		{mine, value, `{"version":9}`, 404, "has no version 9"},
		{mine, value, `{"version":1}`, 400, `KMS key "kms-dead" is not operational: its status is disabled`},
	} {
		r := g.send(tc.header, "POST", tc.url, tc.body)
		if r.status != tc.status || !strings.Contains(r.message(), tc.message) {
			t.Errorf("%v %s %s: got %d %s, want %d %s", tc.header, tc.url, tc.body, r.status, r.body, tc.status, tc.message)
		}
		if (r.status == 401) != (r.header.Get("Www-Authenticate") != "") {
			t.Errorf("%d with the challenge %q", r.status, r.header.Get("Www-Authenticate"))
		}
	}
	if err := g.SetRegionKMS("nl-01", false); err != nil {
		t.Fatal(err)
	}
	if r := g.doAs(mine, "POST", value, "", 503); !strings.Contains(r.message(), `KMS is not available in the region "nl-01"`) {
		t.Error(r.body)
	}
}

func TestSchemesGoWithTheKindOfToken(t *testing.T) {
	g := newRig(t, refserver.Config{Principals: []refserver.Principal{
		{Name: "person", Token: "p", Kind: refserver.PersonalToken}, {Name: "robot", Token: "r", Kind: refserver.AccessToken},
	}})
	for authorization, want := range map[string]int{
		"Token p": 200, "token p": 200, "Bearer p": 401, "Bearer r": 200, "bearer r": 200, "Token r": 401,
		"Token root-token": 200, "Bearer root-token": 200, "Token": 401, "Token ": 401, "p": 401, "Basic p": 401,
	} {
		g.doAs(as(authorization, "acme", ""), "GET", secrets, "", want)
	}
}

func TestFeatureGates(t *testing.T) {
	g := newRig(t, refserver.Config{FeatureGates: []refserver.FeatureGate{{Organisation: "nokms", Feature: "kms"}}})
	const keys = "/v1/kms/nl-01/keys"
	for _, tc := range []struct {
		organisation, url string
		status            int
	}{
		{"acme", secrets, 200},
		{"acme", keys, 200},
		{"nokms", secrets, 403},
		{"nokms", keys, 403},
		{"nokms", "/v1/kms/summary", 200},
	} {
		g.doAs(as("Token root-token", tc.organisation, ""), "GET", tc.url, "", tc.status)
	}
	if r := g.doAs(as("Token root-token", "nokms", ""), "GET", "/v1/kms/summary", "", 200); !strings.Contains(r.body, `"featureEnabled":false`) {
		t.Error(r.body)
	}
	if err := g.SetFeatureGate("*", "secrets", false); err != nil {
		t.Fatal(err)
	}
	g.do("GET", secrets, "", 403)
	g.do("GET", keys, "", 200)
	if err := g.SetFeatureGate("*", "secrets", true); err != nil {
		t.Fatal(err)
	}
	g.do("GET", secrets, "", 200)
	if g.SetFeatureGate("acme", "dns", false) == nil || g.SetFeatureGate("", "kms", false) == nil {
		t.Error("a gate that means nothing was accepted")
	}
}

func TestEveryOperationAsksItsPermission(t *testing.T) {
	everything := []string{"list", "create", "read", "putSecretValue", "getSecretValue", "delete", "update", "kmsRead", "kmsManage"}
	for _, tc := range []struct{ permission, method, url, body, on string }{
		{"list", "GET", secrets + "?path=/app/", "", "/app/"},
		{"list", "GET", secrets + "?pathPrefix=/app/", "", "/app/"},
		{"create", "POST", secrets, `{"path":"/app/new","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`, "/app/new"},
		{"read", "GET", appDB, "", "/app/db"},
		{"putSecretValue", "POST", appDB + "/versions", `{"secretString":"aGk="}`, "/app/db"},
		{"getSecretValue", "POST", appDB + "/value", "", "/app/db"},
		{"delete", "DELETE", appDB + "/versions?version=1", "", "/app/db"},
		{"delete", "DELETE", appDB, "", "/app/db"},
		{"update", "PUT", appDB + "/policy", `{"accessPolicy":null}`, "/app/db"},
		{"kmsRead", "GET", "/v1/kms/nl-01/keys", "", "*"},
		{"kmsRead", "GET", "/v1/kms/nl-01/keys/kms-nl-01", "", "kms-nl-01"},
		{"kmsManage", "POST", "/v1/kms/nl-01/keys", `{"name":"new"}`, "*"},
		{"kmsManage", "POST", "/v1/kms/nl-01/keys/kms-nl-01/rotate", "", "kms-nl-01"},
		{"kmsManage", "POST", "/v1/kms/nl-01/keys/kms-nl-01/disable", "", "kms-nl-01"},
		{"kmsManage", "POST", "/v1/kms/nl-01/keys/kms-nl-01/enable", "", "kms-nl-01"},
		{"kmsManage", "PATCH", "/v1/kms/nl-01/keys/kms-nl-01/rotation", `{}`, "kms-nl-01"},
		{"kmsManage", "DELETE", "/v1/kms/nl-01/keys/kms-nl-01", "", "kms-nl-01"},
		{"kmsManage", "DELETE", "/v1/kms/nl-01/keys/kms-nl-01/cancel-deletion", "", "kms-nl-01"},
	} {
		g := newRig(t, refserver.Config{})
		g.create("/app/db")
		var others []string
		for _, p := range everything {
			if p != tc.permission {
				others = append(others, p)
			}
		}
		for name, permissions := range map[string][]string{"without": others, "only": {tc.permission}} {
			if err := g.AddPrincipal(refserver.Principal{Name: name, Token: name, Grants: []refserver.Grant{{Permissions: permissions}}}); err != nil {
				t.Fatal(err)
			}
		}
		r := g.send(as("Bearer without", "acme", ""), tc.method, tc.url, tc.body)
		if want := "missing permission " + tc.permission + " on " + tc.on; r.status != 403 || r.message() != want {
			t.Errorf("%s %s: got %d %s, want %q", tc.method, tc.url, r.status, r.body, want)
		}
		r = g.send(as("Bearer only", "acme", ""), tc.method, tc.url, tc.body)
		if r.status >= 300 && !strings.Contains(r.message(), "not scheduled for deletion") {
			t.Errorf("%s %s with %s: %d %s", tc.method, tc.url, tc.permission, r.status, r.body)
		}
	}
}

func TestOrganisationsAndProjectsAreApart(t *testing.T) {
	g := newRig(t, refserver.Config{})
	pairs := [][2]string{{"acme", ""}, {"acme", "p1"}, {"acme", "p2"}, {"other", ""}, {"other", "p1"}}
	for i, pair := range pairs {
		h := as("Token root-token", pair[0], pair[1])
		g.doAs(h, "GET", appDB, "", 404)
		g.doAs(h, "POST", secrets, `{"path":"/app/db","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`, 201)
		for range i {
			g.doAs(h, "POST", appDB+"/versions", `{"secretString":"aGk="}`, 200)
		}
	}
	g.doAs(as("Token root-token", "acme", "p2"), "DELETE", appDB, "", 204)
	for i, pair := range pairs {
		h := as("Token root-token", pair[0], pair[1])
		if i == 2 {
			g.doAs(h, "GET", appDB, "", 404)
			sameJSON(t, g.doAs(h, "GET", secrets, "", 200).body, `[]`)
			continue
		}
		r := g.doAs(h, "GET", secrets, "", 200)
		if strings.Count(r.body, `"path"`) != 1 || !strings.Contains(r.body, `"currentVersion":`+string(rune('1'+i))) {
			t.Errorf("%v: %s", pair, r.body)
		}
	}
	g.do("GET", "/v1/secrets/nl-02/secret/app/db", "", 404)
}
