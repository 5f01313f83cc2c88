package provider_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// A provider with another organisation or project fails before it plans anything, and
// names both.
func TestWrongOrganisationOrProject(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		variable, value string
		summary, says   string
	}{
		"organisation": {"THALASSA_ORGANISATION", "o-other", "Wrong organisation", `belongs to the organisation "o-acc", but the provider is configured for "o-other"`},
		"project":      {"THALASSA_PROJECT_ID", "p-other", "Wrong project", `belongs to no project, but the provider is configured for the project "p-other"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", emptyContainer+versionOf("secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\ndeletion_policy = \"destroy\""))
			w.ApplyOnly()
			before := string(w.Read("terraform.tfstate"))
			s.Mark()
			w.Env[tc.variable] = tc.value
			for _, command := range [][]string{
				{"plan"},
				{"plan", "-refresh=false"},
				{"plan", "-refresh-only"},
				{"plan", "-destroy"},
				{"plan", "-destroy", "-refresh=false"},
				{"apply", "-auto-approve"},
				{"destroy", "-auto-approve", "-refresh=false"},
			} {
				result := w.Run(append(command, "-json")...)
				if said := result.Failed(t, tc.summary); result.Code != 1 || !strings.Contains(said, tc.says) {
					t.Errorf("%s: exit code %d, and the error says %q, want %q in it", command, result.Code, said, tc.says)
				}
				if s.Writes() != 0 || string(w.Read("terraform.tfstate")) != before {
					t.Fatalf("%s changed something: %v", command, s.Calls())
				}
			}
		})
	}
}

// Two aliases work in two organisations at the same time, each in a separate process.
func TestAliases(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s).Built()
	w.Write("main.tf", `
provider "thalassasecrets" {
  alias           = "other"
  organisation_id = "o-other"
  project_id      = "p-1"
  region          = "nl-02"
}
resource "thalassasecrets_secret" "other" {
  provider   = thalassasecrets.other
  path       = "/app/db"
  kms_key_id = "kms-nl-02"
}
`+emptyContainer)
	w.Apply()
	for address, want := range map[string][3]any{
		secretAddress:                  {"o-acc", nil, "nl-01/app/db"},
		"thalassasecrets_secret.other": {"o-other", "p-1", "nl-02/app/db"},
	} {
		for i, name := range []string{"organisation_id", "project_id", "id"} {
			if got := w.StateValue(address, name); got != want[i] {
				t.Errorf("%s of %s is %v, want %v", name, address, got, want[i])
			}
		}
	}
}
