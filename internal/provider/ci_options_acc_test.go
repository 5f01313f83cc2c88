package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// contains checks what a script said.
func (d *driftCheck) contains(said string, parts ...string) {
	d.t.Helper()
	for _, part := range parts {
		if !strings.Contains(said, part) {
			d.t.Errorf("%q is missing:\n%s", part, said)
		}
	}
}

// Variables in any form reach both plans. A file that can be read only once, as that of
// a process substitution, is enough.
func TestDriftCheckTakesVariables(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	d := openDriftCheck(t, s)
	d.Env["DRIFT_DUE_EXIT_CODE"] = "2"
	d.Write("variables.tf", "variable \"note\" {\n  type = string\n}\nvariable \"team\" {\n  type = string\n}\noutput \"note\" {\n  value = \"${var.note} ${var.team}\"\n}\n")
	d.Write("one.tfvars", "note = \"a note\"\nteam = \"a team\"\n")
	d.Env["TF_VAR_note"], d.Env["TF_VAR_team"] = "a note", "a team"
	d.ApplyOnly()
	delete(d.Env, "TF_VAR_note")
	delete(d.Env, "TF_VAR_team")
	for name, tc := range map[string]struct{ before, options string }{
		"with an equals sign":  {"", `-var=note=one -var=team=two`},
		"as the next argument": {"", `-var note=one -var 'team=two three'`},
		"a file":               {"", `-var-file=one.tfvars`},
		"a file, and over it":  {"", `-var-file one.tfvars -var=note=one`},
		"two dashes":           {"", `--var-file=one.tfvars`},
		"a pipe":               {"", `-var-file=<(cat one.tfvars)`},
		"a pipe in JSON":       {`mkfifo one.tfvars.json; echo '{"note": "one", "team": "two"}' >one.tfvars.json &`, `-var-file one.tfvars.json`},
		"standard input":       {"", `-var-file=/dev/stdin <one.tfvars`},
		"the environment":      {`export TF_CLI_ARGS_plan="-var=note=one -var 'team=two three'"`, ``},
		"all commands":         {`export TF_CLI_ARGS="-var-file=one.tfvars"`, ``},
	} {
		code, said := d.bash("-c", tc.before+"\nexec timeout -s KILL 120 bash drift-check.sh "+tc.options)
		d.judge(code, said, 0, clean)
		if t.Failed() {
			t.Fatalf("failed: %s", name)
		}
		_ = os.Remove(filepath.Join(d.Dir, "one.tfvars.json")) // It may not be there.
	}
}

// Where the source of a module depends on a variable, reading a plan takes it again, as from
// Terraform 1.15 on. A CLI before that refuses it there.
func TestDriftCheckReadsPlansWithVariables(t *testing.T) {
	t.Parallel()
	const nothing = `{"format_version": "1.2"}`
	for name, tc := range map[string]struct {
		options []string
		show    string // what the stand-in says to its arguments
		code    int
	}{
		"needed": {
			[]string{"-var=source=./a", "-var-file", "b.tfvars"},
			`[[ "$*" == *" -var=source=./a -var-file=b.tfvars "* ]] || { echo "Error: Variable not set" >&2; exit 1; }`, 0,
		},
		"needed, and in the environment": {
			nil, `[[ "$*" == *" -var=region=nl-01 "* ]] || { echo "Error: Variable not set" >&2; exit 1; }`, 0,
		},
		"refused": {
			[]string{"-var=source=./a"},
			`[[ "$*" != *" -var"* ]] || { echo "flag provided but not defined: -var" >&2; exit 1; }`, 0,
		},
		"of no help": {[]string{"-var=source=./a"}, `echo "Error: Module not installed" >&2; exit 1`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out := judgedWith(t, tc.options, nothing, nothing, "", "CANNED_SHOW="+tc.show, `TF_CLI_ARGS_plan=-var "region=nl-01" -lock=false`)
			if code != tc.code || (code != 0) != strings.Contains(out, "Module not installed") {
				t.Errorf("exit code %d, want %d:\n%s", code, tc.code, out)
			}
		})
	}
}

// Options with which a check would find nothing, or something else, are refused before
// anything runs, wherever they are given.
func TestDriftCheckRefusesOptions(t *testing.T) {
	t.Parallel()
	const nothing = `{"format_version": "1.2"}`
	for option, says := range map[string]string{
		"-minimal-refresh":         "-minimal-refresh is not supported%s. With it Terraform refreshes only what the configuration changes",
		"--minimal-refresh=true":   "-minimal-refresh is not supported%s. With it Terraform refreshes only what the configuration changes",
		"-refresh=false":           "-refresh is not supported%s. With -refresh=false nothing is refreshed",
		"-refresh=0":               "-refresh is not supported%s. With -refresh=false nothing is refreshed",
		"-refresh-only":            "-refresh-only is not supported%s. The check makes a refresh-only plan",
		"-destroy":                 "-destroy is not supported%s. ",
		"-out=x":                   "-out is not supported%s. The check keeps its plan where DRIFT_PLAN or -plan says",
		"-detailed-exitcode":       "-detailed-exitcode is not supported%s. ",
		"-refresh=true":            "",
		"-minimal-refresh=false":   "",
		"-var=a=-minimal-refresh":  "",
		"-target=aws_thing.a":      "",
		"-parallelism=2":           "",
		"-var-file=missing.tfvars": "",
	} {
		for _, from := range []string{"", "TF_CLI_ARGS", "TF_CLI_ARGS_plan"} {
			t.Run(option+" "+from, func(t *testing.T) {
				t.Parallel()
				options, where, environment := []string{option}, "", "NOTHING="
				if from != "" {
					options, where, environment = nil, " ("+from+")", from+"=-lock=false '"+option+"'"
				}
				code, out := judgedWith(t, options, nothing, nothing, "", environment, `CANNED_MEANWHILE=touch "$dir/ran"`)
				want := 0
				if says != "" {
					want = 1
				}
				if code != want || !strings.Contains(out, strings.Replace(says, "%s", where, 1)) {
					t.Errorf("exit code %d, want %d and %q:\n%s", code, want, says, out)
				}
			})
		}
	}
}
