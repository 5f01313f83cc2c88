package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// announceDestroy plans the end of a version of a secret that the resource leaves.
func (r *secretVersionResource) announceDestroy(ctx context.Context, id secretpath.SecretID, state *versionModel, resp *resource.ModifyPlanResponse) {
	if !version.Announces(state.DeletionPolicy.ValueString() == deletionDestroy, r.run.of(id).Put) {
		resp.Diagnostics.Append(withdrawDestroy(ctx, resp.Private)...)
		return
	}
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, privateAnnounced, state.ID.ValueString())...)
	resp.Diagnostics.Append(diagnostic.VersionDestroyAnnounced.On(id.String(), fmt.Sprintf(
		"deletion_policy = \"destroy\" destroys %s for good. If it is the current version, the highest version that is still active becomes current; "+
			"if no other is active, the secret cannot be read.%s", state.ID.ValueString(), diagnostic.UnlessForgotten)))
}

// withdrawDestroy forgets an announcement. It leaves private state alone where there is
// none.
func withdrawDestroy(ctx context.Context, private privateWriter) diag.Diagnostics {
	return private.SetKey(ctx, privateAnnounced, nil)
}
