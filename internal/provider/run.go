package provider

import (
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// run is what one configured provider remembers of its work, which is one plan or one
// apply. Two provider blocks share nothing, so that one path in two projects never meets
// itself. It decides nothing.
type run struct {
	mu      sync.Mutex
	written bool
	secrets map[secretpath.SecretID]inRun
	shown   map[diagnostic.Hint]bool
	repeats repeats // errors of one summary
	causes  repeats // errors of one cause
}

// newRun begins a run that remembers nothing.
func newRun() *run {
	return &run{repeats: repeats{most: fullRepeats}, causes: repeats{most: 1}}
}

// inRun is what a run has seen and done of one secret.
type inRun struct {
	// Refreshed says that a resource of a state was refreshed, and Protected what its
	// state says of deletion_protection.
	Refreshed, Protected bool
	// Gone says that a refresh found that the secret was deleted.
	Gone bool
	// Kept says that a resource with a state was planned to stay or to be replaced. It is
	// not set by the plan of a tainted resource, which has no state.
	Kept bool
	// MovesHere says that a resource of another secret was planned to be replaced by this
	// one.
	MovesHere bool
	// Creates says that a resource without a state was planned to be created, and Deletes
	// that one with a state was planned to be deleted.
	Creates, Deletes bool
	// Created and Deleted say what the service has done.
	Created, Deleted bool
	// Put says that a version was put, or may have been.
	Put bool
	// Managed is the number of the version that a refreshed version resource manages.
	Managed int64
	// Versions counts the resources that were planned to manage the secret's version.
	Versions int
}

// note changes what the run remembers of a secret, and returns what it was before.
func (r *run) note(id secretpath.SecretID, change func(*inRun)) (before inRun) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before = r.secrets[id]
	if r.secrets == nil {
		r.secrets = map[secretpath.SecretID]inRun{}
	}
	now := before
	change(&now)
	r.secrets[id] = now
	return before
}

// of is what the run remembers of a secret.
func (r *run) of(id secretpath.SecretID) inRun { return r.note(id, func(*inRun) {}) }

// writes notes that the run has begun to change something at the service.
func (r *run) writes() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.written = true
}

// hasWritten reports that the run has begun to change something, so it is an apply.
func (r *run) hasWritten() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.written
}

// once returns a warning that is about all resources, unless the run has given it before.
func (r *run) once(hint diagnostic.Hint, detail string) diag.Diagnostics {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shown[hint] {
		return nil
	}
	if r.shown == nil {
		r.shown = map[diagnostic.Hint]bool{}
	}
	r.shown[hint] = true
	return diag.Diagnostics{hint.With(detail)}
}
