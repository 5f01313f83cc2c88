package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

const oneDay = 24 * time.Hour

// timed is a workspace whose provider shares the server's clock.
func timed(t *testing.T) (*acctest.Server, *acctest.Workspace) {
	t.Helper()
	s := acctest.NewServer(t)
	return s, acctest.NewWorkspace(t, s)
}

// planned values of a change that are known.
func plannedValue(p acctest.Plan, address, name string) any {
	after, _ := p.Change(address).After.(map[string]any)
	return after[name]
}

// A rotation is due by age, shows in the plan with its reason, and makes CI see
// that there is work; a write-only value is put as it is on offer then.
func TestRotationByAge(t *testing.T) {
	t.Parallel()
	for input, arguments := range map[string]string{
		"generate":   `generate = { byte_length = 32 }`,
		"write-only": `secret_string_wo = var.value`,
	} {
		t.Run(input, func(t *testing.T) {
			t.Parallel()
			s, w := timed(t)
			w.Env["TF_VAR_value"] = "first"
			w.Write("main.tf", `
variable "value" {
  type      = string
  ephemeral = true
}
`+emptyContainer+versionOf(arguments+"\n"+`rotation = { after = "30d" }`))
			w.Apply()
			if got := w.StateValue(versionAddress, "rotate_at"); got != "2026-12-01T09:00:00Z" {
				t.Errorf("rotate_at is %v", got)
			}
			s.Clock().Advance(30*oneDay - time.Second)
			w.Settled()

			s.Clock().Advance(time.Second)
			w.Env["TF_VAR_value"] = "second"
			plan := w.Plan()
			if plan.Code != 2 || plannedValue(plan, versionAddress, "last_change") != "rotation" {
				t.Errorf("exit code %d:\n%s", plan.Code, plan.Text())
			}
			if said := plan.Warned(t, "Rotation due: "+dbID); said != "Version 2 of nl-01/app/db has been due for rotation since 2026-12-01 09:00 UTC. This plan puts a new version." {
				t.Errorf("the warning says %q", said)
			}
			w.Apply("saved.plan")
			if got := stateVersion(t, w); got != 3 {
				t.Errorf("version %d is managed, want 3", got)
			}
			if input == "write-only" && s.Reveal(dbID, 3) != "second" {
				t.Error("the value on offer was not put")
			}
			if got := w.StateValue(versionAddress, "rotate_at"); got != "2026-12-31T09:00:00Z" {
				t.Errorf("rotate_at is %v after the rotation", got)
			}
			// A plan without a refresh plans nothing new, however late it is.
			s.Clock().Advance(60 * oneDay)
			if result := w.Run("plan", "-refresh=false", "-detailed-exitcode"); result.Code != 0 {
				t.Errorf("a plan without a refresh is not empty:\n%s", result.Stdout)
			}
		})
	}
}

// A changed keeper rotates; the first keepers, and taking all away, do not.
func TestRotationByKeeper(t *testing.T) {
	t.Parallel()
	_, w := timed(t)
	config := func(rotation string) string {
		return emptyContainer + versionOf("generate = { byte_length = 32 }\n"+rotation)
	}
	for _, step := range []struct {
		rotation string
		version  int64
	}{
		{"", 2},
		{`rotation = { keepers = { host = "a" } }`, 2},
		{`rotation = { keepers = { host = "b" } }`, 3},
		{`rotation = { keepers = { host = "b", port = "1" } }`, 4},
		{`rotation = { after = "30d" }`, 4},
		{"", 4},
	} {
		w.Write("main.tf", config(step.rotation))
		plan := w.Plan()
		if step.version > 2 && step.version != 4 && plannedValue(plan, versionAddress, "last_change") != "keeper" {
			t.Errorf("%s gives the reason %v", step.rotation, plannedValue(plan, versionAddress, "last_change"))
		}
		w.Apply("saved.plan")
		if got := stateVersion(t, w); got != step.version {
			t.Errorf("after %q version %d is managed, want %d", step.rotation, got, step.version)
		}
	}
}

// An age that changes is recorded, and the next plan decides by it.
func TestRotationAgeChanges(t *testing.T) {
	t.Parallel()
	s, w := timed(t)
	config := func(after string) string {
		return emptyContainer + versionOf("generate = { byte_length = 32 }\nrotation = { after = \""+after+"\" }")
	}
	w.Write("main.tf", config("30d"))
	w.Apply()
	s.Clock().Advance(10 * oneDay)
	w.Write("main.tf", config("20d"))
	w.Apply()
	if got := stateVersion(t, w); got != 2 || w.StateValue(versionAddress, "rotate_at") != "2026-11-21T09:00:00Z" {
		t.Errorf("version %d is managed, due %v", got, w.StateValue(versionAddress, "rotate_at"))
	}
	w.Write("main.tf", config("5d"))
	w.Plan().Warned(t, "Rotation policy changes: "+dbID)
	w.ApplyOnly("saved.plan")
	if got := stateVersion(t, w); got != 2 || w.StateValue(versionAddress, "rotate_at") != "2026-11-06T09:00:00Z" {
		t.Errorf("version %d is managed, due %v", got, w.StateValue(versionAddress, "rotate_at"))
	}
	w.Apply()
	if got := stateVersion(t, w); got != 3 || w.StateValue(versionAddress, "last_change") != "rotation" {
		t.Errorf("version %d is managed because of %v", got, w.StateValue(versionAddress, "last_change"))
	}
}

