// Package inventory is a region's metadata as one run of Terraform sees it. The
// provider reads through it, so that resources share requests, and so that thousands of
// secrets that have not changed cost a handful of requests.
//
// A list of secrets may only confirm that nothing has changed. Everything that is reported
// comes from reading that one secret. Nothing outlives the process.
package inventory

import (
	"context"
	"sync"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// Strategy is how secrets are read.
type Strategy string

const (
	// Auto reads the first few secrets singly and lists where that saves requests.
	Auto Strategy = "auto"
	// Individual reads each secret on its own.
	Individual Strategy = "individual"
)

// Inventory is safe for concurrent use. It lives as long as one provider process.
type Inventory struct {
	client   *client.Client
	strategy Strategy

	mu      sync.Mutex
	secrets map[secretpath.SecretID]*record
	regions map[string]*region
	keys    map[keyID]*shared[client.KMSKeyRef]
	browsed map[directory]*shared[map[secretpath.SecretID]bool]
	probes  int // single reads that only checked whether a path is free

	summary shared[[]client.KMSRegion]
}

// record is what this run knows of a secret.
type record struct {
	// read is the single read that serves every resource of the secret, under way or done.
	read *shared[client.Secret]
	// written says that this run wrote to the secret: no list is believed about it.
	written bool
	// counted says that the list planner has it.
	counted bool
	// key is as it was read last. Of a secret that an entry has confirmed it is
	// known only while it is active. Of any other status, confirmed says that an entry had it.
	key       *client.KMSKeyRef
	confirmed bool
}

// New makes an empty inventory.
func New(c *client.Client, strategy Strategy) *Inventory {
	return &Inventory{
		client:   c,
		strategy: strategy,
		secrets:  map[secretpath.SecretID]*record{},
		regions:  map[string]*region{},
		keys:     map[keyID]*shared[client.KMSKeyRef]{},
		browsed:  map[directory]*shared[map[secretpath.SecretID]bool]{},
	}
}

// record is what is known of a secret. The mutex is held.
func (i *Inventory) record(id secretpath.SecretID) *record {
	r := i.secrets[id]
	if r == nil {
		r = &record{}
		i.secrets[id] = r
	}
	return r
}

// Refresh is for a managed resource. It asks the caller whether what a list says
// of the secret leaves everything unchanged, and reads the secret and its history
// if it does not, or if no list says anything. The single read is shared by all resources
// that refresh the same secret, until this run writes to it. Its result must not be modified.
func (i *Inventory) Refresh(ctx context.Context, id secretpath.SecretID, isUnchanged func(Entry) bool) (secret client.Secret, unchanged bool, err error) {
	if entry, ok := i.entry(ctx, id); ok && isUnchanged(entry) {
		i.mu.Lock()
		defer i.mu.Unlock()
		r := i.record(id)
		if r.confirmed = true; r.key == nil && entry.KMSKey.Status == client.KeyActive {
			r.key = &entry.KMSKey
		}
		return client.Secret{}, true, nil
	}
	secret, err = i.readOnce(ctx, id)
	return secret, false, err
}

// readOnce reads a secret once for all callers. A failure counts only for the caller that met
// it and leaves no trace, so that a list may answer the next caller.
func (i *Inventory) readOnce(ctx context.Context, id secretpath.SecretID) (client.Secret, error) {
	i.mu.Lock()
	r := i.record(id)
	if r.read == nil {
		r.read = &shared[client.Secret]{ownFailures: true}
	}
	read := r.read
	i.mu.Unlock()
	return read.get(ctx, func(ctx context.Context) (client.Secret, error) {
		secret, err := i.Secret(ctx, id)
		i.mu.Lock()
		defer i.mu.Unlock()
		if err != nil && ctx.Err() == nil && r.read == read {
			r.read = nil
		}
		return secret, err
	})
}

// Secret reads the metadata of a secret and the history of its versions, as it is
// now.
func (i *Inventory) Secret(ctx context.Context, id secretpath.SecretID) (client.Secret, error) {
	secret, err := i.client.GetSecret(ctx, id)
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case err == nil:
		i.record(id).key = &secret.KMSKey
		i.compare(secret, i.regions[id.Region])
	case client.IsNotFound(err):
		i.absent(id, i.regions[id.Region])
	}
	return secret, err
}

// Writing forgets a secret that is about to be written to, and again when the
// write has ended, which the caller says by calling ended.
func (i *Inventory) Writing(id secretpath.SecretID) (ended func()) {
	forget := func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		r := i.record(id)
		r.read, r.written = nil, true
	}
	forget()
	return forget
}

// KeyOf is the key of a secret that was read in this run. A secret that a list has
// confirmed, with a key that is not active, is read first.
func (i *Inventory) KeyOf(ctx context.Context, id secretpath.SecretID) (key client.KMSKeyRef, known bool) {
	i.mu.Lock()
	r := i.record(id)
	seen, confirmed := r.key, r.confirmed
	i.mu.Unlock()
	switch {
	case seen != nil:
		return *seen, true
	case !confirmed:
		return client.KMSKeyRef{}, false
	}
	secret, err := i.readOnce(ctx, id)
	return secret.KMSKey, err == nil
}
