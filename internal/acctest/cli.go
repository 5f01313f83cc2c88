package acctest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Workspace is a directory with a configuration, run by a real CLI against a server
// of the test's own. The CLI finds the provider in the test's process, with the
// server's clock, unless the test wants the program that users run: see Built.
type Workspace struct {
	Server *Server
	Dir    string
	// Env is added to the environment of every command, and is the provider's.
	Env map[string]string

	t        testing.TB
	cli      string
	attached bool
	serve    func() tfprotov6.ProviderServer // what is attached, nil for the provider itself
	plans    int                             // that were made
	state    shownState
	builds   map[string]string // that the CLI starts, by the provider's address
}

// Header is what every configuration needs.
const Header = `terraform {
  required_providers {
    thalassasecrets = { source = "thalassasecrets/thalassasecrets" }
  }
}
`

// NewWorkspace makes a workspace whose provider is configured by environment
// variables to use the server. It skips the test where no CLI is named, which
// "make test" does, or where the CLI lacks a feature. A test that names none has
// write-only arguments, as most do.
func NewWorkspace(t testing.TB, s *Server, needs ...Feature) *Workspace {
	t.Helper()
	if len(needs) == 0 {
		needs = []Feature{WriteOnly}
	}
	w := NewBareWorkspace(t, s, needs...)
	w.attached = true
	w.writeSettings()
	w.Write("terraform.tf", Header)
	return w
}

// Built makes the CLI start the built provider, in separate processes and with the
// clock of the machine. It is for tests of the process: its log, interrupts and
// crashes.
func (w *Workspace) Built() *Workspace {
	w.t.Helper()
	if err := buildProvider(); err != nil {
		w.t.Fatal(err)
	}
	w.attached = false
	w.override("thalassasecrets/thalassasecrets", realBuild)
	return w
}

// Serve attaches the CLI to what the factory makes, in the place of the provider.
func (w *Workspace) Serve(factory func() tfprotov6.ProviderServer) { w.serve = factory }

// NewBareWorkspace makes a workspace without a provider, for a test that installs one
// as users do. One that starts a server as they do as well has none here, and gives
// the environment itself.
func NewBareWorkspace(t testing.TB, s *Server, needs ...Feature) *Workspace {
	t.Helper()
	w := &Workspace{Server: s, Dir: t.TempDir(), Env: map[string]string{}, t: t, builds: map[string]string{}, cli: Needs(t, needs...).Path}
	if s != nil {
		w.Env = s.Environment()
	}
	return w
}

// Write writes a file of the workspace.
func (w *Workspace) Write(name, content string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.Dir, name), []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// Read reads a file of the workspace.
func (w *Workspace) Read(name string) []byte {
	w.t.Helper()
	content, err := os.ReadFile(filepath.Join(w.Dir, name)) //nolint:gosec // The test names its own file.
	if err != nil {
		w.t.Fatal(err)
	}
	return content
}

// Result is what a command said.
type Result struct {
	Code        int
	Stdout      string
	Stderr      string
	Diagnostics []tfjson.Diagnostic // of commands that ran with -json
}

// Run runs the CLI.
func (w *Workspace) Run(args ...string) Result {
	w.t.Helper()
	var stdout, stderr bytes.Buffer
	command, done := w.command(w.t.Context(), args...)
	defer done()
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	result := Result{Code: command.ProcessState.ExitCode(), Stdout: stdout.String(), Stderr: stderr.String()}
	result.Diagnostics = diagnosticsOf(stdout.Bytes())
	return result
}

// Command prepares the CLI for a test that starts it itself. Of the machine's
// environment it gets only the PATH.
func (w *Workspace) Command(ctx context.Context, args ...string) *exec.Cmd {
	w.t.Helper()
	command, done := w.command(ctx, args...)
	w.t.Cleanup(done)
	return command
}

// command prepares the CLI, and the provider where it is attached, which done ends.
func (w *Workspace) command(ctx context.Context, args ...string) (command *exec.Cmd, done func()) {
	w.t.Helper()
	command = exec.CommandContext(ctx, w.cli, args...) //nolint:gosec // The CLI under test is chosen by who runs the tests.
	command.Dir = w.Dir
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + w.Dir, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"TF_CLI_CONFIG_FILE=" + filepath.Join(w.Dir, ".tfrc"),
	}
	for name, value := range w.Env {
		command.Env = append(command.Env, name+"="+value)
	}
	if !w.attached {
		return command, func() {}
	}
	if _, logs := w.Env["TF_LOG"]; logs {
		w.t.Fatal("the CLI's log has nothing of a provider that runs in the test's process")
	}
	found, done, err := w.attach(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	command.Env = append(command.Env, attachVariable+"="+found)
	return command, done
}

