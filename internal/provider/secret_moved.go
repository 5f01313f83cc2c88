package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

var _ resource.ResourceWithMoveState = (*secretResource)(nil)

// MoveState implements resource.ResourceWithMoveState. The vendor's secret is a
// container and its first value; only the container comes along.
func (r *secretResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: moveSecret}}
}

// moveSecret leaves to the refresh that follows what the vendor's state does not
// know, as an import does. Its labels are the secret's own, whatever the defaults.
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
	moved(ctx, resp, id, row, state, map[string]any{})
}

// moved reports a state that was moved here and that no refresh has completed.
func (m *secretModel) moved() bool { return !m.ID.IsNull() && m.OrganisationID.IsNull() }
