package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// A value that is too old is a warning of a plan that is otherwise empty, before an
// apply and after it.
func TestVersionAge(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	for _, name := range []string{"main.tf", "terraform.tf"} {
		w.Write(name, ciFile(t, "check-age/"+name))
	}
	w.Env["TF_VAR_api_token"] = "first"
	put := s.Clock().Now().Format(time.DateOnly)
	if warnings := w.Apply().Warnings(); len(warnings) > 0 {
		t.Errorf("warnings: %q", warnings)
	}
	s.Clock().Advance(89 * oneDay)
	w.Env["TF_VAR_max_age_days"] = "88"
	plan := w.Plan()
	if plan.Code != 0 {
		t.Errorf("the plan is not empty:\n%s", plan.Text())
	}
	want := "Version 2 of " + ciAPI + " was put on " + put + ", more than 88 days ago."
	if said := plan.Warned(t, "Check block assertion failed"); said != want {
		t.Errorf("the warning says %q, want %q", said, want)
	}
	w.Apply()

	// A new value of any client ends it.
	s.Clock().Advance(2 * oneDay)
	s.Put(ciAPI, "theirs")
	if warnings := strings.Join(w.Plan().Warnings(), "\n"); strings.Contains(warnings, "Check block") {
		t.Errorf("warnings: %q", warnings)
	}
}
