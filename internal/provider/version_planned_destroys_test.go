package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// retiresIdle is a followed version with superseded ones that are idle, so that the next
// put retires 1 and 2, and 3 is managed.
func retiresIdle(t *testing.T) *followed {
	t.Helper()
	f := follow(t, map[string]any{"value_wo_version": "1", "retention": map[string]any{"keep": int64(1), "min_idle": "1d"}})
	f.config["value_wo_version"] = "2"
	f.apply(f.plan())
	f.config["value_wo_version"] = "3"
	f.s.Clock().Advance(2 * oneDay)
	return f
}

// A version that the plan names, but that was read since, stays. The state takes the
// planned list, and the next refresh shows the real one.
func TestNamedVersionIsReadAgain(t *testing.T) {
	t.Parallel()
	f := retiresIdle(t)
	plan := f.plan()
	if got := named(plan); !slices.Equal(got, []int64{1, 2}) {
		t.Fatalf("the plan names %v: %s", got, plan.Changes())
	}
	f.s.AllowReveal()
	f.s.Reveal(dbID, 1)
	f.apply(plan)
	if len(f.core.Warned) != 1 || !strings.HasPrefix(f.core.Warned[0], "Version not retired: ") {
		t.Errorf("the apply warns %q", f.core.Warned)
	}
	active := func(i *acctest.Instance) []int64 { return acctest.Int64(acctest.Attribute(i.Value, "active_versions")) }
	if got := active(f.core.State); !slices.Equal(got, []int64{3, 4}) {
		t.Errorf("the state lists %v", got)
	}
	refreshed, _, err := f.core.Refresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := active(refreshed); !slices.Equal(got, []int64{1, 3, 4}) {
		t.Errorf("the refresh lists %v", got)
	}
}

// Where another client's version is current, the list is open and a warning names what
// goes.
func TestForeignVersionOpensTheList(t *testing.T) {
	t.Parallel()
	f := retiresIdle(t)
	f.s.Put(dbID, "theirs")
	plan := f.plan()
	if acctest.Attribute(plan.Value, "active_versions").IsKnown() {
		t.Errorf("the plan lists what stays: %s", plan.Changes())
	}
	if got := named(plan); !slices.Equal(got, []int64{1, 2}) || !slices.Contains(plan.Warnings, "Versions to be retired: "+dbID) {
		t.Errorf("the plan names %v and warns %q", got, plan.Warnings)
	}
	f.apply(plan)
	if got := f.s.ActiveVersions(dbID); !slices.Equal(got, []int64{5, 4, 3}) {
		t.Errorf("versions %v are active", got)
	}
}

// What becomes eligible after the plan stays for the next plan.
func TestEligibleSinceThePlan(t *testing.T) {
	t.Parallel()
	f := follow(t, map[string]any{"value_wo_version": "1", "retention": map[string]any{"keep": int64(0), "min_idle": "1d"}})
	f.config["value_wo_version"] = "2"
	f.apply(f.plan())
	f.config["value_wo_version"] = "3"
	plan := f.plan()
	f.s.Clock().Advance(2 * oneDay)
	f.apply(plan)
	if got := f.s.ActiveVersions(dbID); !slices.Equal(got, []int64{4, 3, 2, 1}) {
		t.Errorf("versions %v are active, and the plan named %v", got, named(plan))
	}
	next := f.plan()
	if got := named(next); !slices.Equal(got, []int64{1, 2}) {
		t.Errorf("the next plan names %v", got)
	}
	f.apply(next)
	f.leavesNothing("Version waits to be retired")
}

// An announcement that a failed destroy has left in the state destroys nothing with a
// replacement.
func TestLeftOverAnnouncement(t *testing.T) {
	t.Parallel()
	f := follow(t, map[string]any{"deletion_policy": "destroy"})
	end, err := f.core.Plan(t.Context(), f.config, acctest.DestroyAll)
	if err != nil {
		t.Fatal(err)
	}
	f.s.Limit("read", "putSecretValue")
	if err := f.core.Apply(t.Context(), end); err == nil || f.core.State == nil {
		t.Fatalf("the destroy succeeds without the permission: %v", err)
	}
	f.s.Unlimit()
	for name, replace := range map[string]func() *acctest.CorePlan{
		"-replace": func() *acctest.CorePlan {
			plan, err := f.core.Plan(t.Context(), f.config, acctest.Replace)
			if err != nil {
				t.Fatal(err)
			}
			return plan
		},
		"create first": func() *acctest.CorePlan {
			f.core.CreateBeforeDestroy = true
			f.core.Taint()
			return f.plan()
		},
	} {
		before := len(f.s.ActiveVersions(dbID))
		f.apply(replace())
		if got := f.s.ActiveVersions(dbID); len(got) != before+1 {
			t.Errorf("%s leaves versions %v active", name, got)
		}
	}
}

// A move with a new value, a new counter and an age writes nothing. The plan after it
// proposes the rotation.
func TestMoveWithAnAge(t *testing.T) {
	t.Parallel()
	s := vendorsSecret(t)
	core := movedCore(t, s, sourceOf(vendorVersionType, vendorVersionRow))
	s.Clock().Advance(40 * oneDay)
	config := map[string]any{"path": "/app/db", "secret_string_wo": "new", "value_wo_version": "7", "rotation": map[string]any{"after": "30d"}}
	for _, want := range []struct {
		warning string
		puts    int
	}{{"Rotation policy changes: " + dbID, 0}, {"Rotation due: " + dbID, 1}} {
		plan, err := core.Plan(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(plan.Warnings, want.warning) {
			t.Errorf("the plan warns %q, want %q", plan.Warnings, want.warning)
		}
		s.Mark()
		if err := core.Apply(t.Context(), plan); err != nil {
			t.Fatal(err)
		}
		if got := s.Calls()["putSecretValue"]; got != want.puts || s.Writes() != want.puts {
			t.Errorf("%d puts, want %d: %v", got, want.puts, s.Calls())
		}
	}
}