// The lever for emergencies makes everything due that can be new, once, and names
// what cannot.
func TestRotateBefore(t *testing.T) {
	t.Parallel()
	s, w := timed(t)
	static := strings.NewReplacer("db", "st", "/app/db", "/app/st")
	w.Write("main.tf", emptyContainer+versionOf(`generate = { byte_length = 32 }`)+
		static.Replace(emptyContainer+versionOf(`secret_string = "same"`)))
	w.Apply()
	s.Clock().Advance(time.Hour)
	w.Env["THALASSA_ROTATE_BEFORE"] = "2026-11-01T09:30:00Z"
	plan := w.Plan()
	plan.Warned(t, "Rotation due: "+dbID)
	if said := plan.Warned(t, "Rotation due, not possible"); !strings.Contains(said, "The configured value is stored in the state and would be the same again") {
		t.Errorf("the warning says %q", said)
	}
	w.Apply("saved.plan")
	if got := stateVersion(t, w); got != 3 {
		t.Errorf("version %d is managed, want 3", got)
	}
	w.Env["THALASSA_ROTATE_BEFORE"] = "2026-11-01T10:00:01Z"
	plan = w.Plan()
	if said := plan.Warned(t, "Time of rotate_before is in the future"); plan.Code != 0 || !strings.Contains(said, "it is 2026-11-01T10:00:00Z") {
		t.Errorf("exit code %d, and the warning says %q", plan.Code, said)
	}
	w.Env["THALASSA_ROTATE_BEFORE"] = "yesterday"
	w.PlanFails().Failed(t, "Invalid rotate_before")
}

// Retention keeps the newest, waits for what is still read, shows what goes, and
// destroys nothing that it did not plan.
func TestRetention(t *testing.T) {
	t.Parallel()
	s, w := timed(t)
	config := func(number int) string {
		return emptyContainer + versionOf(fmt.Sprintf("secret_string_wo = \"v\"\nvalue_wo_version = \"%d\"\nretention = { keep = 1, min_idle = \"3d\" }", number))
	}
	for number := 1; number <= 3; number++ {
		w.Write("main.tf", config(number))
		w.Apply()
		s.Clock().Advance(time.Hour)
	}
	active := func(want ...int64) {
		t.Helper()
		if got := s.ActiveVersions(dbID); !slices.Equal(got, want) {
			t.Errorf("versions %v are active, want %v", got, want)
		}
	}
	active(4, 3, 2)
	if got := fmt.Sprint(w.StateValue(versionAddress, "active_versions")); got != "[2 3 4]" {
		t.Errorf("active_versions is %s", got)
	}
	if said := w.Plan().Warned(t, "Version waits to be retired"); !strings.Contains(said, "Version 2 of nl-01/app/db was superseded on 2026-11-01 10:00 UTC. Retention destroys it once it has been superseded and unread for 3d.") {
		t.Errorf("the warning says %q", said)
	}

	// It is read until the sixth day, and goes three days after that.
	s.Clock().Advance(5 * oneDay)
	s.Reveal(dbID, 2)
	s.Clock().Advance(oneDay)
	plan := w.Plan()
	if said := plan.Warned(t, "Version waits to be retired"); plan.Code != 0 || !strings.Contains(said, "was last read on 2026-11-06") {
		t.Errorf("exit code %d, the warning says %q", plan.Code, said)
	}
	s.Clock().Advance(3 * oneDay)
	plan = w.Plan()
	if got := fmt.Sprint(plannedValue(plan, versionAddress, "active_versions")); plan.Code != 2 || got != "[3 4]" {
		t.Errorf("exit code %d, the plan leaves %s:\n%s", plan.Code, got, plan.Text())
	}

	// Another client reads it between plan and apply: it stays, and a warning says so.
	s.Reveal(dbID, 2)
	if said := w.ApplyOnly("saved.plan").Warned(t, "Version not retired: "+dbID); !strings.Contains(said, "Since the plan, version 2 was read, or retention keeps it again.") {
		t.Errorf("the warning says %q", said)
	}
	active(4, 3, 2)
	s.Clock().Advance(3 * oneDay)
	s.Mark()
	w.Plan()
	w.Apply("saved.plan")
	active(4, 3)
	if writes := s.Writes(); writes != 1 {
		t.Errorf("retiring one version took %d writes", writes)
	}
	if got := w.StateValue(versionAddress, "version"); fmt.Sprint(got) != "4" {
		t.Errorf("version %v is managed", got)
	}
}

