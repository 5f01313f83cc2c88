package provider_test

import (
	"fmt"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

const (
	changeRefused      = "Secret cannot be changed in place"
	replacementRefused = "Secret is protected from replacement"
	attributeUnknown   = "Attribute of the secret is not known yet"
	secretKept         = "Secret differs from the configuration"
	deletionAnnounced  = "Secret will be deleted: " + dbID
)

// withMetadata is a secret with the given arguments, protected or not.
func withMetadata(protected bool, arguments string) string {
	return strings.Replace(emptyContainer, "  deletion_protection = false\n", fmt.Sprintf("  deletion_protection = %t\n%s\n", protected, arguments), 1)
}

const managedMetadata = `
  description = "Database"
  labels      = { env = "prod", team = "db" }
  annotations = { note = "x" }
`

// checkBothSides looks for both sides of each difference.
func checkBothSides(t *testing.T, said string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(said, line) {
			t.Errorf("it says %q, want %q in it", said, line)
		}
	}
}

// A change that the service does not support is refused, kept or replaced, as
// configured. The plan shows the service's value and the configured one.
func TestOnImmutableChange(t *testing.T) {
	t.Parallel()
	const labels = `labels["env"]: "prod" at the service, "staging" in the configuration`
	change := func(onChange string) string {
		return strings.Replace(managedMetadata, `"prod"`, `"staging"`, 1) + onChange
	}
	for name, tc := range map[string]struct {
		protected         bool
		onChange, refused string
		says              []string
	}{
		"by default":           {false, "", changeRefused, []string{labels, `set on_immutable_change = "keep"`, `set on_immutable_change = "replace"`}},
		"refuse":               {false, `on_immutable_change = "refuse"`, changeRefused, []string{labels}},
		"by default, guarded":  {true, "", replacementRefused, []string{labels, "cannot change labels of the secret nl-01/app/db", "first apply deletion_protection = false without this change"}},
		"replace, but guarded": {true, `on_immutable_change = "replace"`, replacementRefused, []string{labels, "deletion_protection stops that", "first apply deletion_protection = false without this change, then apply this change"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", withMetadata(tc.protected, managedMetadata))
			w.Apply()
			s.Mark()
			w.Write("main.tf", withMetadata(tc.protected, change(tc.onChange)))
			checkBothSides(t, w.PlanFails().Failed(t, tc.refused), tc.says...)
		})
	}
	for _, protected := range []bool{true, false} {
		t.Run(fmt.Sprintf("keep, protected %t", protected), func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", withMetadata(protected, managedMetadata))
			w.Apply()
			s.Mark()
			other := strings.NewReplacer(`"Database"`, `"Other"`, `"x"`, `"y"`).Replace(change(`on_immutable_change = "keep"`))
			w.Write("main.tf", strings.Replace(withMetadata(protected, other), "kms-nl-01", "kms-other", 1))
			checkBothSides(t, w.Plan().Warned(t, secretKept), labels, `description: "Database" at the service, "Other" in the configuration`,
				`annotations["note"]: "x" at the service, "y" in the configuration`, `kms_key_id: "kms-nl-01" at the service, "kms-other" in the configuration`)
			w.ApplyOnly("saved.plan")
			w.Settled()
			if got := w.StateValue(secretAddress, "description"); got != "Database" || s.Writes() != 0 {
				t.Errorf("the state has the description %v after %v", got, s.Calls())
			}
		})
	}
	t.Run("replace", func(t *testing.T) {
		t.Parallel()
		s := acctest.NewServer(t)
		w := acctest.NewWorkspace(t, s)
		w.Write("main.tf", withMetadata(false, managedMetadata))
		w.Apply()
		w.Write("main.tf", withMetadata(false, change(`on_immutable_change = "replace"`)))
		plan := w.Plan()
		checkBothSides(t, plan.Warned(t, deletionAnnounced), labels, "is deleted with its 1 version")
		if !plan.Change(secretAddress).Actions.Replace() {
			t.Errorf("the plan does not replace:\n%s", plan.Text())
		}
		w.ApplyOnly("saved.plan")
		w.Settled()
		if got := s.Secret(dbID).Labels["env"]; got != "staging" {
			t.Errorf("the service has %q", got)
		}
	})
}

