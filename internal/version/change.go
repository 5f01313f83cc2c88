package version

// External is what to do about a current version that another client made.
type External string

// The choices of on_external_version.
const (
	ExternalAdopt     External = "adopt"
	ExternalOverwrite External = "overwrite"
	ExternalIgnore    External = "ignore"
)

// Change is whether the configuration asks for something else than it did.
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
	ReasonRotation    Reason = "rotation"
	ReasonKeeper      Reason = "keeper"
	ReasonAdopted     Reason = "adopted"
	ReasonOverwritten Reason = "overwritten"
	ReasonHealed      Reason = "healed"
	ReasonImported    Reason = "imported"
)

// AskedFor reports a put that the user asked for in this very plan, rather than
// one that is due by time or because of another client.
func (r Reason) AskedFor() bool {
	return r == ReasonCreated || r == ReasonValue || r == ReasonKeeper
}