// diagnosticsOf reads the diagnostics out of the lines of -json.
func diagnosticsOf(stdout []byte) []tfjson.Diagnostic {
	var found []tfjson.Diagnostic
	for line := range bytes.Lines(stdout) {
		var message struct {
			Type       string             `json:"type"`
			Diagnostic *tfjson.Diagnostic `json:"diagnostic"`
		}
		if json.Unmarshal(line, &message) == nil && message.Type == "diagnostic" && message.Diagnostic != nil {
			found = append(found, *message.Diagnostic)
		}
	}
	return found
}

// Apply applies and checks that nothing is left to do: the next plan is empty and
// a refresh finds no drift.
func (w *Workspace) Apply(args ...string) Result {
	w.t.Helper()
	result := w.ApplyOnly(args...)
	w.Settled()
	return result
}

// ApplyOnly applies, for tests in which something is left to do.
func (w *Workspace) ApplyOnly(args ...string) Result {
	w.t.Helper()
	result := w.Run(append([]string{"apply", "-auto-approve", "-json"}, args...)...)
	if result.Code != 0 {
		w.t.Fatalf("apply failed:\n%s", result.explain())
	}
	return result
}

// ApplyFails applies and expects an error.
func (w *Workspace) ApplyFails(args ...string) Result {
	w.t.Helper()
	result := w.Run(append([]string{"apply", "-auto-approve", "-json"}, args...)...)
	if result.Code == 0 {
		w.t.Fatal("apply went through, and should have failed")
	}
	return result
}

// Settled checks that a plan is empty and that its refresh found no drift, which the
// exit code says nothing of.
func (w *Workspace) Settled() {
	w.t.Helper()
	plan := w.Run("plan", "-json", "-detailed-exitcode")
	if plan.Code != 0 {
		w.t.Errorf("the plan after apply is not empty:\n%s%s", plan.Stdout, plan.Stderr)
	}
	if plan.Drifted() {
		w.t.Errorf("there is drift after apply:\n%s", plan.Stdout)
	}
}

// PlanFails makes a plan that has to fail.
func (w *Workspace) PlanFails(args ...string) Result {
	w.t.Helper()
	result := w.Run(append([]string{"plan", "-json"}, args...)...)
	if result.Code == 0 {
		w.t.Fatal("plan went through, and should have failed")
	}
	return result
}

// Warned finds the warning whose summary is given and returns its detail.
func (r Result) Warned(t testing.TB, summary string) string {
	t.Helper()
	return r.found(t, tfjson.DiagnosticSeverityWarning, summary)
}

// Failed finds the error whose summary is given and returns its detail.
func (r Result) Failed(t testing.TB, summary string) string {
	t.Helper()
	return r.found(t, tfjson.DiagnosticSeverityError, summary)
}

func (r Result) found(t testing.TB, severity tfjson.DiagnosticSeverity, summary string) string {
	t.Helper()
	for _, d := range r.Diagnostics {
		if d.Severity == severity && d.Summary == summary {
			return d.Detail
		}
	}
	t.Errorf("no %s %q in:\n%s", severity, summary, r.explain())
	return ""
}

// Drifted reports that the refresh of a plan with -json has found changes, whether or
// not the plan makes something of them.
func (r Result) Drifted() bool { return strings.Contains(r.Stdout, `"type":"resource_drift"`) }

// Warnings are the summaries of all warnings but the one about the override of
// the provider.
func (r Result) Warnings() []string {
	var summaries []string
	for _, d := range r.Diagnostics {
		if d.Severity == tfjson.DiagnosticSeverityWarning && !strings.Contains(d.Summary, "development overrides") {
			summaries = append(summaries, d.Summary)
		}
	}
	return summaries
}

func (r Result) explain() string {
	var text strings.Builder
	for _, d := range r.Diagnostics {
		fmt.Fprintf(&text, "%s: %s\n%s\n\n", d.Severity, d.Summary, d.Detail)
	}
	return text.String() + r.Stderr
}

// override makes the CLI start a build of a provider. The build is the name of one
// that this package has made, or an absolute directory.
func (w *Workspace) override(address, build string) {
	w.t.Helper()
	w.builds[address] = build
	w.writeSettings()
}

// writeSettings writes the CLI's own configuration.
func (w *Workspace) writeSettings() {
	w.t.Helper()
	root, err := sourceRoot()
	if err != nil {
		w.t.Fatal(err)
	}
	var overrides strings.Builder
	for _, address := range slices.Sorted(maps.Keys(w.builds)) {
		dir := w.builds[address]
		if !filepath.IsAbs(dir) {
			dir = buildDir(root, dir)
		}
		fmt.Fprintf(&overrides, "    %q = %q\n", address, dir)
	}
	w.Write(".tfrc", fmt.Sprintf("provider_installation {\n  dev_overrides {\n%s  }\n  direct {}\n}\n", overrides.String()))
}
