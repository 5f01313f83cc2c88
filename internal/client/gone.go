package client

import (
	"context"
	"slices"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// IsGone believes that a secret is gone only by two witnesses: the 404 of a read, in
// whatever form, and a browse of its directory, in the API's own form, that does not
// show it. An ingress without a backend, or a gateway that has lost its route, says
// 404 as well, and must not empty a state. For a caller who may not list, a 404 in the
// API's own form counts alone. Without a second witness the error of the read stands.
func (c *Client) IsGone(ctx context.Context, id secretpath.SecretID, read error) (gone bool, err error) {
	listing, err := c.BrowseSecrets(ctx, id.Region, id.Path.Directory())
	shown := slices.ContainsFunc(listing.Secrets, func(s Secret) bool { return s.ID == id })
	if err != nil && !ConfirmsGone(shown, err, read) {
		return false, read
	}
	return ConfirmsGone(shown, err, read), nil
}

// ConfirmsGone is the word of the second witness: whether the browse of the directory,
// with that error, has shown the secret whose read ended in a 404.
func ConfirmsGone(shown bool, browse, read error) bool {
	if browse == nil {
		return !shown
	}
	return IsForbidden(browse) && IsNotFound(read)
}
