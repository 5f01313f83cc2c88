package checks

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// driftStory is a run of drift-check whose CLI says what files hold.
type driftStory struct {
	name          string
	refresh, plan string // JSON
	said          string // what "plan -json" prints
	code          int
	drift, due    int // findings
	complete      bool
}

const (
	noChanges = `{"format_version": "1.2"}`
	hostile   = `\u001b[31m::add-mask::x\r\n::error::y\n ##[error]a ##vso[task.x]b\u202e <b>&amp; \"]]> %0A 100% , ünïcödé 鍵 \u0000 | c`
)

// driftStories are one for each verdict, and one with texts that would break a format.
func driftStories() []driftStory {
	changed := func(address string) string {
		return `{"address": "` + address + `", "mode": "managed", "type": "thalassasecrets_secret_version", "name": "a", "change": {"actions": ["update"],
			"before": {"secret_id": "nl-01/a", "version": 2, "status": "active"}, "after": {"secret_id": "nl-01/a", "version": 2, "status": "destroyed"}, "after_unknown": {}}}`
	}
	deleted := `{"address": "module.m[\"x.y\"].thalassasecrets_secret.b", "module_address": "module.m[\"x.y\"]", "mode": "managed", "type": "thalassasecrets_secret", "name": "b",
		"change": {"actions": ["delete"], "before": {"id": "nl-01/b"}, "after": null, "after_unknown": {}}}`
	due := `{"address": "aws_thing.c", "mode": "managed", "type": "aws_thing", "name": "c", "change": {"actions": ["create"], "before": null, "after": {}, "after_unknown": {}}}`
	diagnostic := func(severity, summary string) string {
		return `{"type": "diagnostic", "diagnostic": {"severity": "` + severity + `", "summary": "` + summary + `", "detail": "One. Two.", "address": "aws_thing.a"}}` + "\n"
	}
	drifted := `{"format_version": "1.2", "resource_drift": [` + changed("thalassasecrets_secret_version.a") + `, ` + deleted + `]}`
	return []driftStory{
		{"clean", noChanges, noChanges, "", 0, 0, 0, true},
		{"due", noChanges, `{"format_version": "1.2", "resource_changes": [` + due + `]}`, "", 2, 0, 1, true},
		{"drift", drifted, `{"format_version": "1.2", "resource_changes": [` + due + `]}`, diagnostic("warning", "Rotation due: nl-01/a"), 3, 2, 1, true},
		{"failed", `{}`, noChanges, diagnostic("error", "Cannot read the secret"), 1, 0, 0, false},
		{"drift and a failed plan", drifted, `{"format_version": "1.2", "errored": true}`, diagnostic("error", "Secret is protected from replacement"), 3, 2, 0, false},
		{
			"hostile", `{"format_version": "1.2", "resource_drift": [` + changed(hostile) + `]}`,
			`{"format_version": "1.2", "resource_changes": [` + strings.Replace(due, "aws_thing.c", `aws_thing.c[\"`+hostile+`\"]`, 1) + `]}`,
			diagnostic("warning", hostile), 3, 1, 1, true,
		},
	}
}

// The CLI of the stories: its plans are what files say.
const storyCLI = `#!/usr/bin/env bash
dir=${1#-chdir=}
case $2 in
plan)
	name=plan
	[[ " $* " != *' -refresh-only '* ]] || name=refresh
	for option in "$@"; do
		[[ $option != -out=* ]] || echo "$name" >"${option#-out=}"
	done
	cat "$dir/said"
	;;
show) cat "$dir/$(cat "$4").json" ;;
esac
`

// driftCheck builds the program.
func driftCheck(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "drift-check")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/drift-check") //nolint:gosec // The names are this test's own.
	build.Dir = root
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return program
}

// reports tells the story to the program, and returns what it wrote in each format.
func (s driftStory) reports(t *testing.T, program string, formats ...string) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"refresh.json": s.refresh, "plan.json": s.plan, "said": s.said, "cli": storyCLI,
		"main.tf": "\n  resource \"thalassasecrets_secret_version\" \"a\" {\n}\nmodule \"m\" {\n}\nresource aws_thing c {\n}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o700); err != nil { //nolint:gosec // One of them has to be run.
			t.Fatal(err)
		}
	}
	args := []string{"-cli", filepath.Join(dir, "cli"), "-due-exit-code", "2"}
	for _, format := range formats {
		args = append(args, "-report", format+"="+format)
	}
	check := exec.CommandContext(t.Context(), program, args...) //nolint:gosec // The program under test.
	check.Dir, check.Env = dir, []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir}
	said, err := check.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if code := check.ProcessState.ExitCode(); code != s.code {
		t.Errorf("exit code %d, want %d:\n%s", code, s.code, said)
	}
	written := map[string][]byte{}
	for _, format := range formats {
		content, err := os.ReadFile(filepath.Join(dir, format)) //nolint:gosec // The test's own file.
		if err != nil {
			t.Fatal(err)
		}
		written[format] = content
	}
	return written
}
