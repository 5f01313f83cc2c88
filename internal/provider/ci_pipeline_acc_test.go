package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// shellOf is the block of the guide's shell that has a text in it.
func (d *driftCheck) shellOf(part string) string {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "drift-checks-in-ci.md.tmpl"))
	if err != nil {
		d.t.Fatal(err)
	}
	for _, block := range regexp.MustCompile("(?s)```shell\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		if strings.Contains(block[1], part) {
			return block[1]
		}
	}
	d.t.Fatalf("the guide has no shell with %q", part)
	return ""
}

// The guide's pipeline applies due work and leaves drift to a person. A stale plan is
// distinguished from a failed apply.
func TestGuidePipelineAppliesWhatIsDue(t *testing.T) {
	t.Parallel()
	needsProgram(t, "jq")
	s := acctest.NewServer(t)
	d := openDriftCheck(t, s)
	d.path = []string{filepath.Dir(d.Env["DRIFT_CHECK"])}
	d.Write("provider.tf", "provider \"thalassasecrets\" {\n  retry = { max_attempts = 1 }\n}\n")
	d.ApplyOnly()
	pipeline := d.shellOf("DRIFT_PLAN=ci.plan drift-check")
	run := func(want int) {
		t.Helper()
		if code, said := d.bash("-ec", pipeline); code != want {
			t.Fatalf("exit code %d, want %d:\n%s", code, want, said)
		}
	}
	run(0)
	s.Clock().Advance(30 * oneDay)
	run(0)
	d.manages(ciKeyAddress, 3)
	s.Put(ciAPI, ciValues["a foreign value"])
	run(3)
	d.ApplyOnly()
	if err := os.Remove(d.Env["GITHUB_STEP_SUMMARY"]); err != nil { // That of the runs so far.
		t.Fatal(err)
	}

	notDone := d.shellOf("Not done: ")
	branch := func(want string) {
		t.Helper()
		d.Write("apply.json", d.ApplyFails("ci.plan").Stdout)
		if code, said := d.bash("-c", notDone); strings.TrimSpace(said) != want || (code == 0) != (want == "true") {
			t.Errorf("exit code %d, %q, want %s", code, said, want)
		}
	}
	// The plan is made, another client puts a version, and the plan is applied.
	s.Clock().Advance(30 * oneDay)
	d.Env["DRIFT_PLAN"] = "ci.plan"
	d.check(0, strings.Replace(keyIsDue, "version 2", "version 3", 1))
	s.Put(ciKey, "theirs")
	branch("true")

	d.ApplyOnly()
	s.Clock().Advance(30 * oneDay)
	d.check(0, onlyDue)
	s.Close()
	branch("false")
}
