package version

import "time"

// readLag is for how long after a put an answer may lack its version. What lacks it for
// longer does not lag behind.
const readLag = 5 * time.Minute

// Refresh is what a state and its record become once the secret was read. It is not ok
// where they stay as they are.
func Refresh(s Snapshot, shown Shown, r Record, p Policy) (now Shown, record Record, warnings []Warning, ok bool) {
	hadShown, had := shown, r
	row, found := s.Find(shown.Number)
	// A moved state does not say in which life of the secret its version was put, and a
	// version that the history does not have was put in a former one.
	if r.Life.CreatedAt.IsZero() && (found || !r.Pending) {
		r.Life = s.Life
	}
	m := r.of(shown.Number)
	r.Seen = Observe(s, m, p)
	switch {
	case r.Seen.Drift == Recreated:
		row = Row{Status: StatusDestroyed}
	case !found && r.Seen.Drift == Missing && s.isOlderThan(shown.PutAt, readLag):
		row = Row{Status: StatusMissing}
	case !found:
		// An answer that lags behind does not change anything else.
		return shown, r, []Warning{{ID: HistoryIncomplete, Version: shown.Number}}, false
	default:
		warnings = r.Seen.waitingFor(p.Retention.Retirable(s, m))
	}
	shown.Status = row.Status
	if shown.PutAt.IsZero() {
		shown.PutAt = row.CreatedAt
	}
	if shown.Format == "" {
		shown.Format = row.ValueFormat
	}
	shown.Active = listed(s.ActiveUpTo(shown.Number))
	// What an entry of a list has to confirm is noted only where something else is written: a
	// changed byte counts as drift.
	if !shown.isSame(hadShown) || !r.IsSame(had) {
		r.Retained = retainedOf(s, shown.Number, p)
	}
	return shown, r, warnings, true
}

// waitingFor warns of the versions that are not idle yet. A rotation that is due has a warning of its
// own, and its plan names what its put retires.
func (o Observation) waitingFor(_ []int64, waiting []Waiting) (warnings []Warning) {
	if !o.DueAt.IsZero() {
		return nil
	}
	for _, w := range waiting {
		warnings = append(warnings, Warning{ID: StillWaiting, Version: w.Version, Waiting: w})
	}
	return warnings
}

// isOlderThan reports that a version was put longer before the moment of the history
// than some time. Both have to be known.
func (h Snapshot) isOlderThan(putAt time.Time, than time.Duration) bool {
	return !putAt.IsZero() && !h.AsOf.IsZero() && h.AsOf.Sub(putAt) > than
}
