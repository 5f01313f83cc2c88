package checks

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/joshdk/go-junit"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	gfm "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	markdown "github.com/yuin/goldmark/ast"
)

// Each format of drift-check is read by a parser of others, and held against its schema.
func TestDriftCheckFormats(t *testing.T) {
	t.Parallel()
	program := driftCheck(t)
	readers := map[string]func(t *testing.T, s driftStory, report []byte){
		"sarif": readSARIF, "gitlab": readGitLab, "junit": readJUnit, "github": readGitHub, "markdown": readMarkdown, "json": readJSON, "text": readText,
	}
	for _, s := range driftStories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			for format, report := range s.reports(t, program, "sarif", "gitlab", "junit", "github", "markdown", "json", "text") {
				t.Run(format, func(t *testing.T) {
					t.Parallel()
					readers[format](t, s, report)
					harmless(t, format, report)
				})
			}
		})
	}
}

// harmless checks that no text of a plan is a command where the report is printed.
func harmless(t *testing.T, format string, report []byte) {
	t.Helper()
	if format == "github" { // It is made of commands. See readGitHub.
		report = regexp.MustCompile(`(?m)^::(error|warning|notice) file=[^:]*::`).ReplaceAll(report, nil)
	}
	for _, command := range []string{"\x1b", "\r", "::", "##[", "##vso[", "\u202e", "\x00"} {
		if bytes.Contains(report, []byte(command)) {
			t.Errorf("%q is in the report:\n%s", command, report)
		}
	}
}

func compile(t *testing.T, name string, schema io.Reader) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(schema)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(name, document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func validate(t *testing.T, schema *jsonschema.Schema, report []byte) {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(report))
	if err == nil {
		err = schema.Validate(document)
	}
	if err != nil {
		t.Errorf("%v\n%s", err, report)
	}
}

// sarifSchema is the schema of OASIS, which the module keeps in a constant.
func sarifSchema(t *testing.T) string {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var schema string
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			schema, err = strconv.Unquote(literal.Value)
		}
		return err == nil && schema == ""
	})
	if err != nil || !strings.Contains(schema, "(SARIF) Version 2.1.0") {
		t.Fatalf("the schema is %.60q, %v", schema, err)
	}
	return schema
}

func readSARIF(t *testing.T, s driftStory, report []byte) {
	t.Helper()
	validate(t, compile(t, "sarif.json", strings.NewReader(sarifSchema(t))), report)
	read, err := sarif.FromBytes(report, sarif.WithStrictValidation())
	if err != nil {
		t.Fatal(err)
	}
	levels, rules := map[string]int{}, map[string]bool{}
	for _, rule := range read.Runs[0].Tool.Driver.Rules {
		rules[*rule.ID] = true
	}
	for _, result := range read.Runs[0].Results {
		levels[result.Level]++
		if !rules[*result.RuleID] || len(result.PartialFingerprints) != 1 || *result.Locations[0].PhysicalLocation.Region.StartLine < 1 {
			t.Errorf("the result %s has no rule, fingerprint or place", *result.RuleID)
		}
	}
	want := s.drift
	if !s.complete {
		want++
	}
	if levels["error"] != want || levels["note"] != s.due || *read.Runs[0].Invocations[0].ExecutionSuccessful != s.complete {
		t.Errorf("the results are %v:\n%s", levels, report)
	}
}

func readGitLab(t *testing.T, s driftStory, report []byte) {
	t.Helper()
	validate(t, compile(t, "gitlab.json", bytes.NewReader(read(t, "tools/checks/testdata/gitlab-code-quality.schema.json"))), report)
	var issues []struct{ Fingerprint string }
	if err := json.Unmarshal(report, &issues); err != nil {
		t.Fatal(err)
	}
	fingerprints := map[string]bool{}
	for _, issue := range issues {
		fingerprints[issue.Fingerprint] = true
	}
	want := s.drift + s.due
	if !s.complete {
		want++
	}
	if len(fingerprints) != want || len(issues) != want {
		t.Errorf("%d issues with %d fingerprints, want %d:\n%s", len(issues), len(fingerprints), want, report)
	}
}

