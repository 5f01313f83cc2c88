package conformance

import (
	"bytes"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

func TestRowsAreWellFormed(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[a-z][a-z0-9-]*\.[a-z0-9-]+$`)
	seen := map[string]bool{}
	for _, row := range Rows() {
		if !form.MatchString(row.ID) || seen[row.ID] {
			t.Errorf("the id %q is malformed, or there twice", row.ID)
		}
		seen[row.ID] = true
		if !strings.HasSuffix(row.Sentence, ".") || row.Source != Documented && row.Source != Assumed {
			t.Errorf("%s: source %q, sentence %q", row.ID, row.Source, row.Sentence)
		}
	}
	names := map[string]bool{}
	for _, s := range scenarios() {
		if names[s.name] || s.title == "" {
			t.Errorf("the scenario %q is there twice, or has no title", s.name)
		}
		names[s.name] = true
	}
}

func TestPageListsTheRows(t *testing.T) {
	t.Parallel()
	var want bytes.Buffer
	if err := WriteRows(&want); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("ROWS.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Error("ROWS.md is out of date: go run ./cmd/conformance -rows > internal/conformance/ROWS.md")
	}
}

// needing are the rows that take something.
func needing(needs ...Need) []string {
	var ids []string
	for _, row := range Rows() {
		if slices.ContainsFunc(needs, func(n Need) bool { return slices.Contains(row.Needs, n) }) {
			ids = append(ids, row.ID)
		}
	}
	return slices.Sorted(slices.Values(ids))
}

// TestRolesMissRowsNotFail removes each permission. Exactly the rows that need it are
// not checked, and all others pass: a missing permission is not a failure.
func TestRolesMissRowsNotFail(t *testing.T) {
	t.Parallel()
	names := map[string]Need{
		"list": needList, "create": needCreate, "read": needRead, "putSecretValue": needPut, "getSecretValue": needReveal,
		"delete": needDelete, "update": needUpdate, "kmsRead": needKMSRead, "kmsManage": needKMSManage, "auditLog": needAudit,
	}
	for missing, need := range names {
		t.Run(missing, func(t *testing.T) {
			t.Parallel()
			c := everything()
			var permissions []string
			for name := range names {
				if name != missing {
					permissions = append(permissions, name)
				}
			}
			c.Principals[0].Grants = []refserver.Grant{{Permissions: permissions}}
			c.Faults = append(c.Faults, refserver.Fault{Operation: "listSecrets", Nth: 1, Action: refserver.ActionStatus, Status: 429, RetryAfter: "1"})
			g := newRig(t, c, nil)
			config := g.config()
			config.KMSKey = "kms-nl-01"
			report := g.run(config)
			unreached(t, report)
			checkRole(t, report, append(needing(need), methods[methodPersonal]...))
			if !strings.HasPrefix(string(need), "read access") && need != needKMSManage && report.Doctor.state(need) != permissionMissing {
				t.Errorf("the doctor says that %s is %s", missing, report.Doctor.state(need))
			}
		})
	}
}

// checkRole compares what was not checked. What needs an asymmetric key, or the state
// of a key, also needs to see the keys.
func checkRole(t *testing.T, report Report, want []string) {
	t.Helper()
	for id, text := range report.outcome(Fails) {
		t.Errorf("%s %s", id, text)
	}
	slices.Sort(want)
	want = slices.Compact(want)
	missed := report.outcome(NotChecked)
	if got := slices.Sorted(maps.Keys(missed)); !slices.Equal(got, want) {
		for _, id := range got {
			if !slices.Contains(want, id) {
				t.Errorf("not checked, and does not say why: %s %s", id, missed[id])
			}
		}
		for _, id := range want {
			if !slices.Contains(got, id) {
				t.Errorf("holds, and says that it could not be checked: %s", id)
			}
		}
	}
	if report.ExitCode() != 0 {
		t.Errorf("the exit code is %d", report.ExitCode())
	}
}
