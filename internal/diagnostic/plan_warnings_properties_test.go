package diagnostic_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// Terraform folds warnings of one summary into one. So a warning ends with what it is about, unless
// it is one that users may hide, and then the plan writes nothing.
func TestPlanWarningsStandApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := situation().Draw(t, "situation")
		seen, hidable := map[string]bool{}, map[string]bool{}
		for _, entry := range diagnostic.Acknowledgeable() {
			hidable[entry.Summary] = version.Decide(s).Action == version.Keep
		}
		for _, n := range noticesOf(t, diagnostic.PlanWarnings(noticeID, counted, s, version.Decide(s), false)...) {
			if !strings.HasSuffix(n.Summary, ": "+noticeID) && !hidable[n.Summary] || seen[n.Summary] {
				t.Fatalf("the summary %q", n.Summary)
			}
			seen[n.Summary] = true
			if !strings.Contains(n.Detail, noticeID) || !strings.HasSuffix(n.Detail, ".") || strings.Contains(n.Detail, "  ") {
				t.Fatalf("the detail %q", n.Detail)
			}
		}
	})
}

func TestPlanWarningsOnlyOfTheUnusual(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := situation().Draw(t, "situation")
		got := diagnostic.PlanWarnings(noticeID, counted, s, version.Decide(s), false)
		// What is due, goes, was imported or changed in vain has a notice of its own.
		other := !s.Observation.DueAt.IsZero() || len(s.Observation.RetireOnPut) > 0 || version.Decide(s).Action == version.DecideInApply
		recorded := s.HasValue && (s.Pending || s.External == version.ExternalIgnore && s.Value != version.Unchanged)
		chosen := s.External == version.ExternalIgnore && !s.Pending &&
			(s.Observation.Drift == version.Superseded || s.Observation.Drift == version.RolledBack)
		ordinary := s.Observation.Drift == version.Current && !s.Observation.OnlyPlaceholder
		if !other && !recorded && (ordinary || chosen) && len(got) > 0 {
			t.Fatalf("there is nothing to say, and yet: %q", got)
		}
		if s.Observation.Drift != version.Current && !chosen && len(got) == 0 {
			t.Fatal("nothing is said")
		}
	})
}
