package robustness

import (
	"fmt"
	"strings"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// Outcome is what a user was told of an apply.
type Outcome string

// The outcomes of an apply.
const (
	Done     Outcome = "done"
	Doubtful Outcome = "doubtful" // the request may or may not have succeeded
	Refused  Outcome = "refused"  // an error that leaves no doubt
	Killed   Outcome = "killed"   // nobody was told anything
	Idle     Outcome = "idle"     // the plan had nothing to do, or failed
)

// Step is one wish, how it was planned and applied, and what came of it.
type Step struct {
	Number    int
	Wish      Wish
	Trouble   string
	Hindrance string
	Fog       string // what disturbed the plan
	Rival     string
	Recovery  bool // a second attempt, without trouble

	Imported bool   // what was to be created was there, and was imported
	Tracks   bool   // the plan puts nothing, and tracks what somebody else has put
	Value    string // what was to be put; empty for a generated value
	// Allowed are the versions that may be destroyed, and Due those of them that the
	// plan has promised to destroy.
	Allowed, Due []int64
	Fired        int  // how often the trouble struck
	InForm       bool // the trouble lies in the API's own form
	Late         bool // what the trouble struck may be done later than it was sent
	Fresh        bool // the plan knew no version of the secret
	Outcome      Outcome
	Said         string
	Warned       []string
	// Requests counts what the apply asked for, by operation.
	Requests map[string]int
	// From and To bound what the audit log got of the step.
	From, To int

	// Version is the managed version in the state afterwards.
	Version int64
	// Gone says that the service does not have the secret afterwards, and Policy
	// what its access policy is.
	Gone   bool
	Policy string
	Wanted string // the policy that the configuration asked for
}

// String tells a step in one line.
func (s Step) String() string {
	said, _, _ := strings.Cut(s.Said, "\n")
	return fmt.Sprintf("%d %s (recovery %v, tracks %v, fog %q, value %q): %s, version %d, audit %d-%d, %v %q %s",
		s.Number, s.scenario(), s.Recovery, s.Tracks, s.Fog, s.Value, s.Outcome, s.Version, s.From, s.To, s.Requests, s.Warned, said)
}

// History is everything that was wanted, said and done in a run.
type History struct {
	Seed   uint64
	Steps  []Step
	Audit  []refserver.Event
	Values map[int64]string // of every version that was ever seen
	Broken []string         // promises that the server of the run saw broken
	// Unsettled are plans that were not empty in the end.
	Unsettled []string
}

// lie reports a step that met a lie in the API's own form.
func (s Step) lie() bool { return s.InForm && s.Fired > 0 }
