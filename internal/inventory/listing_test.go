package inventory_test

import (
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// Whoever may not list, or gets no list, reads singly and does not notice.
func TestWithoutAList(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault refserver.Fault
		lists int // tried
	}{
		"denied":     {refserver.Fault{Action: refserver.ActionStatus, Status: 403}, 1},
		"no region":  {refserver.Fault{Action: refserver.ActionStatus, Status: 404}, 1},
		"limited":    {refserver.Fault{Action: refserver.ActionStatus, Status: 429, RetryAfter: "60"}, 2},
		"broken":     {refserver.Fault{Action: refserver.ActionStatus, Status: 500}, 2},
		"no bytes":   {refserver.Fault{Action: refserver.ActionStatusAfterCommit, Status: 502, Body: "html"}, 2},
		"truncated":  {refserver.Fault{Action: refserver.ActionTruncate}, 2},
		"garbage":    {refserver.Fault{Action: refserver.ActionGarbage}, 2},
		"empty":      {refserver.Fault{Action: refserver.ActionEmptyBody}, 2},
		"redirected": {refserver.Fault{Action: refserver.ActionRedirect, Location: "https://example.com/"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 60, "/app/%d")
			tc.fault.Operation = "listSecrets"
			if err := w.s.SetFaults(tc.fault); err != nil {
				t.Fatal(err)
			}
			if confirmed := w.refreshAll(); confirmed != 0 {
				t.Errorf("%d were confirmed by nothing", confirmed)
			}
			w.cost(map[string]int{"getSecret": 60, "listSecrets": tc.lists})
		})
	}
}

// A list that broke once may work the next time.
func TestListAfterAFailure(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 60, "/app/%d")
	if err := w.s.SetFaults(refserver.Fault{Operation: "listSecrets", Nth: 1, Action: refserver.ActionTruncate}); err != nil {
		t.Fatal(err)
	}
	if confirmed := w.refreshAll(); confirmed < 30 {
		t.Errorf("only %d were confirmed by the second list", confirmed)
	}
}

// A list that lacks what a single read has shown is not believed again.
func TestIncompleteLists(t *testing.T) {
	t.Parallel()
	for _, field := range []string{"description", "labels", "annotations", "createdAt", "currentVersion", "kmsKey", "the secret"} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 40, "/app/%d")
			w.s.ChangeLists(func(entry map[string]any) bool {
				if entry["path"] == "/app/0" || entry["path"] == "/app/20" {
					delete(entry, field)
					return field != "the secret"
				}
				return true
			})
			for _, id := range w.ids[4:30] {
				if _, _, err := w.refresh(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
			w.cost(map[string]int{"getSecret": 4 + 10, "listSecrets": 1}) // 20 to 29, singly.
			w.restart()
			for _, id := range w.ids { // 0 is read before the list comes.
				if _, _, err := w.refresh(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
			w.cost(map[string]int{"getSecret": 40, "listSecrets": 1})
		})
	}
}

// A list that has not noticed a change is not believed again, also where only the count of
// changes tells.
func TestListThatMissesAChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 40, "/app/%d")
	if _, err := w.other.UpdateAccessPolicy(t.Context(), w.ids[0], nil, client.Unguarded); err != nil {
		t.Fatal(err)
	}
	w.s.ChangeLists(func(entry map[string]any) bool {
		entry["objectVersion"] = 1
		return true
	})
	w.s.Mark()
	for _, id := range w.ids {
		if _, _, err := w.refresh(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	w.cost(map[string]int{"getSecret": 40, "listSecrets": 1})
}

// A list that lags shows nothing that is not so. Once a single read has shown that
// it does, it is not believed again.
func TestStaleLists(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 40, "/app/%d")
	w.s.Clock().Advance(time.Hour)
	for _, id := range w.ids {
		w.s.Put(id.String(), "v")
		w.known[id] = w.s.Secret(id.String())
	}
	if err := w.s.SetFaults(refserver.Fault{Operation: "listSecrets", Action: refserver.ActionStale}); err != nil {
		t.Fatal(err)
	}
	w.restart()
	for _, id := range w.ids {
		secret, unchanged, err := w.refresh(t.Context(), id)
		if err != nil || unchanged || secret.CurrentVersion != 2 {
			t.Errorf("%s is %+v, unchanged: %v, %v", id, secret, unchanged, err)
		}
	}
	w.cost(map[string]int{"getSecret": 40, "listSecrets": 1})
}

// A service that never answers a list is asked twice, each time for as long as a
// request may take.
func TestListThatStalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 60, "/app/%d")
	if err := w.s.SetFaults(refserver.Fault{Operation: "listSecrets", Action: refserver.ActionStall}); err != nil {
		t.Fatal(err)
	}
	w.restart(func(c *client.Config) { c.RequestTimeout = 300 * time.Millisecond })
	if confirmed := w.refreshAll(); confirmed != 0 {
		t.Errorf("%d were confirmed by nothing", confirmed)
	}
	w.cost(map[string]int{"getSecret": 60, "listSecrets": 2})
}

// Requests that have to wait for their turn do not run out of time by that.
func TestListAtALowRate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 40, "/app/%d")
	w.restart(func(c *client.Config) { c.RequestsPerSecond = 20 })
	if confirmed := w.refreshAll(); confirmed != 36 {
		t.Errorf("%d were confirmed, want 36", confirmed)
	}
	w.cost(map[string]int{"getSecret": 4, "listSecrets": 1})
}
