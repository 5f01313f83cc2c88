package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// A state is split without a write, and what is triggered by a version is not triggered.
func TestGuideSplittingAState(t *testing.T) {
	t.Parallel()
	const ledger = "thalassasecrets_secret_version.ledger"
	s := acctest.NewServer(t)
	old := openGuide(t, s, "many-states/whole")
	old.Env["TF_VAR_ledger_password"] = "the password"
	old.Apply()
	uid := old.StateValue(ledger, "version_uid")

	payments := openGuide(t, s, "many-states/payments")
	payments.Env["TF_VAR_ledger_password"] = "the password"
	old.example("many-states/rest")
	s.Mark()
	const oldSays, newSays = "0 to add, 0 to change, 0 to destroy", "4 to import, 0 to add, 2 to change, 0 to destroy"
	old.shows("The old state says `" + oldSays + "`")
	payments.shows("The new one says `" + newSays + "`")
	oldPlan := old.Plan()
	forgets := 0
	for _, change := range oldPlan.JSON().ResourceChanges {
		if change.Change.Actions.Forget() {
			forgets++
		}
	}
	if !strings.Contains(oldPlan.Text(), oldSays) || forgets != 4 {
		t.Errorf("the old state says:\n%s", oldPlan.Text())
	}
	newPlan := payments.Plan()
	newPlan.Warned(t, "Configured value not written: nl-01/payments/production/ledger")
	if text := newPlan.Text(); !strings.Contains(text, newSays) {
		t.Errorf("the new state says:\n%s", text)
	}
	old.Apply("saved.plan")
	payments.Apply("saved.plan")
	if s.Writes() != 0 {
		t.Errorf("the split wrote: %v", s.Calls())
	}
	if got := payments.StateValue(ledger, "version_uid"); got != uid {
		t.Errorf("version_uid is %v, and was %v", got, uid)
	}

	// Without the blocks, both states are settled, and each rotates its own.
	old.Write("main.tf", withoutBlocks(string(old.Read("main.tf")), "removed"))
	payments.Write("main.tf", withoutBlocks(string(payments.Read("main.tf")), "import"))
	old.Settled()
	payments.Settled()
	s.Clock().Advance(31 * oneDay)
	payments.due("thalassasecrets_secret_version.signing_key", "rotation")
	payments.Apply("saved.plan")
	old.due("thalassasecrets_secret_version.sessions", "rotation")
	old.Apply("saved.plan")
	if got := s.WritesTo("nl-01/payments/production/ledger"); got != 0 {
		t.Errorf("%d writes to what is not due", got)
	}
}

// withoutBlocks removes the blocks of a kind from a configuration.
func withoutBlocks(config, kind string) string {
	var kept []string
	for _, block := range strings.Split(config, "\n\n") {
		if !strings.HasPrefix(block, kind+" {") {
			kept = append(kept, block)
		}
	}
	return strings.Join(kept, "\n\n")
}

// atlantisStages are the stages of a workflow of Atlantis. A step is a word, or an env.
type atlantisStages map[string]struct {
	Steps []any `json:"steps"`
}

