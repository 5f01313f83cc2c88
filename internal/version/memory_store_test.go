package version_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

var errService = errors.New("the service failed")

// memoryStore is a Store with one secret in memory, as a service keeps it.
type memoryStore struct {
	look    version.Snapshot
	puts    []int64
	gone    []int64 // destroyed through the store
	strange []int64 // put by others
	// moves are what other clients do before each look of a guard.
	moves func(m *memoryStore)
	fails func(step version.Step) bool
	// harm is what no apply may ever do.
	harm string
}

var _ version.Store = (*memoryStore)(nil)

// newMemory is a secret with its first version.
func newMemory(placeholder bool) *memoryStore {
	m := &memoryStore{}
	m.look.AsOf = born
	m.begin(placeholder, "A")
	return m
}

// begin begins a life of the secret.
func (m *memoryStore) begin(placeholder bool, mark string) {
	at := m.look.AsOf
	m.look = version.Snapshot{
		AsOf: at, Life: version.Life{CreatedAt: at, Mark: mark}, HasPlaceholder: placeholder, Current: 1, ObjectVersion: 1, Key: version.Key{ID: "kms-1", Status: "active"},
		Versions: []version.Row{{Number: 1, Active: true, Status: version.StatusActive, ValueFormat: "string", CreatedAt: at}},
	}
}

// entry is the secret as a list shows it.
func (m *memoryStore) entry() version.Snapshot {
	entry := m.look
	entry.Versions = nil
	return entry
}

// snapshot is the secret as a look shows it, which later changes do not touch.
func (m *memoryStore) snapshot() version.Snapshot {
	look := m.look
	look.Versions = slices.Clone(look.Versions)
	return look
}

func (m *memoryStore) add() int64 {
	n := m.look.Newest() + 1
	row := version.Row{Number: n, Active: true, Status: version.StatusActive, ValueFormat: "string", CreatedAt: m.look.AsOf}
	m.look.Versions = slices.Insert(m.look.Versions, 0, row)
	m.look.Current = n
	m.look.ObjectVersion++
	return n
}

func (m *memoryStore) remove(n int64) {
	for i := range m.look.Versions {
		if m.look.Versions[i].Number == n {
			m.look.Versions[i].Active, m.look.Versions[i].Status = false, version.StatusDestroyed
		}
	}
	m.look.Current = m.look.Successor(n)
	m.look.ObjectVersion++
}

// reveal lets a client read the value of version n.
func (m *memoryStore) reveal(n int64) {
	m.look.LastAccessedAt = m.look.AsOf
	for i := range m.look.Versions {
		if m.look.Versions[i].Number == n {
			m.look.Versions[i].LastAccessedAt = m.look.AsOf
		}
	}
}

// others lets other clients act.
func (m *memoryStore) others() {
	if m.moves != nil {
		m.moves(m)
	}
}

func (m *memoryStore) failure(step version.Step) error {
	if m.fails != nil && m.fails(step) {
		return errService
	}
	return nil
}

// Look implements version.Store.
func (m *memoryStore) Look(context.Context) (version.Snapshot, error) {
	m.others()
	return m.snapshot(), m.failure(version.StepLook)
}

// Put implements version.Store.
func (m *memoryStore) Put(_ context.Context, _ int64, guard version.Guard) (version.Written, error) {
	m.others()
	if err := errors.Join(m.failure(version.StepPut), guard(m.snapshot())); err != nil {
		return version.Written{}, err
	}
	if len(m.strange) > 0 && slices.Contains(m.look.ActiveUpTo(m.look.Newest()), m.strange[0]) {
		m.harm = "a put went over a version that the plan did not know"
	}
	n := m.add()
	m.puts = append(m.puts, n)
	return version.Written{Version: n}, nil
}

// Confirm implements version.Store.
func (m *memoryStore) Confirm(context.Context, int64) (version.Snapshot, error) {
	m.others()
	return m.snapshot(), m.failure(version.StepRetire)
}

// Destroy implements version.Store.
func (m *memoryStore) Destroy(_ context.Context, n int64, guard version.Guard) error {
	m.others()
	if err := errors.Join(m.failure(version.StepDestroy), guard(m.snapshot())); err != nil {
		return err
	}
	if n == m.look.Current {
		m.harm = "the current version was destroyed"
	}
	m.remove(n)
	m.gone = append(m.gone, n)
	return nil
}

// happens lets one thing happen to the secret outside Terraform.
func (m *memoryStore) happens(t *rapid.T) {
	active := m.look.ActiveUpTo(m.look.Newest())
	switch what := rapid.SampledFrom([]string{"nothing", "time", "put", "destroy", "read", "recreate", "key", "policy"}).Draw(t, "happens"); {
	case what == "time":
		m.look.AsOf = m.look.AsOf.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "days")) * 24 * time.Hour)
	case what == "put":
		m.strange = append(m.strange, m.add())
	case what == "destroy" && len(active) > 1:
		m.remove(rapid.SampledFrom(active).Draw(t, "destroyed"))
	case what == "read" && len(active) > 0:
		m.reveal(rapid.SampledFrom(active).Draw(t, "read"))
	case what == "recreate":
		m.look.AsOf = m.look.AsOf.Add(time.Minute)
		m.strange = nil
		m.begin(rapid.Bool().Draw(t, "placeholder"), rapid.SampledFrom([]string{"B", "C", version.Unmarked}).Draw(t, "mark"))
		m.strange = []int64{1}
	case what == "policy":
		m.look.ObjectVersion++
	case what == "key":
		m.look.Key.Status = rapid.SampledFrom([]string{"active", "disabled"}).Draw(t, "status")
	}
}