func readJUnit(t *testing.T, s driftStory, report []byte) {
	t.Helper()
	suites, err := junit.Ingest(report)
	if err != nil || len(suites) != 1 {
		t.Fatalf("%d suites, %v", len(suites), err)
	}
	errors := 0
	if !s.complete {
		errors = 1
	}
	if totals := suites[0].Totals; totals.Failed != s.drift || totals.Skipped != s.due || totals.Error != errors || totals.Tests != 1+s.drift+s.due {
		t.Errorf("the totals are %+v:\n%s", totals, report)
	}
	if err := xml.Unmarshal(report, new(struct{})); err != nil {
		t.Error(err)
	}
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("the schema of JUnit XML is checked with xmllint, which is not installed")
	}
	file := filepath.Join(t.TempDir(), "report.xml")
	if err := os.WriteFile(file, report, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.CommandContext(t.Context(), xmllint, "--noout", "--nonet", "--schema", filepath.Join("testdata", "junit.xsd"), file).CombinedOutput(); err != nil { //nolint:gosec // The names are this test's own.
		t.Errorf("%v\n%s%s", err, said, report)
	}
}

// annotation is how the runner of GitHub reads a line: the properties end at the first "::" after the command.
var annotation = regexp.MustCompile(`^::(error|warning|notice) file=([^,:]+),line=([1-9][0-9]*),title=([^,:]+)::(.+)$`)

func readGitHub(t *testing.T, s driftStory, report []byte) {
	t.Helper()
	levels := map[string]int{}
	for line := range strings.Lines(string(report)) {
		parts := annotation.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if parts == nil {
			t.Errorf("the line %q is not an annotation", line)
			continue
		}
		levels[parts[1]]++
	}
	want := s.drift
	if !s.complete {
		want++
	}
	if levels["error"] != want || levels["notice"] != s.due {
		t.Errorf("the annotations are %v:\n%s", levels, report)
	}
}

func readMarkdown(t *testing.T, s driftStory, report []byte) {
	t.Helper()
	document := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(report))
	rows := 0
	if err := markdown.Walk(document, func(n markdown.Node, entering bool) (markdown.WalkStatus, error) {
		if row, is := n.(*gfm.TableRow); is && entering {
			rows++
			// A text that ended its cell would take the place of the last one.
			if _, isCode := row.LastChild().FirstChild().(*markdown.CodeSpan); !isCode || row.LastChild().ChildCount() != 1 {
				t.Errorf("the last cell of row %d is not the address:\n%s", rows, report)
			}
		}
		return markdown.WalkContinue, nil
	}); err != nil {
		t.Fatal(err)
	}
	if rows != s.drift+s.due {
		t.Errorf("the tables have %d rows:\n%s", rows, report)
	}
}

func readJSON(t *testing.T, s driftStory, report []byte) {
	t.Helper()
	var got struct {
		FormatVersion string `json:"format_version"`
		Complete      bool
		ExitCode      int `json:"exit_code"`
		Drift, Due    []struct{ Rule, Resource, What, File string }
	}
	if err := json.Unmarshal(report, &got); err != nil {
		t.Fatal(err)
	}
	if got.FormatVersion != "1.0" || got.Complete != s.complete || got.ExitCode != s.code || len(got.Drift) != s.drift || len(got.Due) != s.due {
		t.Errorf("the report is %+v", got)
	}
	for _, f := range append(got.Drift, got.Due...) {
		if f.Rule == "" || f.Resource == "" || f.What == "" || f.File != "main.tf" {
			t.Errorf("the finding %+v lacks something", f)
		}
	}
}

func readText(t *testing.T, s driftStory, report []byte) {
	t.Helper()
	if !strings.HasPrefix(string(report), "Drift check: ") || strings.Contains(string(report), "Due work:\n") != (s.due > 0) {
		t.Errorf("the report is:\n%s", report)
	}
}
