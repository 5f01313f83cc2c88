package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// privateAnnounced is the id of the version that a plan has said will be destroyed with
// the resource, such as "nl-01/app/db@4". Delete destroys no other. It is written by the
// plan of a destroy and of a replacement by another secret, because what such a plan
// returns is what Delete gets. It is cleared by every other plan and by a refresh that
// finds the resource gone: a Delete that failed may have left it in the state.
const privateAnnounced = "announced"

// announceDestroy plans the end of a version of a secret that the resource leaves. A
// process that has put a version of the same secret plans the end of its predecessor,
// which create_before_destroy has left: that one stays, and retention decides about it.
func (r *secretVersionResource) announceDestroy(ctx context.Context, id secretpath.SecretID, state *versionModel, resp *resource.ModifyPlanResponse) {
	if state.DeletionPolicy.ValueString() != deletionDestroy || r.run.of(id).Put {
		resp.Diagnostics.Append(withdrawDestroy(ctx, resp.Private)...)
		return
	}
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, privateAnnounced, state.ID.ValueString())...)
	resp.Diagnostics.Append(diagnostic.VersionDestroyAnnounced.On(id.String(), fmt.Sprintf(
		"deletion_policy = \"destroy\" destroys %s for good. If it is the current version, the highest version that is still active becomes current; "+
			"if no other is active, no one can read the secret.%s", state.ID.ValueString(), diagnostic.UnlessForgotten)))
}

// withdrawDestroy forgets an announcement. It leaves private state alone where there is
// none.
func withdrawDestroy(ctx context.Context, private privateWriter) diag.Diagnostics {
	return private.SetKey(ctx, privateAnnounced, nil)
}

// isAnnounced reports that the plan has said that Delete destroys the version of the
// state. If it has not, the warning says why and what becomes of the version.
func isAnnounced(ctx context.Context, private privateReader, id secretpath.SecretID, state *versionModel) (bool, diag.Diagnostics) {
	announced, diags := readPrivate[string](ctx, private, privateAnnounced)
	if announced == state.ID.ValueString() || diags.HasError() {
		return !diags.HasError(), diags
	}
	diags.Append(diagnostic.VersionNotDestroyed.On(id.String(), fmt.Sprintf(
		"deletion_policy = \"destroy\" did not destroy %s, because the plan did not announce it. A replacement by another version of the same secret (by -replace, taint, replace_triggered_by or create_before_destroy) "+
			"keeps the former version as a superseded one, and retention decides about it. To destroy it now, use the action thalassasecrets_destroy_secret_version.", state.ID.ValueString())))
	return false, diags
}
