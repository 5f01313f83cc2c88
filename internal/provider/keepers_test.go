package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// keepersStep is what one plan and its apply did.
type keepersStep struct {
	promised int // the version that the plan knows, zero for none
	version  int64
	warnings string
}

// No keepers can be written in several ways, and none of them differs from another in
// any story: neither in what a plan promises and warns of, nor in what its apply puts.
func TestNoKeepersInAnyForm(t *testing.T) {
	t.Parallel()
	const none, one, two = 0, 1, 2
	forms := map[string]map[string]any{"no rotation": nil, "no keepers": {}, "empty keepers": {"keepers": map[string]string{}}}
	with := func(value string) map[string]any {
		return map[string]any{"keepers": map[string]string{"host": value}}
	}
	for first := none; first <= two; first++ {
		for second := none; second <= two; second++ {
			for third := none; third <= two; third++ {
				story := []int{first, second, third}
				if !slices.Contains(story, none) {
					continue
				}
				want := playKeepers(t, story, []map[string]any{nil, with("a"), with("b")})
				for name, form := range forms {
					if got := playKeepers(t, story, []map[string]any{form, with("a"), with("b")}); !slices.Equal(got, want) {
						t.Errorf("%v with %s: %+v, and without rotation %+v", story, name, got, want)
					}
				}
			}
		}
	}
	// Without this the comparison would also hold if nothing was ever put.
	if got := playKeepers(t, []int{one, two, none}, []map[string]any{nil, with("a"), with("b")}); got[1].version != got[0].version+1 || got[2].version != got[1].version {
		t.Errorf("a changed keeper and its removal: %+v", got)
	}
}

// playKeepers applies configurations one after the other.
func playKeepers(t *testing.T, story []int, rotations []map[string]any) []keepersStep {
	t.Helper()
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
	core, err := acctest.NewCore(t.Context(), s, versionType)
	if err != nil {
		t.Fatal(err)
	}
	var steps []keepersStep
	for _, step := range story {
		config := map[string]any{"secret_id": dbID, "generate": map[string]any{"byte_length": int64(16)}}
		if rotations[step] != nil {
			config["rotation"] = rotations[step]
		}
		plan, err := core.Plan(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		done := keepersStep{warnings: strings.Join(plan.Warnings, ", ")}
		if known := acctest.Int64(acctest.Attribute(plan.Value, "version")); len(known) > 0 {
			done.promised = int(known[0])
		}
		if err := core.Apply(t.Context(), plan); err != nil {
			t.Fatal(err)
		}
		done.version = acctest.Int64(acctest.Attribute(core.State.Value, "version"))[0]
		steps = append(steps, done)
	}
	return steps
}
