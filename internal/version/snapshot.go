// Package version holds the decisions about the versions of a secret: what a
// refresh has found, whether a plan puts, which versions are destroyed, and for what
// reason. Everything here is a function of what it is given. Nothing reads a clock, a
// network or a state file.
package version

import (
	"slices"
	"time"
)

// Row is one version of a secret's history.
type Row struct {
	Number         int64
	Active         bool   // its value can still be read
	Status         string // as the service words it
	ValueFormat    string
	CreatedAt      time.Time
	LastAccessedAt time.Time // zero: never, or not known
}

// The states of a version, as a state shows them.
const (
	StatusActive    = "active"
	StatusDestroyed = "destroyed"
	// StatusMissing is of a managed version that the history does not hold.
	StatusMissing = "missing"
)

// Snapshot is what the service knows of a secret's versions at one moment.
type Snapshot struct {
	// AsOf is that moment by the service's clock, zero where the answer had no date. Ages
	// and idle times are counted up to it, because all other times here come from the
	// same clock.
	AsOf time.Time
	// LocalTime is the machine's clock, which decides what is due where the service does
	// not tell the time. Nothing counts as idle by it: a wrong clock must not destroy.
	LocalTime time.Time
	Life      Life // that the numbers belong to
	// HasPlaceholder says that the secret carries the mark of a placeholder: version 1 was
	// made only because a secret cannot be without a version.
	HasPlaceholder bool
	Key            Key
	Current        int64 // zero: no version is active
	// Contradicts says that the answer names another current version than its rows do.
	// Nothing is destroyed by such an answer.
	Contradicts bool
	// ObjectVersion counts the changes of the secret, zero where the answer does not say. Every
	// put, every destroy and every change of the access policy raises it.
	ObjectVersion int64
	// LastAccessedAt is when a value was last read, of whichever version. Zero: never, or not
	// known.
	LastAccessedAt time.Time
	Versions       []Row
}

// Key is the KMS key of a secret, which encrypts its values.
type Key struct {
	ID     string `json:"id"`
	Status string `json:"status,omitempty"` // empty: not known
}

// The states of a key that refuse a put. Any other is taken for able to.
const (
	KeyDisabled        = "disabled"
	KeyPendingDeletion = "pending_deletion"
)

// Blocked reports that the key refuses every put.
func (k Key) Blocked() bool { return k.Status == KeyDisabled || k.Status == KeyPendingDeletion }

// PlaceholderVersion is the only number a placeholder can have: it is made
// together with the secret.
const PlaceholderVersion = 1

// DueAsOf is the moment that decides what is due.
func (h Snapshot) DueAsOf() time.Time {
	if h.AsOf.IsZero() {
		return h.LocalTime
	}
	return h.AsOf
}

// Newest is the highest number that the history shows.
func (h Snapshot) Newest() int64 {
	newest := h.Current
	for _, v := range h.Versions {
		newest = max(newest, v.Number)
	}
	return newest
}

// Successor is the version that would be current without version n: the highest that is
// active apart from it, zero for none.
func (h Snapshot) Successor(n int64) int64 {
	var highest int64
	for _, v := range h.Versions {
		if v.Active && v.Number != n {
			highest = max(highest, v.Number)
		}
	}
	return highest
}

// Find returns version number n.
func (h Snapshot) Find(n int64) (Row, bool) {
	i := slices.IndexFunc(h.Versions, func(v Row) bool { return v.Number == n })
	if i < 0 {
		return Row{}, false
	}
	return h.Versions[i], true
}

// ActiveUpTo lists the versions that can be read, up to number n, oldest first.
func (h Snapshot) ActiveUpTo(n int64) []int64 {
	var active []int64
	for _, v := range h.Versions {
		if v.Active && v.Number <= n {
			active = append(active, v.Number)
		}
	}
	slices.Sort(active)
	return active
}

// Without is the history after the given versions were destroyed, none of them
// current. Each destroy is a change of the secret. A service that counts it as more than one
// shows another ObjectVersion then, and no entry of a list confirms this one.
func (h Snapshot) Without(destroyed []int64) Snapshot {
	h.Versions = slices.Clone(h.Versions)
	for i := range h.Versions {
		if h.Versions[i].Active && slices.Contains(destroyed, h.Versions[i].Number) {
			h.Versions[i].Active = false
			if h.ObjectVersion > 0 {
				h.ObjectVersion++
			}
		}
	}
	return h
}

// placeholder is the placeholder that the secret began with, as far as its version is
// one still: made together with the secret, of the format that generated values have.
func (h Snapshot) placeholder() (Row, bool) {
	first, found := h.Find(PlaceholderVersion)
	if len(h.Versions) == 0 {
		return first, h.HasPlaceholder // An entry of a list has no rows to judge by.
	}
	born := sameMoment(first.CreatedAt, h.Life.CreatedAt) != Different
	return first, found && h.HasPlaceholder && born && (first.ValueFormat == "" || first.ValueFormat == placeholderFormat)
}

// placeholderFormat is the format of a value that the service generates.
const placeholderFormat = "string"

// OnlyPlaceholder reports that readers of the secret get the placeholder, which is no
// value to respect, whether it was read or not.
func (h Snapshot) OnlyPlaceholder() bool {
	_, is := h.placeholder()
	return is && h.Current == PlaceholderVersion
}

// mayDestroyPlaceholder reports that the placeholder goes with the first put, under any
// the retention: it was created by this provider and was never read. Otherwise it stays
// as an ordinary superseded version.
func (h Snapshot) mayDestroyPlaceholder() bool {
	first, is := h.placeholder()
	return is && first.Active && h.Life.HasMark() && first.LastAccessedAt.IsZero()
}

// supersededAt is since when version n cannot have been the current one: since the
// first of the later versions that are active was put. One that was destroyed may
// have made n current again for a while. Zero: not known.
//
// It takes the earliest date there is, not that of the next number, which may be
// missing or out of order: so destroying a version makes this later, if anything, and
// what an apply retires gives the next plan nothing more to retire.
func (h Snapshot) supersededAt(n int64) time.Time {
	var at time.Time
	for _, v := range h.Versions {
		if v.Active && v.Number > n && !v.CreatedAt.IsZero() && (at.IsZero() || v.CreatedAt.Before(at)) {
			at = v.CreatedAt
		}
	}
	return at
}

// listed makes a list of versions one that is known, also if it is empty.
func listed(numbers []int64) []int64 { return append([]int64{}, numbers...) }
