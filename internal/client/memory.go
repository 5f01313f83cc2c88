package client

import (
	"sync"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// memory is what a client remembers of its own puts: a version that one of them
// has made is not what another has made.
type memory struct {
	mu      sync.Mutex
	secrets map[secretpath.SecretID]*remembered
}

// remembered is the memory of one secret, in one life of it.
type remembered struct {
	createdAt time.Time // zero: not known yet
	made      map[int64]bool
	underWay  int
	crowded   bool // several puts have been under way at once
}

// begin remembers that a put is under way. Others at the same time could be taken
// for each other.
func (m *memory) begin(id secretpath.SecretID) (end func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.of(id)
	r.underWay++
	r.crowded = r.crowded || r.underWay > 1
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		r := m.of(id)
		r.underWay--
		r.crowded = r.crowded && r.underWay > 0
	}
}

// isCrowded reports that other puts into the secret are or were under way.
func (m *memory) isCrowded(id secretpath.SecretID) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.of(id).crowded
}

// note remembers the version that a put has made.
func (m *memory) note(id secretpath.SecretID, number int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.of(id).made[number] = true
}

// hasMade reports a version that a put of this client has made.
func (m *memory) hasMade(id secretpath.SecretID, number int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.of(id).made[number]
}

// observe forgets what belongs to a former life of the secret.
func (m *memory) observe(secret Secret) {
	if secret.CreatedAt.IsZero() {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.secrets[secret.ID]
	if r == nil {
		return // Nothing was put into it, so that there is nothing to forget.
	}
	if !r.createdAt.IsZero() && !sameLife(r.createdAt, secret.CreatedAt) {
		clear(r.made)
	}
	r.createdAt = secret.CreatedAt
}

// of is the memory of a secret. The mutex is held.
func (m *memory) of(id secretpath.SecretID) *remembered {
	if m.secrets == nil {
		m.secrets = map[secretpath.SecretID]*remembered{}
	}
	if m.secrets[id] == nil {
		m.secrets[id] = &remembered{made: map[int64]bool{}}
	}
	return m.secrets[id]
}
