package version

import (
	"context"
	"errors"
	"slices"
	"time"
)

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

// WhileRetentionChanges is the observation for a plan that changes the retention, which is
// only recorded: what the former retention let go stays until the next plan.
func (v Observation) WhileRetentionChanges() Observation {
	v.Retire, v.RetireOnPut = nil, nil
	if v.PlaceholderGoes {
		v.RetireOnPut = []int64{PlaceholderVersion}
	}
	return v
}

// Counted is the observation for a plan that changes the retention to one that only counts:
// which of the active versions it lets go needs neither a clock nor a history. The
// managed version is current.
func (v Observation) Counted(active []int64, m Managed, keep int) Observation {
	v = v.WhileRetentionChanges()
	now, onPut := countedOut(active, m, keep)
	v.Retire = now
	for _, n := range v.RetireOnPut {
		if !slices.Contains(onPut, n) {
			onPut = slices.Insert(onPut, 0, n)
		}
	}
	v.RetireOnPut = onPut
	return v
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

// retireAfterPut destroys what the plan has named, as far as the history still lets it
// go. What stays is a warning: the version was put, and that is what was asked for.
func retireAfterPut(ctx context.Context, store Store, fresh Snapshot, m Managed, retention *Retention, o order) (retired []int64, warnings []Warning) {
	planned := o.retire
	if o.reason == ReasonCreated {
		planned = RetiredByFirstPut(fresh)
	}
	if fresh.Current != m.Version {
		warnings = append(warnings, Warning{ID: NotCurrent, Version: m.Version, Versions: planned, Next: fresh.Current})
	}
	retired, kept := retireAll(ctx, store, RetiredByPut(fresh, m, planned), m, retention)
	for _, failed := range kept {
		warnings = append(warnings, failed.warning())
	}
	return retired, warnings
}

// retireOnly destroys what retention lets go while nothing is put. It reads the history
// again, because another client may have begun to read an old version since the plan.
// What has to stay is left for the next plan, with a warning.
func (p Proposal) retireOnly(ctx context.Context, store Store, as Planned, done *Result) error {
	planned, w := p.Case.Observation.Retire, p.want
	if len(planned) == 0 && !w.retentionChanges() || w.Retention.Value == nil {
		return nil
	}
	if p.Case.Observation.Drift == Recreated && done.Record.Life == p.record.Life {
		return nil // What is managed went with a former life of the secret, and no version of this one is ours.
	}
	fresh, err := store.Look(ctx)
	if err != nil {
		return &StepError{Step: StepLook, Err: err}
	}
	if stale := MayChange(fresh, done.Record.Life); stale != nil && len(planned) > 0 {
		return &StepError{Step: StepRetire, Err: stale}
	}
	n, policy := done.Shown.Number, w.policy()
	m := done.Record.of(n)
	retired, kept := retireAll(ctx, store, planned, m, policy.Retention)
	var failures []error
	for _, failed := range kept {
		// Who may not destroy is told so once more with every plan, and what became needed
		// again stays; anything else may go better the next time.
		if errors.Is(failed.Err, ErrForbidden) || staleOf(failed.Err) != nil {
			done.warn(failed.warning())
		} else {
			failures = append(failures, failed)
		}
	}
	fresh = fresh.Without(retired)
	// What was planned is what comes into the state, even if the secret has changed
	// since. The next refresh tells.
	done.Shown.Active = as.Active
	if as.ActiveUnknown {
		done.Shown.Active = listed(fresh.ActiveUpTo(n))
	}
	done.Record.Seen = Observe(fresh, m, policy)
	return errors.Join(failures...)
}

// retireAll destroys versions, each as far as the secret still lets it go. It returns
// those that are gone, and for each of the others why it is not.
func retireAll(ctx context.Context, store Store, numbers []int64, m Managed, r *Retention) (retired []int64, kept []*StepError) {
	for _, n := range numbers {
		err := store.Destroy(ctx, n, func(fresh Snapshot) error { return MayRetire(fresh, m, r, n) })
		if err != nil {
			kept = append(kept, &StepError{Step: StepDestroy, Version: n, Err: err})
			continue
		}
		retired = append(retired, n)
	}
	return retired, kept
}

func (e *StepError) warning() Warning { return Warning{ID: NotRetired, Version: e.Version, Err: e} }

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
	if IsInOtherLife(look, r.Life, n, shown.PutAt) {
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
