package version

import (
	"context"
	"errors"
)

// Result is what an apply leaves behind.
type Result struct {
	Shown    Shown
	Record   Record
	Warnings []Warning
}

func (r *Result) warn(warnings ...Warning) { r.Warnings = append(r.Warnings, warnings...) }

// Create puts the first version of a resource. An error says that nothing was put.
func Create(ctx context.Context, store Store, w Want, planned Planned) (Result, error) {
	return put(ctx, store, order{reason: ReasonCreated, want: w, planned: planned})
}

// Update carries out what a plan has proposed, and decides now that everything is known
// what the plan had to leave open. Where it returns an error, the state stays as it is.
func Update(ctx context.Context, store Store, shown Shown, r Record, w Want, planned Planned) (Result, error) {
	p := propose(shown, r, w).Narrow(planned)
	switch {
	case p.Decision.Refused:
		return Result{}, &KeyRefusedError{p.Case.Observation.Key}
	case p.Decision.Action == Put:
		return put(ctx, store, order{
			reason: p.Decision.Reason, want: w, planned: planned, former: p.record.previousPuts(),
			known: p.record.known(shown.Number), retire: p.Case.Observation.RetireOnPut,
		})
	}
	done := p.keepResult()
	if p.Decision.Action == Adopt {
		done = p.adoptResult()
	}
	err := p.retireOnly(ctx, store, planned, &done)
	return done, err
}

// PutNewest puts a version for an action, which has looked at the secret. Like every put
// it retires a placeholder.
func PutNewest(ctx context.Context, store Store, look Snapshot) (Result, error) {
	return put(ctx, store, order{reason: ReasonCreated, known: knownOf(look)})
}

// order is a put that was decided.
type order struct {
	reason  Reason
	want    Want
	planned Planned
	former  Record
	known   Known
	// retire are the versions that the plan names. A put of ReasonCreated knows of none
	// before it has read the history.
	retire []int64
}

// put puts the value, confirms it as current, and only then retires what it makes
// superfluous. An error says that nothing was put. Once the service has the version,
// every failure is a warning, because a version that exists must come into the
// state.
func put(ctx context.Context, store Store, o order) (Result, error) {
	var life Life // that the put went into, should reading back fail
	guard := o.known.guardPut()
	written, err := store.Put(ctx, o.known.Newest, func(fresh Snapshot) error {
		life = fresh.Life
		return guard(fresh)
	})
	if err != nil {
		return Result{}, &StepError{Step: StepPut, Err: err}
	}
	n := written.Version
	done := Result{
		Shown:    o.planned.complete(Shown{Number: n, Status: StatusActive, Reason: o.reason}),
		Record:   Record{Life: life, Input: o.want.Input, Put: n, PreviousPut: o.former.Put, Seen: Observation{Drift: Current}},
		Warnings: written.warnings(),
	}
	if o.want.Compared && o.want.Fingerprint != nil {
		done.Record.Fingerprint = o.want.Fingerprint()
	}
	fresh, row, warning := confirm(ctx, store, n)
	if warning != nil {
		done.warn(*warning)
		return done, nil
	}
	done.Record.Life = fresh.Life
	if o.former.Life.Compare(fresh.Life) == Different {
		done.Record.PreviousPut = 0 // It was put in another life of the secret.
	}
	m, policy := done.Record.of(n), o.want.policy()
	retired, warnings := retireAfterPut(ctx, store, fresh, m, policy.Retention, o)
	done.warn(warnings...)
	fresh = fresh.Without(retired)
	shown := Show(row, o.reason)
	shown.Active = listed(fresh.ActiveUpTo(n))
	done.Shown = o.planned.complete(shown)
	done.Record.Seen, done.Record.Retained = Observe(fresh, m, policy), retainedOf(fresh, n, policy)
	return done, nil
}

// confirm reads the history until it holds a version that was put. The warning says why
// it does not.
func confirm(ctx context.Context, store Store, n int64) (fresh Snapshot, row Row, warning *Warning) {
	fresh, err := store.Confirm(ctx, n)
	row, held := fresh.Find(n)
	if err == nil && !held {
		err = errNotHeld
	}
	if err != nil {
		return fresh, row, &Warning{ID: NotConfirmed, Version: n, Err: err}
	}
	return fresh, row, nil
}

// keepResult leaves the managed version as it is and takes the configuration as given.
func (p Proposal) keepResult() Result {
	done := Result{Shown: p.shown, Record: p.record}
	r, w := &done.Record, p.want
	r.Seen = p.Case.Observation
	r.Pending = false
	w.forgetAge(p.shown, &r.Seen) // Or the next plan without a refresh would go by the former age.
	if w.Retention.Value == nil {
		r.Seen.ActiveVersions = nil // Nothing shows them any more.
		r.Retained = r.Retained.withoutRetention(r.Seen.Drift == Current)
	}
	if w.Input != "" {
		r.Input = w.Input
	}
	switch {
	case !w.Compared:
		r.Fingerprint = nil
	case r.Fingerprint == nil && w.Fingerprint != nil:
		r.Fingerprint = w.Fingerprint()
	}
	return done
}

// adoptResult manages the version that is current now. It is what was planned, down to
// the last byte.
func (p Proposal) adoptResult() Result {
	done := p.keepResult()
	seen, r := done.Record.Seen, &done.Record
	done.Shown = seen.adopted()
	r.Seen = Observation{
		Drift: Current, OnlyPlaceholder: seen.OnlyPlaceholder, DueAt: seen.DueAt, DueByRotateBefore: seen.DueByRotateBefore,
		RetireOnPut: seen.RetireOnPut, PlaceholderGoes: seen.PlaceholderGoes, Key: seen.Key,
	}
	former := p.record.previousPuts()
	// A put that was rolled back is gone for good. What retention lets go is counted from
	// the version that is managed, also once a stranger's newer one is adopted.
	r.Put, r.PreviousPut = min(former.Put, seen.CurrentVersion), former.PreviousPut
	if seen.Drift == Recreated {
		r.Life = seen.Life
	}
	r.Retained = r.Retained.unlessNeedless(true)
	return done
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
		// A caller who may not destroy gets this warning in every plan, and what became needed
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
	done.Record.Seen, done.Record.Retained = Observe(fresh, m, policy), retainedOf(fresh, n, policy)
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
