package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// followers is what follows a version, by text and by number. A trigger that replaces
// goes by what the plan does not know; the others have to differ in the apply.
const followers = `
resource "terraform_data" "uid" {
  triggers_replace = thalassasecrets_secret_version.db.version_uid
}
resource "terraform_data" "serial" {
  triggers_replace = thalassasecrets_secret_version.db.version_serial
}
resource "thalassasecrets_secret" "follower" {
  for_each            = toset(["keeper", "text", "number"])
  path                = "/app/${each.key}"
  kms_key_id          = "kms-nl-01"
  deletion_protection = false
}
resource "thalassasecrets_secret_version" "keeper" {
  secret_id = thalassasecrets_secret.follower["keeper"].id
  generate  = { byte_length = 16 }
  rotation  = { keepers = { of = thalassasecrets_secret_version.db.version_uid } }
}
resource "thalassasecrets_secret_version" "text" {
  secret_id        = thalassasecrets_secret.follower["text"].id
  generate         = { byte_length = 16 }
  value_wo_version = thalassasecrets_secret_version.db.version_uid
}
resource "thalassasecrets_secret_version" "number" {
  secret_id        = thalassasecrets_secret.follower["number"].id
  generate         = { byte_length = 16 }
  value_wo_version = thalassasecrets_secret_version.db.version_serial
}
`

// seenFollowers shows that each follower acted.
func seenFollowers(w *acctest.Workspace) map[string]string {
	seen := map[string]string{}
	for address, attribute := range map[string]string{
		"terraform_data.uid": "id", "terraform_data.serial": "id",
		"thalassasecrets_secret_version.keeper": "version", "thalassasecrets_secret_version.text": "version", "thalassasecrets_secret_version.number": "version",
	} {
		seen[address] = fmt.Sprint(w.StateValue(address, attribute))
	}
	return seen
}

// Resources that follow a version also follow it into the next life of the secret,
// within one apply: if Terraform creates the secret again, and if another client did
// and the plan only tracks it. A plan that moves nothing leaves all of them alone, and
// so does an import of the same version.
func TestTriggersFollowIntoANewLife(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer+versionOf("generate = { byte_length = 16 }")+followers)
	w.Apply()
	before := seenFollowers(w)
	follows := func(what string) {
		t.Helper()
		w.Settled()
		after := seenFollowers(w)
		for address, was := range before {
			if after[address] == was {
				t.Errorf("%s: %s does not follow", what, address)
			}
		}
		if number := stateVersion(t, w); number != 2 {
			t.Errorf("%s: version %d is managed, so that its number alone would have told", what, number)
		}
		before = after
	}

	s.Delete(dbID)
	s.Clock().Advance(time.Second)
	w.Apply()
	follows("created again by the apply")

	s.Delete(dbID)
	s.Clock().Advance(time.Second)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
	s.Put(dbID, "theirs again")
	s.Mark()
	if plan := w.Plan(); plannedValue(plan, versionAddress, "version_uid") != dbID+"@2:"+s.Clock().Now().Format(time.RFC3339Nano) {
		t.Errorf("the plan does not know what it tracks:\n%s", plan.Text())
	}
	w.ApplyOnly("saved.plan")
	follows("created again by somebody else")

	uid, serial := w.StateValue(versionAddress, "version_uid"), w.StateValue(versionAddress, "version_serial")
	w.Run("state", "rm", versionAddress)
	w.Run("import", versionAddress, dbID+"@2")
	if again := w.StateValue(versionAddress, "version_uid"); again != uid || fmt.Sprint(w.StateValue(versionAddress, "version_serial")) != fmt.Sprint(serial) {
		t.Errorf("the import has the trigger %v, want %v", again, uid)
	}
	w.Apply()
	if after := seenFollowers(w); !maps.Equal(after, before) {
		t.Errorf("an import moves consumers: %v, want %v", after, before)
	}
}

// A state from before there were triggers gets them without being read on its own: they
// follow from what it holds.
func TestTriggersAreFilledInWithoutARequest(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	f := beginFleet(t, s)
	const secrets = 40
	want := make([]tftypes.Value, secrets)
	for i := range secrets {
		path := fmt.Sprintf("/app/%d", i)
		s.Create(client.NewSecret{ID: s.ID("nl-01" + path), Value: client.BytesValue([]byte("theirs"))})
		if err := f.add(t.Context(), f.version, map[string]any{"path": path, "secret_string_wo": "v", "value_wo_version": "1"}); err != nil {
			t.Fatal(err)
		}
		want[i] = f.members[i].State.Value
		known := maps.Clone(attributes(t, want[i]))
		if known["version_uid"].IsNull() || known["version_serial"].IsNull() {
			t.Fatalf("the put leaves no triggers: %s", want[i])
		}
		known["version_uid"], known["version_serial"] = tftypes.NewValue(tftypes.String, nil), tftypes.NewValue(tftypes.Number, nil)
		f.members[i].State.Value = tftypes.NewValue(want[i].Type(), known)
	}
	s.Clock().Advance(time.Hour)
	run, err := f.run(t.Context(), "auto")
	if err != nil {
		t.Fatal(err)
	}
	s.Mark()
	for i, g := range f.look(t.Context(), run, f.inOrder(), true) {
		switch {
		case g.err != nil:
			t.Fatal(g.err)
		case !g.refreshed.Value.Equal(want[i]):
			t.Errorf("the refresh of %d leaves\n%s\nwant\n%s", i, g.refreshed.Value, want[i])
		case !g.plan.IsEmpty():
			t.Errorf("the plan of %d is not empty: %s", i, g.plan.Changes())
		}
	}
	if got := s.Calls()["getSecret"]; got > secrets/2 {
		t.Errorf("%d of %d secrets were read on their own: %v", got, secrets, s.Calls())
	}

	// Without a refresh they stay as they are, and the plan has no change.
	plan, err := f.members[0].In(run).PlanFrom(t.Context(), f.members[0].State, f.configs[0])
	if err != nil || !plan.IsEmpty() {
		t.Errorf("a plan without a refresh: %v, %s", err, plan.Changes())
	}
}

// A put that cannot be confirmed leaves no time and so no triggers. The next refresh
// fills in both.
func TestTriggersOfAnUnconfirmedPut(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
	core, err := acctest.NewCore(t.Context(), s, "thalassasecrets_secret_version")
	if err != nil {
		t.Fatal(err)
	}
	var isPut atomic.Bool
	s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			isPut.Store(true)
		}
		if r.Method != http.MethodGet || !isPut.Load() {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"message":"refused"}`))
		return true
	})
	plan, err := core.Plan(t.Context(), map[string]any{"path": "/app/db", "secret_string_wo": "v", "value_wo_version": "1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := core.Apply(t.Context(), plan); err != nil {
		t.Fatal(err)
	}
	triggers := func() (created, uid, serial bool) {
		t.Helper()
		known := attributes(t, core.State.Value)
		return !known["created_at"].IsNull(), !known["version_uid"].IsNull(), !known["version_serial"].IsNull()
	}
	if created, uid, serial := triggers(); created || uid || serial {
		t.Errorf("without a confirmation it is known: created_at %v, version_uid %v, version_serial %v", created, uid, serial)
	}
	s.Intercept(nil)
	if core.State, _, err = core.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if created, uid, serial := triggers(); !created || !uid || !serial {
		t.Errorf("the refresh fills in created_at %v, version_uid %v, version_serial %v", created, uid, serial)
	}
}
