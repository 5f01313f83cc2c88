package refserver

import (
	"time"
)

// place is where a secret lives. Two secrets with the same path in two
// projects, or in two regions, have nothing to do with each other.
type place struct {
	organisation, project, region, path string
}

// secret is a secret with the history of its versions.
type secret struct {
	at             place
	description    string
	labels         map[string]string
	annotations    map[string]string
	policy         *policy
	keyIdentity    string
	objectVersion  int64
	createdAt      time.Time
	updatedAt      time.Time
	lastAccessedAt time.Time // zero: never
	versions       []version // oldest first; the version with number n is at n-1
}

// version is one value of a secret, or what is left of it.
type version struct {
	number         int64
	format         string
	createdAt      time.Time
	lastAccessedAt time.Time      // zero: never
	destroyedAt    time.Time      // zero: active
	encrypted      encryptedValue // empty once destroyed
	charge         int            // its number in the meter
}

func (v *version) active() bool { return v.destroyedAt.IsZero() }

// current is the latest version that is still active, or nil.
func (s *secret) current() *version {
	for i := len(s.versions) - 1; i >= 0; i-- {
		if s.versions[i].active() {
			return &s.versions[i]
		}
	}
	return nil
}

// version finds a version by its number, or nil.
func (s *secret) version(number int64) *version {
	if number < 1 || number > int64(len(s.versions)) {
		return nil
	}
	return &s.versions[number-1]
}

// nextNumber is the number that the next version gets. Destroyed versions stay
// in the history, so no number is ever reused.
func (s *secret) nextNumber() int64 { return int64(len(s.versions)) + 1 }

// add appends a version, which thereby becomes the current one.
func (s *secret) add(v version, now time.Time) {
	s.versions = append(s.versions, v)
	s.changed(now)
}

// destroy drops the version's value for good and reports whether it was still
// active. The version itself stays in the history.
func (s *secret) destroy(v *version, now time.Time) bool {
	if !v.active() {
		return false
	}
	v.destroyedAt = now
	v.encrypted = encryptedValue{}
	s.changed(now)
	return true
}

// changed notes a change of the secret. Reading a value is none.
func (s *secret) changed(now time.Time) {
	s.objectVersion++
	s.updatedAt = now
}

// accessed notes that a version's value was read.
func (s *secret) accessed(v *version, now time.Time) {
	s.lastAccessedAt = now
	v.lastAccessedAt = now
}
