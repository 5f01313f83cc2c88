package version

// WarningID names a warning. The words for it are in internal/diagnostic.
type WarningID int

// The warnings of a refresh.
const (
	// HistoryIncomplete: an answer lacks the managed version, so the state stays as it is.
	HistoryIncomplete WarningID = iota + 1
	// StillWaiting: retention does not keep a version, and it is not idle yet.
	StillWaiting
)

// The warnings of a plan, beside what diagnostic.PlanWarnings says of a decision.
const (
	// AgeRecorded: the apply only records another age of rotation.
	AgeRecorded WarningID = iota + 11
	// RetentionRecorded: the apply only records another retention.
	RetentionRecorded
	// RetentionOpen: the retention is known only during apply, which may destroy Versions.
	RetentionOpen
)

// The warnings of an apply. What goes wrong once the service has a version is a
// warning, because a version that exists must come into the state.
const (
	// AnswerLost: the answer of a put was lost, and reading back found the version.
	AnswerLost WarningID = iota + 21
	// OriginUnknown: there is another new version beside the one that was put.
	OriginUnknown
	// NotConfirmed: a version was put, and reading the history afterwards failed with Err.
	NotConfirmed
	// NotCurrent: a version was put, but Next is current, so Versions were not destroyed.
	NotCurrent
	// NotRetired: a superseded version was not destroyed, because of Err.
	NotRetired
	// NotAnnounced: a version stays, because no plan has said that it is destroyed.
	NotAnnounced
	// LeftAlone: a version stays, because it belongs to another life of the secret.
	LeftAlone
	// CurrentDestroyed: a version was current and is destroyed, and Next is current now.
	CurrentDestroyed
)

// Warning is a fact that a user should know of.
type Warning struct {
	ID       WarningID
	Version  int64   // that it is about
	Versions []int64 // that go, may go, or stay
	Next     int64   // the version that is current instead, zero for none
	Waiting  Waiting
	Resent   bool // the put was sent more than once
	Unknown  bool // what is recorded is not known yet
	Err      error
}
