// Package rotation holds the decisions about the versions of a secret: what a
// refresh has found, whether a plan writes, which versions a put retires, and
// the reasons in words. Everything here is a pure function of facts handed in;
// nothing reads a clock, a network or a state file.
package rotation

import (
	"slices"
	"time"
)

// Version is one row of a secret's history.
type Version struct {
	Number      int64
	Active      bool // its value can still be read
	ValueFormat string
	CreatedAt   time.Time
}

// History is what the service knows of a secret's versions at one moment.
type History struct {
	SecretCreatedAt time.Time // begins the life that the numbers belong to
	// HasPlaceholder says that version 1 was made only because a secret cannot be
	// without a version: nobody has put a value of its own into it.
	HasPlaceholder bool
	Current        int64 // zero: no version is active
	Versions       []Version
}

// PlaceholderVersion is the only number a placeholder can have: it is made
// together with the secret.
const PlaceholderVersion = 1

// Find returns version number n.
func (h History) Find(n int64) (Version, bool) {
	i := slices.IndexFunc(h.Versions, func(v Version) bool { return v.Number == n })
	if i < 0 {
		return Version{}, false
	}
	return h.Versions[i], true
}

// onlyPlaceholder reports that whoever reads the secret gets the placeholder.
func (h History) onlyPlaceholder() bool {
	return h.HasPlaceholder && h.Current == PlaceholderVersion
}

// RetiredByPut lists the versions to destroy after version put was written and h,
// read afterwards, confirms it as current. Without that confirmation nothing is
// destroyed, so that there is always a version to read.
func RetiredByPut(h History, put int64) []int64 {
	if h.Current != put {
		return nil
	}
	placeholder, ok := h.Find(PlaceholderVersion)
	if h.HasPlaceholder && ok && placeholder.Active && put != PlaceholderVersion {
		return []int64{PlaceholderVersion}
	}
	return nil
}

// SameLife reports whether two creation times of a secret mean the same life of
// it. Where one of them was rounded to seconds on its way, seconds decide. A time
// that is not known says nothing and so differs from nothing.
func SameLife(a, b time.Time) bool {
	if a.IsZero() || b.IsZero() || a.Equal(b) {
		return true
	}
	rounded := a.Nanosecond() == 0 || b.Nanosecond() == 0
	return rounded && a.Truncate(time.Second).Equal(b.Truncate(time.Second))
}
