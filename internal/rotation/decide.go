package rotation

// OnExternal is what to do about a current version that somebody else made.
type OnExternal string

// The choices of on_external_version.
const (
	Adopt     OnExternal = "adopt"
	Overwrite OnExternal = "overwrite"
	Ignore    OnExternal = "ignore"
)

// Change is whether the configuration asks for another value than the managed
// version holds.
type Change int

// A plan cannot always tell: a value may be unknown until apply.
const (
	Unchanged Change = iota
	Changed
	Undecided
)

// Reason is why the managed version became what it is, as last_change shows it.
type Reason string

// The reasons. A plan knows them, so that CI can tell drift from due work.
const (
	ReasonCreated     Reason = "created"
	ReasonValue       Reason = "value"
	ReasonAdopted     Reason = "adopted"
	ReasonOverwritten Reason = "overwritten"
	ReasonHealed      Reason = "healed"
	ReasonImported    Reason = "imported"
)

// Situation is everything that a decision rests on.
type Situation struct {
	Verdict  Verdict
	Managed  int64
	External OnExternal
	HasValue bool // a value input is configured; without one nothing is ever put
	Change   Change
	// Pending says that the version was imported or moved and not updated since:
	// its value cannot be compared with the configured one, which is therefore
	// recorded and not written.
	Pending bool
}

// Action is what a plan proposes for the managed version.
type Action int

// The actions. Only Put writes to the service.
const (
	Keep Action = iota
	Put
	Track         // manage the version that is current now
	DecideInApply // not known before apply
)

// Decision is a plan's answer to a situation.
type Decision struct {
	Action Action
	Reason Reason // of Put and Track
}

// Decide answers a situation. A value that the user asks for wins over whatever
// the refresh found, because putting it makes it the newest.
func Decide(s Situation) Decision {
	if s.mayPut() {
		switch s.Change {
		case Changed:
			return Decision{Put, ReasonValue}
		case Undecided:
			return Decision{Action: DecideInApply}
		case Unchanged:
		}
	}
	switch s.Verdict.Finding {
	case Superseded, RolledBack:
		return s.external()
	case NoneActive:
		return s.heal()
	case Recreated:
		if s.Verdict.CurrentVersion == 0 {
			return s.heal()
		}
		// The new life has had no value yet, so this is no stranger's version to
		// respect, and the one put that a create would have made is still owed.
		if s.Verdict.OnlyPlaceholder && s.HasValue && !s.Pending {
			return Decision{Put, ReasonHealed}
		}
		return s.external()
	case Current:
	}
	return Decision{Action: Keep}
}

// mayPut reports whether a changed configuration leads to a put at all.
func (s Situation) mayPut() bool {
	return s.HasValue && !s.Pending && s.External != Ignore
}

// external decides about a current version that somebody else made.
func (s Situation) external() Decision {
	track := Decision{Track, ReasonAdopted}
	switch {
	case s.Pending:
		return track
	case s.External == Ignore:
		return Decision{Action: Keep}
	case s.External == Overwrite && s.HasValue:
		return Decision{Put, ReasonOverwritten}
	}
	return track
}

// heal decides about a secret that nobody can read.
func (s Situation) heal() Decision {
	if s.mayPut() {
		return Decision{Put, ReasonHealed}
	}
	return Decision{Action: Keep}
}
