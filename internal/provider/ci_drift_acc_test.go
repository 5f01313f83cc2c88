package provider_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// The secrets of the guide's configuration.
const (
	ciAPI, ciAPIAddress = "nl-01/app/production/api-token", "thalassasecrets_secret_version.api_token"
	ciKey, ciKeyAddress = "nl-01/app/production/signing-key", "thalassasecrets_secret_version.signing_key"
)

// ciValues have to be in nothing that a check prints.
var ciValues = map[string]string{
	"the value of the token": "sentinel-token-fV8kQ2zR", "a foreign value": "sentinel-foreign-Lq7Xw3",
	"a value in state": "sentinel-in-state-Bz5Nc1", "a plain output": "sentinel-output-Hd9Tm4",
}

// driftCheck is the guide's configuration with the script, as a job runs it.
type driftCheck struct {
	*guide
	scratch string // where the script may keep something for a while
	summary string
	leaks   *acctest.Leaks
}

// openDriftCheck applies nothing yet.
func openDriftCheck(t *testing.T, s *acctest.Server) *driftCheck {
	t.Helper()
	d := &driftCheck{guide: openGuide(t, s, "drift-checks-in-ci"), scratch: t.TempDir(), leaks: acctest.NewLeaks(t, ciValues)}
	d.Write("drift-check.sh", ciFile(t, "drift-check.sh"))
	d.edit(`["10.0.0.0/8"]`, `["10.0.0.0/8", "127.0.0.0/8"]`) // From where the test puts.
	d.Env["TF_VAR_api_token"] = ciValues["the value of the token"]
	d.Env["DRIFT_CHECK"] = acctest.DriftCheck(t)
	d.Env["TMPDIR"], d.Env["GITHUB_STEP_SUMMARY"] = d.scratch, filepath.Join(d.scratch, "summary.md")
	d.Write("more.tf", `
resource "thalassasecrets_secret" "mail" {
  path       = "/app/production/mail"
  kms_key_id = "kms-nl-01"
}
resource "thalassasecrets_secret_version" "mail" {
  secret_id     = thalassasecrets_secret.mail.id
  secret_string = "`+ciValues["a value in state"]+`"
}
`)
	return d
}

// needsProgram skips the test where a program is missing that the examples use.
func needsProgram(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("needs %s, which the scripts in examples use and which is not on the PATH", name)
	}
}

