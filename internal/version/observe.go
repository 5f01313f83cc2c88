package version

import (
	"slices"
	"time"
)

// Drift is what a refresh found about the managed version, in the terms of the
// rows that the design tells apart.
type Drift string

// What a refresh can find, apart from a secret that is gone altogether.
const (
	// Current: readers get the managed version.
	Current Drift = "current"
	// Superseded: somebody else put a newer version.
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

// Managed is the version that a state manages, and what is remembered of the
// resource's own puts.
type Managed struct {
	Version int64
	Life    Life // zero: not known yet
	// Put is the version that the resource put last in this life of the secret, and
	// PreviousPut the one before it. Zero: none. An import counts as the first put, so
	// the older versions are spared until the put after it.
	Put, PreviousPut int64
}

// AfterPut is what is managed once version n was put.
func (m Managed) AfterPut(n int64) Managed {
	return Managed{Version: n, Life: m.Life, Put: n, PreviousPut: m.Put}
}

// Policy is what the configuration asks for over time.
type Policy struct {
	RotateAfter  time.Duration // age at which a version is due; zero: never
	RotateBefore time.Time     // versions put before it are due; zero: none
	Retention    *Retention    // nil: keep all
}

// DependsOnTime reports a policy whose outcome changes as time passes.
func (p Policy) DependsOnTime() bool {
	return p.RotateAfter > 0 || !p.RotateBefore.IsZero() || p.Retention != nil && p.Retention.MinIdle > 0
}

// DueAt is when a version that was put at the given time is to be replaced. Zero:
// never, or the time is not known.
func (p Policy) DueAt(created time.Time) time.Time {
	var due time.Time
	if created.IsZero() {
		return due
	}
	if p.RotateAfter > 0 {
		due = created.Add(p.RotateAfter)
	}
	if created.Before(p.RotateBefore) && (due.IsZero() || p.RotateBefore.Before(due)) {
		due = p.RotateBefore
	}
	return due
}

// DueSince is since when a version that was put at the given time is due at a moment
// of the service's clock. Zero: it is not.
func (p Policy) DueSince(created, asOf time.Time) time.Time {
	due := p.DueAt(created)
	if due.IsZero() || asOf.Before(due) {
		return time.Time{}
	}
	return due.UTC()
}

// IsDueByRotateBefore reports that a version that was put at the given time is due by
// RotateBefore at a moment of the service's clock.
func (p Policy) IsDueByRotateBefore(created, asOf time.Time) bool {
	return !created.IsZero() && created.Before(p.RotateBefore) && !asOf.Before(p.RotateBefore)
}

// Observation is everything that a plan may need of what a refresh saw. It is kept in
// private state, because a plan runs again during apply without a refresh and
// has to decide the same. So it holds nothing that changes while neither the world
// nor what is due does, and of an ordinary version next to nothing.
type Observation struct {
	Drift Drift `json:"finding"`
	// ManagedActive tells a managed version that is only superseded from one that
	// was destroyed as well.
	ManagedActive bool `json:"managed_active,omitempty"`
	// The current version, where it is not the managed one. Zero: none is active.
	CurrentVersion   int64     `json:"current_version,omitempty"`
	CurrentCreatedAt time.Time `json:"current_created_at,omitzero"`
	CurrentFormat    string    `json:"current_format,omitempty"`
	// ActiveVersions are those up to the current one, where it is not the managed
	// one and there is a retention to show them.
	ActiveVersions []int64 `json:"active_versions,omitempty"`
	// OnlyPlaceholder: readers get the placeholder; nobody has put a value, or every
	// other version was destroyed.
	OnlyPlaceholder bool `json:"only_placeholder,omitempty"`
	// Life is the secret's present one, where the managed version belongs to another.
	Life
	// DueAt is when the current version became due for rotation. Zero: it is not.
	DueAt time.Time `json:"due_at,omitzero"`
	// DueByRotateBefore: it is due by rotate_before, whatever its age.
	DueByRotateBefore bool `json:"due_by_rotate_before,omitempty"`
	// Retire are the versions that retention lets go now, and RetireOnPut those
	// that go once a version is put: by retention, or as a placeholder.
	Retire      []int64 `json:"retire,omitempty"`
	RetireOnPut []int64 `json:"retire_on_put,omitempty"`
	// PlaceholderGoes: the placeholder goes with the next put, whatever the retention.
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
