package version

import "slices"

// Planned is what a plan shows of the version.
type Planned struct {
	// Shown is what is known of it.
	Shown
	// Open says that the apply puts, or may put: the number and the time are not known
	// yet, nor is what is empty.
	Open bool
	// ActiveUnknown says that the active versions are not known, and OneMore that they are
	// but for the version that is put.
	ActiveUnknown, OneMore bool
}

// complete is the version that was put as far as the plan has not said it already. What
// is otherwise at the service, the next refresh tells.
func (p Planned) complete(put Shown) Shown {
	if p.Status != "" {
		put.Status = p.Status
	}
	if p.Format != "" {
		put.Format = p.Format
	}
	if p.Active != nil && !p.ActiveUnknown {
		put.Active = append(listed(p.Active), put.Number)
	}
	return put
}

// Proposal is what a plan proposes for the managed version. Plan and apply make it from
// the same facts.
type Proposal struct {
	Case     Case
	Decision Decision

	shown  Shown
	record Record
	want   Want
}

// Plan proposes what to do about the managed version, by what the state shows of it, what
// is remembered of it, and what is wanted.
func Plan(shown Shown, r Record, w Want) Proposal {
	p := propose(shown, r, w)
	if w.IsFingerprinted(r) && (w.Edited || p.Decision.Action != Keep || len(p.Case.Observation.Retire) > 0) {
		// The value may be another one in apply, so nothing else that apply does can be
		// promised now.
		p.Case.Value = Undecided
		p.Decision = Decide(p.Case)
	}
	return p
}

func propose(shown Shown, r Record, w Want) Proposal {
	if r.Seen.Drift == "" {
		r.Seen.Drift = Current // A state that was never refreshed claims nothing else.
	}
	c := Case{
		Observation: w.settleRetention(shown, r),
		Managed:     shown.Number,
		External:    w.External,
		HasValue:    w.Input != "",
		Uncertain:   w.Uncertain,
		Renewable:   w.Renewable,
		Value:       w.Value,
		Keepers:     w.Keepers,
		Rotation:    w.ageChange(),
		Pending:     r.Pending,
	}
	return Proposal{Case: c, Decision: Decide(c), shown: shown, record: r, want: w}
}

// Refuse says that the KMS key refuses the put, which a look at the key has shown.
func (p Proposal) Refuse(key Key) Proposal {
	p.Case.Observation.Key, p.Decision.Refused = key, true
	return p
}

// Warnings are what the plan has to say beside the decision itself.
func (p Proposal) Warnings() []Warning { return p.recordedOnly() }

// Planned shows the proposal in the attributes of a plan.
func (p Proposal) Planned() Planned {
	planned := Planned{Shown: p.shown}
	switch p.Decision.Action {
	case Put:
		return p.plannedPut()
	case DecideInApply:
		return Planned{Open: true, ActiveUnknown: true}
	case Adopt:
		planned.Shown = p.Case.Observation.adopted()
	case Keep:
	}
	switch retire := p.Case.Observation.Retire; {
	case p.want.Retention.Unknown, p.want.retentionChanges() && planned.Active == nil:
		planned.Active, planned.ActiveUnknown = nil, true
	case len(retire) > 0:
		planned.Active = without(planned.Active, retire)
	}
	return planned
}

// PlannedPut shows a put, which has a reason if it is certain, in the attributes of a plan
// that knows no version yet.
func PlannedPut(w Want, reason Reason) Planned {
	planned := Planned{Shown: Shown{Reason: reason}, Open: true, ActiveUnknown: true}
	if reason != "" {
		planned.Status = StatusActive
	}
	if reason != "" && !w.Uncertain {
		planned.Format = w.Format
	}
	return planned
}

// plannedPut plans the active versions too: those that stay, and one more that is known
// after apply. The list is unknown as a whole where the state does not know them or
// another client's version is current.
func (p Proposal) plannedPut() Planned {
	planned := PlannedPut(p.want, p.Decision.Reason)
	if knowsActive(p.shown, p.Case.Observation) && !p.want.Retention.Unknown {
		planned.ActiveUnknown, planned.OneMore = false, true
		planned.Active = without(p.shown.Active, p.Case.Observation.RetireOnPut)
	}
	return planned
}

// Narrow keeps a proposal to what was planned. A plan that knows the version has promised
// not to put, and one that knows the reason has promised to put.
func (p Proposal) Narrow(final Planned) Proposal {
	switch {
	case final.Open && final.Reason == "":
	case final.Open:
		p.Decision = Decision{Action: Put, Reason: final.Reason, Refused: p.Decision.Refused}
	case final.IsSameVersion(p.shown):
		p.Decision = Decision{Action: Keep}
	default:
		p.Decision = Decision{Action: Adopt, Reason: ReasonAdopted}
	}
	return p
}

// adopted shows the version that a refresh found to be current.
func (v Observation) adopted() Shown {
	row := Row{Number: v.CurrentVersion, Status: StatusActive, CreatedAt: v.CurrentCreatedAt, ValueFormat: v.CurrentFormat}
	shown := Show(row, ReasonAdopted)
	shown.Active = listed(v.ActiveVersions)
	return shown
}

// without takes the retired numbers out of the active ones.
func without(active, retired []int64) []int64 {
	return slices.DeleteFunc(listed(active), func(n int64) bool { return slices.Contains(retired, n) })
}

// recordedOnly says which changed policies the apply of a plan only records.
func (p Proposal) recordedOnly() (warnings []Warning) {
	w := p.want
	if w.ageChange() != Unchanged && (w.After.Unknown || w.After.Value != 0) && p.Decision.Action != Put {
		warnings = append(warnings, Warning{ID: AgeRecorded, Unknown: w.After.Unknown})
	}
	switch {
	case !w.retentionChanges(), w.Retention.Value == nil && !w.Retention.Unknown:
	case w.Retention.Unknown:
		warnings = append(warnings, Warning{ID: RetentionOpen, Versions: p.mayBeRetired()})
	case !w.retentionActsAtOnce(p.shown, p.Case.Observation): // Otherwise the plan shows what goes.
		warnings = append(warnings, Warning{ID: RetentionRecorded})
	}
	return warnings
}

// mayBeRetired are all the versions that the apply can destroy by a retention that is not
// known yet: those of the former one, if it stays, and those that are not kept by number.
func (p Proposal) mayBeRetired() []int64 {
	former, counted := p.record.Seen, Observation{}
	if knowsActive(p.shown, former) {
		counted = p.Case.Observation.Counted(p.shown.Active, p.record.of(p.shown.Number), 0)
	}
	now, onPut := union(former.Retire, counted.Retire), union(former.RetireOnPut, counted.RetireOnPut)
	switch p.Decision.Action {
	case Put:
		return onPut
	case DecideInApply:
		return union(now, onPut)
	case Keep, Adopt:
	}
	return now
}
