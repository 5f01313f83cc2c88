package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// checkKey refuses to plan a secret whose key cannot encrypt a value. A caller who may not
// read keys plans without the check, and gets a warning that names the missing permission.
func (s *service) checkKey(ctx context.Context, region, identity string) (diags diag.Diagnostics) {
	at := path.Root("kms_key_id")
	key, err := s.inventory.Key(ctx, region, identity)
	terms := keyOf(key)
	switch {
	case client.IsNotFound(err) && s.isRegionGone(ctx, region, regionProbe):
		diags.Append(diagnostic.RegionUnknown.At(path.Root("region"), unknownRegionDetail(region, s.inventory.Regions(ctx))))
	case client.IsNotFound(err):
		diags.Append(diagnostic.KMSKeyNotFound.At(at, fmt.Sprintf(
			"There is no KMS key %q in the region %s. kms_key_id takes the identity of a symmetric key of the same region.", identity, region)))
	case client.IsForbidden(err) && !client.IsFeatureDisabled(err):
		diags.Append(s.keyUnchecked(identity, err)...)
	case err != nil:
	case terms.Blocked():
		terms.ID = identity
		diags.Append(diagnostic.KMSKeyRefusesSecret.At(at, diagnostic.KeyRefusesSecret(terms)))
	case !key.IsSymmetric():
		diags.Append(diagnostic.KMSKeyNotSymmetric.At(at, fmt.Sprintf(
			"The KMS key %q has the type %q. Secrets need a symmetric key: aes128-gcm96, aes256-gcm96 or chacha20-poly1305. Set kms_key_id to one of that type.", identity, key.Type)))
	}
	return diags
}

// keyUnchecked says once that the caller may not look at keys.
func (s *service) keyUnchecked(identity string, err error) diag.Diagnostics {
	return s.once(diagnostic.KMSKeyUnchecked, fmt.Sprintf(
		"The plan does not check the KMS key %q, nor other keys of new secrets: the caller needs the permission kmsRead on %s. "+
			"A key that is missing, disabled or not symmetric shows only during apply. A replacement deletes the former secret before that. "+
			"Grant kmsRead on the key to have it checked in the plan.\n\n%s", identity, identity, causeText(err)))
}

// checkReplacingKey says before a replacement that its key is not checked: Terraform drops
// the warnings of the plan of the create half. Anything else that half says as an error.
func (s *service) checkReplacingKey(ctx context.Context, plan *secretModel) diag.Diagnostics {
	if !isKnown(plan.Region) || !isKnown(plan.KMSKeyID) {
		return nil
	}
	_, err := s.inventory.Key(ctx, plan.Region.ValueString(), plan.KMSKeyID.ValueString())
	if !client.IsForbidden(err) || client.IsFeatureDisabled(err) {
		return nil
	}
	return s.keyUnchecked(plan.KMSKeyID.ValueString(), err)
}

// checkKeyOf refuses to plan the first version of an existing secret whose key
// cannot encrypt it. It asks the service only where some key of the region is out of
// order and nothing in this run has read the secret: plan and apply would
// otherwise pay a request each for what is almost always well.
func (s *service) checkKeyOf(ctx context.Context, id secretpath.SecretID) (diags diag.Diagnostics) {
	key, known := s.inventory.KeyOf(ctx, id)
	if !known && s.inventory.KeysAllActive(ctx, id.Region) {
		return diags
	}
	if !known {
		secret, err := s.inventory.Secret(ctx, id)
		if err != nil {
			return diags // The write will report the error.
		}
		key = secret.KMSKey
	}
	if blocked := keyOf(key); blocked.Blocked() {
		diags.Append(diagnostic.KMSKeyRefusesVersion.With(diagnostic.KeyRefusal(id.String(), blocked)))
	}
	return diags
}

// keyRefuses settles a key whose state the metadata left open, for a put that the
// user asked for. Work that is only due finds out when it writes.
func (s *service) keyRefuses(ctx context.Context, id secretpath.SecretID, key *version.Key, decision version.Decision) bool {
	if key.ID == "" || key.Status != "" || !decision.Reason.AskedFor() {
		return false
	}
	found, err := s.inventory.Key(ctx, id.Region, key.ID)
	if err != nil {
		return false
	}
	key.Status = string(found.Status)
	return key.Blocked()
}

// keyAfter looks up the state of the key where it may be why a write was refused,
// so that the diagnostic can name it. It is best effort: the failure stands anyway.
func (s *service) keyAfter(ctx context.Context, err error, id secretpath.SecretID, key client.KMSKeyRef) client.KMSKeyRef {
	if !client.IsRefused(err) {
		return key
	}
	if key.Identity == "" {
		secret, err := s.client.GetSecret(ctx, id)
		if err != nil {
			return key
		}
		key = secret.KMSKey
	}
	if key.Status == "" {
		if known, err := s.client.GetKMSKey(ctx, id.Region, key.Identity); err == nil {
			return known
		}
	}
	return key
}
