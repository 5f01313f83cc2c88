package rotation

import "time"

// Finding is what a refresh found about the managed version, in the terms of the
// rows that the design tells apart.
type Finding string

// What a refresh can find, apart from a secret that is gone altogether.
const (
	// Current: readers get the managed version.
	Current Finding = "current"
	// Superseded: somebody else put a newer version.
	Superseded Finding = "superseded"
	// RolledBack: the managed version was destroyed, so an older one is current.
	RolledBack Finding = "rolled_back"
	// NoneActive: the managed version was destroyed and no other is active.
	NoneActive Finding = "none_active"
	// Recreated: the secret was deleted and created again at its path, so the
	// managed version went with its former life.
	Recreated Finding = "recreated"
)

// Managed is the version that a state manages.
type Managed struct {
	Version         int64
	SecretCreatedAt time.Time // zero: not known yet
}

// Verdict is everything that a plan may need of what a refresh saw. It is kept in
// private state, because a plan runs again during apply without a refresh and
// has to decide the same. So it holds nothing that changes while the world stays
// the same, and of a managed version that is current it holds next to nothing.
type Verdict struct {
	Finding Finding `json:"finding"`
	// ManagedActive tells a managed version that is only superseded from one that
	// was destroyed as well.
	ManagedActive bool `json:"managed_active,omitempty"`
	// The current version, where it is not the managed one. Zero: none is active.
	CurrentVersion   int64     `json:"current_version,omitempty"`
	CurrentCreatedAt time.Time `json:"current_created_at,omitzero"`
	CurrentFormat    string    `json:"current_format,omitempty"`
	// OnlyPlaceholder: the current version is a re-created secret's placeholder.
	OnlyPlaceholder bool `json:"only_placeholder,omitempty"`
	// SecretCreatedAt begins the secret's present life, where the managed version
	// belongs to another.
	SecretCreatedAt time.Time `json:"secret_created_at,omitzero"`
}

// Observe compares the managed version with a secret's history.
func Observe(h History, m Managed) Verdict {
	managed, known := h.Find(m.Version)
	recreated := !SameLife(h.SecretCreatedAt, m.SecretCreatedAt) || !known
	if !recreated && h.Current == m.Version {
		return Verdict{Finding: Current}
	}
	v := Verdict{CurrentVersion: h.Current}
	if current, ok := h.Find(h.Current); ok {
		v.CurrentCreatedAt, v.CurrentFormat = current.CreatedAt, current.ValueFormat
	}
	switch {
	case recreated:
		v.Finding = Recreated
		v.SecretCreatedAt = h.SecretCreatedAt
		v.OnlyPlaceholder = h.onlyPlaceholder()
	case h.Current == 0:
		v.Finding = NoneActive
	case h.Current > m.Version:
		v.Finding = Superseded
		v.ManagedActive = managed.Active
	default:
		v.Finding = RolledBack
	}
	return v
}
