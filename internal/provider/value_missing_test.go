package provider_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// missesValue checks that a plan or an apply fails for want of a value, with the
// beginning of the error's detail.
func missesValue(t *testing.T, err error, says string) {
	t.Helper()
	var refused *acctest.RefusedError
	if !errors.As(err, &refused) || len(refused.Diagnostics) != 1 || refused.Diagnostics[0].Summary != noValue || !strings.HasPrefix(refused.Diagnostics[0].Detail, says) {
		t.Errorf("it ends with %v, want %q", err, says)
	}
}

// Where ignore_changes keeps a value that is in the state in the place of the configured
// one, a keeper has nothing new to put.
func TestKeeperOfAnIgnoredValue(t *testing.T) {
	t.Parallel()
	f := follow(t, map[string]any{"secret_string_wo": nil, "secret_string": "one"})
	f.core.IgnoreChanges = []string{"secret_string", "generate"}
	generated := func(keeper string) map[string]any {
		return map[string]any{
			"secret_id": dbID, "value_wo_version": "1", "generate": map[string]any{"byte_length": int64(16)},
			"rotation": map[string]any{"keepers": map[string]string{"host": keeper}},
		}
	}
	f.config = generated("a")
	f.apply(f.plan())
	f.config = generated("b")
	f.s.Mark()
	_, err := f.core.Plan(t.Context(), f.config)
	missesValue(t, err, "rotation.keepers changed (host), but no new value is given: secret_string is the same as before.")
	if f.s.Writes() != 0 {
		t.Errorf("something was written: %v", f.s.Calls())
	}
	f.core.IgnoreChanges = nil
	f.apply(f.plan())
	if got := f.s.Secret(dbID).CurrentVersion; got != 3 {
		t.Errorf("version %d is current, want 3", got)
	}
}

// A version that was imported without a value, and updated since, has no input that
// could be named. The error names them all.
func TestMissingValueOfAnAdoptedVersion(t *testing.T) {
	t.Parallel()
	f := follow(t, nil)
	core, err := acctest.NewCore(t.Context(), f.s, "thalassasecrets_secret_version")
	if err != nil {
		t.Fatal(err)
	}
	if err := core.Import(t.Context(), dbID+"@2"); err != nil {
		t.Fatal(err)
	}
	f.core, f.config = core, map[string]any{"secret_id": dbID, "deletion_policy": "destroy"}
	f.apply(f.plan())
	f.config["value_wo_version"] = "1"
	_, err = f.core.Plan(t.Context(), f.config)
	missesValue(t, err, `value_wo_version changed from null to "1", but no value is given: none of secret_string_wo, secret_binary_wo, `)
}

// A plan that knows neither the value nor the counter may put. The apply refuses a
// counter that has advanced and no value, and records one that has not.
func TestMissingValueOfUnknownInputs(t *testing.T) {
	t.Parallel()
	for counter, refused := range map[string]bool{"1": false, "2": true} {
		f := follow(t, nil)
		before := f.core.State
		plan, err := f.core.Plan(t.Context(), map[string]any{"secret_id": dbID, "secret_string_wo": acctest.Unknown, "value_wo_version": acctest.Unknown})
		if err != nil {
			t.Fatal(err)
		}
		if acctest.Attribute(plan.Value, "version").IsKnown() {
			t.Errorf("the plan rules a put out: %s", plan.Changes())
		}
		plan.Resolve(map[string]any{"secret_id": dbID, "value_wo_version": counter})
		f.s.Mark()
		err = f.core.Apply(t.Context(), plan)
		if refused {
			missesValue(t, err, `value_wo_version changed from "1" to "2", but no value is given: secret_string_wo is null`)
		} else if err != nil {
			t.Error(err)
		}
		if !f.core.State.Value.Equal(before.Value) || f.s.Writes() != 0 {
			t.Errorf("the state becomes %s after %v", f.core.State.Value, f.s.Calls())
		}
	}
}
