package provider_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// policyDir has the rules of Open Policy Agent for plans.
var policyDir = filepath.Join("..", "..", "examples", "policy")

// verdicts are what a check said: "rule address", sorted, with "?" before a warning.
type verdicts struct {
	code  int
	lines []string
	said  string
}

var policyLine = regexp.MustCompile(`(?m)^(DENIED|WARNING) (\w+): (.*)$`)

// checkPolicy runs the script of examples/policy on the JSON of a plan.
func checkPolicy(t *testing.T, plan []byte, settings string) verdicts {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "plan.json")
	if err := os.WriteFile(file, plan, 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{filepath.Join(policyDir, "check.sh"), file}
	if settings != "" {
		args = append(args, filepath.Join(dir, "settings.yaml"))
		if err := os.WriteFile(args[2], []byte(settings), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	script := exec.CommandContext(t.Context(), "bash", args...) //nolint:gosec // A script of the source tree.
	script.Env = append(script.Environ(), "PATH="+filepath.Dir(acctest.OPA(t))+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := script.CombinedOutput()
	if script.ProcessState == nil {
		t.Fatal(err)
	}
	v := verdicts{code: script.ProcessState.ExitCode(), said: string(out)}
	for _, match := range policyLine.FindAllStringSubmatch(v.said, -1) {
		address, _, _ := strings.Cut(match[3], " (")
		line := match[2] + " " + address
		if match[1] == "WARNING" {
			line = "? " + line
		}
		v.lines = append(v.lines, line)
	}
	slices.Sort(v.lines)
	return v
}

// are checks what was said, and that only a violation fails the check.
func (v verdicts) are(t *testing.T, want ...string) {
	t.Helper()
	slices.Sort(want)
	if !slices.Equal(v.lines, want) {
		t.Errorf("the check says\n  %s\nwant\n  %s\n%s", strings.Join(v.lines, "\n  "), strings.Join(want, "\n  "), v.said)
	}
	failed := slices.ContainsFunc(want, func(line string) bool { return !strings.HasPrefix(line, "? ") })
	if (v.code != 0) != failed {
		t.Errorf("exit code %d\n%s", v.code, v.said)
	}
}

// policyCase is a resource, and the rules that it breaks.
type policyCase struct {
	name, block string
	secret      string // the rule that the secret breaks
	version     string // the rule that its version breaks
}

// policySecret is a secret that breaks no rule but for what the arguments say.
func policySecret(name, arguments string) string {
	if !strings.Contains(arguments, "labels") {
		arguments += "\n  labels = { owner = \"team\" }"
	}
	return fmt.Sprintf("resource \"thalassasecrets_secret\" %q {\n  path = \"/${var.team}/%s\"\n  kms_key_id = \"kms-nl-01\"\n  %s\n}\n", name, name, arguments)
}

// policyVersion is a version, with a secret that breaks no rule.
func policyVersion(name, arguments string) string {
	return policySecret(name, "") + fmt.Sprintf("resource \"thalassasecrets_secret_version\" %q {\n  secret_id = thalassasecrets_secret.%s.id\n  %s\n}\n", name, name, arguments)
}

const policyVariables = `
variable "team" {
  type    = string
  default = "root"
}
variable "value" {
  type      = string
  ephemeral = true
}
variable "sensitive" {
  type      = string
  sensitive = true
}
resource "terraform_data" "unknown" {
  input = "10.0.0.0/8"
}
ephemeral "random_password" "made" {
  length = 20
}
`

const policyProviders = `
terraform {
  required_providers {
    thalassasecrets = {
      source                = "thalassasecrets/thalassasecrets"
      configuration_aliases = [%s]
    }
    random = { source = "hashicorp/random" }
  }
}
`

const conditionsOf = "access_policy = { conditions = [%s] }"

func policyCases() []policyCase {
	const allow = `{ type = "ip", effect = "allow", cidrs = [%s] }`
	policy := func(conditions string) string { return fmt.Sprintf(conditionsOf, conditions) }
	allowing := func(cidrs string) string { return policy(fmt.Sprintf(allow, cidrs)) }
	var cases []policyCase
	secret := func(rule, name, arguments string) {
		cases = append(cases, policyCase{name: name, block: policySecret(name, arguments), secret: rule})
	}
	version := func(rule, name, arguments string) {
		cases = append(cases, policyCase{name: name, block: policyVersion(name, arguments), version: rule})
	}
	version("value", "plain_text", `secret_string = "plain"`)
	version("value", "plain_pairs", `secret_key_values = { user = "app" }`)
	version("value", "plain_unknown", `secret_string = terraform_data.unknown.output`)
	version("value", "pairs_unknown", `secret_key_values = { user = terraform_data.unknown.output }`)
	version("value", "sensitive_keeper", "generate = { byte_length = 32 }\n  rotation = { keepers = { k = var.sensitive } }")
	version("value", "sensitive_counter", "secret_string_wo = var.value\n  value_wo_version = var.sensitive")
	version("value", "literal", "secret_string_wo = \"literal\"\n  value_wo_version = \"1\"")
	version("value", "literal_pairs", "secret_key_values_wo = { user = \"app\" }\n  value_wo_version = \"1\"")
	version("", "variable_pairs", "secret_key_values_wo = { user = var.sensitive, password = var.value }\n  value_wo_version = \"1\"")
	secret("value", "sensitive_label", `labels = { owner = "team", k = var.sensitive }`)
	secret("value", "literal_initial", `initial_value = { secret_string_wo = "literal" }`)
	version("", "write_only", "secret_string_wo = var.value\n  value_wo_version = \"1\"")
	version("", "write_only_pairs", "secret_key_values_wo = { user = \"app\", password = var.value }\n  value_wo_version = \"1\"")
	version("", "fingerprint", "secret_string_wo = var.value\n  detect_value_changes = true")
	secret("", "initial", `initial_value = { secret_string_wo = var.value }`)
	secret("", "initial_generated", `initial_value = { generate = { byte_length = 32 } }`)

	version("rotation", "unrotated", `generate = { byte_length = 32 }`)
	version("rotation", "unrotated_empty", "generate = { byte_length = 32 }\n  rotation = { keepers = {} }")
	version("rotation", "unrotated_random", "secret_string_wo = ephemeral.random_password.made.result\n  value_wo_version = \"1\"")
	version("rotation", "rotated_unknown", "generate = { byte_length = 32 }\n  rotation = { after = terraform_data.unknown.output }")
	version("", "rotated", "generate = { byte_length = 32 }\n  rotation = { after = \"30d\" }")
	version("", "rotated_keeper", "generate = { byte_length = 32 }\n  rotation = { keepers = { k = terraform_data.unknown.id } }")
	version("", "rotated_random", "secret_string_wo = ephemeral.random_password.made.result\n  rotation = { after = \"30d\" }")
	version("", "ignored", "generate = { byte_length = 32 }\n  on_external_version = \"ignore\"")

	secret("owner", "no_label", `labels = {}`)
	secret("owner", "other_label", `labels = { Owner = "team" }`)
	secret("owner", "blank_label", `labels = { owner = " " }`)
	secret("owner", "label_unknown", `labels = { owner = terraform_data.unknown.id }`)
	secret("owner", "labels_by_variable", "provider = thalassasecrets.variable\n  labels = {}")
	secret("", "labels_by_default", "provider = thalassasecrets.constant\n  labels = { other = \"x\" }")

	secret("protection", "unprotected", `deletion_protection = false`)
	secret("protection", "unprotected_label", "deletion_protection = false\n  labels = { owner = \"team\", allow_deletion = \"no\" }")
	secret("protection", "protection_unknown", "deletion_protection = terraform_data.unknown.id == \"\"")
	secret("", "unprotected_allowed", "deletion_protection = false\n  labels = { owner = \"team\", allow_deletion = \"true\" }")

	secret("access_policy", "open_empty", policy(""))
	secret("access_policy", "open_denying", policy(`{ type = "ip", effect = "deny", cidrs = ["192.0.2.0/24"] }`))
	secret("access_policy", "open_ipv4", allowing(`"10.0.0.0/8", "0.0.0.0/0"`))
	secret("access_policy", "open_ipv6", allowing(`"::/0"`))
	secret("access_policy", "open_halves", allowing(`"128.0.0.0/1"`))
	secret("access_policy", "open_hours", policy(fmt.Sprintf(allow, `"10.0.0.0/8"`)+`, { type = "time", effect = "allow", start_hour = 8, end_hour = 18, timezone = "UTC" }`))
	secret("access_policy", "open_unknown", allowing(`"10.0.0.0/8", terraform_data.unknown.output`))
	secret("", "closed", allowing(`"10.0.0.0/8", "2001:db8::/32", "fd00::/8"`))
	secret("", "closed_hours", policy(fmt.Sprintf(allow, `"10.0.0.0/8"`)+`, { type = "time", effect = "deny", start_hour = 22, end_hour = 6, timezone = "UTC" }`))
	secret("", "closed_to_all", policy(`{ type = "ip", effect = "deny", cidrs = ["0.0.0.0/0", "::/0"] }`))
	return cases
}

// Each rule finds what breaks it in the plan of a new configuration, in the root, in a
// module and in each of several instances, and nothing else.
func TestPolicyOfNewResources(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.UseDatabase()
	var blocks strings.Builder
	var want []string
	for _, c := range policyCases() {
		blocks.WriteString(c.block)
		modules := []string{"", `module.team["a].\"b"].`}
		if strings.HasPrefix(c.name, "literal") {
			modules[1] = "module.team." // One literal is written, however many instances there are.
		}
		for _, module := range modules {
			if c.secret != "" {
				want = append(want, c.secret+" "+module+"thalassasecrets_secret."+c.name)
			}
			if c.version != "" {
				want = append(want, c.version+" "+module+"thalassasecrets_secret_version."+c.name)
			}
		}
	}
	w.Write("terraform.tf", fmt.Sprintf(policyProviders, ""))
	w.Write("main.tf", policyVariables+blocks.String()+`
variable "default_owner" {
  default = "team"
}
provider "thalassasecrets" {
  alias          = "constant"
  default_labels = { owner = "team" }
}
provider "thalassasecrets" {
  alias          = "variable"
  default_labels = { owner = var.default_owner }
}
module "team" {
  source    = "./team"
  for_each  = toset(["a].\"b"])
  team      = "team"
  value     = var.value
  sensitive = var.sensitive
  providers = {
    thalassasecrets          = thalassasecrets
    thalassasecrets.constant = thalassasecrets.constant
    thalassasecrets.variable = thalassasecrets.variable
  }
}
resource "thalassasecrets_secret_version" "saved_variable" {
  path             = "/saved"
  secret_string_wo = var.sensitive
  value_wo_version = "1"
}
resource "thalassasecrets_secret" "counted" {
  count      = 2
  path       = "/counted/${count.index}"
  kms_key_id = "kms-nl-01"
}
`)
	want = append(want, "value thalassasecrets_secret_version.saved_variable")
	for i := range 2 {
		want = append(want, fmt.Sprintf("owner thalassasecrets_secret.counted[%d]", i))
	}
	if err := os.Mkdir(filepath.Join(w.Dir, "team"), 0o750); err != nil {
		t.Fatal(err)
	}
	w.Write("team/terraform.tf", fmt.Sprintf(policyProviders, "thalassasecrets.constant, thalassasecrets.variable"))
	w.Write("team/main.tf", policyVariables+blocks.String())
	w.Env["TF_VAR_value"], w.Env["TF_VAR_sensitive"] = "a value", "something confidential"
	if got := w.Run("get"); got.Code != 0 {
		t.Fatal(got.Stderr)
	}
	plan := w.Plan()
	// Exceptions by ID are also looked up for what has none yet.
	const all = "thalassasecrets_settings:\n  maximum_shown: 1000\n  exceptions: {rotation: [nl-01/none/*]}\n"
	got := checkPolicy(t, plan.Raw(), all)
	got.are(t, want...)
	if strings.Contains(got.said, "something confidential") {
		t.Error("the check prints a sensitive value")
	}

	// An unknown value in a plan is a warning, if the settings say so.
	warned := checkPolicy(t, plan.Raw(), all+"  unknown: warn\n")
	for i, line := range want {
		for _, name := range []string{"rotated_unknown", "label_unknown", "labels_by_variable", "protection_unknown", "open_unknown"} {
			if strings.HasSuffix(line, "."+name) {
				want[i] = "? " + line
			}
		}
	}
	warned.are(t, want...)
}

// An action that destroys versions shows in no resource, and is denied all the same.
func TestPolicyOfActions(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s, acctest.Actions)
	w.Write("main.tf", `
resource "thalassasecrets_secret" "app" {
  path       = "/app"
  kms_key_id = "kms-nl-01"
  labels     = { owner = "team" }
}
resource "terraform_data" "trigger" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.thalassasecrets_destroy_secret_version.superseded]
    }
  }
}
action "thalassasecrets_destroy_secret_version" "superseded" {
  config {
    secret_id  = "nl-01/app"
    superseded = true
  }
}
`)
	plan := w.Plan().Raw()
	address := "action.thalassasecrets_destroy_secret_version.superseded"
	checkPolicy(t, plan, "").are(t, "destroyed_versions "+address)
	checkPolicy(t, plan, "thalassasecrets_settings:\n  exceptions:\n    destroyed_versions: ["+address+"]\n").are(t)
}
