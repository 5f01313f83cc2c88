package version

import (
	"slices"
	"time"
)

// Managed is the version that a state manages, and what is remembered of the
// resource's own puts.
type Managed struct {
	Version int64
	Life    Life // zero: not known yet
	// Put is the version that the resource put last in this life of the secret, and
	// PreviousPut the one before it. Zero: none. An import counts as the first put, so
	// the older versions are spared until the put after it.
	Put, PreviousPut int64
}

// AfterPut is what is managed once version n was put.
func (m Managed) AfterPut(n int64) Managed {
	return Managed{Version: n, Life: m.Life, Put: n, PreviousPut: m.Put}
}

// Waiting is a version that retention will destroy once it has been idle for long
// enough.
type Waiting struct {
	Version int64
	// Since is the last sign of life: when it was read last, or superseded.
	Since time.Time
	Read  bool // it was read since it was superseded
}

// Retirable sorts the superseded versions that retention does not keep into those
// to destroy now, oldest first, and those to wait for. A nil retention keeps all.
//
// Never among them are: the current version; anything newer than what is managed
// or was put here last; and what another client put between the last two puts of
// the resource. Those the later put has to spare, because Terraform did not know of
// them; the next put treats them as any other.
func (r *Retention) Retirable(h Snapshot, m Managed) (retire []int64, waiting []Waiting) {
	if r == nil || h.Contradicts {
		return nil, nil
	}
	newest := min(m.Put, m.Version)
	superseded := slices.DeleteFunc(h.ActiveUpTo(newest-1), func(n int64) bool { return n == h.Current })
	surplus := superseded[:max(0, len(superseded)-r.Keep)]
	for _, n := range surplus {
		if m.PreviousPut < n && n < m.Put {
			continue
		}
		version, _ := h.Find(n)
		idle, lastSign := r.isIdle(version, h.supersededAt(n), h.AsOf)
		if idle {
			retire = append(retire, n)
		} else {
			waiting = append(waiting, Waiting{Version: n, Since: lastSign, Read: !lastSign.IsZero() && lastSign.Equal(version.LastAccessedAt)})
		}
	}
	return retire, waiting
}

// isIdle reports whether a version was left alone for long enough. Since when it is
// superseded and what time it is has to be known for that, both from the service.
func (r *Retention) isIdle(v Row, supersededAt, asOf time.Time) (idle bool, lastSign time.Time) {
	lastSign = supersededAt
	if v.LastAccessedAt.After(lastSign) {
		lastSign = v.LastAccessedAt
	}
	if r.MinIdle == 0 {
		return true, lastSign
	}
	return !supersededAt.IsZero() && !asOf.IsZero() && asOf.Sub(lastSign) >= r.MinIdle, lastSign
}

// RetiredByPut lists which of the planned versions to destroy after m.Version was put
// and h, read afterwards, confirms it as current. Without that confirmation nothing is
// destroyed, so that there is always a version to read.
func RetiredByPut(h Snapshot, m Managed, planned []int64) []int64 {
	if h.Current != m.Version {
		return nil
	}
	active := h.ActiveUpTo(m.Version - 1)
	return slices.DeleteFunc(slices.Clone(planned), func(n int64) bool { return !slices.Contains(active, n) })
}

// RetiredByFirstPut lists what goes with the put that creates the resource: only the
// placeholder, because all other versions were put by others.
func RetiredByFirstPut(h Snapshot) []int64 {
	if h.mayDestroyPlaceholder() && !h.Contradicts {
		return []int64{PlaceholderVersion}
	}
	return nil
}

// retired are the versions that retention and the rule of the placeholder let go.
func retired(h Snapshot, m Managed, r *Retention) []int64 {
	retire, _ := r.Retirable(h, m)
	if h.mayDestroyPlaceholder() && !h.Contradicts && m.Version != PlaceholderVersion && h.Current != PlaceholderVersion && !slices.Contains(retire, PlaceholderVersion) {
		retire = slices.Insert(retire, 0, PlaceholderVersion)
	}
	return retire
}

// retiredByNextPut foretells what a put right now lets go.
func retiredByNextPut(h Snapshot, m Managed, r *Retention) []int64 {
	var highest int64
	for _, v := range h.Versions {
		highest = max(highest, v.Number)
	}
	next := highest + 1
	h.Versions = append(slices.Clone(h.Versions), Row{Number: next, Active: true, CreatedAt: h.AsOf})
	h.Current = next
	return retired(h, m.AfterPut(next), r)
}

// countedOut are the versions that a retention without MinIdle lets go, now and with the
// next put, of those that are active up to the managed one, which is current.
func countedOut(active []int64, m Managed, keep int) (now, onPut []int64) {
	h := Snapshot{Current: m.Version}
	for _, n := range active {
		h.Versions = append(h.Versions, Row{Number: n, Active: true})
	}
	r := &Retention{Keep: keep}
	now, _ = r.Retirable(h, m)
	return now, retiredByNextPut(h, m, r)
}
