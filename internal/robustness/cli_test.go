package robustness

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// TestTroublesThroughCLI lets the first create and every first put of an apply meet
// trouble that a user need not hear of, through a real Terraform. What the runs show
// at the protocol holds there, too: one create, one put for each wish, and a state
// that is settled.
func TestTroublesThroughCLI(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"429, date", "502 in HTML", "502, done", "reset", "reset, done", "truncated", "oversized"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			trouble := Troubles()[slices.IndexFunc(Troubles(), func(t Trouble) bool { return t.Name == name })]
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s).Built()
			for round, wishes := range [][]Wish{{CreateSecret, PutValue}, {PutValue}} {
				var rules []refserver.Fault
				for _, wish := range wishes {
					for _, rule := range trouble.Rules {
						rule.Operation, rule.Principal = wish.operation(), principal
						rules = append(rules, rule)
					}
				}
				if err := s.SetFaults(rules...); err != nil {
					t.Fatal(err)
				}
				w.Write("main.tf", fmt.Sprintf(versionConfig, fmt.Sprint(round+1)))
				w.Apply()
				for _, rule := range s.Faults() {
					if rule.Fired != 1 {
						t.Errorf("round %d: %s of %s struck %d times", round+1, rule.Action, rule.Operation, rule.Fired)
					}
				}
				s.Clock().Advance(time.Hour)
			}
			if creates, puts := countEvents(s, "secrets.create"), countEvents(s, "secrets.put_value"); creates != 1 || puts != 2 {
				t.Errorf("%d creates and %d puts, want 1 and 2", creates, puts)
			}
			if got := s.Reveal(dbID, s.Secret(dbID).CurrentVersion); got != "value 2" {
				t.Errorf("readers get %q", got)
			}
		})
	}
}
