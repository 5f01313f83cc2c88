package inventory_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// What single reads and lists say of paths that are free, and of those that are not.
func TestPresence(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 30, "/app/%d")
	for i := range 30 {
		id := w.s.ID(fmt.Sprintf("nl-01/app/%d", i))
		if secret, presence := w.Presence(t.Context(), id); presence != inventory.Listed && presence != inventory.Present || secret.ID != id || secret.CurrentVersion != 1 {
			t.Fatalf("%s: %v, %+v", id, presence, secret)
		}
		free := w.s.ID(fmt.Sprintf("nl-01/app/free-%d", i))
		if _, presence := w.Presence(t.Context(), free); presence != inventory.Absent {
			t.Fatalf("%s: %v", free, presence)
		}
	}
	if calls := w.s.Calls(); calls["getSecret"] > 4 || calls["listSecrets"] != 1 {
		t.Errorf("sixty paths cost %v", calls)
	}
}

// Without lists a run makes a few single reads, and leaves the rest to the create.
func TestPresenceIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, "/app/%d")
	w.s.Limit("read")
	counts := map[inventory.Presence]int{}
	for i := range 100 {
		_, presence := w.Presence(t.Context(), w.s.ID(fmt.Sprintf("nl-01/app/free-%d", i)))
		counts[presence]++
	}
	if calls := w.s.Calls(); calls["getSecret"] > 20 || counts[inventory.Absent] != calls["getSecret"] || counts[inventory.Unchecked] != 100-calls["getSecret"] {
		t.Errorf("a hundred paths cost %v, and gave %v", calls, counts)
	}
}

// A failure says nothing of the path.
func TestPresenceUnchecked(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]refserver.Fault{
		"failure":                {Operation: "getSecret", Action: refserver.ActionStatus, Status: http.StatusServiceUnavailable},
		"404 in another's words": {Operation: "getSecret", Action: refserver.ActionStatus, Status: http.StatusNotFound, Body: "html"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1, "/app/%d")
			if err := w.s.SetFaults(fault); err != nil {
				t.Fatal(err)
			}
			if _, presence := w.Presence(t.Context(), w.s.ID("nl-01/app/free")); presence != inventory.Unchecked {
				t.Errorf("the path counts as %v", presence)
			}
		})
	}
}
