package robustness

import (
	"fmt"
	"strings"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// Outcome is the outcome of an apply that the user sees.
type Outcome string

// The outcomes of an apply.
const (
	Done    Outcome = "done"
	Unknown Outcome = "doubtful" // the request may or may not have succeeded
	Refused Outcome = "refused"  // an error which says that it did not happen
	Killed  Outcome = "killed"   // the provider was killed, so there is no report
	Idle    Outcome = "idle"     // the plan had nothing to do, or failed
)

// Step is one operation, how it was planned and applied, and its result.
type Step struct {
	Number           int
	Operation        Operation
	Fault            string
	ReadFault        string
	PlanFault        string // the fault of the reads of the plan
	ConcurrentWriter string
	Recovery         bool // a second attempt, without a fault

	Imported bool   // the secret existed already, and was imported
	Adopts   bool   // the plan puts nothing, and adopts a version of another client
	Value    string // the value to put; empty for a generated value
	// MayDestroy are the versions that may be destroyed. MustDestroy are those that the
	// plan says will be destroyed.
	MayDestroy, MustDestroy []int64
	Fired                   int  // how often the fault fired
	WellFormed              bool // the fault is a false response in the API's own form
	Late                    bool // the request may be carried out later than it was sent
	Fresh                   bool // the plan knew no version of the secret
	Outcome                 Outcome
	Error                   string
	Warnings                []string
	// Requests counts the requests of the apply by name.
	Requests map[string]int
	// From and To are the bounds of the step in the audit log.
	From, To int

	// Version is the managed version in the state afterwards.
	Version int64
	// Gone says that the service does not have the secret afterwards. Policy is its
	// access policy.
	Gone   bool
	Policy string
	Wanted string // the policy that the configuration asked for
}

// String describes a step in one line.
func (s Step) String() string {
	message, _, _ := strings.Cut(s.Error, "\n")
	return fmt.Sprintf("%d %s (recovery %v, adopts %v, plan fault %q, value %q): %s, version %d, audit %d-%d, %v %q %s",
		s.Number, s.scenario(), s.Recovery, s.Adopts, s.PlanFault, s.Value, s.Outcome, s.Version, s.From, s.To, s.Requests, s.Warnings, message)
}

// History has the steps of a run and the audit log of its server.
type History struct {
	Seed   uint64
	Steps  []Step
	Audit  []refserver.Event
	Values map[int64]string // of every version that was ever seen
	Broken []string         // broken invariants that the server of the run found
	// NotConverged are the operations whose last plan was not empty.
	NotConverged []string
}

// gotFalseResponse reports a step with a false response in the API's own form.
func (s Step) gotFalseResponse() bool { return s.WellFormed && s.Fired > 0 }
