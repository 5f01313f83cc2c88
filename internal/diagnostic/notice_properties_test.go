package diagnostic_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
)

// Terraform folds warnings of one summary into one, so that each has to end with
// what it is about and to be the only one.
func TestNoticesStandApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := situation().Draw(t, "situation")
		seen := map[string]bool{}
		for _, n := range noticesOf(t, diagnostic.Notices(noticeID, counted, s, rotation.Decide(s), false)...) {
			if !strings.HasSuffix(n.Summary, ": "+noticeID) || seen[n.Summary] {
				t.Fatalf("the summary %q", n.Summary)
			}
			seen[n.Summary] = true
			if !strings.Contains(n.Detail, noticeID) || !strings.HasSuffix(n.Detail, ".") || strings.Contains(n.Detail, "  ") {
				t.Fatalf("the detail %q", n.Detail)
			}
		}
	})
}

func TestNoticesOnlyOfTheUnusual(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := situation().Draw(t, "situation")
		got := diagnostic.Notices(noticeID, counted, s, rotation.Decide(s), false)
		// What is due, goes, was imported or changed in vain has a notice of its own.
		other := !s.Verdict.DueAt.IsZero() || len(s.Verdict.RetireOnPut) > 0 || rotation.Decide(s).Action == rotation.DecideInApply
		recorded := s.HasValue && (s.Pending || s.External == rotation.Ignore && s.Value != rotation.Unchanged)
		chosen := s.External == rotation.Ignore && !s.Pending &&
			(s.Verdict.Finding == rotation.Superseded || s.Verdict.Finding == rotation.RolledBack)
		ordinary := s.Verdict.Finding == rotation.Current && !s.Verdict.OnlyPlaceholder
		if !other && !recorded && (ordinary || chosen) && len(got) > 0 {
			t.Fatalf("there is nothing to say, and yet: %q", got)
		}
		if s.Verdict.Finding != rotation.Current && !chosen && len(got) == 0 {
			t.Fatal("nothing is said")
		}
	})
}
