package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

const (
	recoveryTeams   = 3
	recoverySecrets = 300 // in all teams
	// recoveryImports are the secrets, and the versions that eight of ten have.
	recoveryImports = recoverySecrets + recoverySecrets/10*8
)

// recoveryRoot has the teams as instances of a module, whose keys need quotes.
const recoveryRoot = `
variable "tracked" { default = true }
provider "thalassasecrets" {
  default_labels = { managed-by = "terraform", cost-centre = "42" }
}
module "team" {
  source   = "./team"
  for_each = { "a \"quoted\" team" = "team-0", "$${b} %%{c}" = "team-1", "back\\slash, 'dot.s', [é]" = "team-2" }
  name     = each.value
  tracked  = var.tracked
}
`

// recoveryModule has a secret of each kind for the last digit of its number. Digits 8 and
// 9 have no version resource.
const recoveryModule = acctest.Header + `
variable "name" {}
variable "tracked" {}
locals {
  keys = { for i in range(100) : "no. ${i} \"of\" $${x} %%{y} \\" => i }
  of   = { for digit in range(10) : digit => { for key, i in local.keys : key => i if i % 10 == digit } }
}
resource "thalassasecrets_secret" "all" {
  for_each            = local.keys
  path                = "/${var.name}/secret-${each.value}"
  kms_key_id          = "kms-nl-01"
  description         = "Secret ${each.value} of ${var.name}"
  labels              = each.value % 4 == 0 ? { team = var.name } : null
  annotations         = each.value % 5 == 0 ? { owner = "a $${b}" } : null
  deletion_protection = each.value % 2 == 0
  access_policy = each.value % 3 == 0 ? { conditions = [
    { type = "ip", effect = "deny", cidrs = ["192.0.2.0/24"] },
    { type = "time", effect = "deny", start_hour = 2, end_hour = 3, timezone = "UTC" },
  ] } : null
  initial_value = each.value % 10 == 9 ? { generate = { byte_length = 16 } } : null
}
resource "thalassasecrets_secret_version" "counter" {
  for_each         = local.of[0]
  secret_id        = thalassasecrets_secret.all[each.key].id
  secret_string_wo = "sentinel-counter-${each.value}"
  value_wo_version = "7"
}
resource "thalassasecrets_secret_version" "detected" {
  for_each             = local.of[1]
  secret_id            = thalassasecrets_secret.all[each.key].id
  secret_binary_wo     = base64encode("sentinel-detected-${each.value}")
  detect_value_changes = true
}
resource "thalassasecrets_secret_version" "overwrite" {
  for_each             = local.of[2]
  secret_id            = thalassasecrets_secret.all[each.key].id
  secret_key_values_wo = { user = "u", password = "sentinel-overwrite-${each.value}" }
  value_wo_version     = "1"
  on_external_version  = "overwrite"
}
resource "thalassasecrets_secret_version" "rotated" {
  for_each  = local.of[3]
  secret_id = thalassasecrets_secret.all[each.key].id
  generate  = { byte_length = 32 }
  rotation  = { after = "30d", keepers = { a = "1" } }
  retention = { keep = 1, min_idle = "2d" }
}
resource "thalassasecrets_secret_version" "in_state" {
  for_each      = local.of[4]
  secret_id     = thalassasecrets_secret.all[each.key].id
  secret_string = "sentinel-in-state-${each.value}"
  retention     = { keep = 0 }
}
resource "thalassasecrets_secret_version" "ignore" {
  for_each            = local.of[5]
  path                = thalassasecrets_secret.all[each.key].path
  secret_key_values   = { user = "sentinel-ignore-${each.value}" }
  on_external_version = "ignore"
}
resource "thalassasecrets_secret_version" "destroy" {
  for_each        = local.of[6]
  secret_id       = thalassasecrets_secret.all[each.key].id
  generate        = { byte_length = 24 }
  deletion_policy = "destroy"
}
resource "thalassasecrets_secret_version" "tracked" {
  for_each  = var.tracked ? local.of[7] : {}
  secret_id = thalassasecrets_secret.all[each.key].id
}
`

// recovery is the guide, with the script beside a configuration of secrets.
type recovery struct{ *guide }

func openRecovery(t *testing.T, s *acctest.Server) recovery {
	t.Helper()
	needsProgram(t, "jq")
	r := recovery{readGuide(t, s, "recovering-a-lost-state")}
	script, err := os.ReadFile(filepath.Join("..", "..", "examples", "recovery", "recover.sh"))
	if err != nil {
		t.Fatal(err)
	}
	r.Write("recover.sh", string(script))
	r.Env["TMPDIR"] = t.TempDir()
	return r
}

// loseState deletes the state and its backup.
func (r recovery) loseState() {
	r.t.Helper()
	files, err := filepath.Glob(filepath.Join(r.Dir, "*.tfstate*"))
	if err != nil || len(files) == 0 {
		r.t.Fatalf("there is no state: %v", err)
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			r.t.Fatal(err)
		}
	}
}

// recover runs the script, which has to end with a code and to say some lines. It writes
// nothing, and prints no value.
func (r recovery) recover(wantCode int, lines ...string) {
	r.t.Helper()
	code, said := r.script("recover.sh")
	if code != wantCode {
		r.t.Fatalf("exit code %d, want %d:\n%s", code, wantCode, said)
	}
	for _, line := range lines {
		if !strings.Contains(said, line) {
			r.t.Errorf("the script does not say %q:\n%s", line, said)
		}
	}
	if writes := r.s.Writes(); writes != 0 {
		r.t.Errorf("the script made %d writes: %v", writes, r.s.Calls())
	}
	for _, name := range []string{"recovered.tf", "other.tf"} {
		content, err := os.ReadFile(filepath.Join(r.Dir, name)) //nolint:gosec // A file of the test's own.
		if err == nil {
			said += string(content)
		}
	}
	if strings.Contains(said, "sentinel") {
		r.t.Errorf("the script printed or kept a value:\n%s", said)
	}
	if left, err := os.ReadDir(r.Env["TMPDIR"]); err != nil || len(left) > 0 {
		r.t.Errorf("the script left %v, %v", left, err)
	}
}

