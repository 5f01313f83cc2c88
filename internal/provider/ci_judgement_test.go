package provider_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// cannedCLI stands in for the CLI where only the judgement of a plan is of interest:
// its plans succeed and are what files say.
const cannedCLI = `#!/usr/bin/env bash
dir=${1#-chdir=}
case $2 in
plan)
	name=plan
	[[ " $* " != *' -refresh-only '* ]] || name=refresh
	for option in "$@"; do
		[[ $option != -out=* ]] || echo "$name" >"${option#-out=}"
	done
	cat "$dir/said"
	eval "${CANNED_MEANWHILE:-}"
	;;
show)
	eval "${CANNED_SHOW:-}"
	cat "$dir/$(cat "${@: -1}").json"
	;;
esac
`

// judged runs the script over plans that are given as JSON, and over what the CLI
// prints besides.
func judged(t *testing.T, refresh, plan, said string, environment ...string) (code int, out string) {
	t.Helper()
	return judgedWith(t, nil, refresh, plan, said, environment...)
}

// judgedWith runs it with options of "plan".
func judgedWith(t *testing.T, options []string, refresh, plan, said string, environment ...string) (code int, out string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"refresh.json": refresh, "plan.json": plan, "said": said} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cli := filepath.Join(dir, "cli")
	if err := os.WriteFile(cli, []byte(cannedCLI), 0o700); err != nil { //nolint:gosec // It has to be run.
		t.Fatal(err)
	}
	script := exec.CommandContext(t.Context(), "bash", append([]string{filepath.Join("..", "..", "examples", "ci", "drift-check.sh")}, options...)...) //nolint:gosec // A script of the source tree.
	script.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir, "DRIFT_DIR=" + dir, "DRIFT_CLI=" + cli, "DRIFT_CHECK=" + acctest.DriftCheck(t), "DRIFT_DUE_EXIT_CODE=2"}
	script.Env = append(script.Env, environment...)
	answer, err := script.CombinedOutput()
	if script.ProcessState == nil {
		t.Fatal(err)
	}
	return script.ProcessState.ExitCode(), string(answer)
}

// changes is a plan of one kind of change.
func changes(kind, resource string) string {
	return `{"format_version": "1.2", "` + kind + `": [` + resource + `]}`
}