// Atlantis plans with an account that can only read and without a value, and what its
// apply puts is the value that the apply is given.
func TestGuidePlansWithoutValues(t *testing.T) {
	t.Parallel()
	const id = "nl-01/payments/production/ledger"
	grant := func(permissions ...string) []refserver.Grant {
		return []refserver.Grant{{Permissions: permissions, Paths: []string{"/payments/production/*"}}}
	}
	s := acctest.NewServerWith(t, refserver.Config{
		Principals: []refserver.Principal{
			{Name: "plan", Grants: grant("read", "list")},
			{Name: "apply", Grants: grant("read", "list", "create", "putSecretValue", "delete")},
		},
		OIDC: refserver.OIDC{ServiceAccounts: []refserver.ServiceAccount{
			{ID: "sa-plan", SubjectTokens: []string{jobToken}, Principal: "plan"},
			{ID: "sa-apply", SubjectTokens: []string{jobToken}, Principal: "apply"},
		}},
	})
	g := openGuide(t, s, "many-states/payments")
	g.Built() // The environment of a step is that of the provider.
	g.Write("main.tf", withoutBlocks(string(g.Read("main.tf")), "import"))
	const quota = "provider \"thalassasecrets\" {\n  requests_per_second = 10\n}\n"
	g.shows(quota)
	g.Write("provider.tf", quota)
	g.shows(`{{ codefile "yaml" "examples/ci/atlantis/atlantis.yaml" }}`)
	var file struct {
		Workflows map[string]atlantisStages `json:"workflows"`
	}
	readYAML(t, g.Workspace, "atlantis/atlantis.yaml", &file)
	delete(g.Env, "THALASSA_API_TOKEN")
	g.Env["THALASSA_OIDC_TOKEN"] = jobToken
	g.Env["VALUES_DIRECTORY"] = t.TempDir()
	value := func(value string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(g.Env["VALUES_DIRECTORY"], "ledger_password"), []byte(value), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// As Atlantis does: an env step is for the steps after it, and plan and apply share a file.
	run := func(stage string) {
		t.Helper()
		script, ran := "set -eo pipefail\n", 0
		for _, step := range file.Workflows["secrets"][stage].Steps {
			switch step := step.(type) {
			case string:
				script += map[string]string{
					"init": "", "plan": "terraform plan -input=false -out=atlantis.plan\n", "apply": "terraform apply -input=false atlantis.plan\n",
				}[step]
				ran++
			case map[string]any:
				env, _ := step["env"].(map[string]any)
				name, _ := env["name"].(string)
				if text, ok := env["value"].(string); ok {
					script += "export " + name + "='" + text + "'\n"
				} else if command, ok := env["command"].(string); ok {
					script += name + "=$(" + command + "); export " + name + "\n"
				}
			}
		}
		if code, said := g.bash("-c", script); code != 0 || ran == 0 {
			t.Fatalf("%s: exit code %d\n%s", stage, code, said)
		}
	}
	value("the password")
	run("plan")
	if s.Writes() != 0 {
		t.Errorf("the plan wrote: %v", s.Calls())
	}
	run("apply")
	g.reveals(id, "the password")

	// The commands of the guide, for the next value.
	value("the next password")
	g.edit(`value_wo_version = "1"`, `value_wo_version = "2"`)
	for _, part := range []struct{ account, command string }{
		{"sa-plan", "TF_VAR_ledger_password=not-used terraform plan -input=false -out=saved.plan"},
		{"sa-apply", `TF_VAR_ledger_password="$(cat "$VALUES_DIRECTORY/ledger_password")" terraform apply -input=false saved.plan`},
	} {
		g.shows(part.command)
		g.Env["THALASSA_SERVICE_ACCOUNT_ID"] = part.account
		if code, said := g.bash("-c", part.command); code != 0 {
			t.Fatalf("%s: exit code %d\n%s", part.command, code, said)
		}
	}
	g.reveals(id, "the next password")
	g.keepsNowhere("the next password")

	// The account for plans cannot apply, and a null has nothing to put.
	g.edit(`value_wo_version = "2"`, `value_wo_version = "3"`)
	g.edit("  ephemeral = true", "  ephemeral = true\n  default = null")
	g.Env["THALASSA_SERVICE_ACCOUNT_ID"] = "sa-plan"
	g.PlanFails().Failed(t, "No value for the requested change")
	g.Env["TF_VAR_ledger_password"] = "not-used"
	g.ApplyFails().Failed(t, "Cannot write the secret value")
	g.reveals(id, "the next password")
}

// reveals checks the current value of a secret.
func (g *guide) reveals(id, want string) {
	g.t.Helper()
	if got := g.s.Reveal(id, g.s.ActiveVersions(id)[0]); got != want {
		g.t.Errorf("the value is %q, want %q", got, want)
	}
}
