package provider_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// ephemeralValue is a value that the environment gives, so that plan and apply can
// be given different ones.
const ephemeralValue = `
variable "value" {
  type      = string
  ephemeral = true
}
`

// detecting is a version whose write-only value is compared with what was put.
func detecting(arguments string) string {
	return emptyContainer + ephemeralValue + versionOf("detect_value_changes = true\n"+arguments)
}

// expectPut checks that the plan leaves open what is put until apply.
func expectPut(t *testing.T, plan acctest.Plan) {
	t.Helper()
	unknown, _ := plan.Change(versionAddress).AfterUnknown.(map[string]any)
	if plan.Code != 2 || !plan.Change(versionAddress).Actions.Update() || unknown["version"] != true {
		t.Errorf("exit code %d, and the plan does not leave the version open:\n%s", plan.Code, plan.Text())
	}
}

// expectVersion checks which version is managed and what it holds.
func expectVersion(t *testing.T, s *acctest.Server, w *acctest.Workspace, number int64, value string) {
	t.Helper()
	if got := stateVersion(t, w); got != number {
		t.Errorf("version %d is managed, want %d", got, number)
	}
	if got := s.Reveal(dbID, s.Secret(dbID).CurrentVersion); got != value {
		t.Errorf("the current version holds %q, want %q", got, value)
	}
}

// privateVersionOf is what the provider keeps of the managed version beside its
// attributes.
func privateVersionOf(t *testing.T, w *acctest.Workspace) map[string]json.RawMessage {
	t.Helper()
	var state struct {
		Resources []struct {
			Type      string `json:"type"`
			Instances []struct {
				Private []byte `json:"private"`
			} `json:"instances"`
		} `json:"resources"`
	}
	decode := func(raw []byte, into any) {
		t.Helper()
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatal(err)
		}
	}
	decode(w.Read("terraform.tfstate"), &state)
	for _, r := range state.Resources {
		if r.Type == "thalassasecrets_secret_version" {
			var private map[string][]byte
			decode(r.Instances[0].Private, &private)
			var managed map[string]json.RawMessage
			decode(private["version"], &managed)
			return managed
		}
	}
	t.Fatal("the state has no version")
	return nil
}

// Each write-only input is compared with what was put: the same value plans
// nothing, another one is put, and state holds salt and hash and nothing else.
func TestDetectValueChanges(t *testing.T) {
	t.Parallel()
	for input, tc := range map[string]struct {
		argument string
		sentinel string
		changed  string
	}{
		"string":     {"secret_string_wo = var.value", sentinels["text"], "another"},
		"binary":     {"secret_binary_wo = var.value", sentinels["binary"], "AAEC"},
		"key values": {"secret_key_values_wo = { user = \"u\", password = var.value }", sentinels["pair"], "another"},
	} {
		t.Run(input, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", detecting(tc.argument))
			w.Env["TF_VAR_value"] = tc.sentinel
			w.Apply()
			w.Env["TF_VAR_value"] = tc.changed
			plan := w.Plan()
			expectPut(t, plan)
			if s.Mark(); !slices.Equal(plan.Warnings(), []string{"A new version may be put: " + dbID}) {
				t.Errorf("unexpected warnings: %q", plan.Warnings())
			}
			w.Env["TF_VAR_value"] = tc.sentinel
			if same := w.Run("plan", "-no-color", "-detailed-exitcode"); same.Code != 0 {
				t.Errorf("the value that was put makes a plan:\n%s", same.Stdout)
			}
			w.Env["TF_VAR_value"] = tc.changed
			w.Apply("saved.plan")
			if got := s.Calls()["putSecretValue"]; got != 1 {
				t.Errorf("%d puts, want one", got)
			}
			if got := w.StateValue(versionAddress, "last_change"); got != "value" {
				t.Errorf("the reason is %v", got)
			}
			w.Env["TF_VAR_value"] = tc.sentinel
			w.Apply()
			if got := stateVersion(t, w); got != 4 {
				t.Errorf("version %d is managed, want 4", got)
			}

			var kept struct{ Salt, Hash []byte }
			raw := privateVersionOf(t, w)["fingerprint"]
			if err := json.Unmarshal(raw, &kept); err != nil || len(kept.Salt) != 16 || len(kept.Hash) != 32 {
				t.Errorf("private state has a salt of %d bytes and a hash of %d: %v", len(kept.Salt), len(kept.Hash), err)
			}
			var fields map[string]any
			if err := json.Unmarshal(raw, &fields); err != nil || len(fields) != 2 {
				t.Errorf("private state keeps %d things of the value: %v", len(fields), err)
			}
			if leaks := searchLeaks(t, w.Dir); len(leaks) > 0 {
				t.Errorf("values are in %q", leaks)
			}
		})
	}
}