// Unusual content of a plan is classified correctly.
func TestDriftCheckJudgement(t *testing.T) {
	t.Parallel()
	const nothing = `{"format_version": "1.2"}`
	for name, tc := range map[string]struct {
		refresh, plan, said string
		code                int
		says, hides         string
	}{
		"nothing at all": {nothing, nothing, "", 0, clean, ""},
		"a sensitive path": {
			nothing, changes("resource_changes", `{"address": "thalassasecrets_secret.a", "mode": "managed", "type": "thalassasecrets_secret", "change": {
				"actions": ["update"], "before": {"id": "nl-01/hidden", "path": "/hidden", "deletion_protection": true},
				"after": {"id": "nl-01/hidden", "path": "/hidden", "deletion_protection": false},
				"after_unknown": {}, "before_sensitive": {"path": true}, "after_sensitive": {"path": true}}}`),
			"", 2, "| `(sensitive)` | update: deletion_protection | `thalassasecrets_secret.a` |", "hidden",
		},
		"a key that would break the table": {
			changes("resource_drift", `{"address": "aws_thing.a[\"x|y\"]", "mode": "managed", "type": "aws_thing", "change": {
				"actions": ["update"], "before": {"tags": "hidden"}, "after": {"tags": "hidden too"}, "after_unknown": {}}}`),
			nothing, "", 3, "|  | changed: tags | writes nothing | `aws_thing.a[\"x\\|y\"]` |", "hidden",
		},
		"what the state did not know yet": {
			changes("resource_drift", `{"address": "thalassasecrets_secret_version.a", "mode": "managed", "type": "thalassasecrets_secret_version", "change": {
				"actions": ["update"], "before": {"version": 2, "created_at": null}, "after": {"version": 2, "created_at": "2026-11-01T09:00:00Z"}, "after_unknown": {}}}`),
			nothing, "", 0, clean, "",
		},
		"what only moves": {
			changes("resource_drift", `{"address": "aws_thing.b", "previous_address": "aws_thing.a", "mode": "managed", "type": "aws_thing", "change": {
				"actions": ["no-op"], "before": {}, "after": {}, "after_unknown": {}}}`),
			nothing, "", 0, clean, "",
		},
		"an import": {
			nothing, changes("resource_changes", `{"address": "aws_thing.a", "mode": "managed", "type": "aws_thing", "change": {
				"actions": ["no-op"], "before": {}, "after": {}, "after_unknown": {}, "importing": {"id": "x"}}}`),
			"", 2, "|  | import | `aws_thing.a` |", "",
		},
		"a data source": {
			nothing, changes("resource_changes", `{"address": "data.aws_thing.a", "mode": "data", "type": "aws_thing", "change": {
				"actions": ["read"], "before": null, "after": {}, "after_unknown": {}}}`),
			"", 0, clean, "",
		},
		"outputs": {
			nothing, `{"format_version": "1.2", "output_changes": {"a": {"actions": ["update"], "before": "hidden", "after": "hidden"}}}`,
			`{"type": "outputs", "outputs": {"a": {"value": "hidden"}}}` + "\n12\n", 0, clean, "hidden",
		},
		"a replacement": {
			nothing, changes("resource_changes", `{"address": "aws_thing.a", "mode": "managed", "type": "aws_thing", "change": {
				"actions": ["delete", "create"], "before": {"a": 1}, "after": {"a": 2}, "after_unknown": {}}}`),
			"", 2, "|  | delete, then create | `aws_thing.a` |", "",
		},
		"a put that retires": {
			nothing, changes("resource_changes", `{"address": "thalassasecrets_secret_version.a", "mode": "managed", "type": "thalassasecrets_secret_version", "change": {
				"actions": ["update"], "before": {"secret_id": "nl-01/a", "version": 4, "active_versions": [2, 3, 4]},
				"after": {"secret_id": "nl-01/a", "last_change": "value", "active_versions": [4, null]}, "after_unknown": {"version": true, "active_versions": [false, true]}}}`),
			"", 2, "| `nl-01/a` | version 4: the configuration has another value (value), retires version 2, 3 (retention) | `thalassasecrets_secret_version.a` |", "",
		},
		"a put whose list is open": {
			nothing, changes("resource_changes", `{"address": "thalassasecrets_secret_version.a", "mode": "managed", "type": "thalassasecrets_secret_version", "change": {
				"actions": ["update"], "before": {"secret_id": "nl-01/a", "version": 4, "active_versions": [2, 3, 4]},
				"after": {"secret_id": "nl-01/a"}, "after_unknown": {"version": true, "last_change": true, "active_versions": true}}}`),
			"", 2, "| `nl-01/a` | version 4: decided during apply | `thalassasecrets_secret_version.a` |", "",
		},
		"a foreign version below a due rotation": {
			nothing, changes("resource_changes", `{"address": "thalassasecrets_secret_version.a", "mode": "managed", "type": "thalassasecrets_secret_version", "change": {
				"actions": ["update"], "before": {"secret_id": "nl-01/a", "version": 2}, "after": {"secret_id": "nl-01/a", "last_change": "rotation"}, "after_unknown": {"version": true}}}`),
			`{"type": "diagnostic", "diagnostic": {"severity": "warning", "address": "thalassasecrets_secret_version.a", ` +
				`"summary": "New version put outside Terraform: nl-01/a", "detail": "Version 3 of nl-01/a was put outside Terraform on 2026-11-02 09:00 UTC. This plan puts a new version."}}`,
			3, "| `nl-01/a` | Version 3 of nl-01/a was put outside Terraform on 2026-11-02 09:00 UTC | does what is due | `thalassasecrets_secret_version.a` |", "This plan puts",
		},
		"an incomplete plan": {nothing, `{"format_version": "1.2", "errored": true}`, "", 1, "## Drift check: failed", clean},
		"no plan":            {nothing, `{}`, "", 1, "## Drift check: failed", clean},
		"no JSON":            {nothing, `panic`, "", 1, "## Drift check: failed", clean},
		"a crash":            {`{}`, nothing, "panic: the provider crashed\n", 1, "panic: the provider crashed", clean},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out := judged(t, tc.refresh, tc.plan, tc.said)
			if code != tc.code || !strings.Contains(out, tc.says) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, tc.code, tc.says, out)
			}
			if tc.hides != "" && strings.Contains(out, tc.hides) {
				t.Errorf("%q is shown:\n%s", tc.hides, out)
			}
		})
	}
}
