package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// After another client's put the state shows no difference, because the managed version is
// still active. A refresh-only plan, which has no plan to explain it, says so; an
// ordinary plan does not say it twice. With "ignore" the user has asked for silence.
func TestRefreshOnlyAfterAnotherClientsPut(t *testing.T) {
	t.Parallel()
	const hint = "Managed version is not current: "
	rows := map[string]string{"first": "adopt", "second": "overwrite", "third": "ignore"}
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", tableConfig(rows, ownValue, func(external string) string {
		return "secret_string_wo = \"ours\"\nvalue_wo_version = \"1\"\non_external_version = \"" + external + "\""
	}))
	w.Apply()
	if got := w.Plan("-refresh-only").Warnings(); len(got) > 0 {
		t.Errorf("before anything happened: %q", got)
	}
	s.Put(tableID("third"), "theirs")
	if got := w.Plan("-refresh-only").Warnings(); len(got) > 0 {
		t.Errorf("what is ignored: %q", got)
	}
	s.Put(tableID("second"), "theirs")
	s.Put(tableID("first"), "theirs")
	refresh := w.Plan("-refresh-only")
	for _, name := range []string{"first", "second"} {
		if said := refresh.Warned(t, hint+tableID(name)); !strings.Contains(said, "Version 3 of "+tableID(name)+" is current") || !strings.Contains(said, "Version 2 is managed") {
			t.Errorf("the refresh says %q", said)
		}
	}
	if got := refresh.Warnings(); len(got) != 2 {
		t.Errorf("the refresh warns %q", got)
	}
	got := w.Plan().Warnings()
	slices.Sort(got)
	if want := []string{"New version put outside Terraform: " + tableID("first"), "New version put outside Terraform: " + tableID("second")}; !slices.Equal(got, want) {
		t.Errorf("the plan warns %q, want %q", got, want)
	}
	w.Apply("saved.plan")
	if got := w.Plan("-refresh-only").Warnings(); len(got) > 0 {
		t.Errorf("after the apply: %q", got)
	}
}
