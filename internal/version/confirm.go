package version

import (
	"slices"
	"time"
)

// Confirms reports that the entry of a list leaves everything as it is: a read of the secret
// in the same moment would change neither what is shown nor the record, and would warn of
// nothing. An entry has no history, so nothing is taken from it. What it does not show,
// or leaves open, is not confirmed.
//
// A current version is active and is what it was. All other versions are as the record has
// them while the ObjectVersion stays. When they were read is open, within bounds: not before
// the record says, and not after the secret was read last. So what follows from them is only
// confirmed where it follows from both bounds.
func Confirms(entry Snapshot, shown Shown, r Record, p Policy) bool {
	current, known := currentOf(shown, r)
	switch {
	case !known, entry.Current != current.Number, !r.Life.IsConfirmedBy(entry.Life), entry.Key.ID == "", entry.Key.Status == "":
		return false
	case r.Seen.PlaceholderGoes:
		return false // Until it is read, and only the history shows by version what was read.
	case p.isAboutToFallDue(current.CreatedAt, entry.DueAsOf()):
		return false
	}
	isAll := p.Retention == nil || r.Retained == nil && slices.Equal(shown.Active, []int64{shown.Number})
	if isAll && current.Number == shown.Number {
		entry.Versions = []Row{current}
		return leavesAsIs(entry, shown, r, p)
	}
	return r.Retained.isConfirmedBy(entry) && confirmsWithOthers(entry, current, shown, r, p)
}

// confirmsWithOthers confirms where other versions matter beside the current one.
func confirmsWithOthers(entry Snapshot, current Row, shown Shown, r Record, p Policy) bool {
	holdsAt := func(asOf, readAt time.Time) bool {
		history := entry
		history.AsOf, history.Versions = asOf, append(r.Retained.rows(readAt), current)
		if _, held := history.Find(shown.Number); !held {
			managed := Row{Number: shown.Number, Active: r.Seen.ManagedActive, Status: shown.Status, ValueFormat: shown.Format, CreatedAt: shown.PutAt}
			history.Versions = append(history.Versions, managed)
		}
		return leavesAsIs(history, shown, r, p)
	}
	if p.Retention == nil || p.Retention.MinIdle == 0 {
		return holdsAt(entry.AsOf, time.Time{})
	}
	if entry.AsOf.IsZero() {
		return false
	}
	readAt := entry.LastAccessedAt.Add(time.Second) // Times may be rounded.
	if entry.LastAccessedAt.IsZero() {
		readAt = entry.AsOf // A list may leave it out.
	}
	return holdsAt(entry.AsOf.Add(time.Second), time.Time{}) && holdsAt(entry.AsOf.Add(-time.Second), readAt)
}

// currentOf is the current version as the last refresh found it, if all that matters of it
// is known. What is missing, the history may tell.
func currentOf(shown Shown, r Record) (current Row, known bool) {
	if shown.Number == 0 || shown.PutAt.IsZero() || shown.Format == "" {
		return current, false
	}
	current = Row{Number: shown.Number, Active: true, Status: StatusActive, ValueFormat: shown.Format, CreatedAt: shown.PutAt}
	switch r.Seen.Drift {
	case Superseded, RolledBack:
		current.Number, current.ValueFormat, current.CreatedAt = r.Seen.CurrentVersion, r.Seen.CurrentFormat, r.Seen.CurrentCreatedAt
		// What an apply has planned may be in the state, and not what it found in the end.
		return current, r.Seen.ManagedActive == (shown.Status == StatusActive)
	case Current:
		return current, shown.Status == StatusActive
	case NoneActive, Missing, Recreated:
	}
	return current, false
}

// leavesAsIs reports that a refresh that finds this history changes nothing and warns of nothing.
func leavesAsIs(h Snapshot, shown Shown, r Record, p Policy) bool {
	now, record, warnings, ok := Refresh(h, shown, r, p)
	if p.Retention == nil {
		now.Active = shown.Active // Nothing shows them.
	}
	return ok && len(warnings) == 0 && now.isSame(shown) && record.IsSame(r)
}

// isAboutToFallDue reports that it depends on less than the second by which times of the
// service may be rounded whether a version is due.
func (p Policy) isAboutToFallDue(putAt, asOf time.Time) bool {
	isDue := func(at time.Time) bool { return !p.DueSince(at, asOf).IsZero() }
	return !putAt.IsZero() && isDue(putAt.Add(-time.Second)) != isDue(putAt.Add(time.Second))
}
