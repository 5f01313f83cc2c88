// Package inventory is a region's metadata as one run of Terraform sees it. The
// provider reads through it, so that what one resource has learned need not be
// asked again for the next.
package inventory

import (
	"context"
	"sync"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// Inventory is safe for concurrent use. It lives as long as one provider process.
type Inventory struct {
	client *client.Client

	mu     sync.Mutex
	keysOf map[secretpath.SecretID]client.KMSKeyRef

	regions once[[]client.KMSRegion]
	keys    map[keyID]*once[client.KMSKeyRef]
}

// lookupLimit bounds what is asked only to fail early: a service that does not
// answer must not hold up a plan that could do without.
const lookupLimit = 15 * time.Second

type keyID struct{ region, identity string }

// New makes an empty inventory.
func New(c *client.Client) *Inventory {
	return &Inventory{
		client: c,
		keysOf: map[secretpath.SecretID]client.KMSKeyRef{},
		keys:   map[keyID]*once[client.KMSKeyRef]{},
	}
}

// Secret reads the metadata of a secret and the history of its versions.
func (i *Inventory) Secret(ctx context.Context, id secretpath.SecretID) (client.Secret, error) {
	secret, err := i.client.GetSecret(ctx, id)
	if err == nil {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.keysOf[id] = secret.KMSKey
	}
	return secret, err
}

// KeyOf is the key of a secret that was read in this run.
func (i *Inventory) KeyOf(id secretpath.SecretID) (key client.KMSKeyRef, known bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	key, known = i.keysOf[id]
	return key, known
}

// Regions returns the regions that exist, or nil where the caller may not know or
// the answer does not come: nobody has to fail because of it. It asks once.
func (i *Inventory) Regions(ctx context.Context) []client.KMSRegion {
	regions, err := i.regions.do(ctx, func(ctx context.Context) ([]client.KMSRegion, error) {
		ctx, cancel := context.WithTimeout(ctx, lookupLimit)
		defer cancel()
		return i.client.KMSRegions(ctx)
	})
	if err != nil {
		return nil
	}
	return regions
}

// KeysAllActive reports that no key of a region is known to be out of order.
func (i *Inventory) KeysAllActive(ctx context.Context, region string) bool {
	for _, r := range i.Regions(ctx) {
		if r.Slug == region && r.Disabled+r.PendingDeletion > 0 {
			return false
		}
	}
	return true
}

// Key reads a KMS key, once however many secrets ask.
func (i *Inventory) Key(ctx context.Context, region, identity string) (client.KMSKeyRef, error) {
	i.mu.Lock()
	id := keyID{region, identity}
	if i.keys[id] == nil {
		i.keys[id] = &once[client.KMSKeyRef]{}
	}
	lookup := i.keys[id]
	i.mu.Unlock()
	return lookup.do(ctx, func(ctx context.Context) (client.KMSKeyRef, error) {
		ctx, cancel := context.WithTimeout(ctx, lookupLimit)
		defer cancel()
		return i.client.GetKMSKey(ctx, region, identity)
	})
}

// once asks a question until it has an answer, good or bad. A caller that gives up
// leaves the question to the next one instead of answering for it.
type once[T any] struct {
	mu    sync.Mutex
	done  bool
	value T
	err   error
}

func (o *once[T]) do(ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.done {
		o.value, o.err = ask(ctx)
		o.done = o.err == nil || ctx.Err() == nil
	}
	return o.value, o.err
}
