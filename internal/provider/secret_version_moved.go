package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

var _ resource.ResourceWithMoveState = (*secretVersionResource)(nil)

// MoveState implements resource.ResourceWithMoveState.
func (r *secretVersionResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: moveSecretVersion}}
}

// moveSecretVersion makes the state that an import of that version would make.
func moveSecretVersion(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	row, id, diags := readVendorRow(req, vendorSecretVersion, typeSecretVersion)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	if row.Version < 1 {
		resp.Diagnostics.Append(moveRefused(vendorSecretVersion, typeSecretVersion, id.String()+"@current",
			fmt.Sprintf("The state of this %s does not say which version of %s it is about.", vendorSecretVersion, id)))
		return
	}
	setMoved(ctx, resp, id, row, map[string]any{
		"id":                  id.Version(row.Version).String(),
		"secret_id":           id.String(),
		"region":              id.Region,
		"path":                id.Path.String(),
		"version":             row.Version,
		"last_change":         string(version.ReasonImported),
		"on_external_version": string(version.ExternalAdopt),
		"deletion_policy":     deletionRetain,
	}, map[string]any{privateVersion: version.Imported(row.Version)})
}