// Comparing is off until it is asked for, begins with the value on offer without
// writing it, and ends without a trace.
func TestDetectValueChangesOnAndOff(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	for _, step := range []struct {
		detect, value string
		version       int64
		fingerprint   bool
	}{
		{"", "one", 2, false},
		{"", "two", 2, false}, // The value is not compared.
		{"detect_value_changes = true", "two", 2, true},
		{"detect_value_changes = true", "three", 3, true},
		{"detect_value_changes = false", "four", 3, false},
		{"detect_value_changes = true", "five", 3, true}, // The fingerprint is removed.
		{"detect_value_changes = true", "six", 4, true},
		{"", "seven", 4, false},
	} {
		w.Write("main.tf", emptyContainer+ephemeralValue+versionOf("secret_string_wo = var.value\nrotation = { after = \"300d\" }\n"+step.detect))
		w.Env["TF_VAR_value"] = step.value
		w.Plan()
		w.Apply("saved.plan")
		if got := stateVersion(t, w); got != step.version {
			t.Errorf("with %q and %q version %d is managed, want %d", step.detect, step.value, got, step.version)
		}
		if _, got := privateVersionOf(t, w)["fingerprint"]; got != step.fingerprint {
			t.Errorf("with %q and %q a fingerprint is kept: %v", step.detect, step.value, got)
		}
	}
	if got := s.Reveal(dbID, 4); got != "six" {
		t.Errorf("version 4 holds %q", got)
	}
}

// There is one way at a time to tell a new value, and only for a value that leaves
// no other trace.
func TestDetectValueChangesConflicts(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ arguments, summary, says string }{
		"counter":         {"secret_string_wo = \"v\"\nvalue_wo_version = \"1\"", "Conflicting triggers for a new value", "Keep one."},
		"generate":        {"generate = { byte_length = 32 }", "Value change detection requires a write-only value", "Terraform sees a change of generate without it"},
		"string in state": {`secret_string = "v"`, "Value change detection requires a write-only value", "Terraform sees a change of secret_string without it"},
		"pairs in state":  {`secret_key_values = { a = "b" }`, "Value change detection requires a write-only value", "Terraform sees a change of secret_key_values without it"},
		"nothing at all":  {"", "Missing value", "import it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", emptyContainer+versionOf("detect_value_changes = true\n"+tc.arguments))
			if said := w.PlanFails().Failed(t, tc.summary); !strings.Contains(said, tc.says) {
				t.Errorf("the error says %q, want %q in it", said, tc.says)
			}
		})
	}
}

// A counter that is not known in the plan may turn out to be none, so that it is one
// shows in apply, before anything is put.
func TestDetectValueChangesConflictsLater(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer+versionOf("detect_value_changes = true\nsecret_binary_wo = \"AAEC\"\nvalue_wo_version = terraform_data.u.output")+
		"resource \"terraform_data\" \"u\" {\n  input = \"1\"\n}\n")
	w.Plan()
	if said := w.ApplyFails().Failed(t, "Conflicting triggers for a new value"); !strings.Contains(said, "value_wo_version conflicts with detect_value_changes") {
		t.Errorf("the error says %q", said)
	}
	if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{1}) {
		t.Errorf("versions %v are active beside the placeholder", got)
	}
}

// A value that goes out of the state, or comes from an import, is recorded first
// and compared after that.
func TestDetectedValueIsRecordedFirst(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Env["TF_VAR_value"] = "one"
	w.Write("main.tf", emptyContainer+ephemeralValue+versionOf(`secret_string = "one"`))
	w.Apply()
	w.Write("main.tf", detecting("secret_string_wo = var.value"))
	w.Apply()
	expectVersion(t, s, w, 2, "one")
	w.Env["TF_VAR_value"] = "two"
	w.Apply()
	expectVersion(t, s, w, 3, "two")

	imported := acctest.NewWorkspace(t, s)
	imported.Env["TF_VAR_value"] = "three"
	imported.Write("main.tf", detecting("secret_string_wo = var.value")+`
import {
  to = thalassasecrets_secret.db
  id = "nl-01/app/db"
}
import {
  to = thalassasecrets_secret_version.db
  id = "nl-01/app/db@current"
}
`)
	s.Mark()
	imported.Apply()
	if s.Writes() != 0 {
		t.Errorf("the import wrote: %v", s.Calls())
	}
	imported.Env["TF_VAR_value"] = "four"
	imported.Apply()
	expectVersion(t, s, imported, 4, "four")
	if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{4, 3, 2}) {
		t.Errorf("versions %v are active", got)
	}
}

// The plan of a compared value names what is due and what a put would destroy, as any
// other plan, although the value itself is compared during apply.
func TestDetectedValueTellsWhatIsDue(t *testing.T) {
	t.Parallel()
	s, w := timed(t)
	w.Env["TF_VAR_value"] = "one"
	w.Write("main.tf", detecting("secret_string_wo = var.value\nrotation = { after = \"30d\" }\nretention = { keep = 0 }"))
	w.Apply()
	s.Clock().Advance(30 * oneDay)
	plan := w.Plan()
	expectPut(t, plan)
	plan.Warned(t, "Rotation due: "+dbID)
	if said := plan.Warned(t, "Versions to be retired: "+dbID); !strings.Contains(said, "version 2") {
		t.Errorf("the warning says %q", said)
	}
	w.Apply("saved.plan")
	if got := w.StateValue(versionAddress, "last_change"); got != "rotation" {
		t.Errorf("the reason is %v", got)
	}
	expectVersion(t, s, w, 3, "one")
}
