package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// ImportState implements resource.ResourceWithImportState. It writes nothing to
// the service; the read that follows finds the version. An import by identity
// takes the current one.
func (r *secretVersionResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, diags := r.importedVersion(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(beginVersionImport(ctx, &resp.State, id.Secret)...)
	if id.Number != 0 {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("version"), id.Number)...)
	}
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, privateManaged, managed{Pending: true})...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id.Secret)...)
}

// beginVersionImport sets what no read could tell: which secret it is, and every
// default.
func beginVersionImport(ctx context.Context, target importTarget, id secretpath.SecretID) (diags diag.Diagnostics) {
	for name, value := range map[string]string{
		"secret_id":           id.String(),
		"region":              id.Region,
		"path":                id.Path.String(),
		"on_external_version": string(version.ExternalAdopt),
		"deletion_policy":     deletionRetain,
	} {
		diags.Append(target.SetAttribute(ctx, path.Root(name), value)...)
	}
	return diags
}

// completeImport settles which version an import is about. The import counts as the
// first put: nothing older goes before the next one, whose plan lists it.
func completeImport(state *versionModel, known *managed, secret client.Secret) (diags diag.Diagnostics) {
	number := state.Version.ValueInt64()
	if state.Version.IsNull() {
		number = secret.CurrentVersion
	}
	row, found := rowOf(secret, number)
	switch {
	case number == 0:
		diags.Append(diagnostic.ImportNothingFound.With(fmt.Sprintf(
			"No version of %s is active, so there is none that @%s could mean. Name a version by its number, or put a value first.", secret.ID, secretpath.CurrentName)))
	case !found:
		diags.Append(diagnostic.ImportNothingFound.With(fmt.Sprintf(
			"%s has no version %d. It has %d versions, of which %d is current.", secret.ID, number, len(secret.Versions), secret.CurrentVersion)))
	}
	state.setVersion(managedVersion(secret.ID, number, row, version.ReasonImported))
	known.Put, known.PreviousPut = number, 0
	return diags
}
