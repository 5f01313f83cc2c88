package provider_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

const dbID = "nl-01/app/db"

// container is a secret with an initial value as version 1.
const container = `
resource "thalassasecrets_secret" "db" {
  path       = "/app/db"
  kms_key_id = "kms-nl-01"

  initial_value = { secret_string_wo = "first" }
}
`

// versionOf is a version resource with the given arguments.
func versionOf(arguments string) string {
	return `
resource "thalassasecrets_secret_version" "db" {
  secret_id = thalassasecrets_secret.db.id
` + arguments + `
}
`
}

// firstPut is a write-only value, and the counter that stands for it.
func firstPut(value string) string {
	return "secret_string_wo = \"" + value + "\"\nvalue_wo_version = \"1\""
}

const versionAddress = "thalassasecrets_secret_version.db"

// timeOfDay is the time in a warning. It differs from row to row, as their changes are made one after another.
var timeOfDay = regexp.MustCompile(`\d\d:\d\d UTC`)

// outside are the actions of another client on a secret whose managed version 2 is
// current and whose version 1 is active.
var outside = map[string]func(s *acctest.Server, id string){
	"nothing":                   func(*acctest.Server, string) {},
	"newer version":             func(s *acctest.Server, id string) { s.Put(id, "theirs") },
	"newer version, ours gone":  func(s *acctest.Server, id string) { s.Put(id, "theirs"); s.Destroy(id, 2) },
	"rollback":                  func(s *acctest.Server, id string) { s.Destroy(id, 2) },
	"nothing active":            func(s *acctest.Server, id string) { s.Destroy(id, 1); s.Destroy(id, 2) },
	"re-created, a value":       func(s *acctest.Server, id string) { recreate(s, id, false) },
	"re-created, a placeholder": func(s *acctest.Server, id string) { recreate(s, id, true) },
}

func recreate(s *acctest.Server, id string, placeholder bool) {
	s.Delete(id)
	s.Clock().Advance(time.Hour)
	n := client.NewSecret{ID: s.ID(id), Value: client.BytesValue([]byte("theirs"))}
	if placeholder {
		n.Annotations = map[string]string{"thalassasecrets/placeholder": "1"}
		n.Value = client.GeneratedValue(32)
	}
	s.Create(n)
}

// driftRow is what a refresh can find and what comes of it. The managed version is 2
// of the active 1 and 2. In what a warning says, SECRET is the secret's id.
type driftRow struct {
	outside  string
	external string // on_external_version
	want     string // what the plan proposes for the version
	reason   string // last_change of the plan
	version  int64  // managed after the apply
	current  int64  // of the service after the apply
	warning  string // summary, without the id
	says     string // part of the warning's detail
}

func (r driftRow) name() string {
	return strings.NewReplacer(" ", "-", ",", "").Replace(r.outside) + "-" + r.external
}

