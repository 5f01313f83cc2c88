package provider_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// The protection stops every plan and apply that would delete a secret.
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

// A tainted secret is deleted without a plan of the deletion, so the delete itself
// checks the protection.
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

// The advice of the error works.
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
