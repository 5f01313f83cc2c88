package provider_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// A provider that points at another organisation or project stops before it
// plans anything, and says which two it is between.
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

// Two aliases work in two organisations side by side, each with its own process.
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

// The protection holds on every way by which Terraform comes to delete a secret.
func TestDeletionProtection(t *testing.T) {
	t.Parallel()
	protected := strings.Replace(emptyContainer, "false", "true", 1)
	trigger := func(n string) string {
		return "resource \"terraform_data\" \"n\" { input = " + n + " }\n" +
			strings.Replace(protected, "deletion_protection = true", "deletion_protection = true\n  lifecycle { replace_triggered_by = [terraform_data.n] }", 1)
	}
	const deletion, replacement = "Secret is protected from deletion", "Secret is protected from replacement"
	for name, tc := range map[string]struct {
		before, after string
		command       []string
		summary, says string
	}{
		"destroy":               {protected, protected, []string{"destroy"}, deletion, "would destroy the secret nl-01/app/db"},
		"destroy, no refresh":   {protected, protected, []string{"destroy", "-refresh=false"}, deletion, "would destroy the secret nl-01/app/db"},
		"taken out":             {protected, "", []string{"apply"}, deletion, "would destroy the secret nl-01/app/db"},
		"replace":               {protected, protected, []string{"apply", "-replace=" + secretAddress}, deletion, "would replace the secret nl-01/app/db"},
		"replace_triggered_by":  {trigger("1"), trigger("2"), []string{"apply"}, deletion, "would replace the secret nl-01/app/db"},
		"unprotect and destroy": {protected, strings.Replace(protected, "true", "false", 1), []string{"apply", "-replace=" + secretAddress}, deletion, "apply that first"},
		"path":                  {protected, strings.Replace(protected, "/app/db", "/app/x", 1), []string{"apply"}, replacement, "cannot change path of the secret nl-01/app/db"},
		"key":                   {protected, strings.Replace(protected, "kms-nl-01", "kms-x", 1), []string{"apply"}, replacement, "cannot change kms_key_id"},
		"description": {
			protected, strings.Replace(protected, "deletion_", "description = \"x\"\n labels = { a = \"b\" }\n deletion_", 1),
			[]string{"apply"},
			replacement,
			"lifecycle { ignore_changes = [description, labels] }",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", tc.before)
			w.Apply()
			s.Mark()
			w.Write("main.tf", tc.after)
			result := w.Run(append(tc.command, "-auto-approve", "-json")...)
			if result.Code != 1 {
				t.Errorf("exit code %d, want 1", result.Code)
			}
			if said := result.Failed(t, tc.summary); !strings.Contains(said, tc.says) {
				t.Errorf("the error says %q, want %q in it", said, tc.says)
			}
			if s.Writes() != 0 {
				t.Errorf("something was written: %v", s.Calls())
			}
		})
	}
}

// A tainted secret is deleted without a plan of the deletion: the last check is
// the delete itself.
func TestDeletionProtectionOfTainted(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", strings.Replace(emptyContainer, "false", "true", 1))
	w.Apply()
	if result := w.Run("taint", secretAddress); result.Code != 0 {
		t.Fatalf("taint: %s", result.Stderr)
	}
	s.Mark()
	w.ApplyFails().Failed(t, "Secret is protected from deletion")
	if s.Writes() != 0 {
		t.Errorf("something was written: %v", s.Calls())
	}
}

// The way out that the error names works.
func TestUnprotectThenDestroy(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", strings.Replace(emptyContainer, "false", "true", 1))
	w.Apply()
	s.Mark()
	w.Write("main.tf", emptyContainer)
	w.Apply()
	if s.Writes() != 0 {
		t.Errorf("turning the protection off wrote: %v", s.Calls())
	}
	if result := w.Run("destroy", "-auto-approve", "-json"); result.Code != 0 {
		t.Errorf("destroy failed: %v", result.Diagnostics)
	}
	if got := s.Calls()["deleteSecret"]; got != 1 {
		t.Errorf("%d deletes", got)
	}
}
