package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/tfserver"
)

// lookUp reads the secret that a configuration names.
func (s *service) lookUp(ctx context.Context, given secretNames) (secret client.Secret, diags diag.Diagnostics) {
	if diags = s.unready("read", given.String()); diags.HasError() {
		return secret, diags
	}
	if diags = given.validate(); diags.HasError() {
		return secret, diags
	}
	names := given.complete(s.regionOr)
	id, err := names.secret()
	if err != nil {
		diags.Append(s.checkRegion(ctx, names.Region)...)
		if !diags.HasError() {
			diags.Append(diagnostic.SecretInvalid.At(path.Root("path"), err.Error()+"."))
		}
		return secret, diags
	}
	if secret, err = s.inventory.Secret(ctx, id); err != nil {
		diags.Append(s.failure(ctx, readAttempt(id), err))
	}
	return secret, diags
}

// sight is what a refresh has seen of a secret.
type sight int

const (
	gone sight = iota
	unchanged
	seen
)

// sighting is what a refresh has seen of a secret, and what it has to say about that.
type sighting struct {
	what   sight
	secret client.Secret   // where it was read
	entry  inventory.Entry // of a list, where that has confirmed the state
	diags  diag.Diagnostics
}

// refresh gets a secret for a refresh, unless isUnchanged accepts what a list says
// of it.
func (s *service) refresh(ctx context.Context, id secretpath.SecretID, isUnchanged func(inventory.Entry) bool) (saw sighting) {
	secret, confirmed, err := s.inventory.Refresh(ctx, id, func(entry inventory.Entry) bool {
		saw.entry = entry
		return isUnchanged(entry)
	})
	if confirmed {
		saw.what = unchanged
		return saw
	}
	found, diags := s.found(ctx, id, err)
	if !found {
		return sighting{what: gone, diags: diags}
	}
	return sighting{what: seen, secret: secret}
}

// lookOnce looks once in a request, although two ways may answer it. What a list has
// confirmed for one way, the other one confirms again.
func lookOnce(ctx context.Context, isUnchanged func(inventory.Entry) bool, look func() sighting) sighting {
	saw, again := tfserver.Once(ctx, "look", look)
	if again && saw.what == unchanged && !isUnchanged(saw.entry) {
		return look()
	}
	return saw
}

// read gets a secret as it is now.
func (s *service) read(ctx context.Context, id secretpath.SecretID) (secret client.Secret, found bool, diags diag.Diagnostics) {
	secret, err := s.inventory.Secret(ctx, id)
	found, diags = s.found(ctx, id, err)
	return secret, found, diags
}

// found judges how a read has ended. A deleted secret is not an error, but it takes
// a second witness; that its region is gone is one, because it says nothing about the
// secret.
func (s *service) found(ctx context.Context, id secretpath.SecretID, err error) (found bool, diags diag.Diagnostics) {
	switch {
	case err == nil:
		return true, nil
	case !client.IsNotFoundByAnyone(err):
		diags.Append(s.report(readAttempt(id), err))
	case s.isRegionGone(ctx, id.Region, id.Path.Prefix()):
		diags.Append(s.stateWithoutRegion(ctx, id))
	case !s.inventory.IsGone(ctx, id, err):
		diags.Append(diagnostic.SecretReadFailed.With(fmt.Sprintf(
			"The provider could not read %s: the response was 404, but nothing else confirms that the secret is gone, so the state did not change. "+
				"Check endpoint (or THALASSA_API_ENDPOINT) and any proxy in between, and that the caller has the permission read on %s.\n\n%s",
			id.Region+id.Path.String(), id.Path, causeText(err))))
	}
	return false, diags
}

func readAttempt(id secretpath.SecretID) attempt {
	return attempt{summary: diagnostic.SecretReadFailed, op: diagnostic.Read, id: id}
}