// The versions of a secret that was created again since the plan belong to another
// client.
func TestRetentionSparesAnotherLife(t *testing.T) {
	t.Parallel()
	s, w := timed(t)
	config := func(number int) string {
		return emptyContainer + versionOf(fmt.Sprintf("secret_string_wo = \"v\"\nvalue_wo_version = \"%d\"\nretention = { keep = 0, min_idle = \"1d\" }", number))
	}
	for number := 1; number <= 2; number++ {
		w.Write("main.tf", config(number))
		w.Apply()
	}
	s.Clock().Advance(oneDay)
	if plan := w.Plan(); fmt.Sprint(plannedValue(plan, versionAddress, "active_versions")) != "[3]" {
		t.Fatalf("the plan retires nothing:\n%s", plan.Text())
	}
	recreate(s, dbID, false)
	s.Put(dbID, "theirs too")
	s.Put(dbID, "and theirs")
	s.Clock().Advance(oneDay)
	if said := w.ApplyFails("saved.plan").Failed(t, "Not done: "+dbID); !strings.Contains(said, "was deleted and created again") {
		t.Errorf("the error says %q", said)
	}
	if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{3, 2, 1}) {
		t.Errorf("versions %v are left of theirs", got)
	}
}

// Without an idle time the put itself retires, after the new version is there,
// and the plan lists what goes.
func TestRetentionWithThePut(t *testing.T) {
	t.Parallel()
	s, w := timed(t)
	config := func(number int) string {
		return emptyContainer + versionOf(fmt.Sprintf("secret_string_wo = \"v\"\nvalue_wo_version = \"%d\"\nretention = { keep = 0 }", number))
	}
	w.Write("main.tf", config(1))
	w.Apply()
	w.Write("main.tf", config(2))
	plan := w.Plan()
	if got := fmt.Sprint(plannedValue(plan, versionAddress, "active_versions")); got != "[<nil>]" {
		t.Errorf("active_versions are planned as %s, want the new version alone", got)
	}
	s.Mark()
	w.ApplyOnly("saved.plan")
	if got := s.Calls(); got["putSecretValue"] != 1 || got["getSecret"] != 2 || got["destroySecretVersion"] != 1 {
		t.Errorf("asked for %v", got)
	}
	w.Settled()
	if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{3}) {
		t.Errorf("versions %v are active", got)
	}
	// The next put keeps a version of another client, and the put after it destroys it.
	s.Put(dbID, "theirs")
	w.Write("main.tf", config(3))
	w.Apply()
	if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{5, 4}) {
		t.Errorf("versions %v are active, want theirs spared", got)
	}
	w.Write("main.tf", config(4))
	w.Apply()
	if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{6}) {
		t.Errorf("versions %v are active", got)
	}
}

// Twenty secrets, one of them with a disabled key: the scheduled rotation of the others
// succeeds, and a warning names the one. A put that the user asks for fails in the
// plan.
func TestOneDisabledKeyBlocksOneSecret(t *testing.T) {
	t.Parallel()
	s, w := timed(t)
	if _, err := s.AddKey(refserver.Key{Region: acctest.Region, Identity: "kms-odd"}); err != nil {
		t.Fatal(err)
	}
	config := func(number string) string {
		return `
resource "thalassasecrets_secret" "fleet" {
  count               = 20
  path                = "/fleet/${count.index}"
  kms_key_id          = count.index == 7 ? "kms-odd" : "kms-nl-01"
  deletion_protection = false
}
resource "thalassasecrets_secret_version" "fleet" {
  count            = 20
  secret_id        = thalassasecrets_secret.fleet[count.index].id
  generate         = { byte_length = 32 }
  rotation         = { after = "30d" }
  value_wo_version = "` + number + `"
}
`
	}
	w.Write("main.tf", config("1"))
	w.Apply()
	s.Clock().Advance(31 * oneDay)
	if err := s.SetKeyStatus(acctest.Region, "kms-odd", refserver.KeyDisabled); err != nil {
		t.Fatal(err)
	}
	s.Mark()
	plan := w.Plan()
	if said := plan.Warned(t, "Rotation waits for its KMS key"); !strings.Contains(said, `Its KMS key "kms-odd" is disabled`) {
		t.Errorf("the warning says %q", said)
	}
	w.Apply("saved.plan")
	if got := s.Calls()["putSecretValue"]; got != 19 {
		t.Errorf("%d of 19 were rotated", got)
	}

	w.Write("main.tf", config("2"))
	if said := w.PlanFails().Failed(t, "KMS key refuses the planned version"); !strings.Contains(said, `its KMS key "kms-odd" is disabled`) || !strings.Contains(said, "nl-01/fleet/7") {
		t.Errorf("the error says %q", said)
	}
	w.Write("main.tf", config("1"))
	if result := w.Run("destroy", "-auto-approve", "-refresh=false"); result.Code != 0 {
		t.Errorf("a disabled key blocks the destruction:\n%s%s", result.Stdout, result.Stderr)
	}
}
