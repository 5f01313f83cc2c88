package inventory

import (
	"context"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// IsGone reports that a second source confirms the 404 of a read: the directory of the
// secret, browsed once in a run, does not show it. Where this run has written to the
// secret, the directory is browsed again.
func (i *Inventory) IsGone(ctx context.Context, id secretpath.SecretID, read error) bool {
	i.mu.Lock()
	written := i.record(id).written
	i.mu.Unlock()
	if written {
		gone, err := i.client.IsGone(ctx, id, read)
		return gone && err == nil
	}
	at := directory{id.Region, id.Path.Directory().String()}
	shown, err := sharedOf(&i.mu, i.browsed, at).get(ctx, func(ctx context.Context) (map[secretpath.SecretID]bool, error) {
		listing, err := i.client.BrowseSecrets(ctx, id.Region, id.Path.Directory())
		shown := make(map[secretpath.SecretID]bool, len(listing.Secrets))
		for _, secret := range listing.Secrets {
			shown[secret.ID] = true
		}
		return shown, err
	})
	return client.ConfirmsGone(shown[id], err, read)
}
