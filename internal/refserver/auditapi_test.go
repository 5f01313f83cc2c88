package refserver_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

func TestAuditLogIsNewestFirstAndInPages(t *testing.T) {
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	g.Clock().Advance(time.Minute)
	g.do("POST", appDB+"/versions", `{"secretString":"aGk="}`, 200)
	g.do("DELETE", appDB+"/versions?version=1", "", 204)
	g.doAs(as("Token root-token", "other", ""), "POST", secrets, `{"path":"/app/db","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`, 201)

	sameJSON(t, g.do("GET", "/v1/audit?action=secrets.destroy_version", "", 200).body, `{
		"items":[{"createdAt":"2026-03-02T10:01:00Z","eventID":"event-5","action":"secrets.destroy_version",
			"resourceType":"secret","resourceIdentity":"/app/db","userIdentity":"root","user":{"identity":"root","name":"root"},
			"description":"secrets.destroy_version /app/db version 1","context":{"status":200}}],
		"totalItems":1,"page":1,"itemsPerPage":25,"totalPages":1,"totalCount":1}`)

	actions := func(query string) (found []string) {
		t.Helper()
		var page struct{ Items []struct{ Action string } }
		if err := json.Unmarshal([]byte(g.do("GET", "/v1/audit"+query, "", 200).body), &page); err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			found = append(found, item.Action)
		}
		return found
	}
	for query, want := range map[string][]string{
		"":                                {"secrets.destroy_version", "secrets.put_value", "kms.encrypt", "secrets.create", "kms.encrypt"},
		"?limit=2&page=2":                 {"kms.encrypt", "secrets.create"},
		"?limit=2&page=3":                 {"kms.encrypt"},
		"?page=9223372036854775807":       nil,
		"?resourceIdentity=/app/none":     nil,
		"?userIdentity=root&limit=1":      {"secrets.destroy_version"},
		"?searchText=put":                 {"secrets.put_value"},
		"?responseStatus=500":             nil,
		"?serviceAccount=sa":              nil,
		"?resourceType=secret&limit=1000": {"secrets.destroy_version", "secrets.put_value", "kms.encrypt", "secrets.create", "kms.encrypt"},
	} {
		if got := actions(query); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", query, got, want)
		}
	}
	g.do("GET", "/v1/audit?page=0", "", 400)
	g.do("POST", "/v1/audit", "", 405)
}

func TestAuditLogNeedsAPermissionOfItsOwn(t *testing.T) {
	g := newRig(t, refserver.Config{Principals: []refserver.Principal{
		{Name: "deploy", Token: "deploy-token", Grants: []refserver.Grant{{Permissions: []string{"list", "read"}}}},
		{Name: "auditor", Token: "auditor-token", Grants: []refserver.Grant{{Permissions: []string{"auditLog"}}}},
	}})
	if r := g.doAs(as("Token deploy-token", "acme", ""), "GET", "/v1/audit", "", 403); !strings.Contains(r.message(), "auditLog") {
		t.Errorf("%s", r.body)
	}
	g.doAs(as("Token auditor-token", "acme", ""), "GET", "/v1/audit", "", 200)
}
