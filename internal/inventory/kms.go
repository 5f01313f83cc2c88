package inventory

import (
	"context"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// lookupLimit bounds requests that only let a plan fail early: a service that does not
// respond must not hold up a plan that can do without.
const lookupLimit = 15 * time.Second

// Regions returns the regions that exist, or nil where the caller may not read them or the
// request fails: no operation fails because of that. It makes one request in a run.
func (i *Inventory) Regions(ctx context.Context) []client.KMSRegion {
	regions, err := i.summary.get(ctx, func(ctx context.Context) ([]client.KMSRegion, error) {
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

// Key reads a KMS key, once in a run.
func (i *Inventory) Key(ctx context.Context, region, identity string) (client.KMSKeyRef, error) {
	return sharedOf(&i.mu, i.keys, keyID{region, identity}).get(ctx, func(ctx context.Context) (client.KMSKeyRef, error) {
		ctx, cancel := context.WithTimeout(ctx, lookupLimit)
		defer cancel()
		return i.client.GetKMSKey(ctx, region, identity)
	})
}
