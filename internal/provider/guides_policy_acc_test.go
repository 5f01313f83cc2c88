package provider_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

const (
	withoutViolation = "Policy: passed, 0 warnings\n"
	planToken        = "plan-" + acctest.Token
)

// openPolicyGuide opens the guide with the rules where it says to copy them, and an
// account that can only read.
func openPolicyGuide(t *testing.T) *guide {
	t.Helper()
	s := acctest.NewServerWith(t, refserver.Config{
		Principals: []refserver.Principal{{Name: "plan", Token: planToken, Grants: []refserver.Grant{{Permissions: []string{"read"}, Paths: []string{"*"}}}}},
		OIDC:       refserver.OIDC{ServiceAccounts: []refserver.ServiceAccount{{ID: "sa-plan", SubjectTokens: []string{jobToken}, Principal: "plan"}}},
	})
	g := openGuide(t, s, "policy-as-code")
	if err := os.CopyFS(filepath.Join(g.Dir, "policy"), os.DirFS(policyDir)); err != nil {
		t.Fatal(err)
	}
	return g
}

// withOPA runs a script as a job would that has installed OPA.
func (g *guide) withOPA(script string) (code int, said string) {
	g.t.Helper()
	g.Env["OPA_DIRECTORY"] = filepath.Dir(acctest.OPA(g.t))
	return g.bash("--noprofile", "--norc", "-eo", "pipefail", "-c", "PATH=$OPA_DIRECTORY:$PATH\n"+script)
}

// breakPolicy makes the example break the two rules that the guide shows.
func (g *guide) breakPolicy() {
	g.edit(`  rotation  = { after = "30d" }`+"\n", "")
	g.edit(`  kms_key_id = "kms-nl-01"`, `  kms_key_id = "kms-nl-01"`+"\n  deletion_protection = false")
}

