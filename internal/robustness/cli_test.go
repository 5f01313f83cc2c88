package robustness

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// TestFaultsThroughCLI injects faults into the first create and the first put of each
// apply of a real Terraform. Each fault is one that the provider recovers from without
// a message: there is one create, one put for each change, and the next plan is empty.
func TestFaultsThroughCLI(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"429, date", "502 in HTML", "502, done", "reset", "reset, done", "truncated", "oversized"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fault := Faults()[slices.IndexFunc(Faults(), func(t Fault) bool { return t.Name == name })]
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s).Built()
			for round, operations := range [][]Operation{{CreateSecret, PutValue}, {PutValue}} {
				var rules []refserver.Fault
				for _, operation := range operations {
					for _, rule := range fault.Rules {
						rule.Operation, rule.Principal = operation.request(), principal
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
