package version

import (
	"errors"
	"fmt"
	"time"
)

// A plan was made at one moment, and its apply acts at another. Right before each
// change the provider looks at the secret once more, and the functions here say
// whether the change may still be made. They return a *StaleError where it may not.

// StaleReason is what has changed since a change was decided.
type StaleReason string

// The reasons. The words are for logs; users get those of internal/diagnostic.
const (
	// OtherLife: the secret was deleted and created again.
	OtherLife StaleReason = "the secret was deleted and created again"
	// LifeUnknown: the service does not say whether it is the same secret.
	LifeUnknown StaleReason = "it is not known whether the secret is the same one"
	// NewerVersion: another client put a version that the plan did not know.
	NewerVersion StaleReason = "a newer version was put"
	// VersionCurrent: the version to destroy is what readers get.
	VersionCurrent StaleReason = "the version is current"
	// VersionInUse: the version was read since, or became needed again.
	VersionInUse StaleReason = "the version is in use"
	// VersionOther: the history has no such version, or one of another time.
	VersionOther StaleReason = "the version is another one"
	// Contradiction: the answer contradicts itself about the current version.
	Contradiction StaleReason = "the answer contradicts itself"
)

// StaleError says that a secret is not as it was when a change was decided.
type StaleError struct {
	Reason  StaleReason
	Version int64 // that it is about, zero for none
}

// Error implements error.
func (s *StaleError) Error() string {
	if s.Version == 0 {
		return string(s.Reason)
	}
	return fmt.Sprintf("version %d: %s", s.Version, s.Reason)
}

// Guard decides about a change by the secret as it is right before the change. It
// returns a *StaleError where the secret is not the one that the change was decided for.
type Guard func(fresh Snapshot) error

// MayChange allows a change that adds or sets something in the life of the secret that
// it was decided for.
func MayChange(fresh Snapshot, life Life) *StaleError {
	if life.Compare(fresh.Life) == Different {
		return &StaleError{Reason: OtherLife}
	}
	return nil
}

// MayPut allows a put into the life of the secret that it was decided for, if no other
// client has put a version that can be read since: newest is the highest version that
// the plan knew.
func MayPut(fresh Snapshot, life Life, newest int64) error {
	if stale := MayChange(fresh, life); stale != nil {
		return stale
	}
	for _, v := range fresh.Versions {
		if v.Active && v.Number > newest {
			return &StaleError{Reason: NewerVersion, Version: v.Number}
		}
	}
	return nil
}

// Known is what a plan knew of a secret: in which life, and up to which version. The zero
// value is a plan that knew nothing, such as that of a first version.
type Known struct {
	Life   Life
	Newest int64
}

// knownOf is what a look at a secret has shown.
func knownOf(look Snapshot) Known { return Known{Life: look.Life, Newest: look.Newest()} }

// guardPut lets a put go as long as no other client has put a version since the plan.
// Where the plan knew nothing, the first look says what was there, so that a put that is
// sent again does not go over one that came in between, which may be its own.
func (k Known) guardPut() Guard {
	return func(fresh Snapshot) error {
		if k == (Known{}) {
			k = knownOf(fresh)
			return nil
		}
		return MayPut(fresh, k.Life, k.Newest)
	}
}

// MayRemove allows to delete a secret in the life that was decided about. What cannot
// be distinguished from another secret stays, unless neither side ever had a date.
func MayRemove(fresh Snapshot, life Life) error {
	switch life.Compare(fresh.Life) {
	case Different:
		return &StaleError{Reason: OtherLife}
	case Unknown:
		if !fresh.Life.CreatedAt.IsZero() || !life.CreatedAt.IsZero() {
			return &StaleError{Reason: LifeUnknown}
		}
	case Same:
	}
	return nil
}

// MayRetire allows retention to destroy a version: in the same life, not current, and
// still let go by the fresh history.
func MayRetire(fresh Snapshot, m Managed, r *Retention, n int64) error {
	if err := MayRemove(fresh, m.Life); err != nil {
		return err
	}
	switch {
	case fresh.Contradicts:
		return &StaleError{Reason: Contradiction}
	case n == fresh.Current:
		return &StaleError{Reason: VersionCurrent, Version: n}
	}
	if _, found := fresh.Find(n); !found {
		return &StaleError{Reason: VersionOther, Version: n}
	}
	for _, retirable := range retired(fresh, m, r) {
		if retirable == n {
			return nil
		}
	}
	return &StaleError{Reason: VersionInUse, Version: n}
}

// isInOtherLife reports that a version that was put at a time, in a life of the secret,
// is not in the one of the history: by the life, where it is known, by a secret that is
// younger than the version, or by a row that was put at another time.
func isInOtherLife(fresh Snapshot, life Life, n int64, createdAt time.Time) bool {
	row, found := fresh.Find(n)
	younger := !fresh.Life.CreatedAt.IsZero() && !createdAt.IsZero() && fresh.Life.CreatedAt.Sub(createdAt) >= time.Second
	return life.Compare(fresh.Life) == Different || younger || found && sameMoment(row.CreatedAt, createdAt) == Different
}

// MayDestroyManaged allows to destroy the managed version as deletion_policy asks: the
// row that was put when the state says, in the same life. The time of the version
// decides too, where the state has lost the time of the secret.
func MayDestroyManaged(fresh Snapshot, life Life, n int64, createdAt time.Time) error {
	row, found := fresh.Find(n)
	switch {
	case isInOtherLife(fresh, life, n, createdAt):
		return &StaleError{Reason: OtherLife}
	case !found:
		return &StaleError{Reason: VersionOther, Version: n}
	case sameMoment(row.CreatedAt, createdAt) == Unknown:
		return MayRemove(fresh, life)
	}
	return nil
}

// MayDestroy allows an order to destroy a version that was given after a look at the
// secret: in the same life, and not current unless it was meant to be.
func MayDestroy(fresh Snapshot, life Life, n int64, current bool) error {
	if err := MayRemove(fresh, life); err != nil {
		return err
	}
	switch _, found := fresh.Find(n); {
	case !found:
		return &StaleError{Reason: VersionOther, Version: n}
	case fresh.Contradicts:
		return &StaleError{Reason: Contradiction}
	case n == fresh.Current && !current:
		return &StaleError{Reason: VersionCurrent, Version: n}
	}
	return nil
}

// staleOf is why a guard has refused a change, nil where none did.
func staleOf(err error) *StaleError {
	var stale *StaleError
	errors.As(err, &stale)
	return stale
}
