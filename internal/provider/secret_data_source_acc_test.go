package provider_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// someSecrets are the secrets of another client that the data sources read.
func someSecrets(t *testing.T, s *acctest.Server) {
	t.Helper()
	six, midnight := 6, 0
	value := client.BytesValue([]byte("theirs"))
	s.Create(client.NewSecret{
		ID: s.ID(dbID), Value: value, Description: "the database",
		Labels: map[string]string{"team": "db", "tier": "1"}, Annotations: map[string]string{"runbook": "r-1"},
		AccessPolicy: &client.AccessPolicy{Conditions: []client.Condition{
			{Type: "ip", Effect: "allow", CIDRs: []string{"127.0.0.0/8", "::1/128"}}, {Type: "time", Effect: "deny", StartHour: &midnight, EndHour: &six, Timezone: "UTC"},
		}},
	})
	s.Create(client.NewSecret{ID: s.ID("nl-01/app/a-cache"), Value: value, Labels: map[string]string{"team": "db", "tier": "2"}})
	s.Create(client.NewSecret{
		ID: s.ID("nl-01/app/web/key"), Value: client.GeneratedValue(32), Labels: map[string]string{"team": "web", "tier": "1"},
		Annotations: map[string]string{"thalassasecrets/placeholder": "1"}, Creation: "by-somebody",
	})
	s.Create(client.NewSecret{ID: s.ID("nl-01/app-2/db"), Value: value, Labels: map[string]string{"team": "db", "tier": "1"}})
	s.Clock().Advance(time.Hour)
	s.Put(dbID, "theirs again")
	s.Clock().Advance(time.Hour)
	s.Reveal(dbID, 2)
}

const dataSources = `
data "thalassasecrets_secret" "by_id" {
  secret_id = "nl-01/app/db"
}
data "thalassasecrets_secret" "by_path" {
  path = "/app/web/key"
}
data "thalassasecrets_secrets" "everything" {
  path_prefix = "/app/"
}
data "thalassasecrets_secrets" "labelled" {
  path_prefix = "/"
  labels      = { team = "db", tier = "1" }
}
data "thalassasecrets_secrets" "level" {
  path_prefix = "/app/"
  recursive   = false
}
data "thalassasecrets_secrets" "nothing" {
  path_prefix = "/nothing/here/"
}
data "thalassasecrets_secrets" "elsewhere" {
  region      = "nl-02"
  path_prefix = "/"
  recursive   = false
}
output "by_id"      { value = jsonencode(data.thalassasecrets_secret.by_id) }
output "by_path"    { value = jsonencode(data.thalassasecrets_secret.by_path) }
output "element"    { value = jsonencode(one([for s in data.thalassasecrets_secrets.everything.secrets : s if s.path == "/app/db"])) }
output "everything" { value = jsonencode([data.thalassasecrets_secrets.everything.region, data.thalassasecrets_secrets.everything.secrets[*].id, data.thalassasecrets_secrets.everything.prefixes]) }
output "waiting"    { value = jsonencode([for s in data.thalassasecrets_secrets.everything.secrets : s.id if !s.has_value]) }
output "labelled"   { value = jsonencode(data.thalassasecrets_secrets.labelled.secrets[*].id) }
output "level"      { value = jsonencode([data.thalassasecrets_secrets.level.secrets[*].path, data.thalassasecrets_secrets.level.prefixes]) }
output "nothing"    { value = jsonencode([data.thalassasecrets_secrets.nothing.secrets, data.thalassasecrets_secrets.nothing.prefixes]) }
output "elsewhere"  { value = jsonencode([data.thalassasecrets_secrets.elsewhere.region, data.thalassasecrets_secrets.elsewhere.secrets, data.thalassasecrets_secrets.elsewhere.prefixes]) }
`

