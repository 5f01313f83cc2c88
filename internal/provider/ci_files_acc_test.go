package provider_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// readYAML reads a file of examples/ci. The CLI's own function does, so that no
// library is needed for two files.
func readYAML(t *testing.T, w *acctest.Workspace, name string, into any) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file.yml"), []byte(ciFile(t, name)), 0o600); err != nil {
		t.Fatal(err)
	}
	command := w.Command(t.Context(), "console")
	command.Dir, command.Stdin = dir, strings.NewReader(`base64encode(jsonencode(yamldecode(file("file.yml"))))`)
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	content, err := base64.StdEncoding.DecodeString(strings.Trim(strings.TrimSpace(string(out)), `"`))
	if err == nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// workflow is what is of interest of a GitHub workflow.
type workflow struct {
	On          map[string]any    `json:"true"` // What "on" is to the older YAML that the CLI reads.
	Permissions map[string]string `json:"permissions"`
	Env         map[string]string `json:"env"`
	Jobs        map[string]struct {
		Steps []struct {
			Name  string         `json:"name"`
			Uses  string         `json:"uses"`
			With  map[string]any `json:"with"`
			Shell string         `json:"shell"`
			Run   string         `json:"run"`
		} `json:"steps"`
	} `json:"jobs"`
}

// pipeline is what is of interest of a GitLab pipeline.
type pipeline struct {
	Drift struct {
		Rules []struct {
			If string `json:"if"`
		} `json:"rules"`
		IDTokens     map[string]map[string]string `json:"id_tokens"`
		Variables    map[string]string            `json:"variables"`
		BeforeScript []string                     `json:"before_script"`
		Script       []string                     `json:"script"`
		AllowFailure struct {
			ExitCodes int `json:"exit_codes"`
		} `json:"allow_failure"`
		Artifacts struct {
			When    string            `json:"when"`
			Paths   []string          `json:"paths"`
			Reports map[string]string `json:"reports"`
		} `json:"artifacts"`
	} `json:"drift"`
}

const (
	audience   = "https://api.thalassa.cloud"
	jobToken   = "identity-token-of-the-job-Zp6Wk2"
	runnersKey = "token-of-the-runner-Xn3Vb8"
)

// openJob has applied the guide's configuration to a service at which an account
// that can only read trusts a job's identity token.
func openJob(t *testing.T) *driftCheck {
	t.Helper()
	s := acctest.NewServerWith(t, refserver.Config{
		Principals: []refserver.Principal{{Name: "drift-check", Grants: []refserver.Grant{{Permissions: []string{"read"}, Paths: []string{"*"}}}}},
		OIDC:       refserver.OIDC{ServiceAccounts: []refserver.ServiceAccount{{ID: "sa-drift-check", SubjectTokens: []string{jobToken}, Principal: "drift-check"}}},
	})
	d := openDriftCheck(t, s)
	d.ApplyOnly()
	delete(d.Env, "DRIFT_CHECK") // The jobs install it.
	d.leaks = acctest.NewLeaks(t, map[string]string{"the identity token": jobToken, "the runner's token": runnersKey, "a value": ciValues["the value of the token"]})
	return d
}

// in puts the variables of a job into the environment, but for where the service is,
// and nothing in there is a credential.
func (d *driftCheck) in(variables map[string]string) {
	d.t.Helper()
	for name, value := range variables {
		switch name {
		case "THALASSA_ORGANISATION", "THALASSA_REGION": // Those of the test's server.
		case "THALASSA_API_TOKEN", "THALASSA_ACCESS_TOKEN", "THALASSA_CLIENT_SECRET":
			d.t.Errorf("the file holds the credential %s", name)
		case "DRIFT_CHECK_RELEASES":
			d.Env[name] = d.releases()
		case "DRIFT_CHECK_SHA256": // The user's to fill in.
			if value != "" {
				d.t.Errorf("the file holds the checksum %s, which is that of one version", value)
			}
		default:
			d.Env[name] = value
		}
	}
	delete(d.Env, "THALASSA_API_TOKEN")
}

