package version

// Case is everything that a decision rests on.
type Case struct {
	Observation Observation
	Managed     int64
	External    External // empty: not known yet
	// HasValue says that a value input is configured; without one nothing is ever
	// put. Renewable says that putting it again makes a new value.
	HasValue  bool
	Renewable bool
	// Uncertain says that a value input is not known, and may turn out to be none.
	Uncertain bool
	// Value, Keepers and Rotation are what the configuration has to say about the
	// value, the keepers and the age of rotation. A plan that changes the age only
	// records it: the observation was reached under the former one, and the next plan
	// decides by the new one.
	Value    Change
	Keepers  Change
	Rotation Change
	// Pending says that the version was imported or moved and not updated since:
	// its value cannot be compared with the configured one, which is therefore
	// recorded and not written.
	Pending bool
}

// Action is what a plan proposes for the managed version.
type Action int

// The actions. Only Put writes a value.
const (
	Keep Action = iota
	Put
	Adopt         // manage the version that is current now
	DecideInApply // not known before apply
)

// Decision is a plan's answer to a case.
type Decision struct {
	Action Action
	Reason Reason // of Put and Adopt
	// Postponed is the reason of a put that was not asked for and that the KMS key
	// refuses at present: it stays due, and nothing is put.
	Postponed Reason
	// Refused says that the KMS key refuses a put that was asked for.
	Refused bool
}

// Decide answers a case. What the user asks for wins over what is due, and
// both over what the refresh found, because a put makes the newest version.
func Decide(s Case) Decision {
	d := s.wanted()
	if d.Action == Put && s.Uncertain {
		return Decision{Action: DecideInApply}
	}
	if d.Action != Put || !s.Observation.Key.Blocked() {
		return d
	}
	if d.Reason.AskedFor() {
		d.Refused = true
		return d
	}
	return Decision{Action: Keep, Postponed: d.Reason}
}

// wanted is the decision as if every key were active.
func (s Case) wanted() Decision {
	if s.External == "" {
		return s.beforeExternalIsKnown()
	}
	if asked := s.asked(); asked.Action != Keep {
		return asked
	}
	switch s.Observation.Drift {
	case Current:
		return s.rotationOr(Decision{Action: Keep})
	case Superseded, RolledBack, Missing:
		if s.Observation.OnlyPlaceholder && s.takesChanges() {
			return Decision{Action: Put, Reason: ReasonHealed} // A placeholder is not a value to go back to.
		}
		return s.external()
	case NoneActive:
		return s.heal()
	case Recreated:
		if s.Observation.CurrentVersion == 0 {
			return s.heal()
		}
		// The new life has had no value yet, so there is no version of another client to
		// respect, and the one put that a create would have made is still owed.
		if s.Observation.OnlyPlaceholder && s.HasValue && !s.Pending {
			return Decision{Action: Put, Reason: ReasonHealed}
		}
		return s.external()
	}
	return Decision{Action: Keep}
}

// asked is the put that the configuration asks for. Keep: it asks for none.
func (s Case) asked() Decision {
	switch {
	case !s.takesChanges():
	case s.Value == Changed:
		return Decision{Action: Put, Reason: ReasonValue}
	case s.Value == Undecided:
		return Decision{Action: DecideInApply} // A keeper may ask for a put, but the value may turn out to be the reason.
	case s.Keepers == Changed && s.Renewable:
		return Decision{Action: Put, Reason: ReasonKeeper}
	case s.Keepers == Undecided && s.Renewable:
		return Decision{Action: DecideInApply}
	}
	return Decision{Action: Keep}
}

// beforeExternalIsKnown decides while the choice of on_external_version is not known:
// only where every choice comes to the same is that certain.
func (s Case) beforeExternalIsKnown() Decision {
	s.External = ExternalAdopt
	adopt := s.wanted()
	for _, choice := range []External{ExternalOverwrite, ExternalIgnore} {
		s.External = choice
		if s.wanted() != adopt {
			return Decision{Action: DecideInApply}
		}
	}
	return adopt
}

// takesChanges reports whether a changed configuration leads to a put at all.
func (s Case) takesChanges() bool {
	return s.HasValue && !s.Pending && s.External != ExternalIgnore
}

// mayRotate reports whether age can lead to a put.
func (s Case) mayRotate() bool { return s.Renewable && s.External != ExternalIgnore }

// due reports whether the version is to be rotated by this plan. What is due by an age
// that this plan changes is left to the next plan; rotate_before acts at once.
func (s Case) due() Change {
	switch {
	case !s.mayRotate(), s.Observation.DueAt.IsZero():
		return Unchanged
	case s.Rotation == Unchanged, s.Observation.DueByRotateBefore:
		return Changed
	case s.Rotation == Undecided:
		return Undecided // It may turn out to be the same age.
	}
	return Unchanged
}

// rotationOr is the rotation, where it is due, and another decision where it is not.
func (s Case) rotationOr(other Decision) Decision {
	switch s.due() {
	case Changed:
		return Decision{Action: Put, Reason: ReasonRotation}
	case Undecided:
		return Decision{Action: DecideInApply}
	case Unchanged:
	}
	return other
}

// Puts reports that a decision leads to a put for certain: what is due is put,
// even if other questions are left to apply.
func (s Case) Puts(d Decision) bool {
	open := s.Uncertain || s.External == "" || s.Observation.Key.Blocked()
	return d.Action == Put || d.Action == DecideInApply && s.due() == Changed && !open
}

// external decides about a current version that another client made. One that is
// due already is not worth tracking: the plan after that would replace it.
func (s Case) external() Decision {
	switch {
	case s.External == ExternalIgnore && !s.Pending:
		return Decision{Action: Keep}
	case s.External == ExternalOverwrite && s.HasValue && !s.Pending:
		return Decision{Action: Put, Reason: ReasonOverwritten}
	}
	return s.rotationOr(Decision{Action: Adopt, Reason: ReasonAdopted})
}

// heal decides about a secret that no client can read. That is reason enough to put
// an imported version's value too.
func (s Case) heal() Decision {
	if s.HasValue && s.External != ExternalIgnore {
		return Decision{Action: Put, Reason: ReasonHealed}
	}
	return Decision{Action: Keep}
}
