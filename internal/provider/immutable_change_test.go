package provider_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// metadata draws what the service cannot change of a secret, where each part may be
// missing, and unknown if that is allowed.
func metadata(allowsUnknown bool) *rapid.Generator[map[string]any] {
	return rapid.Custom(func(t *rapid.T) map[string]any {
		drawn := map[string]any{"kms_key_id": rapid.SampledFrom([]any{"kms-nl-01", "kms-other"}).Draw(t, "key")}
		values := rapid.MapOfN(rapid.SampledFrom([]string{"a", "b"}), rapid.SampledFrom([]string{"1", "2"}), 0, 2)
		for _, name := range []string{"labels", "annotations"} {
			if rapid.Bool().Draw(t, name+" given") {
				drawn[name] = values.Draw(t, name)
			}
		}
		if rapid.Bool().Draw(t, "description given") {
			drawn["description"] = rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "description")
		}
		if name := rapid.SampledFrom([]string{"", "kms_key_id", "labels", "annotations", "description"}).Draw(t, "unknown"); name != "" && allowsUnknown {
			drawn[name] = acctest.Unknown
		}
		return drawn
	})
}

// For every difference: a secret is deleted only with "replace" and without protection,
// "keep" writes nothing, the error names a refused change and calls an unknown value
// unknown, and Terraform accepts every plan.
func TestImmutableChangeProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := acctest.NewServer(t)
		addKey(t, s, refserver.Key{Identity: "kms-other"})
		core, err := acctest.NewCore(t.Context(), s, secretType)
		if err != nil {
			rt.Fatal(err)
		}
		protected := rapid.Bool().Draw(rt, "protected")
		onChange := rapid.SampledFrom([]any{nil, "refuse", "keep", "replace", acctest.Unknown}).Draw(rt, "on_immutable_change")
		config := func(drawn map[string]any, onChange any) map[string]any {
			all := maps.Clone(drawn)
			all["path"], all["deletion_protection"], all["on_immutable_change"] = "/app/db", protected, onChange
			return all
		}
		plan, err := core.Plan(t.Context(), config(metadata(false).Draw(rt, "before"), nil))
		if err == nil {
			err = core.Apply(t.Context(), plan)
		}
		if err != nil {
			rt.Fatal(err)
		}
		s.Mark()
		after := metadata(true).Draw(rt, "after")
		plan, err = core.Plan(t.Context(), config(after, onChange))
		var bug *acctest.BugError
		if errors.As(err, &bug) {
			rt.Fatalf("Terraform takes the plan for a bug: %v", err)
		}
		if err != nil {
			checkRefusal(rt, err, onChange, protected, after)
			return
		}
		switch plan.Action {
		case acctest.DeleteThenCreate:
			if protected || onChange != "replace" {
				rt.Fatalf("with %v the plan would replace it, protected %t", onChange, protected)
			}
			return
		case acctest.NoOp, acctest.UpdateInPlace:
		default:
			rt.Fatalf("the plan would %s", plan.Action)
		}
		kept := strings.Contains(strings.Join(plan.Warnings, "\n"), "Secret differs from the configuration")
		if kept && onChange != "keep" {
			rt.Fatalf("with %v it is kept", onChange)
		}
		plan.Resolve(config(resolved(after), "keep"))
		if onChange != acctest.Unknown {
			plan.Resolve(config(resolved(after), onChange))
		}
		if err := core.Apply(t.Context(), plan); err != nil || s.Writes() != 0 {
			rt.Fatalf("%v, and %v", err, s.Calls())
		}
		refreshed, _, err := core.Refresh(t.Context())
		if err != nil || !refreshed.Value.Equal(core.State.Value) {
			rt.Fatalf("the apply recorded %s, and the service has %v: %v", core.State.Value, refreshed, err)
		}
	})
}

// resolved is drawn metadata once all is known, which is never what the secret has.
func resolved(drawn map[string]any) map[string]any {
	all := maps.Clone(drawn)
	for name, value := range map[string]any{
		"kms_key_id": "kms-late", "description": "late", "labels": map[string]string{"a": "late"}, "annotations": map[string]string{"a": "late"},
	} {
		if all[name] == acctest.Unknown {
			all[name] = value
		}
	}
	return all
}

// checkRefusal checks that a refusal is allowed, and that it is in the right words.
func checkRefusal(rt *rapid.T, err error, onChange any, protected bool, after map[string]any) {
	said := err.Error()
	if onChange == "replace" && !protected {
		rt.Fatalf("it should be replaced, but the plan says %s", said)
	}
	if !strings.Contains(said, "nl-01/app/db") || !strings.Contains(said, "at the service") {
		rt.Fatalf("the plan says %s", said)
	}
	for name, value := range after {
		if value == acctest.Unknown && onChange != "keep" && !strings.Contains(said, attributeUnknown) {
			rt.Fatalf("%s is not known, and the plan says %s", name, said)
		}
	}
	var refused *acctest.RefusedError
	if !errors.As(err, &refused) {
		rt.Fatal(err)
	}
	for _, d := range refused.Diagnostics {
		if d.Summary == attributeUnknown && strings.Contains(d.Detail, "changed") || d.Summary != attributeUnknown && strings.Contains(d.Detail, "at the service, not known") {
			rt.Fatalf("what is not known is called changed: %s", said)
		}
	}
}