var pinned = regexp.MustCompile(`(?m)^\s*- uses: [a-z-]+/[a-z-]+@[0-9a-f]{40} # v[0-9.]+$`)

// The GitHub job gets its identity token, which the service exchanges, and comes to
// the right end. Its steps run here as a runner runs them.
func TestDriftCheckInAGitHubJob(t *testing.T) {
	t.Parallel()
	needsProgram(t, "curl")
	needsProgram(t, "jq")
	needsProgram(t, "unzip")
	d := openJob(t)
	d.shows(`{{ codefile "yaml" "examples/ci/github/drift.yml" }}`)
	var file workflow
	readYAML(t, d.Workspace, "github/drift.yml", &file)
	text := ciFile(t, "github/drift.yml")
	if used := strings.Count(text, "uses: "); used == 0 || len(pinned.FindAllString(text, -1)) != used {
		t.Error("an action is not pinned to a commit")
	}
	if strings.Contains(text, "secrets.") || file.Permissions["id-token"] != "write" || file.Permissions["contents"] != "read" || len(file.Permissions) != 2 {
		t.Errorf("the job may do %v, or uses a stored secret", file.Permissions)
	}
	if schedule, ok := file.On["schedule"].([]any); !ok || len(schedule) == 0 {
		t.Errorf("the job runs on %v", file.On)
	}
	d.in(file.Env)

	runner := t.TempDir()
	d.Env["RUNNER_TEMP"], d.Env["GITHUB_ENV"], d.Env["GITHUB_PATH"] = runner, filepath.Join(runner, "environment"), filepath.Join(runner, "path")
	for _, file := range []string{"GITHUB_ENV", "GITHUB_PATH"} { // They are there before the first step.
		if err := os.WriteFile(d.Env[file], nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d.Env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"], d.Env["ACTIONS_ID_TOKEN_REQUEST_URL"] = runnersKey, tokenEndpoint(t).URL+"/token?api-version=2.0"
	ran := 0
	for _, step := range file.Jobs["drift"].Steps {
		switch {
		case strings.HasPrefix(step.Uses, "hashicorp/setup-terraform@"):
			if step.With["terraform_wrapper"] != false {
				t.Error("the wrapper prints what the script keeps to itself")
			}
		case step.Run == "" || step.Run == "terraform init -input=false -lockfile=readonly":
		default:
			// As a runner does for "shell: bash".
			code, said := d.bash("--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
			ran++
			if step.Shell != "bash" {
				t.Errorf("the step %q runs in the shell %q", step.Name, step.Shell)
			}
			if step.Run == "drift-check" {
				d.judge(code, said, 0, clean)
				continue
			}
			if code != 0 || len(d.leaks.In(said)) > 0 {
				t.Fatalf("the step %q: exit code %d\n%s", step.Name, code, said)
			}
			if strings.Contains(step.Run, "identity-token") {
				oneOfBoth(t, step.Run)
			}
			d.takeOver(runner)
		}
	}
	if ran != 3 {
		t.Errorf("%d steps ran, want those that install the program and get the token, and the check", ran)
	}

	// Without the permission there is no token to ask for, and the job stops there.
	d.Env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = ""
	for _, step := range file.Jobs["drift"].Steps {
		if strings.Contains(step.Run, "ACTIONS_ID_TOKEN_REQUEST_URL") {
			if code, said := d.bash("--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run); code == 0 {
				t.Errorf("the step for the token goes through without one:\n%s", said)
			}
		}
	}
}

// oneOfBoth checks that the guide to identity tokens shows the step as the example
// has it.
func oneOfBoth(t *testing.T, run string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "identity-tokens.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(oneLine(string(text)), oneLine(run)) {
		t.Errorf("the guide to identity tokens does not show:\n%s", run)
	}
}

// takeOver does what a runner does between two steps, and checks that only the owner
// can read the token.
func (d *driftCheck) takeOver(runner string) {
	d.t.Helper()
	for _, file := range []string{"GITHUB_ENV", "GITHUB_PATH"} {
		lines, err := os.ReadFile(d.Env[file])
		if err != nil {
			d.t.Fatal(err)
		}
		for line := range strings.Lines(string(lines)) {
			if file == "GITHUB_PATH" {
				d.path = append(d.path, strings.TrimSpace(line))
				continue
			}
			name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			d.Env[name] = value
		}
	}
	if d.Env["THALASSA_OIDC_TOKEN_FILE"] == "" {
		return // The token comes later.
	}
	info, err := os.Stat(filepath.Join(runner, "identity-token"))
	if err != nil {
		d.t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		d.t.Errorf("the file with the token has the mode %v", info.Mode())
	}
}

// The GitLab job finds drift, keeps its summary as an artifact, and passes with a
// warning where work is due.
func TestDriftCheckInAGitLabJob(t *testing.T) {
	t.Parallel()
	needsProgram(t, "wget")
	needsProgram(t, "unzip")
	d := openJob(t)
	d.shows(`{{ codefile "yaml" "examples/ci/gitlab/.gitlab-ci.yml" }}`)
	var file pipeline
	readYAML(t, d.Workspace, "gitlab/.gitlab-ci.yml", &file)
	job := file.Drift
	for name, token := range job.IDTokens {
		if token["aud"] != audience {
			t.Errorf("the token is for %q", token["aud"])
		}
		d.Env[name] = jobToken
	}
	if len(job.Rules) != 1 || job.Rules[0].If != `$CI_PIPELINE_SOURCE == "schedule"` {
		t.Errorf("the job runs when %v", job.Rules)
	}
	d.in(job.Variables)
	if job.Artifacts.When != "always" || len(job.Artifacts.Paths) != 1 || job.Artifacts.Paths[0] != d.Env["DRIFT_SUMMARY"] {
		t.Errorf("the artifacts are %v", job.Artifacts)
	}
	delete(d.Env, "GITHUB_STEP_SUMMARY")
	d.Env["HOME"] = t.TempDir()
	install := job.BeforeScript[:len(job.BeforeScript)-1]
	if last := job.BeforeScript[len(install)]; last != "terraform init -input=false -lockfile=readonly" {
		t.Errorf("the last step before the check is %q", last)
	}
	if code, said := d.bash("-eo", "pipefail", "-c", strings.Join(install, "\n")); code != 0 {
		t.Fatalf("the program cannot be installed: exit code %d\n%s", code, said)
	}
	look := func(wantCode int, line string) {
		t.Helper()
		code, said := d.bash("-eo", "pipefail", "-c", strings.Join(job.Script, "\n"))
		d.Env["GITHUB_STEP_SUMMARY"] = filepath.Join(d.Dir, job.Artifacts.Paths[0])
		d.judge(code, said, wantCode, line)
		delete(d.Env, "GITHUB_STEP_SUMMARY")
	}
	d.s.Clock().Advance(30 * oneDay)
	look(job.AllowFailure.ExitCodes, keyIsDue)
	if _, err := d.s.Outsider().UpdateAccessPolicy(t.Context(), d.s.ID(ciAPI), &client.AccessPolicy{}, client.Unguarded); err != nil {
		t.Fatal(err)
	}
	look(3, policyDrift)
	d.reported(job.Artifacts.Reports, "changed: access_policy")

	// Another archive than the one that was chosen is not run.
	for _, sum := range []string{strings.Repeat("0", 64), ""} {
		d.Env["DRIFT_CHECK_SHA256"] = sum
		if code, said := d.bash("-eo", "pipefail", "-c", strings.Join(install, "\n")); code == 0 {
			t.Errorf("with the checksum %q another program is installed:\n%s", sum, said)
		}
	}
}

// reported checks the reports that GitLab collects.
func (d *driftCheck) reported(reports map[string]string, drift string) {
	d.t.Helper()
	if len(reports) != 2 {
		d.t.Errorf("the job has the reports %v", reports)
	}
	for kind, mark := range map[string]string{"junit": "<failure type=", "codequality": `"severity": "major"`} {
		text := string(d.Read(reports[kind]))
		if !strings.Contains(text, mark) || !strings.Contains(text, drift) || len(d.leaks.In(text)) > 0 {
			d.t.Errorf("the report for %s says:\n%s", kind, text)
		}
	}
}
