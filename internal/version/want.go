package version

import (
	"encoding/json"
	"slices"
	"time"
)

// Maybe is something that may not be known before the apply.
type Maybe[T any] struct {
	Value   T
	Unknown bool
}

// Want is what the configuration and the plan ask for.
type Want struct {
	External External // empty: not known yet
	// Input is the argument that gives the value, empty for none, and Format the form of
	// the values that it gives.
	Input, Format string
	// Renewable: putting the input again makes a new value. Uncertain: a value input is
	// not known, and may turn out to be none.
	Renewable, Uncertain bool
	// Compared: the value is compared with the fingerprint of the one that was put.
	// Fingerprint makes that of the value on offer, and is nil where none is kept.
	Compared    bool
	Fingerprint func() json.RawMessage
	// Edited: the configuration differs from what was applied.
	Edited bool
	// Value and Keepers are whether they differ from what was applied.
	Value, Keepers Change
	// Was is the policy of the state. After and Retention are those of the plan.
	Was          Policy
	After        Maybe[time.Duration]
	Retention    Maybe[*Retention]
	RotateBefore time.Time
}

// policy is what the plan asks for over time. All of it is known during apply.
func (w Want) policy() Policy {
	return Policy{RotateAfter: w.After.Value, RotateBefore: w.RotateBefore, Retention: w.Retention.Value}
}

// IsFingerprinted reports that the value on offer is compared with what was put.
func (w Want) IsFingerprinted(r Record) bool {
	return w.Compared && r.Fingerprint != nil && w.Fingerprint != nil
}

// A changed policy takes two steps: the apply that changes it only records it, and the
// next plan sees the secret under it. The refresh of a plan goes by the state, so a plan
// could not say what a policy leads to that is not in the state yet.

// ageChange is whether the age of rotation differs from the state's.
func (w Want) ageChange() Change {
	switch {
	case w.After.Unknown:
		return Undecided
	case w.After.Value != w.Was.RotateAfter:
		return Changed
	}
	return Unchanged
}

// retentionChanges reports a retention that lets go of other versions than the state's,
// or that is not known.
func (w Want) retentionChanges() bool {
	was, is := w.Was.Retention, w.Retention.Value
	return w.Retention.Unknown || (was == nil) != (is == nil) || was != nil && *was != *is
}

// retentionActsAtOnce reports a changed retention that only counts. Which versions it
// lets go needs no clock, where the state has the active ones.
func (w Want) retentionActsAtOnce(shown Shown, seen Observation) bool {
	r := w.Retention
	return !r.Unknown && r.Value != nil && r.Value.MinIdle == 0 && knowsActive(shown, seen)
}

// knowsActive reports that the state has the active versions up to a managed one that is
// current.
func knowsActive(shown Shown, seen Observation) bool {
	return seen.Drift == Current && shown.Active != nil
}

// settleRetention makes what was seen speak of the planned retention, as far as that can
// be decided without a clock.
func (w Want) settleRetention(shown Shown, r Record) Observation {
	switch {
	case !w.retentionChanges():
		return r.Seen
	case w.retentionActsAtOnce(shown, r.Seen):
		return r.Seen.Counted(shown.Active, r.of(shown.Number), w.Retention.Value.Keep)
	}
	return r.Seen.WhileRetentionChanges()
}

// forgetAge makes what was seen forget what was due by an age that the plan changes. The
// next refresh finds what is due by the new one.
func (w Want) forgetAge(shown Shown, seen *Observation) {
	switch {
	case w.ageChange() == Unchanged:
	case !seen.DueByRotateBefore:
		seen.DueAt = time.Time{}
	case seen.Drift == Current:
		seen.DueAt = w.policy().DueAt(shown.PutAt).UTC() // It is due at the latest by rotate_before.
	default:
		seen.DueAt = w.policy().DueAt(seen.CurrentCreatedAt).UTC()
	}
}

// union are the numbers of both, sorted and each once.
func union(a, b []int64) []int64 {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
}
