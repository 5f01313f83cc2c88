package inventory

import (
	"context"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

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
