package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// mockedModule names a secret by each value that a mock generates: by its id and by its
// region.
const mockedModule = `
resource "thalassasecrets_secret" "db" {
  path       = "/app/db"
  kms_key_id = "kms-nl-01"
}
resource "thalassasecrets_secret_version" "db" {
  secret_id        = thalassasecrets_secret.db.id
  secret_string_wo = "value"
  value_wo_version = "1"
}
resource "thalassasecrets_secret" "beside" {
  region     = thalassasecrets_secret.db.region
  path       = "/app/beside"
  kms_key_id = "kms-nl-01"
}
resource "thalassasecrets_secret_version" "beside" {
  region           = thalassasecrets_secret.beside.region
  path             = thalassasecrets_secret.beside.path
  secret_string_wo = "value"
  value_wo_version = thalassasecrets_secret_version.db.version_uid
}
data "thalassasecrets_secret" "db" {
  secret_id = thalassasecrets_secret_version.db.secret_id
}
data "thalassasecrets_secret_versions" "db" {
  secret_id = thalassasecrets_secret.db.id
}
data "thalassasecrets_secrets" "app" {
  region      = thalassasecrets_secret.db.region
  path_prefix = "/app/"
}
`

// mocked runs the tests of a module under a mocked provider. Nothing reaches the server.
func mocked(t *testing.T, module, mock, run string) acctest.Result {
	t.Helper()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", module)
	if err := os.Mkdir(filepath.Join(w.Dir, "tests"), 0o750); err != nil {
		t.Fatal(err)
	}
	w.Write("tests/mocked.tftest.hcl", mock+"\n"+run)
	result := w.Run("test", "-no-color")
	if calls := s.Calls(); len(calls) > 0 {
		t.Errorf("the service was asked: %v", calls)
	}
	return result
}

// A bare mock is enough for a module that uses the resources and data sources.
func TestMockedProvider(t *testing.T) {
	t.Parallel()
	cli := acctest.Needs(t, acctest.WriteOnly)
	module := mockedModule
	if cli.Product == "OpenTofu" { // Terraform mocks no ephemeral resources, and says so.
		module += `
ephemeral "thalassasecrets_secret_value" "db" {
  secret_id = thalassasecrets_secret.db.id
  version   = thalassasecrets_secret_version.db.version
}
`
	}
	result := mocked(t, module, `mock_provider "thalassasecrets" {}`, `
run "plan" {
  command = plan
}
run "apply" {
  assert {
    condition     = thalassasecrets_secret_version.db.secret_id == thalassasecrets_secret.db.id
    error_message = "The version is of another secret."
  }
}
run "again" {}
`)
	if result.Code != 0 || !strings.Contains(result.Stdout, "3 passed, 0 failed") {
		t.Errorf("exit code %d:\n%s%s", result.Code, result.Stdout, result.Stderr)
	}
}

// A function of the provider takes the ids that a mock is given, and no others.
func TestFunctionsUnderMocks(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	const functions = `
output "version" {
  value = provider::thalassasecrets::secret_version_id(thalassasecrets_secret.db.id, thalassasecrets_secret_version.db.version)
}
output "region" {
  value = provider::thalassasecrets::parse_secret_id(thalassasecrets_secret.db.id).region
}
`
	const run = `
run "apply" {
  assert {
    condition     = "${output.version} ${output.region}" == "nl-01/app/db@2 nl-01"
    error_message = "The outputs are ${output.version} and ${output.region}."
  }
}
`
	result := mocked(t, mockedModule+functions, `
mock_provider "thalassasecrets" {
  mock_resource "thalassasecrets_secret" {
    defaults = { id = "nl-01/app/db" }
  }
  mock_resource "thalassasecrets_secret_version" {
    defaults = { version = 2 }
  }
}`, run)
	if result.Code != 0 || !strings.Contains(result.Stdout, "1 passed, 0 failed") {
		t.Errorf("exit code %d:\n%s%s", result.Code, result.Stdout, result.Stderr)
	}
	result = mocked(t, mockedModule+functions, `mock_provider "thalassasecrets" {}`, run)
	if said := oneLine(result.Stdout + result.Stderr); result.Code == 0 || !strings.Contains(said, "must be a region followed by a path") {
		t.Errorf("exit code %d:\n%s", result.Code, said)
	}
}

// A text that only a mock can have made is found by every plan, though validation lets them pass,
// and by the apply where they are known only then. Nothing is written.
func TestTextOfAMockInAPlan(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	version := func(names string) string {
		return "resource \"thalassasecrets_secret_version\" \"a\" {\n" + names + "\nsecret_string_wo = \"v\"\nvalue_wo_version = \"1\"\n}\n"
	}
	const region = `region = "Database"` + "\n"
	for name, tc := range map[string]struct{ config, summary string }{
		"a version":             {version(`secret_id = "database"`), "Invalid secret id"},
		"a version by region":   {version(region + `path = "/app/db"`), "Invalid region"},
		"a secret":              {"resource \"thalassasecrets_secret\" \"a\" {\n" + region + "path = \"/app/db\"\nkms_key_id = \"kms-nl-01\"\n}\n", "Invalid region"},
		"a data source":         {"data \"thalassasecrets_secret\" \"a\" {\nsecret_id = \"7t3LM79B\"\n}\n", "Invalid secret id"},
		"its versions":          {"data \"thalassasecrets_secret_versions\" \"a\" {\nsecret_id = \"database\"\n}\n", "Invalid secret id"},
		"all secrets":           {"data \"thalassasecrets_secrets\" \"a\" {\n" + region + "path_prefix = \"/\"\n}\n", "Invalid region"},
		"an ephemeral resource": {"ephemeral \"thalassasecrets_secret_value\" \"a\" {\nsecret_id = \"database\"\n}\n", "Invalid secret id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", tc.config)
			if result := w.Run("validate", "-json"); result.Code != 0 {
				t.Errorf("validation refuses what a mock makes up:\n%s", result.Stdout)
			}
			w.PlanFails().Failed(t, tc.summary)
		})
	}
	t.Run("known in the apply", func(t *testing.T) {
		t.Parallel()
		own := acctest.NewServer(t)
		w := acctest.NewWorkspace(t, own)
		w.Write("main.tf", "resource \"terraform_data\" \"a\" {\ninput = \"database\"\n}\n"+version("secret_id = terraform_data.a.output"))
		w.ApplyFails().Failed(t, "Invalid secret id")
		if own.Writes() > 0 {
			t.Errorf("the apply wrote: %v", own.Calls())
		}
	})
	t.Run("an update", func(t *testing.T) {
		t.Parallel()
		own := acctest.NewServer(t)
		w := acctest.NewWorkspace(t, own)
		w.Write("main.tf", emptyContainer+versionOf("secret_string_wo = \"v\"\nvalue_wo_version = \"1\""))
		w.Apply()
		w.Write("main.tf", emptyContainer+strings.Replace(versionOf("secret_string_wo = \"v\"\nvalue_wo_version = \"1\""), "thalassasecrets_secret.db.id", `"database"`, 1))
		w.PlanFails().Failed(t, "Invalid secret id")
	})
}
