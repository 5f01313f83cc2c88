package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

const (
	policyTeam = `
variable "team" {
  type    = string
  default = "root"
}
`
	policyModuleCall = `
module "team" {
  source   = "./team"
  for_each = toset(["a"])
  team     = each.key
}
`
	rotatesInTime    = "generate = { byte_length = 32 }\n  rotation = { after = \"90d\" }"
	versionToDestroy = rotatesInTime + "\n  deletion_policy = \"destroy\""
)

// policyOldBlocks are 40 days old when the plan is made, and policyYoungBlocks are one.
var (
	policyOldBlocks = policySecret("deleted", "deletion_protection = false") +
		policySecret("replaced", "deletion_protection = false\n  on_immutable_change = \"replace\"\n  description = \"before\"") +
		policySecret("forgotten", "") +
		policySecret("moved", "") +
		policyVersion("old", versionToDestroy) +
		policyVersion("restarted", versionToDestroy)
	policyYoungBlocks = policyVersion("young", versionToDestroy) +
		policyVersion("retained", rotatesInTime) +
		policyVersion("turned", versionToDestroy) +
		policyVersion("narrowed", rotatesInTime+"\n  retention = { keep = 9 }\n  value_wo_version = \"1\"")
)

// policyChange turns the blocks into those of the plan under test.
func policyChange(t *testing.T, blocks string) string {
	t.Helper()
	remove := func(kind, name string) {
		block := regexp.MustCompile(`(?ms)^resource "` + kind + `" "` + name + `" \{\n.*?^\}\n`)
		if !block.MatchString(blocks) {
			t.Fatalf("there is no %s.%s", kind, name)
		}
		blocks = block.ReplaceAllString(blocks, "")
	}
	replace := func(old, changed string) {
		if !strings.Contains(blocks, old) {
			t.Fatalf("there is no %s", old)
		}
		blocks = strings.ReplaceAll(blocks, old, changed)
	}
	remove("thalassasecrets_secret", "deleted")
	remove("thalassasecrets_secret", "forgotten")
	for _, name := range []string{"old", "young", "retained"} {
		remove("thalassasecrets_secret_version", name)
	}
	replace(`description = "before"`, `description = "after"`)
	replace(`"moved"`, `"renamed"`)
	replace("keep = 9", "keep = 0")
	replace("secret_id = thalassasecrets_secret.turned.id", "secret_id = thalassasecrets_secret.renamed.id")
	return blocks + `
removed {
  from = thalassasecrets_secret.forgotten
  lifecycle {
    destroy = false
  }
}
moved {
  from = thalassasecrets_secret.moved
  to   = thalassasecrets_secret.renamed
}
`
}

