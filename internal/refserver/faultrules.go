package refserver

import (
	"encoding/json"
	"slices"
	"time"
)

// FaultStatus is a rule with what came of it.
type FaultStatus struct {
	Fault
	Matched int `json:"matched"` // calls that had its operation, path and principal
	Fired   int `json:"fired"`   // calls that it affected
}

// SetFaults replaces all rules, and with them what was counted. A mistake in
// one of them leaves everything as it was.
func (s *Server) SetFaults(faults ...Fault) error {
	return s.change(func(st *store, _ time.Time) error {
		if err := validateFaults(faults); err != nil {
			return err
		}
		st.faults = newFaultRules(faults)
		return nil
	})
}

// AddFault adds a rule behind those that are there.
func (s *Server) AddFault(f Fault) error {
	return s.change(func(st *store, _ time.Time) error {
		if err := f.validate(); err != nil {
			return err
		}
		st.faults = append(st.faults, FaultStatus{Fault: f})
		return nil
	})
}

// Faults returns the rules in their order, with how often each matched and
// fired.
func (s *Server) Faults() []FaultStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.store.faults)
}

// ClearFaults removes all rules. Calls that one of them holds up go on as they
// were.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.faults = nil
}

// faultRules are the rules of a store, in the order in which they are tried.
type faultRules []FaultStatus

func newFaultRules(faults []Fault) faultRules {
	rules := make(faultRules, len(faults))
	for i, f := range faults {
		rules[i].Fault = f
	}
	return rules
}

// subject is what a rule can look at.
type subject struct {
	operation, path, principal string
}

// fire counts a call with every rule that matches it and returns the first rule that
// takes effect on it. A rule also counts the calls for which an earlier rule fired, so
// that its nth call is the nth call of the client.
func (rules faultRules) fire(on subject, draw func() float64) (fired Fault, ok bool) {
	for i := range rules {
		r := &rules[i]
		if !r.concerns(on) {
			continue
		}
		r.Matched++
		if ok || !r.takesEffect(draw) {
			continue
		}
		r.Fired++
		fired, ok = r.Fault, true
	}
	return fired, ok
}

func (f Fault) concerns(on subject) bool {
	return (f.Operation == "" || f.Operation == on.operation) &&
		(f.Path == "" || on.path != "" && matches(f.Path, on.path)) &&
		(f.Principal == "" || f.Principal == on.principal)
}

// takesEffect decides about the call that was just counted. Chance is asked
// last, so that only calls it decides about use it up.
func (r *FaultStatus) takesEffect(draw func() float64) bool {
	return (r.Nth == 0 || r.Nth == r.Matched) &&
		(r.Times == 0 || r.Fired < r.Times) &&
		(r.Probability == 0 || draw() < r.Probability)
}

// fault finds the rule that fires for the call, if any does, and notes on the call
// which one and who is calling.
func (st *store) fault(c *call) (Fault, bool) {
	if len(st.faults) == 0 {
		return Fault{}, false
	}
	var caller Principal
	if c.route.operation != opToken {
		// Bad credentials are refused later, if the call gets there.
		caller, _ = st.identify(c)
	}
	f, ok := st.faults.fire(subject{c.route.operation, c.secretPath(), caller.Name}, st.random.fault)
	if ok {
		c.fault, c.principal = string(f.Action), caller
	}
	return f, ok
}

// secretPath is the path of the secret that the call is about. A new secret's
// is in the body, which may be anything at this point.
func (c *call) secretPath() string {
	if c.route.operation != opCreate {
		return c.route.path
	}
	var body struct {
		Path string `json:"path"`
	}
	_ = json.Unmarshal(c.body, &body)
	return body.Path
}
