package client

import (
	"sync"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// putTracker keeps the puts of a client: a version that one of them has made is not
// what another has made.
type putTracker struct {
	mu      sync.Mutex
	secrets map[secretpath.SecretID]*secretPuts
}

// secretPuts are the puts into one secret, in one life of it.
type secretPuts struct {
	createdAt time.Time // zero: not known yet
	made      map[int64]bool
	underWay  int
	crowded   bool // several puts have been under way at once
}

// begin notes that a put is under way. Others at the same time could be taken
// for each other.
func (t *putTracker) begin(id secretpath.SecretID) (end func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.of(id)
	r.underWay++
	r.crowded = r.crowded || r.underWay > 1
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		r := t.of(id)
		r.underWay--
		r.crowded = r.crowded && r.underWay > 0
	}
}

// hasConcurrentPuts reports that other puts into the secret are or were under way.
func (t *putTracker) hasConcurrentPuts(id secretpath.SecretID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.of(id).crowded
}

// note keeps the version that a put has made.
func (t *putTracker) note(id secretpath.SecretID, number int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.of(id).made[number] = true
}

// hasMade reports a version that a put of this client has made.
func (t *putTracker) hasMade(id secretpath.SecretID, number int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.of(id).made[number]
}

// observe forgets what belongs to a former life of the secret.
func (t *putTracker) observe(secret Secret) {
	if secret.CreatedAt.IsZero() {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.secrets[secret.ID]
	if r == nil {
		return // Nothing was put into it, so that there is nothing to forget.
	}
	if !r.createdAt.IsZero() && !sameLife(r.createdAt, secret.CreatedAt) {
		clear(r.made)
	}
	r.createdAt = secret.CreatedAt
}

// of are the puts into a secret. The mutex is held.
func (t *putTracker) of(id secretpath.SecretID) *secretPuts {
	if t.secrets == nil {
		t.secrets = map[secretpath.SecretID]*secretPuts{}
	}
	if t.secrets[id] == nil {
		t.secrets[id] = &secretPuts{made: map[int64]bool{}}
	}
	return t.secrets[id]
}
