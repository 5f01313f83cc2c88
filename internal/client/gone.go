package client

import (
	"context"
	"slices"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// IsGone reports that a secret is deleted. It needs two answers: a 404 to a read, in
// any form, and a browse of the directory, in the API's own form, without the secret.
// An ingress without a backend, or a gateway without a route, also returns 404, and
// must not empty a state. For a caller without the permission to list, a 404 in the
// API's own form is enough. Otherwise IsGone returns the error of the read.
func (c *Client) IsGone(ctx context.Context, id secretpath.SecretID, read error) (gone bool, err error) {
	listing, err := c.BrowseSecrets(ctx, id.Region, id.Path.Directory())
	shown := slices.ContainsFunc(listing.Secrets, func(s Secret) bool { return s.ID == id })
	if err != nil && !ConfirmsGone(shown, err, read) {
		return false, read
	}
	return ConfirmsGone(shown, err, read), nil
}

// ConfirmsGone evaluates the second answer: whether a browse of the directory, with
// this error, confirms that a secret is deleted whose read ended in a 404.
func ConfirmsGone(shown bool, browse, read error) bool {
	if browse == nil {
		return !shown
	}
	return IsForbidden(browse) && IsNotFound(read)
}
