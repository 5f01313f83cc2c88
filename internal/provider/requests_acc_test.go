package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// secretCalls are the calls of the Secrets Manager, without those that ask the
// KMS about regions and keys.
func secretCalls(s *acctest.Server) map[string]int {
	calls := s.Calls()
	maps.DeleteFunc(calls, func(operation string, _ int) bool { return strings.Contains(operation, "KMS") })
	return calls
}

// The journal proves what each phase costs: reading once for each secret in a plan,
// for its container and its version together, one request for a created secret, two
// for a version put and one for each version destroyed. A plan and an apply that begin
// with a create look at its path, and at the secret of a first version.
func TestRequestsOfEachPhase(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s).Built()
	expect := func(phase string, want map[string]int) {
		t.Helper()
		if got := secretCalls(s); !maps.Equal(got, want) {
			t.Errorf("%s asked for %v, want %v", phase, got, want)
		}
		s.Mark()
	}
	w.Write("main.tf", container)
	w.Plan()
	expect("planning a create", map[string]int{"getSecret": 1})
	w.ApplyOnly("saved.plan")
	expect("creating a secret", map[string]int{"createSecret": 1, "getSecret": 1})

	w.Write("main.tf", container+versionOf(firstPut("v")))
	w.Plan()
	expect("planning a version", map[string]int{"getSecret": 1})
	w.ApplyOnly("saved.plan")
	expect("creating a version", map[string]int{"putSecretValue": 1, "getSecret": 3})

	w.Write("main.tf", container+versionOf("secret_string_wo = \"w\"\nvalue_wo_version = \"2\""))
	w.Plan()
	expect("planning a rotation", map[string]int{"getSecret": 1})
	w.ApplyOnly("saved.plan")
	expect("rotating", map[string]int{"putSecretValue": 1, "getSecret": 2})

	w.Plan()
	expect("a plan without changes", map[string]int{"getSecret": 1})

	s.Put(dbID, "theirs")
	w.Plan()
	expect("planning to adopt", map[string]int{"getSecret": 1})
	w.ApplyOnly("saved.plan")
	expect("adopting", map[string]int{})
}

// A placeholder is destroyed by the first put, after the new version is there.
func TestPlaceholderIsRetired(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s).Built()
	w.Write("main.tf", emptyContainer+versionOf(firstPut("v")))
	w.Plan()
	s.Mark()
	w.ApplyOnly("saved.plan")
	want := map[string]int{"createSecret": 1, "putSecretValue": 1, "getSecret": 3, "destroySecretVersion": 1}
	if got := secretCalls(s); !maps.Equal(got, want) {
		t.Errorf("asked for %v, want %v", got, want)
	}
	var events []string
	for _, event := range s.Audit() {
		if event.Principal == "terraform" && event.Path == "/app/db" {
			events = append(events, fmt.Sprintf("%s %d", event.Event, event.Version))
		}
	}
	if at := slices.Index(events, "secrets.destroy_version 1"); at < 0 || at < slices.Index(events, "secrets.put_value 2") {
		t.Errorf("the order was %q", events)
	}
	w.Settled()
}

// The plan of a first version reads the secret once, also where its key is looked at.
func TestFirstVersionReadsOnce(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), KMSKey: "kms-nl-01", Value: client.BytesValue([]byte("theirs"))})
	s.KeyStatus(refserver.KeyDisabled)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", strings.Replace(versionOf(firstPut("v")), "thalassasecrets_secret.db.id", `"`+dbID+`"`, 1))
	s.Mark()
	w.PlanFails().Failed(t, "KMS key refuses the planned version")
	if got := s.Calls()["getSecret"]; got != 1 {
		t.Errorf("the plan reads the secret %d times: %v", got, s.Calls())
	}
}
