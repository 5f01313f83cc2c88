package provider

import (
	"fmt"
	"slices"
	"sync"
)

// fullRepeats is how many errors of one summary a run prints in full.
const fullRepeats = 10

// cause is why every request fails that a run sends. One error explains it.
type cause string

// The causes that reach every resource.
const (
	causeCredentials  cause = "the service rejected the credentials"
	causeUnreachable  cause = "the service could not be reached"
	causeOrganisation cause = "the state belongs to another organisation or project"
)

// repeats keeps the errors of one kind short: a change of a shared module can make the
// same error on a thousand secrets. It counts by kind, which is a summary of the catalogue
// or a cause, for the life of the process, which is one plan or one apply.
type repeats struct {
	most int // of each kind that are printed in full
	mu   sync.Mutex
	full map[any][]string // by kind, the ids whose error was printed in full, in order
}

// detail is what to print about the secret with the given id: the whole detail for the
// first secrets of a kind, and from then on a brief sentence that refers to the first.
func (r *repeats) detail(kind any, id, detail, brief string) string {
	if r.inFull(kind, id) {
		return detail
	}
	return r.refer(kind, brief)
}

// inFull reports that the error about a secret is to be printed in full.
func (r *repeats) inFull(kind any, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.full == nil {
		r.full = map[any][]string{}
	}
	told := r.full[kind]
	if slices.Contains(told, id) {
		return true
	}
	if len(told) == r.most {
		return false
	}
	r.full[kind] = append(told, id)
	return true
}

// refer is a brief sentence about a secret that points to the first error in full.
func (r *repeats) refer(kind any, brief string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprintf("%s For what to do, see the error about %s.", brief, r.full[kind][0])
}
