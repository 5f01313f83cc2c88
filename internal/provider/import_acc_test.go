package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// Import blocks for both resources of a secret, by id and by identity.
const (
	importsByID = `
import {
  to = thalassasecrets_secret.db
  id = "nl-01/app/db"
}
import {
  to = thalassasecrets_secret_version.db
  id = "nl-01/app/db@current"
}
`
	importsByIdentity = `
import {
  to       = thalassasecrets_secret.db
  identity = { region = "nl-01", path = "/app/db" }
}
import {
  to       = thalassasecrets_secret_version.db
  identity = { path = "/app/db" }
}
`
)

// importable is a secret of another client that a configuration can describe
// completely, with an older version.
func importable(t *testing.T) *acctest.Server {
	t.Helper()
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{
		ID: s.ID(dbID), Description: "The database", Value: client.PairsValue(map[string]string{"user": "theirs"}),
		Labels: map[string]string{"team": "a"}, Annotations: map[string]string{"owner": "a ${b}"},
		AccessPolicy: &client.AccessPolicy{Conditions: []client.Condition{{Type: "ip", Effect: "deny", CIDRs: []string{"192.0.2.0/24"}}}},
	})
	s.Put(dbID, "theirs")
	return s
}

// What Terraform generates for imported resources is valid, plans nothing but the
// import, and writes nothing.
func TestGeneratedConfiguration(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		imports string
		needs   []acctest.Feature
	}{
		"by id":       {importsByID, nil},
		"by identity": {importsByIdentity, []acctest.Feature{acctest.ImportByIdentity}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := importable(t)
			w := acctest.NewWorkspace(t, s, test.needs...)
			w.Write("main.tf", test.imports)
			s.Mark()
			if result := w.Run("plan", "-no-color", "-generate-config-out=generated.tf"); result.Code != 0 {
				t.Fatalf("plan: %s%s", result.Stdout, result.Stderr)
			}
			plan := w.Plan()
			for _, address := range []string{secretAddress, versionAddress} {
				if actions := plan.Change(address).Actions; !actions.NoOp() {
					t.Errorf("%s: %v\n%s", address, actions, w.Read("generated.tf"))
				}
			}
			if warnings := plan.Warnings(); len(warnings) > 0 {
				t.Errorf("warnings: %q", warnings)
			}
			w.Apply("saved.plan")
			if got := stateVersion(t, w); got != 2 || s.Writes() != 0 {
				t.Errorf("version %d is managed after %v", got, s.Calls())
			}
		})
	}
}

// An identity names the secret, for both resources. The import writes nothing, not even
// a configured value, and manages the current version.
func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	s := importable(t)
	w := acctest.NewWorkspace(t, s, acctest.ImportByIdentity)
	config := func(version string) string {
		return `
resource "thalassasecrets_secret" "db" {
  path        = "/app/db"
  kms_key_id  = "kms-nl-01"
  description = "The database"
  labels      = { team = "a" }
  annotations = { owner = "a $${b}" }
}
` + versionOf("secret_string_wo = \"ours\"\nvalue_wo_version = \""+version+"\"") + importsByIdentity
	}
	w.Write("main.tf", config("1"))
	s.Mark()
	plan := w.Plan()
	plan.Warned(t, "Configured value not written: "+dbID)
	for _, address := range []string{secretAddress, versionAddress} {
		if actions := plan.Change(address).Actions; actions.Create() || actions.Delete() || actions.Replace() {
			t.Errorf("%s: %v", address, actions)
		}
	}
	w.Apply("saved.plan")
	if got := w.StateValue(versionAddress, "id"); got != "nl-01/app/db@2" || s.Writes() != 0 {
		t.Errorf("%v is managed after %v", got, s.Calls())
	}
	w.Write("main.tf", config("2"))
	w.Apply()
	if got := s.Reveal(dbID, 3); got != "ours" {
		t.Errorf("version 3 holds %q", got)
	}

	w = acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer+"import {\n  to = thalassasecrets_secret.db\n  identity = { region = \"nl-01\", path = \"/app/none\" }\n}\n")
	w.PlanFails().Failed(t, "Cannot import non-existent remote object")
}

// Five hundred secrets are imported in one apply. It writes nothing, reads each
// secret once, and leaves nothing to do.
func TestImportOfManySecrets(t *testing.T) {
	t.Parallel()
	const secrets = 500
	s := acctest.NewServer(t)
	var paths strings.Builder
	for i := range secrets {
		path := manyPath(i)
		s.Create(client.NewSecret{ID: s.ID("nl-01" + path), Value: client.BytesValue([]byte("theirs")), Labels: map[string]string{"team": fmt.Sprint(i % 20)}})
		fmt.Fprintf(&paths, "    %q = \"%d\"\n", path, i%20)
	}
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", "locals {\n  teams = {\n"+paths.String()+`  }
}
import {
  for_each = local.teams
  to       = thalassasecrets_secret.all[each.key]
  id       = "nl-01${each.key}"
}
resource "thalassasecrets_secret" "all" {
  for_each   = local.teams
  path       = each.key
  kms_key_id = "kms-nl-01"
  labels     = { team = each.value }
}
`)
	s.Mark()
	w.ApplyOnly()
	expectImportCost(t, s, secrets)
	s.Mark()
	plan := w.Plan()
	if plan.Code != 0 || len(plan.JSON().ResourceDrift) > 0 {
		t.Errorf("the next plan is not empty:\n%s", plan.Text())
	}
	if got := s.Calls(); got["getSecret"]+got["listSecrets"] > 20 {
		t.Errorf("the next plan cost %v", got)
	}
}

func manyPath(i int) string { return fmt.Sprintf("/app/team-%d/secret-%d", i%20, i) }

// expectImportCost checks that an import has written nothing and read each secret
// once. A list may be tried: it answers for resources that are managed already.
func expectImportCost(t *testing.T, s *acctest.Server, secrets int) {
	t.Helper()
	calls := s.Calls()
	t.Logf("importing %d secrets cost %v", secrets, calls)
	if s.Writes() != 0 || calls["getSecret"] != secrets || calls["listSecrets"] > 3 {
		t.Errorf("importing %d secrets cost %v", secrets, calls)
	}
}

// A secret that is imported with its version is read once for the two of them.
func TestImportReadsOnce(t *testing.T) {
	t.Parallel()
	const secrets = 100
	s := acctest.NewServer(t)
	for i := range secrets {
		s.Create(client.NewSecret{ID: s.ID("nl-01" + manyPath(i)), Value: client.BytesValue([]byte("theirs"))})
	}
	f, err := newFleet(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	run, err := f.run(t.Context(), "auto")
	if err != nil {
		t.Fatal(err)
	}
	s.Mark()
	for i := range secrets {
		container, version := f.container.Fork(run), f.version.Fork(run)
		if err := container.ImportIdentity(t.Context(), identityOf(t, "nl-01", manyPath(i))); err != nil {
			t.Fatal(err)
		}
		if err := version.ImportIdentity(t.Context(), identityOf(t, "nl-01", manyPath(i))); err != nil {
			t.Fatal(err)
		}
	}
	expectImportCost(t, s, secrets)
}
