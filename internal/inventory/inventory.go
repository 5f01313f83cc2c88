// Package inventory is a region's metadata as one run of Terraform sees it. The
// provider reads through it, so that what one resource has learned need not be
// asked again for the next.
package inventory

import (
	"context"
	"sync"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// Inventory is safe for concurrent use. It lives as long as one provider process.
type Inventory struct {
	client *client.Client

	regionsMu   sync.Mutex
	regions     []client.KMSRegion
	regionsRead bool
}

// New makes an empty inventory.
func New(c *client.Client) *Inventory {
	return &Inventory{client: c}
}

// Secret reads the metadata of a secret and the history of its versions.
func (i *Inventory) Secret(ctx context.Context, id secretpath.SecretID) (client.Secret, error) {
	return i.client.GetSecret(ctx, id)
}

// Regions returns the regions that exist. It asks once; where the caller may not
// know or the answer does not come, it returns nil, and nobody has to fail
// because of it.
func (i *Inventory) Regions(ctx context.Context) []client.KMSRegion {
	i.regionsMu.Lock()
	defer i.regionsMu.Unlock()
	if i.regionsRead {
		return i.regions
	}
	regions, err := i.client.KMSRegions(ctx)
	// A caller that gave up must not answer for those who come after it.
	i.regionsRead = err == nil || ctx.Err() == nil
	i.regions = regions
	return i.regions
}
