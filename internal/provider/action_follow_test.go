package provider_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// followed is a managed version whose action was invoked outside its own apply.
type followed struct {
	t    *testing.T
	s    *acctest.Server
	core *acctest.Core
	// config is that of the managed version.
	config map[string]any
}

// follow manages version 2 of a secret.
func follow(t *testing.T, arguments map[string]any) *followed {
	t.Helper()
	f := &followed{t: t, s: withVersions(t, 1), config: map[string]any{"secret_id": dbID, "secret_string_wo": "ours"}}
	if arguments["detect_value_changes"] == nil {
		f.config["value_wo_version"] = "1"
	}
	for name, value := range arguments {
		f.config[name] = value
	}
	core, err := acctest.NewCore(t.Context(), f.s, "thalassasecrets_secret_version")
	if err != nil {
		t.Fatal(err)
	}
	f.core = core
	f.apply(f.plan())
	return f
}

func (f *followed) plan() *acctest.CorePlan {
	f.t.Helper()
	plan, err := f.core.Plan(f.t.Context(), f.config)
	if err != nil {
		f.t.Fatal(err)
	}
	return plan
}

func (f *followed) apply(plan *acctest.CorePlan) {
	f.t.Helper()
	if err := f.core.Apply(f.t.Context(), plan); err != nil {
		f.t.Fatal(err)
	}
}

func (f *followed) invoke(action string, config map[string]any) {
	f.t.Helper()
	config["secret_id"] = dbID
	if _, err := f.s.Action(action).Run(f.t.Context(), config); err != nil {
		f.t.Fatal(err)
	}
	f.s.Mark()
}

// adopts checks that the next plan tracks a version for the given reason, with the
// warning, that its apply writes nothing, and that nothing is left to do.
func (f *followed) adopts(version int64, warning string) {
	f.t.Helper()
	plan := f.plan()
	if got := acctest.Int64(acctest.Attribute(plan.Value, "version")); !slices.Equal(got, []int64{version}) {
		f.t.Errorf("the plan tracks version %v, want %d: %s", got, version, plan.Changes())
	}
	var reason string
	if err := acctest.Attribute(plan.Value, "last_change").As(&reason); err != nil || reason != "adopted" {
		f.t.Errorf("the reason is %q, %v", reason, err)
	}
	if !slices.Contains(plan.Warnings, warning+": "+dbID) {
		f.t.Errorf("the plan warns of %q, want %q", plan.Warnings, warning)
	}
	f.apply(plan)
	f.settled()
}

// settled checks that a plan is empty, and that nothing was written since the action.
func (f *followed) settled() {
	f.t.Helper()
	if plan := f.plan(); !plan.IsEmpty() {
		f.t.Errorf("the plan changes %s", plan.Changes())
	}
	if f.s.Writes() > 0 {
		f.t.Errorf("wrote: %v", f.s.Calls())
	}
}

// A version that an action has put or made current is like one of another client: adopt
// tracks it and writes nothing.
func TestManagedVersionFollowsActions(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		action  string
		config  map[string]any
		version int64
		warning string
	}{
		"put":             {putAction, map[string]any{"byte_length": int64(16)}, 3, "New version put outside Terraform"},
		"restore":         {restoreAction, map[string]any{"version": int64(1)}, 3, "New version put outside Terraform"},
		"destroy current": {destroyAction, map[string]any{"version": int64(2), "allow_current": true}, 1, "Version destroyed outside Terraform"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := follow(t, nil)
			f.s.AllowReveal()
			f.invoke(tc.action, tc.config)
			f.adopts(tc.version, tc.warning)
		})
	}
}

// A managed version that ignores what others put says nothing of what an action
// does.
func TestManagedVersionIgnoresActions(t *testing.T) {
	t.Parallel()
	f := follow(t, map[string]any{"on_external_version": "ignore"})
	f.s.AllowReveal()
	f.invoke(putAction, map[string]any{"byte_length": int64(16)})
	f.settled()
	f.invoke(restoreAction, map[string]any{"version": int64(1)})
	f.settled()
	if plan := f.plan(); len(plan.Warnings) > 0 {
		t.Errorf("warnings: %q", plan.Warnings)
	}
}

// A managed version that overwrites puts its value over what an action has put: the
// two do not go together.
func TestManagedVersionOverwritesActions(t *testing.T) {
	t.Parallel()
	f := follow(t, map[string]any{"on_external_version": "overwrite"})
	f.invoke(putAction, map[string]any{"byte_length": int64(16)})
	f.apply(f.plan())
	if got := f.s.Reveal(dbID, 4); got != "ours" {
		t.Errorf("version 4 holds %q", got)
	}
}

// A version that an action destroys leaves the active versions of a resource with a
// retention. A refresh records this drift, and nothing else changes.
func TestRetentionFollowsActions(t *testing.T) {
	t.Parallel()
	f := follow(t, map[string]any{"retention": map[string]any{"keep": int64(5)}, "value_wo_version": "1"})
	f.config["value_wo_version"], f.config["secret_string_wo"] = "2", "ours again"
	f.apply(f.plan())
	active := func(of *acctest.Instance) []int64 {
		return acctest.Int64(acctest.Attribute(of.Value, "active_versions"))
	}
	if got := active(f.core.State); !slices.Equal(got, []int64{1, 2, 3}) {
		t.Fatalf("versions %v are active", got)
	}
	f.invoke(destroyAction, map[string]any{"superseded": true})
	plan := f.plan()
	if !plan.IsEmpty() {
		t.Errorf("the plan changes %s", plan.Changes())
	}
	if got := active(plan.Prior()); !slices.Equal(got, []int64{3}) {
		t.Errorf("a refresh finds versions %v active", got)
	}
	f.apply(plan)
	refreshed, warnings, err := f.core.Refresh(t.Context())
	if err != nil || len(warnings) > 0 {
		t.Errorf("%v, warnings %q", err, warnings)
	}
	if !refreshed.Value.Equal(f.core.State.Value) || !bytes.Equal(refreshed.Private, f.core.State.Private) {
		t.Error("a second refresh finds drift")
	}
	f.settled()
}
