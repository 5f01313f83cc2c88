package provider_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// An apply writes exactly what the next refresh would write, to the byte. A plan
// without a refresh is empty after it, and has no warning about an earlier
// configuration.
func TestApplyLeavesWhatRefreshFinds(t *testing.T) {
	t.Parallel()
	generated := func(rotation any) map[string]any {
		return map[string]any{"secret_string_wo": nil, "generate": map[string]any{"byte_length": int64(32)}, "rotation": rotation}
	}
	after := func(age string) map[string]any { return generated(map[string]any{"after": age}) }
	retiring := map[string]any{"retention": map[string]any{"keep": int64(0), "min_idle": "1d"}, "value_wo_version": "1"}
	putAgainAndWait := func(f *followed) {
		f.config["value_wo_version"] = "2"
		f.apply(f.plan())
		f.s.Clock().Advance(2 * oneDay)
	}
	const monthAndDay = 31 * 24 * time.Hour
	for name, test := range map[string]struct {
		begin   map[string]any
		happens func(f *followed)
		then    map[string]any // arguments from then on
		version int64          // managed at the end
	}{
		"due, and then may be older": {after("30d"), func(f *followed) { f.s.Clock().Advance(monthAndDay) }, after("60d"), 2},
		"due, and then never":        {after("30d"), func(f *followed) { f.s.Clock().Advance(monthAndDay) }, generated(nil), 2},
		"idle, and then retained": {
			retiring,
			putAgainAndWait,
			map[string]any{"retention": nil},
			3,
		},
		"idle, and then kept": {
			retiring,
			putAgainAndWait,
			map[string]any{"retention": map[string]any{"keep": int64(9)}},
			3,
		},
		"ignored, and then shown no more": {
			map[string]any{"retention": map[string]any{"keep": int64(9)}, "on_external_version": "ignore"},
			func(f *followed) { f.s.Put(dbID, "theirs") },
			map[string]any{"retention": nil},
			2,
		},
		"rolled back, and then a stranger's": {
			retiring,
			func(f *followed) {
				f.config["value_wo_version"] = "2"
				f.apply(f.plan())
				f.s.Destroy(dbID, 3)
				f.apply(f.plan()) // Tracks version 2.
				f.s.Put(dbID, "theirs")
				f.s.Clock().Advance(2 * oneDay)
			}, nil, 4,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := follow(t, test.begin)
			test.happens(f)
			for argument, value := range test.then {
				f.config[argument] = value
			}
			f.apply(f.plan())
			if got := acctest.Int64(acctest.Attribute(f.core.State.Value, "version")); !slices.Equal(got, []int64{test.version}) {
				t.Errorf("version %d is managed, want %d", got, test.version)
			}
			f.leavesNothing()
		})
	}
}

// A version without a value that tracks the placeholder of a new life still says so.
func TestTrackedPlaceholderIsRemembered(t *testing.T) {
	t.Parallel()
	f := follow(t, nil)
	delete(f.config, "secret_string_wo")
	f.apply(f.plan())
	recreate(f.s, dbID, true)
	f.apply(f.plan())
	f.leavesNothing("No value has been put yet")
}

// leavesNothing checks that neither a refresh nor a plan without one finds anything to
// do, with no other warnings than the given ones.
func (f *followed) leavesNothing(warned ...string) {
	f.t.Helper()
	f.s.Mark()
	unrefreshed, err := f.core.PlanFrom(f.t.Context(), f.core.State, f.config)
	if err != nil {
		f.t.Fatal(err)
	}
	if !unrefreshed.IsEmpty() {
		f.t.Errorf("a plan without a refresh changes %s", unrefreshed.Changes())
	}
	for _, warning := range unrefreshed.Warnings {
		if !slices.ContainsFunc(warned, func(w string) bool { return strings.HasPrefix(warning, w) }) {
			f.t.Errorf("a plan without a refresh warns: %s", warning)
		}
	}
	refreshed, _, err := f.core.Refresh(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	if !refreshed.Value.Equal(f.core.State.Value) {
		f.t.Errorf("a refresh makes %s of %s", refreshed.Value, f.core.State.Value)
	}
	if !bytes.Equal(refreshed.Private, f.core.State.Private) {
		f.t.Errorf("a refresh makes %s of %s", refreshed.Private, f.core.State.Private)
	}
	f.settled()
}

// What retention destroys is in the plan by number, also where the plan leaves it open
// whether the value is another one.
func TestPlanNamesWhatIsRetiredEitherWay(t *testing.T) {
	t.Parallel()
	f := follow(t, map[string]any{"detect_value_changes": true, "retention": map[string]any{"keep": int64(0), "min_idle": "1d"}})
	f.config["secret_string_wo"] = "another"
	f.apply(f.plan())
	f.s.Clock().Advance(2 * oneDay)
	refreshed, _, err := f.core.Refresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	plan, err := f.core.PlanFrom(t.Context(), refreshed, f.config)
	if err != nil {
		t.Fatal(err)
	}
	const warning = "Versions to be retired: nl-01/app/db: Whether a new version of nl-01/app/db is put is decided during apply. " +
		"Either way, this plan destroys versions 1, 2 for good."
	if !slices.Contains(plan.Warnings, warning) {
		t.Errorf("the plan warns %q", plan.Warnings)
	}
	f.apply(plan)
	if got := f.s.ActiveVersions(dbID); !slices.Equal(got, []int64{3}) {
		t.Errorf("versions %v are active", got)
	}
	f.leavesNothing()
}

// A put that heals a secret's new life knows nothing of the former one: neither where
// reading it back fails, nor where its answer is lost as well.
func TestPutIntoAnotherLife(t *testing.T) {
	t.Parallel()
	for name, lost := range map[string]bool{"not confirmed": false, "in doubt": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := follow(t, map[string]any{"value_wo_version": "1"})
			f.config["value_wo_version"] = "2"
			f.apply(f.plan())
			recreate(f.s, dbID, false)
			f.s.AllowNoCurrent()
			f.s.Destroy(dbID, 1)
			plan := f.plan()
			sent := false
			f.s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
				sent = sent || r.Method == http.MethodPost
				switch {
				case !strings.Contains(r.URL.Path, "/secret/app/db"), !sent:
					return false
				case r.Method == http.MethodGet:
					w.WriteHeader(http.StatusForbidden)
					return true
				case lost:
					f.s.Server.ServeHTTP(httptest.NewRecorder(), r)
					panic(http.ErrAbortHandler)
				}
				return false
			})
			err := f.core.Apply(t.Context(), plan)
			if lost {
				// There is an address in the state, so there is nothing to import.
				if err == nil || !strings.Contains(err.Error(), "the request may or may not have succeeded") || strings.Contains(err.Error(), "import") {
					t.Errorf("it fails with %v", err)
				}
				return
			}
			if err != nil || len(f.core.Warned) != 1 || !strings.HasPrefix(f.core.Warned[0], "Version not confirmed") {
				t.Fatalf("%v, warnings %q", err, f.core.Warned)
			}
			var private map[string][]byte
			if err := json.Unmarshal(f.core.State.Private, &private); err != nil || !bytes.Contains(private["version"], []byte(`"put":2`)) {
				t.Fatalf("private state is %s, %v", f.core.State.Private, err)
			}
			if bytes.Contains(private["version"], []byte("previous_put")) {
				t.Errorf("a put of the former life is remembered: %s", private["version"])
			}
		})
	}
}
