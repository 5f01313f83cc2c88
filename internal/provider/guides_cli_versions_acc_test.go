package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// destroyFalse is lifecycle { destroy = false }.
var destroyFalse = acctest.Feature{Name: "lifecycle { destroy = false }", Terraform: "1.16.0", OpenTofu: "1.12.0"}

// forgetsReplaced is what OpenTofu makes of it where a resource is replaced.
var forgetsReplaced = acctest.Feature{Name: "a replacement that forgets", OpenTofu: "1.12.0"}

const rotatedVersion = `
resource "thalassasecrets_secret" "app" {
  path       = "/app"
  kms_key_id = "kms-nl-01"
}
resource "thalassasecrets_secret_version" "app" {
  secret_id = thalassasecrets_secret.app.id
  generate  = { byte_length = 32 }
  rotation  = { after = "30d" }
}
`

// Refresh-only plans return what the guide's table says for the CLI under test.
func TestGuideRefreshOnlyExitCodes(t *testing.T) {
	t.Parallel()
	cli := acctest.Needs(t, acctest.Feature{Name: "exit codes that the guide lists", Terraform: "1.8.0", OpenTofu: "1.12.0"})
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s, acctest.Basics)
	w.Write("main.tf", rotatedVersion)
	w.Apply()
	still := 0
	if cli.Product == "Terraform" && cli.Version.Core().LessThan(version.Must(version.NewVersion("1.15.0"))) {
		still = 2
	}
	refreshOnly := func(what string, want int) {
		t.Helper()
		plan := w.Plan("-refresh-only")
		if plan.Code != want || len(plan.JSON().ResourceDrift) > 0 {
			t.Errorf("%s: %s returns %d for a refresh-only plan, want %d\n%s", what, cli, plan.Code, want, plan.Text())
		}
	}
	refreshOnly("nothing changed", still)
	s.KeyStatus(refserver.KeyDisabled)
	refreshOnly("a disabled key", 2)
	s.KeyStatus(refserver.KeyActive)
	s.Clock().Advance(31 * oneDay)
	refreshOnly("a due rotation", 2)
	if plan := w.Plan(); plan.Code != 2 {
		t.Errorf("%s returns %d for a plan with a due rotation", cli, plan.Code)
	}
}

// What destroy = false forgets stays, and what replaces a secret is refused by its
// protection alone.
func TestGuideDestroyFalse(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s, destroyFalse)
	kept := strings.ReplaceAll(rotatedVersion, "\n}\n", "\n  lifecycle {\n    destroy = false\n  }\n}\n")
	w.Write("main.tf", kept)
	w.Apply()
	w.Write("main.tf", strings.ReplaceAll(kept, "  path ", "  description = \"changed\"\n  path "))
	w.PlanFails().Failed(t, "Secret is protected from replacement")

	w.Write("main.tf", strings.ReplaceAll(kept, "  path ", "  deletion_protection = false\n  path "))
	w.Apply()
	s.Mark()
	plan := w.Plan("-destroy")
	for _, address := range []string{"thalassasecrets_secret.app", "thalassasecrets_secret_version.app"} {
		if !plan.Change(address).Actions.Forget() {
			t.Errorf("%s: %v", address, plan.Change(address).Actions)
		}
	}
	checkPolicy(t, plan.Raw(), "").are(t)
	w.Run("apply", "saved.plan") // OpenTofu fails because something is left, as it should be.
	if got := s.ActiveVersions("nl-01/app"); len(got) != 1 || s.Writes() != 0 {
		t.Errorf("versions %v are left, and Terraform sent %v", got, s.Calls())
	}
}

// A replacement that forgets a secret deletes nothing, and cannot create another one at
// the same path.
func TestGuideDestroyFalseOfAReplacement(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s, forgetsReplaced)
	const unprotected = `
resource "thalassasecrets_secret" "app" {
  path                = "/app"
  kms_key_id          = "kms-nl-01"
  description         = "before"
  deletion_protection = false
  on_immutable_change = "replace"
  lifecycle {
    destroy = false
  }
}
`
	w.Write("main.tf", unprotected)
	w.Apply()
	w.Write("main.tf", strings.ReplaceAll(unprotected, "before", "after"))
	plan := w.Plan()
	plan.Warned(t, "Secret will be deleted: nl-01/app")
	checkPolicy(t, plan.Raw(), "thalassasecrets_settings:\n  disabled_rules: [owner, protection]\n").are(t)
	w.ApplyFails("saved.plan").Failed(t, "Secret exists already: nl-01/app")
	if got := s.Secret("nl-01/app").Description; got != "before" {
		t.Errorf("the secret is described as %q", got)
	}
}

// The guide's table is that of the tests.
func TestGuideCLIVersionsListsFeatures(t *testing.T) {
	t.Parallel()
	guide := read(t, "../../templates/guides/cli-versions.md.tmpl")
	for name, f := range map[string]acctest.Feature{
		"resources, data sources, functions":    acctest.Basics,
		"`moved` blocks between resource types": acctest.MovedAcrossTypes,
		"ephemeral values":                      acctest.EphemeralValues,
		"write-only arguments":                  acctest.WriteOnly,
		"import by identity":                    acctest.ImportByIdentity,
		"list resources and queries, actions":   acctest.Queries,
		"`lifecycle { destroy = false }`":       destroyFalse,
	} {
		tofu := "none yet"
		if f.OpenTofu != "" {
			tofu = strings.TrimSuffix(f.OpenTofu, ".0")
		}
		if row := fmt.Sprintf("\n| %s | %s | %s |\n", name, strings.TrimSuffix(f.Terraform, ".0"), tofu); !strings.Contains(guide, row) {
			t.Errorf("the guide has no row%s", row)
		}
	}
}

// The error of a function is printed as the guide quotes it, and can() catches it.
func TestGuideFunctionErrors(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s, acctest.Functions)
	guide := read(t, "../../templates/guides/cli-versions.md.tmpl")
	w.Write("main.tf", "output \"secret\" {\n  value = provider::thalassasecrets::parse_secret_id(\"/app/db\")\n}\n")
	got := w.Run("plan", "-no-color")
	at := strings.Index(got.Stderr, "Error: Invalid function argument")
	if got.Code != 1 || at < 0 {
		t.Fatalf("exit code %d\n%s", got.Code, got.Stderr)
	}
	if quoted := "```text\n" + strings.TrimSpace(got.Stderr[at:]) + "\n```"; !strings.Contains(guide, quoted) {
		t.Errorf("the guide does not quote:\n%s", quoted)
	}

	_, example, _ := strings.Cut(guide, "```terraform\n")
	example, _, _ = strings.Cut(example, "```")
	w.Write("main.tf", example)
	w.Plan("-var=secret_id=nl-01/app/db")
	w.PlanFails("-var=secret_id=/app/db").Failed(t, "Invalid value for variable")
}