// TestDriftTable walks every row of what a refresh can find against every choice of
// on_external_version, in one state: each row has a separate secret.
func TestDriftTable(t *testing.T) {
	t.Parallel()
	const put, track, keep = "put", "track", "keep"
	table := []driftRow{
		{"nothing", "adopt", keep, "created", 2, 2, "", ""},
		{"nothing", "overwrite", keep, "created", 2, 2, "", ""},
		{"nothing", "ignore", keep, "created", 2, 2, "", ""},

		{
			"newer version", "adopt", track, "adopted", 3, 3, "New version put outside Terraform",
			"Version 3 of SECRET was put outside Terraform on 2026-11-01 TIME. This plan tracks version 3 and writes nothing. To put the configured value instead, change value_wo_version",
		},
		{
			"newer version", "overwrite", put, "overwritten", 4, 4, "New version put outside Terraform",
			`This plan puts the configured value as the newest version, as on_external_version = "overwrite" asks.`,
		},
		{"newer version", "ignore", keep, "created", 2, 3, "", ""},

		{
			"newer version, ours gone", "adopt", track, "adopted", 3, 3, "New version put outside Terraform",
			"and version 2, which was managed here, was destroyed. This plan tracks version 3",
		},
		{"newer version, ours gone", "overwrite", put, "overwritten", 4, 4, "New version put outside Terraform", "puts the configured value"},
		{"newer version, ours gone", "ignore", keep, "created", 2, 3, "", ""},

		{
			"rollback", "adopt", track, "adopted", 1, 1, "Version destroyed outside Terraform",
			"Version 2 of SECRET was destroyed outside Terraform, so version 1 from 2026-11-01 TIME is current again. This plan tracks version 1",
		},
		{"rollback", "overwrite", put, "overwritten", 3, 3, "Version destroyed outside Terraform", "puts the configured value"},
		{"rollback", "ignore", keep, "created", 2, 1, "", ""},

		{
			"nothing active", "adopt", put, "healed", 3, 3, "No active version",
			"The secret cannot be read until a value is put. This plan puts the configured value as the newest version.",
		},
		{"nothing active", "overwrite", put, "healed", 3, 3, "No active version", "puts the configured value"},
		{
			"nothing active", "ignore", keep, "created", 2, 0, "No active version",
			"This plan writes nothing. To put the configured value again, set on_external_version",
		},

		{
			"re-created, a value", "adopt", track, "adopted", 1, 1, "Version lost with a re-created secret",
			"was deleted and created again outside Terraform on 2026-11-01 TIME. Version 2, which was managed here, is gone. Version 1, which another client put, is current. This plan tracks version 1",
		},
		{"re-created, a value", "overwrite", put, "overwritten", 2, 2, "Version lost with a re-created secret", "puts the configured value"},
		{"re-created, a value", "ignore", keep, "created", 2, 1, "Version lost with a re-created secret", "This plan writes nothing."},

		{
			"re-created, a placeholder", "adopt", put, "healed", 2, 2, "Version lost with a re-created secret",
			"and no value has been put since. This plan puts the configured value as the newest version.",
		},
		{"re-created, a placeholder", "overwrite", put, "healed", 2, 2, "Version lost with a re-created secret", "no value has been put since"},
		{"re-created, a placeholder", "ignore", put, "healed", 2, 2, "Version lost with a re-created secret", "no value has been put since"},
	}
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	rows := map[string]driftRow{}
	for _, row := range table {
		rows[row.name()] = row
	}
	w.Write("main.tf", tableConfig(rows, ownValue, func(row driftRow) string {
		return "secret_string_wo = \"ours\"\nvalue_wo_version = \"1\"\non_external_version = \"" + row.external + "\""
	}))
	w.Apply()
	for name, row := range rows {
		outside[row.outside](s, tableID(name))
	}

	s.Mark()
	plan := w.Plan()
	if s.Writes() != 0 {
		t.Errorf("the plan wrote: %v", s.Calls())
	}
	if !plan.Drifted() {
		t.Error("the plan tells of no drift, so that no test would see any")
	}
	for name, row := range rows {
		change := plan.Change(tableAddress(name))
		after, _ := change.After.(map[string]any)
		unknown, _ := change.AfterUnknown.(map[string]any)
		got := keep
		switch {
		case unknown["version"] == true:
			got = put
		case !change.Actions.NoOp():
			got = track
		}
		if got != row.want {
			t.Errorf("%s: the plan would %s, want %s", name, got, row.want)
		}
		if after["last_change"] != row.reason {
			t.Errorf("%s: the plan gives the reason %v, want %q", name, after["last_change"], row.reason)
		}
		if row.warning != "" {
			says := strings.ReplaceAll(row.says, "SECRET", tableID(name))
			said := timeOfDay.ReplaceAllLiteralString(plan.Warned(t, row.warning+": "+tableID(name)), "TIME")
			if !strings.Contains(said, says) {
				t.Errorf("the warning says %q, want %q in it", said, says)
			}
		}
	}
	for _, summary := range plan.Warnings() {
		_, name, _ := strings.Cut(summary, ": "+tableID(""))
		if rows[name].warning == "" {
			t.Errorf("unexpected warning: %q", summary)
		}
	}

	w.Apply("saved.plan")
	allWrites := 0
	for name, row := range rows {
		checkManagedVersion(t, w, name, row.version)
		if got := s.Secret(tableID(name)).CurrentVersion; got != row.current {
			t.Errorf("%s: version %d is current after the apply, want %d", name, got, row.current)
		}
		wantWrites := 0
		if row.want == put {
			wantWrites = 1 // A placeholder of a secret that was created elsewhere stays.
			if got := s.Reveal(tableID(name), row.version); got != "ours" {
				t.Errorf("%s: version %d holds %q", name, row.version, got)
			}
		}
		if got := s.WritesTo(tableID(name)); got != wantWrites {
			t.Errorf("%s: %d writes, want %d", name, got, wantWrites)
		}
		allWrites += wantWrites
	}
	if got := s.Writes(); got != allWrites {
		t.Errorf("%d writes, want %d: %v", got, allWrites, s.Calls())
	}
}

// stateVersion is the managed version of the state.
func stateVersion(t *testing.T, w *acctest.Workspace) int64 {
	t.Helper()
	number, ok := w.StateValue(versionAddress, "version").(json.Number)
	if !ok {
		t.Fatal("the state has no version")
	}
	n, err := number.Int64()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A secret that was deleted outside Terraform is created again with its value,
// protected or not.
func TestDeletedOutside(t *testing.T) {
	t.Parallel()
	for _, protection := range []string{"true", "false"} {
		t.Run(protection, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", strings.Replace(emptyContainer, "false", protection, 1)+versionOf(firstPut("v")))
			w.Apply()
			s.Delete(dbID)
			plan := w.Plan()
			for _, address := range []string{secretAddress, versionAddress} {
				if !plan.Change(address).Actions.Create() {
					t.Errorf("%s is not created again:\n%s", address, plan.Text())
				}
			}
			w.Apply("saved.plan")
			if s.Reveal(dbID, 2) != "v" {
				t.Error("the value did not come back")
			}
			if protection == "true" {
				w.Run("destroy", "-auto-approve", "-json").Failed(t, "Secret is protected from deletion")
			}
		})
	}
}

// A rollback to the placeholder is repaired with a put, because a placeholder is not a
// value.
func TestRolledBackToPlaceholder(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer)
	w.Apply()
	s.Limit("read", "putSecretValue")
	w.Write("main.tf", emptyContainer+versionOf(firstPut("v")))
	w.ApplyOnly()
	s.Unlimit()
	s.Destroy(dbID, 2)
	plan := w.Plan()
	if said := plan.Warned(t, "Version destroyed outside Terraform: "+dbID); plannedValue(plan, versionAddress, "last_change") != "healed" || !strings.Contains(said, "only the placeholder") {
		t.Errorf("the warning says %q:\n%s", said, plan.Text())
	}
	w.Apply("saved.plan")
	if s.Reveal(dbID, 3) != "v" {
		t.Error("the value did not come back")
	}
}
