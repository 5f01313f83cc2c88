package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A plan may have text of a service. That text has no effect on a terminal or a CI
// system, for every result of the check.
func TestDriftCheckPrintsNoCommands(t *testing.T) {
	t.Parallel()
	const nothing = `{"format_version": "1.2"}`
	const evil = `\u001b[31m::add-mask::x\r\n::error::y\n  :::warning::z ##[error]a ##vso[task.x]b\u202ec`
	diagnostic := func(severity string) string {
		return `{"type": "diagnostic", "diagnostic": {"severity": "` + severity + `", "address": "thalassasecrets_secret.a[\"` + evil + `\"]", ` +
			`"summary": "New version put outside Terraform: ` + evil + `", "detail": "One ` + evil + `. Two."}}` + "\n"
	}
	address := changes("resource_drift", `{"address": "aws_thing.a[\"`+evil+`\"]", "mode": "managed", "type": "aws_thing", "change": {
		"actions": ["update"], "before": {"`+evil+`": "x"}, "after": {}, "after_unknown": {}}}`)
	for name, tc := range map[string]struct {
		refresh, said string
		code          int
	}{
		"a warning":  {nothing, diagnostic("warning"), 0},
		"an address": {address, "", 3},
		"an error":   {`{}`, diagnostic("error"), 1},
		"a crash":    {`{}`, "\x1b[31m::add-mask::x\r\n  ::error::y\n##[error]a ##vso[task.x]b\n", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out := judged(t, tc.refresh, nothing, tc.said)
			if code != tc.code {
				t.Errorf("exit code %d, want %d:\n%s", code, tc.code, out)
			}
			if !strings.Contains(out, "add-mask") {
				t.Errorf("the words are not there at all:\n%s", out)
			}
			for _, command := range []string{"\x1b", "\r", "::", "##[", "##vso[", "\u202e"} {
				if strings.Contains(out, command) {
					t.Errorf("%q is printed raw:\n%s", command, out)
				}
			}
		})
	}
}

// Only its owner can read a kept plan, also if a file was in its place before.
func TestDriftCheckKeepsThePlanPrivate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		before func(t *testing.T, at, beside string) error
		code   int
	}{
		"nothing":               {func(*testing.T, string, string) error { return nil }, 0},
		"a file for all":        {func(_ *testing.T, at, _ string) error { return os.WriteFile(at, []byte("old"), 0o644) }, 0}, //nolint:gosec // It is the point.
		"a link to a file":      {func(_ *testing.T, at, beside string) error { return os.Symlink(beside, at) }, 0},
		"a link to nothing":     {func(_ *testing.T, at, beside string) error { return os.Symlink(beside+".missing", at) }, 0},
		"another name of it":    {func(_ *testing.T, at, beside string) error { return os.Link(beside, at) }, 0},
		"a link to a directory": {func(t *testing.T, at, _ string) error { t.Helper(); return os.Symlink(t.TempDir(), at) }, 0},
		"a directory":           {func(_ *testing.T, at, _ string) error { return os.Mkdir(at, 0o755) }, 1}, //nolint:gosec // It is the point.
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			at, beside := filepath.Join(dir, "kept.plan"), filepath.Join(dir, "public")
			if err := os.WriteFile(beside, []byte("public"), 0o644); err != nil { //nolint:gosec // It is the point.
				t.Fatal(err)
			}
			if err := tc.before(t, at, beside); err != nil {
				t.Fatal(err)
			}
			const nothing = `{"format_version": "1.2"}`
			code, out := judged(t, nothing, nothing, "", "DRIFT_PLAN="+at)
			if code != tc.code {
				t.Fatalf("exit code %d, want %d:\n%s", code, tc.code, out)
			}
			if content, err := os.ReadFile(beside); err != nil || string(content) != "public" { //nolint:gosec // The test's own.
				t.Errorf("what the plan was not to be written to holds %q, %v", content, err)
			}
			if tc.code != 0 {
				return
			}
			info, err := os.Lstat(at)
			if err != nil || !info.Mode().IsRegular() || info.Mode().Perm() != 0o600 {
				t.Errorf("the plan is kept as %v, %v", info, err)
			}
			if content, err := os.ReadFile(at); err != nil || string(content) != "plan\n" { //nolint:gosec // The test's own.
				t.Errorf("it holds %q, %v", content, err)
			}
			if left, err := filepath.Glob(at + ".*"); err != nil || len(left) > 0 {
				t.Errorf("%q is left behind, %v", left, err)
			}
		})
	}
}

// Another user may put a readable file there while the check runs.
func TestDriftCheckKeepsThePlanPrivateMeanwhile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := filepath.Join(dir, "kept.plan")
	const nothing = `{"format_version": "1.2"}`
	code, out := judged(t, nothing, nothing, "", "DRIFT_PLAN="+at, "CANNED_MEANWHILE=: >"+at+"; chmod 666 "+at)
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, out)
	}
	if info, err := os.Lstat(at); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the plan is kept as %v, %v", info, err)
	}
}

// A check that is interrupted has failed, and leaves nothing behind.
func TestDriftCheckInterrupted(t *testing.T) {
	t.Parallel()
	const nothing = `{"format_version": "1.2"}`
	for _, signal := range []string{"INT", "TERM", "HUP"} {
		t.Run(signal, func(t *testing.T) {
			t.Parallel()
			scratch := t.TempDir()
			// The program is the parent of its CLI.
			code, out := judged(t, nothing, nothing, "", "TMPDIR="+scratch, "DRIFT_PLAN="+filepath.Join(t.TempDir(), "kept.plan"), "CANNED_MEANWHILE=kill -"+signal+" $PPID")
			if code != 1 || !strings.Contains(out, "## Drift check: failed") || !strings.Contains(out, "- the check was interrupted") {
				t.Errorf("exit code %d:\n%s", code, out)
			}
			if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
				t.Errorf("it leaves %v, %v", left, err)
			}
		})
	}
}
