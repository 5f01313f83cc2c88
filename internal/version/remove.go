package version

import (
	"context"
	"errors"
)

// Announces reports that a plan, in which a resource leaves its version, says that the
// version is destroyed with it. Asked is that deletion_policy asks for it. A process that
// has put a version of the same secret plans the end of its predecessor, which
// create_before_destroy has left: that one stays, and retention decides about it.
func Announces(asked, hasPut bool) bool { return asked && !hasPut }

// Remove destroys the managed version as deletion_policy asks, if the plan has announced
// it. It looks first: the number may belong to another life of the secret by now.
func Remove(ctx context.Context, store Store, shown Shown, r Record, announced bool) ([]Warning, error) {
	if !announced {
		return []Warning{{ID: NotAnnounced, Version: shown.Number}}, nil
	}
	n, leftAlone := shown.Number, []Warning{{ID: LeftAlone, Version: shown.Number}}
	look, err := store.Look(ctx)
	if errors.Is(err, ErrGone) {
		return nil, nil
	}
	if err != nil {
		return nil, &StepError{Step: StepLook, Err: err}
	}
	if isInOtherLife(look, r.Life, n, shown.PutAt) {
		return leftAlone, nil
	}
	if row, held := look.Find(n); held && !row.Active {
		return nil, nil
	}
	err = store.Destroy(ctx, n, func(fresh Snapshot) error { return MayDestroyManaged(fresh, r.Life, n, shown.PutAt) })
	if stale := staleOf(err); stale != nil && stale.Reason == OtherLife {
		return leftAlone, nil // It was created again since the first look.
	}
	if err != nil {
		return nil, &StepError{Step: StepDestroy, Version: n, Err: err}
	}
	return destroyedCurrent(look, n), nil
}

// destroyedCurrent warns where a version that was destroyed was the current one.
func destroyedCurrent(look Snapshot, n int64) []Warning {
	if look.Current != n {
		return nil
	}
	return []Warning{{ID: CurrentDestroyed, Version: n, Next: look.Successor(n)}}
}

// Selection is an order to destroy versions.
type Selection struct {
	Version      int64 // the one to destroy
	Superseded   bool  // all that are older than the current one
	AllowCurrent bool  // Version may be the current one
}

// Selected is what a selection comes down to.
type Selected int

// A selection leads to versions, to none, or to a refusal.
const (
	SelectedVersions Selected = iota
	SelectedNone              // there is nothing to destroy
	RefusedWithoutHistory
	RefusedAbsent
	RefusedCurrent
)

// Of decides which versions go, in this order, by a look at the secret.
func (s Selection) Of(look Snapshot) ([]int64, Selected) {
	row, found := look.Find(s.Version)
	switch {
	case look.Versions == nil:
		return nil, RefusedWithoutHistory // Without it, it is not certain which version is current.
	case s.Superseded:
		if superseded := look.ActiveUpTo(look.Current - 1); len(superseded) > 0 {
			return superseded, SelectedVersions
		}
		return nil, SelectedNone
	case !found:
		return nil, RefusedAbsent
	case !row.Active:
		return nil, SelectedNone
	case s.Version == look.Current && !s.AllowCurrent:
		return nil, RefusedCurrent
	}
	return []int64{s.Version}, SelectedVersions
}

// DestroyInTurn destroys versions that were selected after a look at the secret, and stops
// at the first that stays: what refuses one will refuse the next.
func DestroyInTurn(ctx context.Context, store Store, look Snapshot, numbers []int64) (warnings []Warning, err error) {
	for done, n := range numbers {
		err := store.Destroy(ctx, n, func(fresh Snapshot) error { return MayDestroy(fresh, look.Life, n, n == look.Current) })
		if err != nil {
			return warnings, &StepError{Step: StepDestroy, Version: n, Done: numbers[:done], Left: numbers[done:], Err: err}
		}
		warnings = append(warnings, destroyedCurrent(look, n)...)
	}
	return warnings, nil
}
