package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

var (
	_ resource.ResourceWithConfigure      = (*secretVersionResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*secretVersionResource)(nil)
	_ resource.ResourceWithImportState    = (*secretVersionResource)(nil)
	_ resource.ResourceWithIdentity       = (*secretVersionResource)(nil)
	_ resource.ResourceWithValidateConfig = (*secretVersionResource)(nil)
)

// secretVersionResource manages the current value of a secret.
type secretVersionResource struct{ resourceBase }

func newSecretVersionResource() resource.Resource { return &secretVersionResource{} }

// Metadata implements resource.Resource.
func (r *secretVersionResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_secret_version"
}

// Create implements resource.Resource.
func (r *secretVersionResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config versionModel
	resp.Diagnostics.Append(get(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.setNames(config.names().complete(r.regionOr))
	id, err := plan.names().secret()
	if err != nil {
		resp.Diagnostics.Append(diagnostic.SecretInvalid.With(err.Error() + "."))
		return
	}
	ctx, cancel, diags := within(ctx, plan.Timeouts.Create)
	defer cancel()
	resp.Diagnostics.Append(diags...)
	written, diags := r.put(ctx, id, &plan, &config, putPlan{reason: version.ReasonCreated})
	resp.Diagnostics.Append(diags...)
	if written == nil {
		return
	}
	plan.setVersion(written.versionAttributes)
	plan.setOwner(r.owner())
	resp.Diagnostics.Append(written.remember(ctx, resp.Private)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id)...)
	resp.Diagnostics.Append(set(ctx, &resp.State, &plan)...)
}

// Update implements resource.Resource. When it fails, the state keeps the version
// that it had, and the next plan proposes the same again.
func (r *secretVersionResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan, config versionModel
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
	resp.Diagnostics.Append(get(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(get(ctx, req.Config, &config)...)
	f, diags := updateInputOf(ctx, req.Private, &state, &plan, &config)
	resp.Diagnostics.Append(diags...)
	id, diags := r.secretOfState(state.names(), state.owner())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id)...)
	ctx, cancel, diags := within(ctx, plan.Timeouts.Update)
	defer cancel()
	resp.Diagnostics.Append(diags...)

	done, diags := r.update(ctx, id, f)
	resp.Diagnostics.Append(diags...)
	if done == nil {
		return
	}
	plan.setVersion(done.versionAttributes)
	plan.setOwner(r.owner())
	resp.Diagnostics.Append(done.remember(ctx, resp.Private)...)
	resp.Diagnostics.Append(set(ctx, &resp.State, &plan)...)
}

// Delete implements resource.Resource.
func (r *secretVersionResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state versionModel
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
	known, diags := readPrivate[managed](ctx, req.Private, privateManaged)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, diags := r.secretOfState(state.names(), state.owner())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || state.DeletionPolicy.ValueString() != deletionDestroy {
		return
	}
	announced, diags := isAnnounced(ctx, req.Private, id, &state)
	resp.Diagnostics.Append(diags...)
	if !announced {
		return
	}
	ctx, cancel, diags := within(ctx, state.Timeouts.Delete)
	defer cancel()
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(r.destroyManaged(ctx, id, &state, known)...)
}

// destroyManaged destroys the managed version and says what readers get from then on.
// It looks first: the number may belong to another life of the secret by now.
func (r *secretVersionResource) destroyManaged(ctx context.Context, id secretpath.SecretID, state *versionModel, known managed) (diags diag.Diagnostics) {
	secret, found, diags := r.read(ctx, id)
	if diags.HasError() || !found {
		return diags
	}
	number, life, created := state.Version.ValueInt64(), known.Life, timeFromState(state.CreatedAt)
	leftAlone := diagnostic.VersionLeftAlone.On(id.String(), fmt.Sprintf(
		"The secret %s was deleted and created again outside Terraform, so its version %d belongs to another client. Nothing was destroyed.", id, number))
	if version.IsInOtherLife(historyOf(secret), life, number, created) {
		diags.Append(leftAlone)
		return diags
	}
	if row, held := rowOf(secret, number); held && row.Status != client.VersionActive {
		return diags
	}
	_, failed := r.destroy(ctx, id, []int64{number}, func(int64) client.Guard {
		return asking(func(fresh version.Snapshot) error { return version.MayDestroyManaged(fresh, life, number, created) })
	})
	for _, failure := range failed {
		if stale := staleOf(failure.err); stale != nil && stale.Reason == version.OtherLife {
			diags.Append(leftAlone) // It was created again since the first look.
			continue
		}
		diags.Append(failure.diagnostic())
	}
	if len(failed) == 0 && secret.CurrentVersion == number {
		diags.Append(diagnostic.VersionCurrentDestroyed.On(id.String(), destroyedCurrent(secret, number)))
	}
	return diags
}

// destroyedCurrent says which version takes over from a current one that was
// destroyed: the highest that is still active.
func destroyedCurrent(secret client.Secret, number int64) string {
	text := fmt.Sprintf("Version %d of %s was current and is destroyed. ", number, secret.ID)
	if next := successor(secret, number); next != 0 {
		return text + fmt.Sprintf("Version %d is current now.", next)
	}
	return text + "No other version is active: nobody can read this secret until a value is put."
}

// successor is the highest version that is active beside the given one, zero for
// none. The history has the newest first.
func successor(secret client.Secret, number int64) int64 {
	for _, v := range secret.Versions {
		if v.Number != number && v.Status == client.VersionActive {
			return v.Number
		}
	}
	return 0
}
