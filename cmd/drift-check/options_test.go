package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/driftcheck"
)

func noEnvironment(string) (string, bool) { return "", false }

// The guide has the exit codes, formats, variables and refused options of the program.
func TestGuideTellsTheOptions(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "drift-checks-in-ci.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	var help bytes.Buffer
	if _, err := parseOptions([]string{"-help"}, noEnvironment, &help); !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("-help ends with %v", err)
	}
	var rows []string
	for _, row := range exitCodes {
		rows = append(rows, fmt.Sprintf("| %s | %s |", row[0], row[1]))
	}
	for _, f := range driftcheck.Formats() {
		rows = append(rows, fmt.Sprintf("| `%s` | %s |", f.Name, f.Description))
	}
	for _, row := range rows {
		if !strings.Contains(string(text), row) {
			t.Errorf("the guide lacks the row %q", row)
		}
	}
	for name := range refusedOptions {
		option := "-" + name
		if name == "refresh" {
			option += "=false"
		}
		if !strings.Contains(string(text), "`"+option+"`") {
			t.Errorf("the guide does not say that %s is refused", option)
		}
	}
	for word := range strings.FieldsFuncSeq(help.String(), func(r rune) bool { return r != '_' && (r < 'A' || r > 'Z') }) {
		if strings.HasPrefix(word, "DRIFT_") && !strings.Contains(string(text), "| `"+word+"` |") {
			t.Errorf("the guide has no row for %s", word)
		}
	}
}

func TestParseOptions(t *testing.T) {
	t.Parallel()
	environment := map[string]string{"DRIFT_DIR": "from-env", "DRIFT_REPORTS": "text json=a.json", "GITHUB_STEP_SUMMARY": "summary.md"}
	o, err := parseOptions([]string{"-cli", "tofu", "--", "-var=a=b", "x"}, func(name string) (string, bool) {
		value, given := environment[name]
		return value, given
	}, new(bytes.Buffer))
	if err != nil {
		t.Fatal(err)
	}
	if o.dir != "from-env" || o.cli != "tofu" || o.summary != "summary.md" || !slices.Equal(o.planOptions, []string{"-var=a=b", "x"}) {
		t.Errorf("the options are %+v", o)
	}
	if len(o.reports) != 2 || o.reports[0].format.Name != "text" || o.reports[1].file != "a.json" {
		t.Errorf("the reports are %v", o.reports)
	}
	for _, tc := range []struct {
		args []string
		says string
	}{
		{[]string{"-var=a=b"}, `Put options of "plan" after "--"`},
		{[]string{"production.tfvars"}, `put options of "plan" after "--": "production.tfvars"`},
		{[]string{"-report", "pdf"}, "The formats are markdown, text, json, junit, sarif, github, gitlab"},
		{[]string{"-report", "json="}, "names no file"},
	} {
		if _, err := parseOptions(tc.args, noEnvironment, new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%q: %v, want %q", tc.args, err, tc.says)
		}
	}
}

func TestShellWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                         nil,
		"  -a  -b ":                {"-a", "-b"},
		`-var "a=b c" -x`:          {"-var", "a=b c", "-x"},
		`-var='a="b"' ''`:          {`-var=a="b"`, ""},
		`a\ b "c\"d" 'e\f'`:        {"a b", `c"d`, `e\f`},
		"-var-file=a.tfvars\n\t-b": {"-var-file=a.tfvars", "-b"},
	} {
		if got := shellWords(text); !slices.Equal(got, want) {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
