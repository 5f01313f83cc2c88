package provider

import (
	"context"
	"crypto/rand"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

var (
	_ resource.ResourceWithConfigure      = (*secretResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*secretResource)(nil)
	_ resource.ResourceWithImportState    = (*secretResource)(nil)
	_ resource.ResourceWithIdentity       = (*secretResource)(nil)
	_ resource.ResourceWithValidateConfig = (*secretResource)(nil)
)

// secretResource is the container of a secret's versions.
type secretResource struct{ resourceBase }

func newSecretResource() resource.Resource { return &secretResource{} }

// Metadata implements resource.Resource.
func (r *secretResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_secret"
}

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *secretResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config secretModel
	resp.Diagnostics.Append(get(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(config.check(ctx)...)
}

// check judges a configuration. Unknown values are not judged.
func (m *secretModel) check(ctx context.Context) diag.Diagnostics {
	diags := checkConditions(ctx, m.AccessPolicy)
	diags.Append(checkTimeouts(m.Timeouts)...)
	if diags.HasError() || m.InitialValue.IsNull() || m.InitialValue.IsUnknown() {
		return diags
	}
	inputs := initialInputs(m.InitialValue)
	diags.Append(checkInputs("initial_value.", inputs)...)
	if inputs.kind() == inputNone {
		diags.Append(diagnostic.ValueInitialMissing.At(path.Root("initial_value"),
			"initial_value has to give exactly one of secret_string_wo, secret_binary_wo, secret_key_values_wo and generate. Leave initial_value out to start with a placeholder."))
	}
	return diags
}

// Create implements resource.Resource. The one request both creates the secret
// and writes version 1.
func (r *secretResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config secretModel
	resp.Diagnostics.Append(get(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, err := secretpath.NewSecretID(r.regionOr(plan.Region).ValueString(), plan.Path.ValueString())
	if err != nil {
		resp.Diagnostics.Append(diagnostic.SecretInvalid.With(err.Error() + "."))
		return
	}
	ctx, cancel, diags := withTimeout(ctx, plan.Timeouts.Create)
	defer cancel()
	resp.Diagnostics.Append(diags...)
	secretToCreate := plan.toAPI(id, config.InitialValue, r.defaultLabels)
	secretToCreate.Creation = rand.Text()
	secretToCreate.AccessPolicy, diags = policyToAPI(ctx, plan.AccessPolicy)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	defer r.writing(id)()
	secret, err := r.client.CreateSecret(ctx, secretToCreate)
	if err != nil {
		resp.Diagnostics.Append(r.failure(ctx, attempt{
			summary: diagnostic.SecretCreateFailed, op: diagnostic.Create, id: id,
			key: r.keyAfter(ctx, err, id, client.KMSKeyRef{Identity: plan.KMSKeyID.ValueString()}),
		}, err))
		return
	}
	r.run.note(id, func(now *inRun) { now.Created = true })
	plan.created(secret)
	plan.setOwner(r.owner())
	resp.Diagnostics.Append(writeSecretRecord(ctx, resp.Private, secretRecord{
		Protected: protectedID(&plan), DefaultLabels: hiddenBy(r.defaultLabels, stringMap(plan.Labels)), Mark: secretToCreate.Creation,
	})...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id)...)
	resp.Diagnostics.Append(set(ctx, &resp.State, &plan)...)
}

// Update implements resource.Resource. Of what can change in place, only the
// access policy is more than state.
func (r *secretResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan secretModel
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
	resp.Diagnostics.Append(get(ctx, req.Plan, &plan)...)
	record, diags := readSecretRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	id, diags := r.secretOfState(state.names(), state.owner())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel, diags := withTimeout(ctx, plan.Timeouts.Update)
	defer cancel()
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(r.updatePolicy(ctx, id, &state, record.lifeIn(&state), plan.AccessPolicy)...)
	if resp.Diagnostics.HasError() {
		return
	}
	record.DefaultLabels = hiddenBy(union(record.DefaultLabels, stringMap(state.Labels)), stringMap(plan.Labels))
	record.Protected = protectedID(&plan)
	resp.Diagnostics.Append(writeSecretRecord(ctx, resp.Private, record)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id)...)
	resp.Diagnostics.Append(set(ctx, &resp.State, &plan)...)
}

// Delete implements resource.Resource. It checks the protection once more: a
// tainted resource and an old plan file come here without a check by the plan.
func (r *secretResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state secretModel
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, diags := r.secretOfState(state.names(), state.owner())
	resp.Diagnostics.Append(diags...)
	record, diags := readSecretRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if isProtected(&state) {
		resp.Diagnostics.Append(diagnostic.SecretDeletionProtected.With(protectedDetail(id.String(), "destroy")))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel, diags := withTimeout(ctx, state.Timeouts.Delete)
	defer cancel()
	resp.Diagnostics.Append(diags...)
	defer r.writing(id)()
	err := r.client.DeleteSecret(ctx, id, r.asking(func(fresh version.Snapshot) error { return version.MayRemove(fresh, record.lifeIn(&state)) }))
	stale := staleOf(err)
	switch {
	case stale != nil && stale.Reason == version.OtherLife && r.run.of(id).Created:
		// This apply has created the secret that is there, so the one of the state is gone.
	case err != nil:
		resp.Diagnostics.Append(r.failure(ctx, attempt{summary: diagnostic.SecretDeleteFailed, op: diagnostic.Delete, id: id}, err))
	default:
		r.run.note(id, func(now *inRun) { now.Deleted = true })
	}
}

// ImportState implements resource.ResourceWithImportState. The read that follows
// fills in the rest.
func (r *secretResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, diags := r.importedSecret(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(beginImport(ctx, &resp.State, id)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id)...)
}

// importTarget is where an import begins: a state, or what a list shows of one.
type importTarget interface {
	SetAttribute(ctx context.Context, at path.Path, value any) diag.Diagnostics
}

// beginImport sets what no read could tell: which secret it is, and every default.
func beginImport(ctx context.Context, target importTarget, id secretpath.SecretID) (diags diag.Diagnostics) {
	diags.Append(target.SetAttribute(ctx, path.Root("region"), id.Region)...)
	diags.Append(target.SetAttribute(ctx, path.Root("path"), id.Path.String())...)
	diags.Append(target.SetAttribute(ctx, path.Root("deletion_protection"), true)...)
	return diags
}
