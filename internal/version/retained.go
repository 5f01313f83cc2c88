package version

import "time"

// Retained is what a read of the history has found beside the managed version, where
// something depends on it: the other active versions with retention, and the current one if
// that is not the managed one. An entry of a list with the same ObjectVersion stands for it.
type Retained struct {
	// ObjectVersion counts the changes of the secret: every put, every destroy and every change
	// of the access policy raises it. Reading a value does not. Zero: not known, so that no entry
	// confirms anything.
	ObjectVersion int64 `json:"object_version,omitempty"`
	// Versions are the active ones but for the current, with retention.
	Versions []RetainedVersion `json:"versions,omitempty"`
}

// RetainedVersion is one of them. It has times only where retention has a MinIdle, or where it
// began as a placeholder.
type RetainedVersion struct {
	Number int64     `json:"version"`
	PutAt  time.Time `json:"put_at,omitzero"`
	ReadAt time.Time `json:"read_at,omitzero"`
}

// retainedOf is what a history shows beside the managed version, nil where nothing depends on
// that. An answer that contradicts itself confirms nothing later.
func retainedOf(h Snapshot, managed int64, p Policy) *Retained {
	r := &Retained{ObjectVersion: h.ObjectVersion}
	if h.Contradicts {
		r.ObjectVersion = 0
	}
	for _, n := range h.ActiveUpTo(h.Newest()) {
		if p.Retention == nil || n == h.Current {
			continue
		}
		version := RetainedVersion{Number: n}
		if row, found := h.Find(n); found && (p.Retention.MinIdle > 0 || h.HasPlaceholder && n == PlaceholderVersion) {
			version.PutAt, version.ReadAt = row.CreatedAt, row.LastAccessedAt
		}
		r.Versions = append(r.Versions, version)
	}
	return r.unlessNeedless(h.Current == managed)
}

// unlessNeedless is nil where the current version is the managed one and is all there is, or
// where nothing is known.
func (r *Retained) unlessNeedless(isCurrent bool) *Retained {
	if r == nil || len(r.Versions) == 0 && (isCurrent || r.ObjectVersion == 0) {
		return nil
	}
	return r
}

// withoutRetention is what is left of it once no retention depends on other versions.
func (r *Retained) withoutRetention(isCurrent bool) *Retained {
	if r == nil {
		return nil
	}
	return (&Retained{ObjectVersion: r.ObjectVersion}).unlessNeedless(isCurrent)
}

// isConfirmedBy reports that the entry of a list shows no change of the secret since.
func (r *Retained) isConfirmedBy(entry Snapshot) bool {
	return r != nil && r.ObjectVersion > 0 && r.ObjectVersion == entry.ObjectVersion
}

// rows are these versions as a history shows them if none was read since they were noted, or
// if each was read at a later time. Zero is no later time.
func (r *Retained) rows(readAt time.Time) []Row {
	rows := make([]Row, 0, len(r.Versions))
	for _, v := range r.Versions {
		row := Row{Number: v.Number, Active: true, Status: StatusActive, CreatedAt: v.PutAt, LastAccessedAt: v.ReadAt}
		if readAt.After(row.LastAccessedAt) {
			row.LastAccessedAt = readAt
		}
		rows = append(rows, row)
	}
	return rows
}