// A plan that takes secrets and versions away is denied for those that would be lost,
// in the root and in a module, and for nothing that stays.
func TestPolicyOfChanges(t *testing.T) {
	t.Parallel()
	s := acctest.NewServerWith(t, refserver.Config{Clock: refserver.NewClock(time.Now().Add(-40 * oneDay))})
	s.AllowNoCurrent()
	w := acctest.NewWorkspace(t, s)
	if err := os.Mkdir(filepath.Join(w.Dir, "team"), 0o750); err != nil {
		t.Fatal(err)
	}
	write := func(blocks string) {
		w.Write("main.tf", policyTeam+blocks+policyModuleCall)
		w.Write("team/main.tf", acctest.Header+policyTeam+blocks)
	}
	write(policyOldBlocks)
	if got := w.Run("get"); got.Code != 0 {
		t.Fatal(got.Stderr)
	}
	w.Apply()
	s.Clock().Advance(39 * oneDay)
	write(policyOldBlocks + policyYoungBlocks)
	w.Apply()
	blocks := policyOldBlocks + policyYoungBlocks
	for _, counter := range []string{"2", "3", "4"} {
		blocks = regexp.MustCompile(`value_wo_version = "\d"`).ReplaceAllLiteralString(blocks, `value_wo_version = "`+counter+`"`)
		write(blocks)
		w.ApplyOnly()
	}
	settings := func(maximum int) string {
		return fmt.Sprintf(`thalassasecrets_settings:
  maximum_destroyed_versions: %d
  exceptions:
    protection: [nl-01/root/*, nl-01/a/*]
`, maximum)
	}
	checkPolicy(t, w.Plan().Raw(), settings(0)).are(t)

	write(policyChange(t, blocks))
	plan := w.Plan("-replace=thalassasecrets_secret_version.restarted", `-replace=module.team["a"].thalassasecrets_secret_version.restarted`)
	var want []string
	for _, module := range []string{"", `module.team["a"].`} {
		want = append(want,
			"deletion "+module+"thalassasecrets_secret.deleted",
			"deletion "+module+"thalassasecrets_secret.replaced",
			"young_version "+module+"thalassasecrets_secret_version.young",
			"young_version "+module+"thalassasecrets_secret_version.turned",
		)
	}

	// Three versions are retired in each, and three destroyed by their policy.
	checkPolicy(t, plan.Raw(), settings(12)).are(t, want...)
	got := checkPolicy(t, plan.Raw(), settings(11))
	got.are(t, append(want, "destroyed_versions plan")...)
	for _, text := range []string{"destroys 12 versions", "thalassasecrets_secret_version.narrowed: 2, 3, 4;", "thalassasecrets_secret_version.old (deletion_policy): 2"} {
		if !strings.Contains(got.said, text) {
			t.Errorf("the check does not say %q:\n%s", text, got.said)
		}
	}

	// Exceptions by address and by ID.
	excepted := settings(12) + `    deletion: [nl-01/root/deleted, nl-01/root/replaced, nl-01/a/*]
    young_version:
      - thalassasecrets_secret_version.young
      - module.team["a"].thalassasecrets_secret_version.young
      - nl-01/root/turned
      - nl-01/a/turned
`
	checkPolicy(t, plan.Raw(), excepted).are(t)
	checkPolicy(t, plan.Raw(), settings(12)+"  minimum_days_before_destroy: 1\n  disabled_rules: [deletion]\n").are(t)

	// The plan does what the check says: nothing else is lost.
	w.ApplyOnly("saved.plan")
	for _, team := range []string{"root", "a"} {
		for id, active := range map[string]int{"forgotten": 1, "moved": 1, "restarted": 2, "retained": 1, "old": 0, "young": 0, "turned": 0, "narrowed": 1} {
			if got := s.ActiveVersions("nl-01/" + team + "/" + id); len(got) != active {
				t.Errorf("versions %v of %s/%s are active, want %d", got, team, id, active)
			}
		}
	}
}

// A check passes a plan only: it fails on a plan that failed, on what is not a plan, and
// on settings that it does not know.
func TestPolicyOfWhatIsNoPlan(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", policyTeam+policySecret("app", "deletion_protection = false"))
	plan := w.Plan().Raw()
	broken := "protection thalassasecrets_secret.app"
	checkPolicy(t, plan, "").are(t, broken)
	checkPolicy(t, fmt.Appendf(nil, `{"plan": %s, "run": {"id": "run-1"}}`, plan), "").are(t, broken)
	w.Apply()
	checkPolicy(t, w.Plan().Raw(), "").are(t, broken) // Unchanged resources count too.
	for name, input := range map[string]string{
		"a state": w.Run("show", "-json").Stdout, "nothing": "{}", "a list": "[]", "a run without a plan": `{"run": {}}`,
		"a later format": `{"format_version": "2.0", "configuration": {}, "planned_values": {}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkPolicy(t, []byte(input), "").are(t, "plan input")
		})
	}
	if got := checkPolicy(t, []byte("not JSON"), ""); got.code == 0 {
		t.Errorf("the check passes:\n%s", got.said)
	}

	// A plan that is refused is saved all the same, with what it got to.
	w.Write("main.tf", policyTeam+policySecret("app", ""))
	w.Apply()
	w.Write("main.tf", policyTeam)
	w.PlanFails("-out=failed.plan")
	checkPolicy(t, []byte(w.Run("show", "-json", "failed.plan").Stdout), "").are(t, "plan input")

	for settings, want := range map[string]string{
		"owner_lable: team":                 "settings owner_lable",
		`owner_label: [a]`:                  "settings owner_label",
		`unknown: deni`:                     "settings unknown",
		`disabled_rules: [protektion]`:      "settings disabled_rules",
		`exceptions: {protektion: []}`:      "settings exceptions",
		`exceptions: {deletion: nl-01/app}`: "settings exceptions",
	} {
		checkPolicy(t, plan, "thalassasecrets_settings:\n  "+settings+"\n").are(t, broken, want)
	}
	checkPolicy(t, plan, "thalassasecrets_settings: 5\n").are(t, broken, "settings thalassasecrets_settings")
}
