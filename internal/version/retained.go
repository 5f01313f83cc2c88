package version

import "time"

// Retained is what the last read of the history found of the superseded versions that are
// active, as far as retention depends on them. The entry of a list that shows the same
// ObjectVersion stands for it.
type Retained struct {
	// ObjectVersion counts the changes of the secret: every put, every destroy and every change
	// of the access policy raises it. Reading a value does not.
	ObjectVersion int64             `json:"object_version"`
	Versions      []RetainedVersion `json:"versions"`
}

// RetainedVersion is one of them. It has times only where retention has a MinIdle, or where it
// began as a placeholder.
type RetainedVersion struct {
	Number int64     `json:"version"`
	PutAt  time.Time `json:"put_at,omitzero"`
	ReadAt time.Time `json:"read_at,omitzero"`
}

// retainedOf is nil where retention depends on no superseded version, or where no entry
// of a list could stand for the history.
func retainedOf(h Snapshot, p Policy) *Retained {
	active := h.ActiveUpTo(h.Newest())
	last := len(active) - 1
	if p.Retention == nil || h.ObjectVersion == 0 || h.Contradicts || last < 1 || active[last] != h.Current {
		return nil
	}
	s := &Retained{ObjectVersion: h.ObjectVersion}
	for _, n := range active[:last] {
		version := RetainedVersion{Number: n}
		if row, found := h.Find(n); found && (p.Retention.MinIdle > 0 || h.HasPlaceholder && n == PlaceholderVersion) {
			version.PutAt, version.ReadAt = row.CreatedAt, row.LastAccessedAt
		}
		s.Versions = append(s.Versions, version)
	}
	return s
}

// rows are the superseded versions as a history shows them, if none was read after they were
// noted, or if each was read at a later time, which is zero for never.
func (s *Retained) rows(readAt time.Time) []Row {
	rows := make([]Row, 0, len(s.Versions))
	for _, v := range s.Versions {
		row := Row{Number: v.Number, Active: true, Status: StatusActive, CreatedAt: v.PutAt, LastAccessedAt: v.ReadAt}
		if readAt.After(row.LastAccessedAt) {
			row.LastAccessedAt = readAt
		}
		rows = append(rows, row)
	}
	return rows
}