// The commands of the guide say what it shows, with an account that can only read.
func TestGuidePolicyAsCode(t *testing.T) {
	t.Parallel()
	g := openPolicyGuide(t)
	g.Env["THALASSA_API_TOKEN"] = planToken
	const commands = `umask 077
terraform plan -input=false -out=saved.plan
terraform show -json saved.plan >plan.json
bash policy/check.sh plan.json policy/settings.yaml
`
	g.shows(commands)
	if code, said := g.withOPA(commands); code != 0 || !strings.HasSuffix(said, withoutViolation) {
		t.Errorf("exit code %d\n%s", code, said)
	}
	g.shows(withoutViolation)
	g.breakPolicy()
	code, said := g.withOPA(commands)
	_, said, found := strings.Cut(said, "Policy: failed")
	if code != 1 || !found {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	g.shows("Policy: failed" + said)

	const query = "opa eval --format pretty --data policy/rules --input plan.json data.thalassasecrets.deny"
	g.shows(query)
	if code, said := g.withOPA(query); code != 0 || strings.Count(said, `"msg"`) != 2 || strings.Count(said, `"address"`) != 2 {
		t.Errorf("exit code %d\n%s", code, said)
	}
	const tests = "opa test policy/rules"
	g.shows(tests)
	if code, said := g.withOPA(tests); code != 0 {
		t.Errorf("exit code %d\n%s", code, said)
	}

	// Without the rules there is no verdict, and so no pass.
	if err := os.RemoveAll(filepath.Join(g.Dir, "policy", "rules")); err != nil {
		t.Fatal(err)
	}
	if code, said := g.withOPA("mkdir policy/rules; bash policy/check.sh plan.json"); code == 0 || strings.Contains(said, "passed") {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// The guide lists each rule, and each setting with its default.
func TestGuidePolicyAsCodeListsAllRules(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), acctest.OPA(t), "eval", "--format", "raw", "--data", filepath.Join(policyDir, "rules"), //nolint:gosec // A tool that this repository pins.
		`json.marshal({"rules": data.thalassasecrets.rules, "settings": data.thalassasecrets.default_settings})`)
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var known struct {
		Rules    []string
		Settings map[string]any
	}
	if err := json.Unmarshal(out, &known); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	guide := read(t, "../../templates/guides/policy-as-code.md.tmpl")
	for _, rule := range known.Rules {
		if !strings.Contains(guide, "\n| `"+rule+"` | ") {
			t.Errorf("the guide has no row for the rule %s", rule)
		}
	}
	for name, value := range known.Settings {
		shown := "`" + name + "`"
		switch name {
		case "unknown":
			shown = "`unknown: warn`"
		case "disabled_rules", "exceptions":
		default:
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			shown += " (`" + strings.Trim(string(text), `"`) + "`)"
		}
		if !strings.Contains(guide, shown) {
			t.Errorf("the guide does not show %s", shown)
		}
	}
	if rows := len(regexp.MustCompile("(?m)^\\| `").FindAllString(guide, -1)); rows != len(known.Rules) || rows == 0 {
		t.Errorf("the guide has %d rows, and there are %d rules", rows, len(known.Rules))
	}
}

// passesThenFails runs a job's steps on the example as it is, and as it breaks rules.
func (g *guide) passesThenFails(steps ...string) {
	g.t.Helper()
	delete(g.Env, "THALASSA_API_TOKEN")
	run := func() (code int, said string) {
		for _, step := range steps {
			if code, said = g.withOPA(step); code != 0 {
				return code, said
			}
		}
		return code, said
	}
	if code, said := run(); code != 0 || !strings.HasSuffix(said, withoutViolation) {
		g.t.Errorf("exit code %d\n%s", code, said)
	}
	g.breakPolicy()
	if code, said := run(); code != 1 || !strings.Contains(said, "DENIED protection") {
		g.t.Errorf("exit code %d\n%s", code, said)
	}
	if g.s.Writes() != 0 {
		g.t.Errorf("the job wrote: %v", g.s.Calls())
	}
}

// opaVersion is what tools/opa pins, which the jobs install.
func opaVersion(t *testing.T) string {
	t.Helper()
	match := regexp.MustCompile(`github\.com/open-policy-agent/opa (v\S+)`).FindStringSubmatch(read(t, "../../tools/opa/go.mod"))
	if match == nil {
		t.Fatal("tools/opa does not pin OPA")
	}
	return "go install github.com/open-policy-agent/opa@" + match[1]
}

// The GitHub job gets its identity token, plans, and fails for a plan that breaks a rule.
func TestPolicyInAGitHubJob(t *testing.T) {
	t.Parallel()
	needsProgram(t, "jq")
	needsProgram(t, "curl")
	g := openPolicyGuide(t)
	g.shows(`{{ codefile "yaml" "examples/ci/github/policy.yml" }}`)
	var file workflow
	readYAML(t, g.Workspace, "github/policy.yml", &file)
	text := ciFile(t, "github/policy.yml")
	if used := strings.Count(text, "uses: "); used != 3 || len(pinned.FindAllString(text, -1)) != used {
		t.Error("an action is not pinned to a commit")
	}
	if strings.Contains(text, "secrets.") || file.Permissions["id-token"] != "write" || file.Permissions["contents"] != "read" || len(file.Permissions) != 2 {
		t.Errorf("the job may do %v, or uses a stored secret", file.Permissions)
	}
	if _, ok := file.On["pull_request"]; !ok || len(file.On) != 1 {
		t.Errorf("the job runs on %v", file.On)
	}
	g.Env["THALASSA_SERVICE_ACCOUNT_ID"] = file.Env["THALASSA_SERVICE_ACCOUNT_ID"]
	runner := t.TempDir()
	g.Env["RUNNER_TEMP"], g.Env["GITHUB_ENV"] = runner, filepath.Join(runner, "environment")
	g.Env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"], g.Env["ACTIONS_ID_TOKEN_REQUEST_URL"] = runnersKey, tokenEndpoint(t).URL+"/token?api-version=2.0"
	var steps []string
	installs := 0
	for _, step := range file.Jobs["policy"].Steps {
		switch {
		case step.Run == opaVersion(t):
			installs++
		case step.Run == "", step.Run == "terraform init -input=false -lockfile=readonly":
		case step.Shell != "bash":
			t.Errorf("the step %q runs in the shell %q", step.Name, step.Shell)
		case strings.Contains(step.Run, "GITHUB_ENV"):
			oneOfBoth(t, step.Run)
			// As a runner does, each later step has what this one leaves.
			steps = append(steps, step.Run)
			g.Env["THALASSA_OIDC_TOKEN_FILE"] = filepath.Join(runner, "identity-token")
		default:
			steps = append(steps, step.Run)
		}
	}
	if installs != 1 || len(steps) != 3 {
		t.Fatalf("OPA is installed %d times, and %d steps run", installs, len(steps))
	}
	g.passesThenFails(steps...)
}

// The GitLab job plans, and fails for a plan that breaks a rule.
func TestPolicyInAGitLabJob(t *testing.T) {
	t.Parallel()
	g := openPolicyGuide(t)
	g.shows(`{{ codefile "yaml" "examples/ci/gitlab/policy.gitlab-ci.yml" }}`)
	var file struct {
		Policy struct {
			Rules        []map[string]string          `json:"rules"`
			IDTokens     map[string]map[string]string `json:"id_tokens"`
			Variables    map[string]string            `json:"variables"`
			BeforeScript []string                     `json:"before_script"`
			Script       []string                     `json:"script"`
			Artifacts    map[string]any               `json:"artifacts"`
		} `json:"policy"`
	}
	readYAML(t, g.Workspace, "gitlab/policy.gitlab-ci.yml", &file)
	job := file.Policy
	if len(job.Rules) != 1 || job.Rules[0]["if"] != `$CI_PIPELINE_SOURCE == "merge_request_event"` {
		t.Errorf("the job runs when %v", job.Rules)
	}
	if !strings.Contains(strings.Join(job.BeforeScript, "\n"), opaVersion(t)) {
		t.Errorf("the job prepares with %q", job.BeforeScript)
	}
	if len(job.Artifacts) != 0 {
		t.Errorf("the job leaves %v, and a plan can hold values", job.Artifacts)
	}
	for name, token := range job.IDTokens {
		if token["aud"] != audience {
			t.Errorf("the token is for %q", token["aud"])
		}
		g.Env[name] = jobToken
	}
	g.Env["THALASSA_SERVICE_ACCOUNT_ID"] = job.Variables["THALASSA_SERVICE_ACCOUNT_ID"]
	g.passesThenFails(strings.Join(job.Script, "\n"))
}
