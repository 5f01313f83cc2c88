package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
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
	defer r.hideAcknowledged(&resp.Diagnostics)
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
	ctx, cancel, diags := withTimeout(ctx, plan.Timeouts.Create)
	defer cancel()
	resp.Diagnostics.Append(diags...)
	f := updateInput{state: &versionModel{}, plan: &plan, config: &config}
	store := &versionStore{service: r.service, id: id, value: config.inputs().value()}
	defer store.close()
	done, err := version.Create(ctx, store, f.want(r.rotateBefore, changeInPlan), plan.planned())
	resp.Diagnostics.Append(store.warned(done.Warnings, false)...)
	if err != nil {
		resp.Diagnostics.Append(store.stopped(ctx, attempt{summary: diagnostic.ValueWriteFailed, op: diagnostic.FirstPut}, err)...)
		return
	}
	plan.show(id, version.Planned{Shown: done.Shown}, nil)
	plan.setOwner(r.owner())
	resp.Diagnostics.Append(writeRecord(ctx, resp.Private, done.Record)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id)...)
	resp.Diagnostics.Append(set(ctx, &resp.State, &plan)...)
}

// Update implements resource.Resource. When it fails, the state keeps the version
// that it had, and the next plan proposes the same again.
func (r *secretVersionResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer r.hideAcknowledged(&resp.Diagnostics)
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
	ctx, cancel, diags := withTimeout(ctx, plan.Timeouts.Update)
	defer cancel()
	resp.Diagnostics.Append(diags...)

	resp.Diagnostics.Append(f.missingValue(id.String())...)
	if resp.Diagnostics.HasError() {
		return
	}
	store := &versionStore{service: r.service, id: id, value: f.config.inputs().value()}
	defer store.close()
	done, err := version.Update(ctx, store, state.shown(), f.record, f.want(r.rotateBefore, changeInApply), plan.planned())
	resp.Diagnostics.Append(store.warned(done.Warnings, false)...)
	if err != nil {
		resp.Diagnostics.Append(store.stopped(ctx, attempt{summary: diagnostic.ValueWriteFailed, op: diagnostic.Put}, err)...)
		return
	}
	plan.show(id, version.Planned{Shown: done.Shown}, &state)
	plan.setOwner(r.owner())
	resp.Diagnostics.Append(writeRecord(ctx, resp.Private, done.Record)...)
	resp.Diagnostics.Append(set(ctx, &resp.State, &plan)...)
}

// Delete implements resource.Resource.
func (r *secretVersionResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state versionModel
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
	record, diags := readRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, diags := r.secretOfState(state.names(), state.owner())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || state.DeletionPolicy.ValueString() != deletionDestroy {
		return
	}
	announced, diags := readPrivate[string](ctx, req.Private, privateAnnounced)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel, diags := withTimeout(ctx, state.Timeouts.Delete)
	defer cancel()
	resp.Diagnostics.Append(diags...)
	store := &versionStore{service: r.service, id: id}
	defer store.close()
	warnings, err := version.Remove(ctx, removalStore{store}, state.shown(), record, announced == state.ID.ValueString())
	resp.Diagnostics.Append(store.warned(warnings, false)...)
	resp.Diagnostics.Append(store.stopped(ctx, attempt{}, err)...)
}
