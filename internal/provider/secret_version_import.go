package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

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
	resp.Diagnostics.Append(writeRecord(ctx, resp.Private, version.Imported(0))...)
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
func completeImport(id secretpath.SecretID, state *versionModel, record *version.Record, look version.Snapshot) (diags diag.Diagnostics) {
	number := state.Version.ValueInt64()
	if state.Version.IsNull() {
		number = look.Current
	}
	row, found := look.Find(number)
	switch {
	case number == 0:
		diags.Append(diagnostic.ImportNothingFound.With(fmt.Sprintf(
			"No version of %s is active, so there is none that @%s could mean. Name a version by its number, or put a value first.", id, secretpath.CurrentName)))
	case !found:
		diags.Append(diagnostic.ImportNothingFound.With(fmt.Sprintf(
			"%s has no version %d. Its history has %s, and version %s is current.", id, number, diagnostic.CountOf(len(look.Versions), "version"), diagnostic.NumberOrNone(look.Current))))
	}
	state.show(id, version.Planned{Shown: version.Show(row, version.ReasonImported)}, nil)
	record.Put, record.PreviousPut = number, 0
	return diags
}
