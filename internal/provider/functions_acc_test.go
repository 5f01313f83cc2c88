package provider_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// Functions put ids together and take them apart in a configuration, wait for what is
// not known yet, and ask the service for nothing.
func TestFunctionsInAConfiguration(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s, acctest.Functions)
	w.Write("main.tf", emptyContainer+`
output "secret"          { value = provider::thalassasecrets::secret_id("nl-01", "/app/db") }
output "parsed_secret"   { value = jsonencode(provider::thalassasecrets::parse_secret_id("nl-01/app/db")) }
output "version"         { value = provider::thalassasecrets::secret_version_id("nl-01/app/db", 4) }
output "current"         { value = provider::thalassasecrets::secret_version_id("nl-01/app/db", "current") }
output "parsed_version"  { value = jsonencode(provider::thalassasecrets::parse_secret_version_id("nl-01/app/db@4")) }
output "parsed_current"  { value = jsonencode(provider::thalassasecrets::parse_secret_version_id("nl-01/app/db@current")) }
output "round_trip"      { value = [for id in ["nl-01/app/db@4", "nl-01/app/db@current"] : provider::thalassasecrets::secret_version_id(
  provider::thalassasecrets::parse_secret_version_id(id).secret_id, coalesce(provider::thalassasecrets::parse_secret_version_id(id).version, "current")) == id] }
output "not_known_yet"   { value = provider::thalassasecrets::parse_secret_id(thalassasecrets_secret.db.id).path }
output "none_known_yet"  { value = provider::thalassasecrets::secret_version_id(thalassasecrets_secret.db.id, 1) }
`)
	plan := w.Plan()
	for name, want := range map[string]any{ //nolint:gosec // Ids are no secrets.
		"secret":         "nl-01/app/db",
		"parsed_secret":  `{"path":"/app/db","region":"nl-01"}`,
		"version":        "nl-01/app/db@4",
		"current":        "nl-01/app/db@current",
		"parsed_version": `{"path":"/app/db","region":"nl-01","secret_id":"nl-01/app/db","version":4}`,
		"parsed_current": `{"path":"/app/db","region":"nl-01","secret_id":"nl-01/app/db","version":null}`,
		"round_trip":     "[true true]",
		"not_known_yet":  nil,
		"none_known_yet": nil,
	} {
		if got := plan.JSON().OutputChanges[name]; got == nil || got.After != want && fmt.Sprint(got.After) != want {
			t.Errorf("%s is %+v, want %v", name, got, want)
		}
	}
	if calls := secretCalls(s); !maps.Equal(calls, map[string]int{"getSecret": 1}) {
		t.Errorf("planning asked for %v, want one look at the path of the new secret", calls)
	}
	w.ApplyOnly("saved.plan")
	for name, want := range map[string]string{"not_known_yet": "/app/db", "none_known_yet": "nl-01/app/db@1"} {
		if got := strings.TrimSpace(w.Run("output", "-raw", name).Stdout); got != want {
			t.Errorf("after the apply, %s is %q, want %q", name, got, want)
		}
	}
}

// A wrong argument is an error of the call that names the argument and the rule.
func TestFunctionsRefuse(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s, acctest.Functions)
	w.Write("main.tf", `
output "region"  { value = provider::thalassasecrets::secret_id("NL", "/app/db") }
output "path"    { value = provider::thalassasecrets::secret_id("nl-01", "/app/versions") }
output "null"    { value = provider::thalassasecrets::secret_id("nl-01", null) }
output "id"      { value = provider::thalassasecrets::parse_secret_id("/app/db") }
output "version" { value = provider::thalassasecrets::secret_version_id("nl-01/app/db", 0) }
output "part"    { value = provider::thalassasecrets::secret_version_id("nl-01/app/db", 1.5) }
output "parsed"  { value = provider::thalassasecrets::parse_secret_version_id("nl-01/app/db@latest") }
`)
	said := ""
	for _, d := range w.PlanFails().Diagnostics {
		said += d.Summary + ": " + d.Detail + "\n"
	}
	for _, want := range []string{
		`Invalid value for "region" parameter: "NL" must be a region's slug`,
		`Invalid value for "path" parameter: "/app/versions" must not end in the segment "versions"`,
		`Invalid value for "path" parameter: argument must not be null`,
		`Invalid value for "id" parameter: "/app/db" must be a region followed by a path`,
		`Invalid value for "version" parameter: "nl-01/app/db@0" must end in "@" and a version's number`,
		`Invalid value for "version" parameter: "nl-01/app/db@1.5" must end in "@" and a version's number`,
		`Invalid value for "id" parameter: "nl-01/app/db@latest" must end in "@" and a version's number`,
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in\n%s", want, said)
		}
	}
}

// An import block takes its id from the functions.
func TestFunctionsNameAnImport(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
	s.Put(dbID, "theirs again")
	w := acctest.NewWorkspace(t, s, acctest.Functions)
	w.Write("main.tf", `
locals {
  secret_id = provider::thalassasecrets::secret_id("nl-01", "/app/db")
}
import {
  to = thalassasecrets_secret_version.db
  id = provider::thalassasecrets::secret_version_id(local.secret_id, "current")
}
resource "thalassasecrets_secret_version" "db" {
  secret_id = local.secret_id
}
`)
	w.Apply()
	if got := w.StateValue(versionAddress, "id"); got != "nl-01/app/db@2" || s.Writes() != 0 {
		t.Errorf("%v was imported, with %d writes", got, s.Writes())
	}
}