// Terraform lets a plan keep only what both sides have. The error names what to write.
func TestOnImmutableChangeCannotKeep(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ before, after, says string }{
		"description appears": {"", `description = "x"`, `description: not set at the service, "x" in the configuration`},
		"description goes":    {`description = "x"`, "", `description: "x" at the service, not set in the configuration`},
		"labels appear":       {"", `labels = { a = "b" }`, `labels["a"]: not set at the service, "b" in the configuration`},
		"labels go":           {`labels = { a = "b" }`, "", `labels["a"]: "b" at the service, not set in the configuration`},
		"annotations go":      {`annotations = { a = "b" }`, "", `annotations["a"]: "b" at the service, not set in the configuration`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			const keep = "\non_immutable_change = \"keep\"\n"
			w.Write("main.tf", withMetadata(true, tc.before+keep))
			w.Apply()
			w.Write("main.tf", withMetadata(true, tc.after+keep))
			said := w.PlanFails().Failed(t, changeRefused)
			checkBothSides(t, said, tc.says, "lifecycle { ignore_changes = ["+strings.Fields(name)[0]+"] }")
			// The advice of the error works.
			w.Write("main.tf", withMetadata(true, tc.after+keep+"lifecycle { ignore_changes = ["+strings.Fields(name)[0]+"] }"))
			w.Settled()
		})
	}
}

// Region and path identify the secret, so "keep" has no effect on them: a change is
// refused for a protected secret, and replaces any other, for every
// on_immutable_change.
func TestIdentityIsNotKept(t *testing.T) {
	t.Parallel()
	for _, onChange := range []string{"", "refuse", "keep", "replace"} {
		t.Run("on_immutable_change "+onChange, func(t *testing.T) {
			t.Parallel()
			argument := ""
			if onChange != "" {
				argument = fmt.Sprintf("on_immutable_change = %q", onChange)
			}
			const line = `path: "/app/db" at the service, "/app/x" in the configuration`
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", withMetadata(true, argument))
			w.Apply()
			w.Write("main.tf", strings.Replace(withMetadata(true, argument), "/app/db", "/app/x", 1))
			checkBothSides(t, w.PlanFails().Failed(t, replacementRefused), line, "revert the change of path")
			w.Write("main.tf", withMetadata(false, argument))
			w.Apply()
			w.Write("main.tf", strings.Replace(withMetadata(false, argument), "/app/db", "/app/x", 1))
			plan := w.Plan()
			checkBothSides(t, plan.Warned(t, deletionAnnounced), line)
			if !plan.Change(secretAddress).Actions.Replace() {
				t.Errorf("the plan does not replace:\n%s", plan.Text())
			}
		})
	}
}

// waiting are labels that a data source supplies which waits for another change.
const waiting = `
resource "terraform_data" "other" {
  input = "%s"
}
data "thalassasecrets_secrets" "all" {
  path_prefix = "/app/"
  depends_on  = [terraform_data.other]
}
`

// A value that is unknown in the plan is not a change. The error calls it unknown and
// says how it becomes known. "keep" does not need it.
func TestImmutableChangeUnknown(t *testing.T) {
	t.Parallel()
	const count = `tostring(length(data.thalassasecrets_secrets.all.secrets))`
	for name, tc := range map[string]struct{ arguments, line string }{
		"one label":      {"labels = { n = " + count + " }", `labels["n"]: "0" at the service, not known in this plan`},
		"all labels":     {"labels = { for s in data.thalassasecrets_secrets.all.secrets : trimprefix(s.path, \"/\") => \"x\" }", "labels: not set at the service, not known in this plan"},
		"description":    {"description = " + count, `description: "0" at the service, not known in this plan`},
		"one annotation": {"annotations = { n = " + count + " }", `annotations["n"]: "0" at the service, not known in this plan`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			config := func(input, more string) string {
				return fmt.Sprintf(waiting, input) + withMetadata(true, tc.arguments+"\n"+more)
			}
			w.Write("main.tf", config("1", ""))
			w.ApplyOnly()
			// The data source is read before the secret is created. Now there is one.
			w.Write("main.tf", config("2", ""))
			failed := w.PlanFails()
			said := failed.Failed(t, attributeUnknown)
			checkBothSides(t, said, tc.line, "does not know whether the secret must be replaced", "depends_on", "-target=ADDRESS", `on_immutable_change = "keep"`)
			if strings.Contains(said, "changed") || len(failed.Diagnostics) != 1 {
				t.Errorf("what is not known is called changed, or more is said: %v", failed.Diagnostics)
			}
			w.Write("main.tf", config("2", `on_immutable_change = "keep"`))
			w.Plan().Warned(t, secretKept)
			w.ApplyOnly("saved.plan")
			if s.Secret(dbID).CreatedAt.IsZero() || w.StateValue(secretAddress, strings.Fields(tc.arguments)[0]) == nil {
				t.Error("the secret was not kept")
			}
		})
	}
}

