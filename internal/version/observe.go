package version

import (
	"slices"
	"time"
)

// Drift is what a refresh found about the managed version, in the terms of the
// rows that the design distinguishes.
type Drift string

// What a refresh can find, apart from a secret that is gone altogether.
const (
	// Current: readers get the managed version.
	Current Drift = "current"
	// Superseded: another client put a newer version.
	Superseded Drift = "superseded"
	// RolledBack: the managed version was destroyed, so an older one is current.
	RolledBack Drift = "rolled_back"
	// NoneActive: the managed version was destroyed and no other is active.
	NoneActive Drift = "none_active"
	// Missing: the history does not hold the managed version, although the secret is the
	// same. A version never leaves a history, so the service contradicts itself.
	Missing Drift = "missing"
	// Recreated: the secret was deleted and created again at its path, so the
	// managed version went with its former life.
	Recreated Drift = "recreated"
)

// Observation is everything that a plan may need of what a refresh saw. It is kept in
// private state, because a plan runs again during apply without a refresh and
// has to decide the same. So it holds nothing that changes while neither the world
// nor what is due does, and of an ordinary version next to nothing.
type Observation struct {
	Drift Drift `json:"finding"`
	// ManagedActive distinguishes a managed version that is only superseded from one that
	// was destroyed as well.
	ManagedActive bool `json:"managed_active,omitempty"`
	// The current version, where it is not the managed one. Zero: none is active.
	CurrentVersion   int64     `json:"current_version,omitempty"`
	CurrentCreatedAt time.Time `json:"current_created_at,omitzero"`
	CurrentFormat    string    `json:"current_format,omitempty"`
	// ActiveVersions are those up to the current one, where it is not the managed
	// one and there is a retention to show them.
	ActiveVersions []int64 `json:"active_versions,omitempty"`
	// OnlyPlaceholder: readers get the placeholder; no value has been put, or every
	// other version was destroyed.
	OnlyPlaceholder bool `json:"only_placeholder,omitempty"`
	// Life is the secret's present one, where the managed version belongs to another.
	Life
	// DueAt is when the current version became due for rotation. Zero: it is not.
	DueAt time.Time `json:"due_at,omitzero"`
	// DueByRotateBefore: it is due by rotate_before, at any age.
	DueByRotateBefore bool `json:"due_by_rotate_before,omitempty"`
	// Retire are the versions that retention lets go now, and RetireOnPut those
	// that go once a version is put: by retention, or as a placeholder.
	Retire      []int64 `json:"retire,omitempty"`
	RetireOnPut []int64 `json:"retire_on_put,omitempty"`
	// PlaceholderGoes: the placeholder goes with the next put, under any retention.
	PlaceholderGoes bool `json:"placeholder_goes,omitempty"`
	// Key is the secret's KMS key, where it is not known to be active.
	Key Key `json:"key,omitzero"`
}

// Observe compares the managed version with a secret's history, and both with
// what the policy asks for at the moment of the history.
func Observe(h Snapshot, m Managed, p Policy) Observation {
	if len(h.Versions) == 0 {
		return Observation{Drift: Current} // A secret has versions: this answer says nothing.
	}
	managed, known := h.Find(m.Version)
	// Without creation times and marks, a version that is not there is the only sign.
	life := m.Life.Compare(h.Life)
	recreated := life == Different || life == Unknown && !known
	v := Observation{Drift: Current}
	if recreated || h.Current != m.Version {
		v = foundOther(h, m, managed, recreated, known)
		if p.Retention != nil {
			v.ActiveVersions = h.ActiveUpTo(h.Current)
		}
	}
	if recreated {
		m = Managed{Version: h.Current} // Nothing here was put by this resource.
	}
	current, _ := h.Find(h.Current)
	v.DueAt = p.DueSince(current.CreatedAt, h.DueAsOf())
	v.DueByRotateBefore = p.IsDueByRotateBefore(current.CreatedAt, h.DueAsOf())
	v.OnlyPlaceholder = h.OnlyPlaceholder()
	v.Retire, _ = p.Retention.Retirable(h, m)
	v.RetireOnPut = retiredByNextPut(h, m, p.Retention)
	v.PlaceholderGoes = h.mayDestroyPlaceholder()
	if h.Key.Status != keyActive {
		v.Key = h.Key
	}
	return v
}

const keyActive = "active"

// foundOther describes a current version that is not the managed one.
func foundOther(h Snapshot, m Managed, managed Row, recreated, known bool) Observation {
	v := Observation{CurrentVersion: h.Current}
	if current, ok := h.Find(h.Current); ok {
		v.CurrentCreatedAt, v.CurrentFormat = current.CreatedAt, current.ValueFormat
	}
	switch {
	case recreated:
		v.Drift = Recreated
		v.Life = h.Life
	case h.Current == 0:
		v.Drift = NoneActive
	case !known:
		v.Drift = Missing
	case h.Current > m.Version:
		v.Drift = Superseded
		v.ManagedActive = managed.Active
	default:
		v.Drift = RolledBack
		v.ManagedActive = managed.Active
	}
	return v
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
