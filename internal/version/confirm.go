package version

import (
	"slices"
	"time"
)

// Confirms reports that the entry of a list leaves everything as it is: a read of the secret
// in the same moment would change neither what is shown nor the record, and would warn of
// nothing. An entry has no history, so it is no source of anything. What it does not show,
// or leaves open, is no confirmation.
//
// A current version is active and is what it was. Superseded versions are as the record has
// them while the ObjectVersion stays. When they were read is open, within bounds: not before
// the record says, and not after the secret was read last. So what follows from them is only
// confirmed where it follows from both bounds.
func Confirms(entry Snapshot, shown Shown, r Record, p Policy) bool {
	n := shown.Number
	switch {
	case shown.PutAt.IsZero(), shown.Format == "", shown.Status != StatusActive:
		return false // What is missing here, the history may tell.
	case n == 0, entry.Current != n, !r.Life.IsConfirmedBy(entry.Life), entry.Key.ID == "", entry.Key.Status == "":
		return false
	case r.Seen.PlaceholderGoes:
		return false // Until it is read, and only the history shows by version what was read.
	case p.isAboutToFallDue(shown.PutAt, entry.DueAsOf()):
		return false
	}
	current := Row{Number: n, Active: true, Status: StatusActive, ValueFormat: shown.Format, CreatedAt: shown.PutAt}
	if p.Retention == nil || slices.Equal(shown.Active, []int64{n}) {
		entry.Versions = []Row{current}
		return leavesAsIs(entry, shown, r, p)
	}
	if r.Retained == nil || r.Retained.ObjectVersion != entry.ObjectVersion {
		return false
	}
	earliest, latest := entry, entry
	earliest.Versions = append(r.Retained.rows(time.Time{}), current)
	if p.Retention.MinIdle == 0 {
		return leavesAsIs(earliest, shown, r, p)
	}
	if entry.AsOf.IsZero() {
		return false
	}
	// Times may be rounded by up to a second.
	readAt := entry.LastAccessedAt.Add(time.Second)
	if entry.LastAccessedAt.IsZero() {
		readAt = entry.AsOf // A list may leave it out.
	}
	earliest.AsOf = entry.AsOf.Add(time.Second)
	latest.AsOf, latest.Versions = entry.AsOf.Add(-time.Second), append(r.Retained.rows(readAt), current)
	return leavesAsIs(earliest, shown, r, p) && leavesAsIs(latest, shown, r, p)
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
	return isDue(putAt.Add(-time.Second)) != isDue(putAt.Add(time.Second))
}