// apply runs the second command of the guide.
func (r recovery) apply() {
	r.t.Helper()
	if code, said := r.bash("-c", "terraform apply -auto-approve"); code != 0 {
		r.t.Fatalf("the apply failed:\n%s", said)
	}
	if writes := r.s.Writes(); writes != 0 {
		r.t.Errorf("the apply made %d writes: %v", writes, r.s.Calls())
	}
}

// buildTeams applies the configuration of all kinds. Then other clients put versions.
func (r recovery) buildTeams() {
	r.t.Helper()
	if err := os.Mkdir(filepath.Join(r.Dir, "team"), 0o700); err != nil {
		r.t.Fatal(err)
	}
	r.Write("main.tf", recoveryRoot)
	r.Write("team/main.tf", recoveryModule)
	if result := r.Run("init"); result.Code != 0 {
		r.t.Fatalf("init: %s%s", result.Stdout, result.Stderr)
	}
	r.ApplyOnly("-var=tracked=false")
	puts := func(digit int) {
		for team := range recoveryTeams {
			for i := digit; i < 100; i += 10 {
				r.s.Put(recoveryID(team, i), fmt.Sprintf("sentinel-foreign-%d-%d", team, i))
			}
		}
	}
	puts(7)
	var imports strings.Builder
	for team, key := range []string{`a \"quoted\" team`, `$${b} %%{c}`, `back\\slash, 'dot.s', [é]`} {
		fmt.Fprintf(&imports, `import {
  for_each = [for i in range(10) : i * 10 + 7]
  to       = module.team["%s"].thalassasecrets_secret_version.tracked["no. ${each.value} \"of\" $${x} %%%%{y} \\"]
  id       = "nl-01/team-%d/secret-${each.value}@current"
}
`, key, team)
	}
	r.Write("tracked.tf", imports.String())
	r.ApplyOnly()
	if err := os.Remove(filepath.Join(r.Dir, "tracked.tf")); err != nil {
		r.t.Fatal(err)
	}
	r.s.Clock().Advance(31 * oneDay)
	for _, digit := range []int{0, 2, 5, 7} {
		puts(digit)
	}
}

func recoveryID(team, i int) string { return fmt.Sprintf("nl-01/team-%d/secret-%d", team, i) }

// Three hundred secrets of all kinds come back by the two commands of the guide, without
// a write. The next plan proposes the rotations that are due, and nothing else.
func TestGuideRecoveringALostState(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	r := openRecovery(t, s)
	r.buildTeams()
	r.loseState()

	s.Mark()
	began := time.Now()
	r.shows("bash recover.sh\nterraform apply")
	r.recover(0, fmt.Sprintf("recovered.tf holds %d imports", recoveryImports), "The apply writes nothing to the Secrets Manager.")
	t.Logf("the script took %s and %v", time.Since(began).Round(100*time.Millisecond), s.Calls())
	file := string(r.Read("recovered.tf"))
	for _, line := range []string{
		`to = module.team["a \"quoted\" team"].thalassasecrets_secret.all["no. 12 \"of\" $${x} %%{y} \\"]`,
		`id = "nl-01/team-0/secret-12"`,
		"# Version 3 of nl-01/team-0/secret-0 was put on 2026-12-02 09:00 UTC.",
		`id = "nl-01/team-0/secret-0@3"`,
		`id = "nl-01/team-1/secret-7@current"`,
	} {
		if !strings.Contains(file, line) {
			t.Errorf("the file lacks %q:\n%.3000s", line, file)
		}
	}
	// To run it again is harmless, and it keeps what is in the file.
	s.Mark()
	r.recover(0, "Plan 1: 0 more to import.")
	if again := string(r.Read("recovered.tf")); again != file {
		t.Error("the second run changed the file")
	}

	s.Mark()
	began = time.Now()
	r.apply()
	t.Logf("the apply took %s and %v", time.Since(began).Round(100*time.Millisecond), s.Calls())
	if err := os.Remove(filepath.Join(r.Dir, "recovered.tf")); err != nil {
		t.Fatal(err)
	}
	s.Mark()
	plan := r.Plan()
	t.Logf("the next plan: %v", s.Calls())
	checkDueRotations(t, plan)
}

// checkDueRotations expects a rotation of each version with an age, and nothing else.
func checkDueRotations(t *testing.T, plan acctest.Plan) {
	t.Helper()
	rotations := 0
	for _, change := range plan.JSON().ResourceChanges {
		after, _ := change.Change.After.(map[string]any)
		switch {
		case change.Change.Actions.NoOp():
		case change.Name == "rotated" && change.Change.Actions.Update() && after["last_change"] == "rotation":
			rotations++
		default:
			t.Errorf("the next plan proposes %v of %s: %v", change.Change.Actions, change.Address, after["last_change"])
		}
	}
	if rotations != recoverySecrets/10 || len(plan.JSON().ResourceDrift) != 0 {
		t.Errorf("the next plan has %d rotations and %d drifts", rotations, len(plan.JSON().ResourceDrift))
	}
	for _, warning := range plan.Warnings() {
		if !strings.HasPrefix(warning, "Rotation due: ") && warning != "Value kept in state" {
			t.Errorf("the next plan warns %q", warning)
		}
	}
}
