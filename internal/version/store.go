package version

import (
	"context"
	"errors"
	"fmt"
)

// Store is one secret at the service, as an apply uses it. A store that puts holds the
// value; nothing here sees it.
type Store interface {
	// Look reads the secret. It returns ErrGone where there is none.
	Look(ctx context.Context) (Snapshot, error)
	// Put puts the value, if the guard accepts the secret as it is right before that.
	// Newest is the highest version that the caller knows.
	Put(ctx context.Context, newest int64, guard Guard) (Written, error)
	// Confirm reads the secret until its history holds version n.
	Confirm(ctx context.Context, n int64) (Snapshot, error)
	// Destroy destroys version n, if the guard accepts the secret as it is right before
	// that. What the last Look or Confirm showed may take the place of one look.
	Destroy(ctx context.Context, n int64, guard Guard) error
}

// Written is how a put ended.
type Written struct {
	Version int64
	// ReadBack: the answer was lost, and reading back found the version.
	ReadBack bool
	// Gap: there is one more new version than this put explains.
	Gap bool
	// Resent: the put was sent more than once.
	Resent bool
}

// warnings say how certain it is that a version is ours.
func (w Written) warnings() []Warning {
	switch {
	case w.ReadBack:
		return []Warning{{ID: AnswerLost, Version: w.Version}}
	case w.Gap:
		return []Warning{{ID: OriginUnknown, Version: w.Version, Resent: w.Resent}}
	}
	return nil
}

// Errors of a store that the engine distinguishes.
var (
	// ErrGone says that there is no secret.
	ErrGone = errors.New("the secret is gone")
	// ErrForbidden says that the caller may not do it.
	ErrForbidden = errors.New("the caller may not do this")
	errNotHeld   = errors.New("the history that came back does not hold it")
)

// Step is what an apply was about to do.
type Step string

// The steps of an apply.
const (
	StepLook    Step = "look"
	StepPut     Step = "put"
	StepRetire  Step = "retire" // any version at all
	StepDestroy Step = "destroy"
)

// StepError says at which step an apply stopped.
type StepError struct {
	Step    Step
	Version int64 // of StepDestroy
	// Done and Left are the versions that an order has destroyed and has not.
	Done, Left []int64
	Err        error
}

// Error implements error.
func (e *StepError) Error() string { return fmt.Sprintf("%s: %v", e.Step, e.Err) }

// Unwrap returns what the store or a guard said.
func (e *StepError) Unwrap() error { return e.Err }

// KeyRefusedError says that the KMS key refuses a put that was asked for.
type KeyRefusedError struct{ Key Key }

// Error implements error.
func (e *KeyRefusedError) Error() string { return "the KMS key " + e.Key.ID + " is " + e.Key.Status }