// Data sources show what a secret is at this moment, volatile facts and all, for one
// request each and without revealing a value.
func TestSecretDataSources(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	someSecrets(t, s)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", dataSources)
	plan := w.Plan()
	if got, want := s.Calls(), (map[string]int{"getSecret": 2, "listSecrets": 3, "browseSecrets": 2}); !maps.Equal(got, want) {
		t.Errorf("reading 7 data sources asked for %v, want %v", got, want)
	}
	// A list and a read show the same metadata.
	facts := func(before, after string) string {
		return `{` + before + `"annotations":{"runbook":"r-1"},"created_at":"2026-11-01T09:00:00Z","current_version":2,"description":"the database","has_value":true,"id":"nl-01/app/db",` +
			`"kms_key_id":"kms-nl-01","kms_key_status":"active","labels":{"team":"db","tier":"1"},"last_accessed_at":"2026-11-01T11:00:00Z","path":"/app/db",` + after + `"updated_at":"2026-11-01T10:00:00Z"}`
	}
	for name, want := range map[string]string{
		"by_id": facts(`"access_policy":{"conditions":[{"cidrs":["127.0.0.0/8","::1/128"],"effect":"allow","end_hour":null,"start_hour":null,"timezone":null,"type":"ip"},`+
			`{"cidrs":null,"effect":"deny","end_hour":6,"start_hour":0,"timezone":"UTC","type":"time"}]},`, `"region":"nl-01","secret_id":"nl-01/app/db",`),
		"by_path": `{"access_policy":null,"annotations":{},"created_at":"2026-11-01T09:00:00Z","current_version":1,"description":null,"has_value":false,"id":"nl-01/app/web/key",` +
			`"kms_key_id":"kms-nl-01","kms_key_status":"active","labels":{"team":"web","tier":"1"},"last_accessed_at":null,"path":"/app/web/key",` +
			`"region":"nl-01","secret_id":"nl-01/app/web/key","updated_at":"2026-11-01T09:00:00Z"}`,
		"element":    facts("", ""),
		"everything": `["nl-01",["nl-01/app/a-cache","nl-01/app/db","nl-01/app/web/key"],null]`,
		"waiting":    `["nl-01/app/web/key"]`,
		"labelled":   `["nl-01/app-2/db","nl-01/app/db"]`,
		"level":      `[["/app/a-cache","/app/db"],["/app/web/"]]`,
		"nothing":    `[[],null]`,
		"elsewhere":  `["nl-02",[],[]]`,
	} {
		if output := plan.JSON().PlannedValues.Outputs[name]; output == nil || output.Value != want {
			t.Errorf("%s is\n%v, want\n%s", name, output, want)
		}
	}

	s.Mark()
	w.ApplyOnly("saved.plan")
	if got := s.Calls(); len(got) != 0 {
		t.Errorf("applying what was read asked for %v", got)
	}
	w.Settled()
	if s.Writes() != 0 || s.Calls()["getSecretValue"] != 0 {
		t.Errorf("data sources did more than read: %v", s.Calls())
	}
}

// A failed read is an error that names the secret and says what to do.
func TestSecretDataSourcesRefused(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	someSecrets(t, s)
	w := acctest.NewWorkspace(t, s)
	fails := func(config string, wants map[string][]string) {
		t.Helper()
		w.Write("main.tf", config)
		result := w.PlanFails()
		for summary, parts := range wants {
			said := result.Failed(t, summary)
			for _, part := range parts {
				if !strings.Contains(said, part) {
					t.Errorf("the error says %q, want %q in it", said, part)
				}
			}
		}
	}
	s.Limit("read")
	fails(`
data "thalassasecrets_secret" "none" {
  path = "/app/none"
}
data "thalassasecrets_secrets" "denied" {
  path_prefix = "/app/"
}
`, map[string][]string{
		"Cannot read the secret":  {"could not read nl-01/app/none. The secret does not exist in the region nl-01 for the organisation \"o-acc\", without a project.", "Cause: 404"},
		"Cannot list the secrets": {"could not list the secrets below nl-01/app/. The caller needs the permission list on /app/ in the organisation \"o-acc\", without a project.", "Cause: 403"},
	})
	s.Unlimit()
	fails(`
data "thalassasecrets_secrets" "nowhere" {
  region      = "nl-99"
  path_prefix = "/"
}
`, map[string][]string{"Unknown region": {`There is no region "nl-99". The service has nl-01, nl-02.`}})
	s.Gate(false)
	fails(`
data "thalassasecrets_secrets" "gated" {
  path_prefix = "/"
  recursive   = false
}
`, map[string][]string{"Cannot list the secrets": {"could not list the secrets below nl-01/.", "A feature that secrets need is disabled for the organisation"}})
}
