package version

import "time"

// Policy is what the configuration asks for over time.
type Policy struct {
	RotateAfter  time.Duration // age at which a version is due; zero: never
	RotateBefore time.Time     // versions put before it are due; zero: none
	Retention    *Retention    // nil: keep all
}

// DependsOnTime reports a policy whose outcome changes as time passes.
func (p Policy) DependsOnTime() bool {
	return p.RotateAfter > 0 || !p.RotateBefore.IsZero() || p.Retention != nil && p.Retention.MinIdle > 0
}

// DueAt is when a version that was put at the given time is to be replaced. Zero:
// never, or the time is not known.
func (p Policy) DueAt(created time.Time) time.Time {
	var due time.Time
	if created.IsZero() {
		return due
	}
	if p.RotateAfter > 0 {
		due = created.Add(p.RotateAfter)
	}
	if created.Before(p.RotateBefore) && (due.IsZero() || p.RotateBefore.Before(due)) {
		due = p.RotateBefore
	}
	return due
}

// DueSince is since when a version that was put at the given time is due at a moment
// of the service's clock. Zero: it is not.
func (p Policy) DueSince(created, asOf time.Time) time.Time {
	due := p.DueAt(created)
	if due.IsZero() || asOf.Before(due) {
		return time.Time{}
	}
	return due.UTC()
}

// IsDueByRotateBefore reports that a version that was put at the given time is due by
// RotateBefore at a moment of the service's clock.
func (p Policy) IsDueByRotateBefore(created, asOf time.Time) bool {
	return !created.IsZero() && created.Before(p.RotateBefore) && !asOf.Before(p.RotateBefore)
}

// Retention says which superseded versions stay readable.
type Retention struct {
	// Keep is how many of the newest superseded versions always stay.
	Keep int
	// MinIdle is how long any other has to be both superseded and unread before it
	// is destroyed. Zero: not at all.
	MinIdle time.Duration
}