// ciFile is a file of examples/ci.
func ciFile(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "examples", "ci", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// check runs the script, which has to end with a code and to have some lines in its
// summary. Nothing that it leaves or prints holds a value.
func (d *driftCheck) check(wantCode int, lines ...string) {
	d.t.Helper()
	code, said := d.script("drift-check.sh")
	d.judge(code, said, wantCode, lines...)
}

// judge looks at what a check printed and left.
func (d *driftCheck) judge(code int, said string, wantCode int, lines ...string) {
	d.t.Helper()
	if code != wantCode {
		d.t.Errorf("exit code %d, want %d:\n%s", code, wantCode, said)
	}
	summary, err := os.ReadFile(d.Env["GITHUB_STEP_SUMMARY"])
	if err != nil {
		d.t.Fatal(err)
	}
	d.summary = string(summary)
	if err := os.Remove(d.Env["GITHUB_STEP_SUMMARY"]); err != nil {
		d.t.Fatal(err)
	}
	for _, line := range lines {
		if !strings.Contains("\n"+d.summary, "\n"+line+"\n") {
			d.t.Errorf("the summary lacks the line %q:\n%s", line, d.summary)
		}
	}
	if d.Env["DRIFT_REPORTS"] == "" && !strings.Contains(said, d.summary) {
		d.t.Errorf("the summary is not in what was printed:\n%s", said)
	}
	if found := d.leaks.In(said + d.summary); len(found) > 0 {
		d.t.Errorf("the check shows %q:\n%s", found, said)
	}
	left, err := os.ReadDir(d.scratch)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, entry := range left {
		if entry.Type() != os.ModeSocket { // A CLI that is told off may leave that of a plugin.
			d.t.Errorf("the check leaves %v", entry)
		}
	}
}

// says checks what is in the last summary, or is not.
func (d *driftCheck) says(part string, want bool) {
	d.t.Helper()
	if strings.Contains(strings.ToLower(d.summary), strings.ToLower(part)) != want {
		d.t.Errorf("%q is in the summary: %v, want %v:\n%s", part, !want, want, d.summary)
	}
}

const (
	clean   = "No drift, and nothing is due."
	onlyDue = "No drift. The work that is due only has to be applied."
	drifted = "Something changed outside Terraform. Find out who it was before this is applied."
	// Where a plan failed too.
	driftedAtLeast = "Something changed outside Terraform. The check did not get through, so there may be more than is listed, and due work is not known."

	policyDrift = "| `nl-01/app/production/api-token` | changed: access_policy | changes it back | `thalassasecrets_secret.api_token` |"
	keyIsDue    = "| `nl-01/app/production/signing-key` | version 2: due by its age (rotation) | `thalassasecrets_secret_version.signing_key` |"
)

// A change of another client is drift. A change due to time or to the configuration is
// due work. The summary names the secret and the version.
func TestGuideDriftChecksInCI(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	d := openDriftCheck(t, s)
	d.ApplyOnly()

	// It needs only the permission to read, and no value. A changed output is not work,
	// and is not shown although a plan shows it.
	d.Write("output.tf", "output \"plain\" {\n  value = \""+ciValues["a plain output"]+"\"\n}\n")
	s.Limit("read")
	d.Env["TF_VAR_api_token"] = "not-used"
	s.Mark()
	d.check(0, "## Drift check: clean", clean)
	if s.Writes() > 0 {
		t.Errorf("the check wrote: %v", s.Calls())
	}
	s.Unlimit()
	d.Env["TF_VAR_api_token"] = ciValues["the value of the token"]

	s.Clock().Advance(30 * oneDay)
	d.shows(keyIsDue)
	d.Env["DRIFT_DUE_EXIT_CODE"] = "2"
	d.check(2, "## Drift check: due work", onlyDue, keyIsDue)
	d.says("Changed outside Terraform", false)

	s.Put(ciAPI, ciValues["a foreign value"])
	put := "| `nl-01/app/production/api-token` | version 3 was put; version 2 was managed | tracks version 3, writes nothing | `thalassasecrets_secret_version.api_token` |"
	d.shows(put)
	d.Env["DRIFT_PLAN"] = "ci.plan"
	d.check(3, "## Drift check: drift", drifted, put, keyIsDue, "- New version put outside Terraform: "+ciAPI)
	delete(d.Env, "DRIFT_PLAN")

	// The plan of the check can be applied after a review.
	d.ApplyOnly("ci.plan")
	d.manages(ciAPIAddress, 3)
	d.manages(ciKeyAddress, 3)

	if _, err := s.Outsider().UpdateAccessPolicy(t.Context(), s.ID(ciAPI), &client.AccessPolicy{}, client.Unguarded); err != nil {
		t.Fatal(err)
	}
	s.Destroy(ciAPI, 3)
	d.check(3, policyDrift,
		"| `nl-01/app/production/api-token` | version 3 is not current any more, version 2 is | tracks version 2, writes nothing | `thalassasecrets_secret_version.api_token` |")
	d.says("### Due work", false)
	d.ApplyOnly()

	s.Put(ciAPI, ciValues["a foreign value"])
	d.edit(`value_wo_version = "1"`, "value_wo_version = \"1\"\non_external_version = \"overwrite\"")
	s.Destroy(ciKey, 2)
	s.Destroy(ciKey, 3)
	d.check(3,
		"| `nl-01/app/production/api-token` | version 2 is no longer current: another client put a version, or rolled back | puts the configured value again | `thalassasecrets_secret_version.api_token` |",
		"| `nl-01/app/production/signing-key` | no version with a value is active; version 3 was managed | puts the value again | `thalassasecrets_secret_version.signing_key` |",
	)
	d.ApplyOnly()

	s.Delete(ciKey)
	d.check(3,
		"| `nl-01/app/production/signing-key` | deleted | creates it again | `thalassasecrets_secret.signing_key` |",
		"| `nl-01/app/production/signing-key` | version 4 went with its secret | creates it again | `thalassasecrets_secret_version.signing_key` |",
	)
	d.ApplyOnly()

	// Another client deletes it and creates it again, up to the same number.
	number := s.Secret(ciKey).CurrentVersion
	s.Delete(ciKey)
	s.Clock().Advance(oneDay)
	s.Create(client.NewSecret{ID: s.ID(ciKey), Value: client.GeneratedValue(32)})
	for s.Secret(ciKey).CurrentVersion < number {
		s.Put(ciKey, "theirs")
	}
	d.check(3,
		"| `nl-01/app/production/signing-key` | deleted and created again | writes nothing | `thalassasecrets_secret.signing_key` |",
		"| `nl-01/app/production/signing-key` | the secret was deleted and created again, up to version 2 | tracks it, writes nothing | `thalassasecrets_secret_version.signing_key` |",
	)
	d.ApplyOnly()
}

// Work of any kind that the configuration asks for is due.
func TestDriftCheckDueWork(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	d := openDriftCheck(t, s)
	d.Env["DRIFT_DUE_EXIT_CODE"] = "2"
	d.edit(`rotation  = { after = "30d" }`, "rotation  = { after = \"30d\", keepers = { team = \"one\" } }\nretention = { keep = 1, min_idle = \"2d\" }")
	d.ApplyOnly()
	s.Clock().Advance(oneDay)

	d.edit(`"one"`, `"two"`)
	d.edit(`value_wo_version = "1"`, `value_wo_version = "2"`)
	d.edit(`path       = "/app/production/api-token"`, "path       = \"/app/production/api-token\"\ndeletion_protection = false")
	d.Write("new.tf", "resource \"thalassasecrets_secret\" \"new\" {\n  path       = \"/app/production/new\"\n  kms_key_id = \"kms-nl-01\"\n}\n")
	d.check(2, onlyDue,
		"| `nl-01/app/production/signing-key` | version 2: a keeper of its rotation changed (keeper) | `thalassasecrets_secret_version.signing_key` |",
		"| `nl-01/app/production/api-token` | version 2: the configuration has another value (value) | `thalassasecrets_secret_version.api_token` |",
		"| `nl-01/app/production/api-token` | update: deletion_protection | `thalassasecrets_secret.api_token` |",
		"| `nl-01/app/production/new` | create | `thalassasecrets_secret.new` |",
	)
	d.ApplyOnly()
	d.edit(`"two"`, `"three"`)
	d.ApplyOnly()
	s.Clock().Advance(3 * oneDay)
	d.check(2, onlyDue, "| `nl-01/app/production/signing-key` | retires version 2 (retention) | `thalassasecrets_secret_version.signing_key` |")

	// A change that is decided during apply is due work. Only a warning says that it
	// would replace a version of another client.
	d.edit(`value_wo_version = "2"`, "detect_value_changes = true")
	d.ApplyOnly()
	d.Env["TF_VAR_api_token"] = "another value than before"
	undecided := "| `nl-01/app/production/api-token` | version 4: decided during apply | `thalassasecrets_secret_version.api_token` |"
	d.shows("decided during apply")
	d.check(2, onlyDue, undecided)
	s.Put(ciAPI, ciValues["a foreign value"])
	d.check(3, drifted, undecided, "| `nl-01/app/production/api-token` | Version 5 of nl-01/app/production/api-token was put outside Terraform on "+
		s.Clock().Now().Format("2006-01-02 15:04 UTC")+" | does what is due | `thalassasecrets_secret_version.api_token` |")
}

// A check that does not get through is a failure, and never "no drift". Drift that it found
// by then stays drift.
func TestDriftCheckFails(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	d := openDriftCheck(t, s)
	d.Write("provider.tf", "provider \"thalassasecrets\" {\n  retry = { max_attempts = 1 }\n}\n")
	d.Env["DRIFT_PLAN"] = "ci.plan"
	d.ApplyOnly()
	fails := func(code int, lines ...string) {
		t.Helper()
		d.Write("ci.plan", "a plan of yesterday")
		d.check(code, append([]string{"### Errors"}, lines...)...)
		d.says("no drift", false)
		if _, err := os.Stat(filepath.Join(d.Dir, "ci.plan")); !os.IsNotExist(err) {
			t.Errorf("there is a plan to apply: %v", err)
		}
	}

	// A refusal keeps the plan back, but not what the refresh has found.
	if _, err := s.Outsider().UpdateAccessPolicy(t.Context(), s.ID(ciAPI), &client.AccessPolicy{}, client.Unguarded); err != nil {
		t.Fatal(err)
	}
	d.edit(`path       = "/app/production/api-token"`, "path       = \"/app/production/api-token\"\ndescription = \"another one\"")
	fails(3, "## Drift check: drift", driftedAtLeast,
		strings.Replace(policyDrift, "changes it back", "not known", 1),
		"- Secret is protected from replacement (thalassasecrets_secret.api_token)")

	d.Env["THALASSA_API_TOKEN"] = "sentinel-wrong-token"
	const failed, unknown = "## Drift check: failed", "The check did not get through. Whether anything changed outside Terraform is not known."
	fails(1, failed, unknown)
	d.Env["THALASSA_API_TOKEN"] = acctest.Token
	s.Close()
	fails(1, failed, unknown)

	d.Env["DRIFT_DUE_EXIT_CODE"] = "none"
	fails(1, failed, `- DRIFT_DUE_EXIT_CODE is "none", and has to be a number`)
}
