package provider_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// The exit code of a check, for everything that decides about it.
func TestDriftCheckExitCodes(t *testing.T) {
	t.Parallel()
	drift := func(s *acctest.Server, _ *driftCheck) { s.Put(ciAPI, ciValues["a foreign value"]) }
	due := func(s *acctest.Server, _ *driftCheck) { s.Clock().Advance(30 * oneDay) }
	refused := func(_ *acctest.Server, d *driftCheck) {
		d.edit(`path       = "/app/production/api-token"`, "path       = \"/app/production/api-token\"\ndescription = \"another one\"")
	}
	down := func(s *acctest.Server, _ *driftCheck) { s.Close() }
	missing := filepath.Join(t.TempDir(), "missing")
	for name, tc := range map[string]struct {
		prepare []func(*acctest.Server, *driftCheck)
		env     map[string]string
		options []string
		want    int
	}{
		"nothing":                           {want: 0},
		"due work":                          {prepare: steps(due), want: 0},
		"due work, as the user has it":      {prepare: steps(due), env: map[string]string{"DRIFT_DUE_EXIT_CODE": "2"}, want: 2},
		"nothing, with a code for due work": {env: map[string]string{"DRIFT_DUE_EXIT_CODE": "2"}, want: 0},
		"drift":                             {prepare: steps(drift), want: 3},
		"drift and due work":                {prepare: steps(drift, due), env: map[string]string{"DRIFT_DUE_EXIT_CODE": "2"}, want: 3},
		"a plan that is refused":            {prepare: steps(refused), want: 1},
		"a service that is down":            {prepare: steps(down), want: 1},
		"a code for due work that is none":  {env: map[string]string{"DRIFT_DUE_EXIT_CODE": "256"}, want: 1},
		"a format that is none":             {env: map[string]string{"DRIFT_REPORTS": "pdf"}, want: 1},
		"a report that cannot be written":   {env: map[string]string{"DRIFT_REPORTS": "json=" + filepath.Join(missing, "a")}, want: 1},
		"drift that cannot be reported":     {prepare: steps(drift), env: map[string]string{"DRIFT_REPORTS": "json=" + filepath.Join(missing, "a")}, want: 3},
		"a plan that cannot be kept":        {env: map[string]string{"DRIFT_PLAN": filepath.Join(missing, "a")}, want: 1},
		"drift, and a plan cannot be kept":  {prepare: steps(drift), env: map[string]string{"DRIFT_PLAN": filepath.Join(missing, "a")}, want: 3},
		"a CLI that is missing":             {env: map[string]string{"DRIFT_CLI": missing}, want: 1},
		"a directory that is missing":       {env: map[string]string{"DRIFT_DIR": missing}, want: 1},
		"a variable that is missing":        {options: []string{"-var=missing=1"}, want: 1},
		"a program that is missing":         {env: map[string]string{"DRIFT_CHECK": missing}, want: 1},
		"an option that makes it blind":     {prepare: steps(drift), options: []string{"-refresh=false"}, want: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			d := openDriftCheck(t, s)
			d.Write("provider.tf", "provider \"thalassasecrets\" {\n  retry = { max_attempts = 1 }\n}\n")
			d.ApplyOnly()
			for _, prepare := range tc.prepare {
				prepare(s, d)
			}
			for variable, value := range tc.env {
				d.Env[variable] = value
			}
			if code, said := d.script("drift-check.sh", tc.options...); code != tc.want {
				t.Errorf("exit code %d, want %d:\n%s", code, tc.want, said)
			}
		})
	}
}

func steps(all ...func(*acctest.Server, *driftCheck)) []func(*acctest.Server, *driftCheck) {
	return all
}

// Without the program the script says where to get it.
func TestDriftCheckWithoutItsProgram(t *testing.T) {
	t.Parallel()
	d := openDriftCheck(t, acctest.NewServer(t))
	program := d.Env["DRIFT_CHECK"]
	delete(d.Env, "DRIFT_CHECK")
	// A directory of that name is not the program.
	if err := os.Mkdir(filepath.Join(d.Dir, "drift-check"), 0o750); err != nil {
		t.Fatal(err)
	}
	code, said := d.script("drift-check.sh")
	d.contains(said, "needs the program drift-check, and cannot run any of: ./drift-check drift-check", "thalassasecrets-tools", "go install ")
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	// Beside the script it is found.
	if err := os.Remove(filepath.Join(d.Dir, "drift-check")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program, filepath.Join(d.Dir, "drift-check")); err != nil {
		t.Fatal(err)
	}
	d.ApplyOnly()
	d.check(0, clean)
}