// What identifies a secret may be unknown too.
func TestIdentityUnknown(t *testing.T) {
	t.Parallel()
	for name, replacement := range map[string][2]string{
		"path":       {`"/app/db"`, "terraform_data.u.output"},
		"kms_key_id": {`"kms-nl-01"`, "terraform_data.u.output"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", withMetadata(true, ""))
			w.Apply()
			w.Write("main.tf", "resource \"terraform_data\" \"u\" {\n  input = "+replacement[0]+"\n}\n"+strings.Replace(withMetadata(true, ""), replacement[0], replacement[1], 1))
			said := w.PlanFails().Failed(t, attributeUnknown)
			checkBothSides(t, said, name+": "+replacement[0]+" at the service, not known in this plan")
			if strings.Contains(said, "changed") {
				t.Errorf("what is not known is called changed: %q", said)
			}
		})
	}
}

// One change of a shared module hits many secrets: ten errors are whole, and each other
// one is a line that names the first.
func TestManyImmutableChanges(t *testing.T) {
	t.Parallel()
	const secrets = 13
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	config := func(env string) string {
		return fmt.Sprintf("resource \"thalassasecrets_secret\" \"all\" {\n  count = %d\n  path = \"/app/${count.index}\"\n  kms_key_id = \"kms-nl-01\"\n  labels = { env = %q }\n}\n", secrets, env)
	}
	w.Write("main.tf", config("prod"))
	w.ApplyOnly()
	w.Write("main.tf", config("staging"))
	whole, brief := 0, 0
	var first string
	for _, d := range w.PlanFails().Diagnostics {
		if d.Severity != tfjson.DiagnosticSeverityError {
			continue
		}
		if strings.Contains(d.Detail, "\n") {
			whole++
			continue
		}
		brief++
		checkBothSides(t, d.Detail, `cannot change labels["env"] of the secret nl-01/app/`, "see the error about nl-01/app/")
		if first == "" {
			_, first, _ = strings.Cut(d.Detail, "about ")
		}
		checkBothSides(t, d.Detail, "about "+first)
	}
	if whole != 10 || brief != secrets-10 {
		t.Errorf("%d errors are whole and %d brief", whole, brief)
	}
}

// An import shows both sides of what differs, says where a label came from, and prints
// nothing of another client's text that would do something to a terminal or a CI system.
func TestImportShowsImmutableDifferences(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{
		ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs")), Description: "red \x1b[31m\n::error::boo",
		Labels: map[string]string{"team": "a", "env": "prod", "cost": "42"},
	})
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", `
provider "thalassasecrets" {
  default_labels = { team = "b", cost = "42", missing = "1" }
}
import {
  to = thalassasecrets_secret.db
  id = "nl-01/app/db"
}
`+withMetadata(true, "description = \"Ours\"\nlabels = { env = \"staging\" }"))
	failed := w.PlanFails()
	said := failed.Failed(t, replacementRefused)
	checkBothSides(t, said,
		`labels["env"]: "prod" at the service, "staging" in the configuration`,
		`labels["team"]: "a" at the service, not set in the configuration, and "b" in default_labels`,
		`description: "red \x1b[31m\n: :error: :boo" at the service, "Ours" in the configuration`)
	if strings.Contains(said, "cost") {
		t.Errorf("a label that is the same is shown: %q", said)
	}
	// What no plan shows: a default that the secret does not have.
	checkBothSides(t, failed.Warned(t, "Secret lacks default labels"), `labels["missing"]: not set at the service, "1" in default_labels`)
}
