package provider_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// lateName is a resource whose output is not known in a plan that changes its input.
func lateName(value string) string {
	return "resource \"terraform_data\" \"u\" {\n  input            = \"" + value + "\"\n  triggers_replace = timestamp()\n}\n"
}

// Terraform has to replace a version whose secret is unknown. The plan says that
// nothing else changes, and how to resolve it. Without a value it fails before anything
// happens.
func TestVersionOfUnknownSecret(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ known, late, argument string }{
		"secret_id": {"secret_id = thalassasecrets_secret.db.id", "secret_id = terraform_data.u.output", "secret_id"},
		"path":      {`path = "/app/db"`, "path = terraform_data.u.output", "path"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value := map[string]string{"secret_id": dbID, "path": "/app/db"}[name]
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			config := func(names, arguments string) string {
				return emptyContainer + lateName(value) + "resource \"thalassasecrets_secret_version\" \"db\" {\n  " + names + "\n  " + arguments + "\n  depends_on = [thalassasecrets_secret.db]\n}\n"
			}
			const given = "secret_string_wo = \"v\"\n  value_wo_version = \"1\""
			w.Write("main.tf", config(tc.known, given))
			w.ApplyOnly()
			w.Write("main.tf", config(tc.late, given))
			plan := w.Plan()
			said := plan.Warned(t, "Secret of the version is not known yet: "+dbID)
			for _, part := range []string{tc.argument + " is not known in this plan", "puts the value once more", "depends_on", "-target=ADDRESS"} {
				if !strings.Contains(said, part) || strings.Contains(said, "changed") {
					t.Errorf("the warning says %q, want %q in it", said, part)
				}
			}
			if !plan.Change(versionAddress).Actions.Replace() {
				t.Errorf("the plan does not replace:\n%s", plan.Text())
			}
			w.Write("main.tf", config(tc.late, ""))
			if said := w.PlanFails().Failed(t, "Missing value"); !strings.Contains(said, tc.argument+" is not known in this plan") || !strings.Contains(said, "-target=ADDRESS") {
				t.Errorf("the error says %q", said)
			}
			if got := s.ActiveVersions(dbID); len(got) != 1 {
				t.Errorf("versions %v are active", got)
			}
		})
	}
}
