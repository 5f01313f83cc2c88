package version

import (
	"slices"
	"time"
)

// readLag is for how long after a put an answer may lack its version. What lacks it for
// longer does not lag behind.
const readLag = 5 * time.Minute

// Refresh is what a state and its record become once the secret was read. It is not ok
// where they stay as they are.
func Refresh(s Snapshot, shown Shown, r Record, p Policy) (now Shown, record Record, warnings []Warning, ok bool) {
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
		// An answer that lags behind is no reason to believe anything else.
		return shown, r, []Warning{{ID: HistoryIncomplete, Version: shown.Number}}, false
	default:
		_, waiting := p.Retention.Retirable(s, m)
		for _, w := range waiting {
			warnings = append(warnings, Warning{ID: StillWaiting, Version: w.Version, Waiting: w})
		}
	}
	shown.Status = row.Status
	if shown.PutAt.IsZero() {
		shown.PutAt = row.CreatedAt
	}
	if shown.Format == "" {
		shown.Format = row.ValueFormat
	}
	shown.Active = listed(s.ActiveUpTo(shown.Number))
	return shown, r, warnings, true
}

// isOlderThan reports that a version was put longer before the moment of the history
// than some time. Both have to be known.
func (h Snapshot) isOlderThan(putAt time.Time, than time.Duration) bool {
	return !putAt.IsZero() && !h.AsOf.IsZero() && h.AsOf.Sub(putAt) > than
}

// FromEntry is what a read of the secret would show, as far as it matters, by the entry of
// a list and by what is known of the managed version. An entry has no history. It is
// enough where nothing but the managed version matters of it: that one is current, so it
// is active and is what it was. It is not ok where only a read can tell.
func FromEntry(entry Snapshot, shown Shown, r Record, p Policy) (s Snapshot, ok bool) {
	n := shown.Number
	switch {
	case shown.PutAt.IsZero(), shown.Format == "", shown.Status != StatusActive:
		return s, false // What is missing here, the history may tell.
	case n == 0, entry.Current != n, !r.Life.IsConfirmedBy(entry.Life), entry.Key.ID == "", entry.Key.Status == "":
		return s, false
	case p.Retention != nil && !slices.Equal(shown.Active, []int64{n}):
		return s, false // Older versions may have been destroyed, or read.
	case p.isAboutToFallDue(shown.PutAt, entry.DueAsOf()):
		return s, false
	}
	entry.Versions = []Row{{Number: n, Active: true, Status: StatusActive, ValueFormat: shown.Format, CreatedAt: shown.PutAt}}
	return entry, true
}

// isAboutToFallDue reports that it depends on less than the second by which times of the
// service may be rounded whether a version is due.
func (p Policy) isAboutToFallDue(putAt, asOf time.Time) bool {
	isDue := func(at time.Time) bool { return !p.DueSince(at, asOf).IsZero() }
	return isDue(putAt.Add(-time.Second)) != isDue(putAt.Add(time.Second))
}
