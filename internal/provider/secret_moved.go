package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

var _ resource.ResourceWithMoveState = (*secretResource)(nil)

// MoveState implements resource.ResourceWithMoveState. The vendor's secret is a
// container and its first value; only the container comes along.
func (r *secretResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: moveSecret}}
}

// moveSecret leaves to the refresh that follows what the vendor's state does not
// know, as an import does. Its labels are those of the secret, without the defaults.
func moveSecret(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	row, id, diags := readVendorRow(req, vendorSecret, typeSecret)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	state := map[string]any{
		"id":                  id.String(),
		"region":              id.Region,
		"path":                id.Path.String(),
		"kms_key_id":          optionalString(row.KMSKeyID),
		"description":         optionalString(row.Description),
		"deletion_protection": true,
		// With it the refresh can tell whether this is still the same secret.
		"created_at": timeFromAPI(timeFromState(optionalString(row.CreatedAt))),
	}
	for name, m := range map[string]map[string]string{"labels": row.Labels, "annotations": row.Annotations} {
		if len(m) > 0 {
			state[name] = m
		}
	}
	setMoved(ctx, resp, id, row, state, map[string]any{})
}

// movedButGone refuses to treat a secret as deleted that no refresh has seen yet with
// this provider's organisation and project.
func (s *service) movedButGone(id secretpath.SecretID) diag.Diagnostic {
	now := s.owner()
	return diagnostic.MovedSecretNotFound.With(fmt.Sprintf(
		"The state of %[1]s is moved here from the vendor's provider, but there is no such secret in the organisation %[2]q with %[3]s. Nothing was changed.\n"+
			"The likely cause: the secret belongs to another project, which the vendor's state does not name. Set organisation_id and project_id (or THALASSA_ORGANISATION and THALASSA_PROJECT_ID) to those of the vendor's provider.\n"+
			"If %[1]s was deleted: take its moved and resource blocks out of the configuration, and run terraform state rm with the address after \"from\". "+
			"A resource block that stays would create the secret again.",
		id, now.Organisation.ValueString(), projectName(now.Project)))
}

// checkMoved refuses a moved state of another organisation. A move itself cannot:
// it happens without the provider's configuration.
func (s *service) checkMoved(ctx context.Context, private privateReader, id secretpath.SecretID) diag.Diagnostics {
	from, diags := readPrivate[movedFrom](ctx, private, privateMoved)
	if now := s.client.Organisation(); from.Organisation != "" && from.Organisation != now {
		diags.Append(diagnostic.OrganisationWrong.With(fmt.Sprintf(
			"The state of %s is moved here from the vendor's provider and belongs to the organisation %q, but the provider is configured for %q. "+
				"Nothing was read or changed. Set organisation_id (or THALASSA_ORGANISATION) to the state's organisation, if need be in a provider block with an alias.",
			id, from.Organisation, now)))
	}
	return diags
}
