package provider_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

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
			When  string   `json:"when"`
			Paths []string `json:"paths"`
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
	if err := os.Mkdir(filepath.Join(d.Dir, "ci"), 0o750); err != nil {
		t.Fatal(err)
	}
	d.Write("ci/drift-check.sh", ciFile(t, "drift-check.sh"))
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
		default:
			d.Env[name] = value
		}
	}
	delete(d.Env, "THALASSA_API_TOKEN")
}

// tokenEndpoint is where a GitHub job asks for its identity token.
func tokenEndpoint(t *testing.T) *httptest.Server {
	t.Helper()
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer "+runnersKey:
			http.Error(w, `{"message":"not the runner"}`, http.StatusUnauthorized)
		case r.URL.Query().Get("api-version") != "2.0" || r.URL.Query().Get("audience") != audience:
			http.Error(w, `{"message":"for another audience"}`, http.StatusBadRequest)
		default:
			if err := json.NewEncoder(w).Encode(map[string]any{"count": 1, "value": jobToken}); err != nil {
				t.Error(err)
			}
		}
	}))
	t.Cleanup(endpoint.Close)
	return endpoint
}

var pinned = regexp.MustCompile(`(?m)^\s*- uses: [a-z-]+/[a-z-]+@[0-9a-f]{40} # v[0-9.]+$`)

// The GitHub job gets its identity token, which the service exchanges, and comes to
// the right end. Its steps run here as a runner runs them.
func TestDriftCheckInAGitHubJob(t *testing.T) {
	t.Parallel()
	needsProgram(t, "curl")
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
	d.Env["RUNNER_TEMP"], d.Env["GITHUB_ENV"] = runner, filepath.Join(runner, "environment")
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
			if strings.Contains(step.Run, "drift-check.sh") {
				d.judge(code, said, 0, clean)
				continue
			}
			if code != 0 || len(d.leaks.In(said)) > 0 {
				t.Fatalf("the step %q: exit code %d\n%s", step.Name, code, said)
			}
			oneOfBoth(t, step.Run)
			d.takeOver(runner)
		}
	}
	if ran != 2 {
		t.Errorf("%d steps ran, want the one for the token and the check", ran)
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
	lines, err := os.ReadFile(d.Env["GITHUB_ENV"])
	if err != nil {
		d.t.Fatal(err)
	}
	for line := range strings.Lines(string(lines)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		d.Env[name] = value
	}
	info, err := os.Stat(filepath.Join(runner, "identity-token"))
	if err != nil {
		d.t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		d.t.Errorf("the file with the token has the mode %v", info.Mode())
	}
}

// The GitLab job finds drift, leaves its summary for whoever looks, and passes with
// a warning where work is due.
func TestDriftCheckInAGitLabJob(t *testing.T) {
	t.Parallel()
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
}

// A value that is too old is a warning of a plan that is otherwise empty, before an
// apply and after it.
func TestVersionAge(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	for _, name := range []string{"main.tf", "terraform.tf"} {
		w.Write(name, ciFile(t, "check-age/"+name))
	}
	w.Env["TF_VAR_api_token"] = "first"
	put := s.Clock().Now().Format(time.DateOnly)
	if warnings := w.Apply().Warnings(); len(warnings) > 0 {
		t.Errorf("warnings: %q", warnings)
	}
	s.Clock().Advance(89 * oneDay)
	w.Env["TF_VAR_max_age_days"] = "88"
	plan := w.Plan()
	if plan.Code != 0 {
		t.Errorf("the plan is not empty:\n%s", plan.Text())
	}
	want := "Version 2 of " + ciAPI + " was put on " + put + ", more than 88 days ago."
	if said := plan.Warned(t, "Check block assertion failed"); said != want {
		t.Errorf("the warning says %q, want %q", said, want)
	}
	w.Apply()

	// A new value ends it, whoever puts it.
	s.Clock().Advance(2 * oneDay)
	s.Put(ciAPI, "theirs")
	if warnings := strings.Join(w.Plan().Warnings(), "\n"); strings.Contains(warnings, "Check block") {
		t.Errorf("warnings: %q", warnings)
	}
}
