package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. It decides from
// configuration, state and private state alone; it only asks the service which
// regions exist and whether the key can encrypt.
func (r *secretResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer r.hideAcknowledged(&resp.Diagnostics)
	state, diags := getIfAny[secretModel](ctx, req.State)
	resp.Diagnostics.Append(diags...)
	plan, diags := getIfAny[secretModel](ctx, req.Plan)
	resp.Diagnostics.Append(diags...)
	if plan != nil {
		resp.Diagnostics.Append(validRegion().check(path.Root("region"), plan.Region)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	var id secretpath.SecretID
	if state != nil {
		var diags diag.Diagnostics
		id, diags = r.secretOfState(state.names(), state.owner())
		resp.Diagnostics.Append(diags...)
		if state.moved() {
			resp.Diagnostics.Append(movedUnseen(typeSecret, state.ID.ValueString(), plan == nil))
		}
		if resp.Diagnostics.HasError() {
			return
		}
	}
	switch {
	case plan == nil:
		resp.Diagnostics.Append(r.planDelete(ctx, id, state)...)
	case state == nil:
		resp.Diagnostics.Append(r.uncheckedNotice()...)
		r.planCreate(ctx, req, resp)
	default:
		resp.Diagnostics.Append(r.noteKeptOnce(ctx, id)...)
		r.planUpdate(ctx, state, plan, req, resp)
	}
}

func (r *secretResource) planDelete(ctx context.Context, id secretpath.SecretID, state *secretModel) diag.Diagnostics {
	if isProtected(state) {
		return diag.Diagnostics{diagnostic.SecretDeletionProtected.With(protectedDetail(id.String(), "destroy"))}
	}
	if diags := r.noteDeletion(id); diags.HasError() {
		return diags
	}
	return diag.Diagnostics{r.deletionNotice(ctx, state, "")}
}

// planCreate also sees the second half of every replacement, however it came
// about: without a state, but with the private state of the secret that would
// have to go.
func (r *secretResource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	record, diags := readSecretRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if record.Protected != "" {
		resp.Diagnostics.Append(diagnostic.SecretDeletionProtected.With(protectedDetail(record.Protected, "replace")))
		return
	}
	replacement, diags := hasPrivate(ctx, req.Private, privateSecret, privateProtected)
	resp.Diagnostics.Append(diags...)
	region := r.regionOr(configured(ctx, req, "region"))
	resp.Diagnostics.Append(r.checkRegion(ctx, region)...)
	// A secret that is there is the first thing to know: an import needs no key.
	if id, err := secretpath.NewSecretID(region.ValueString(), configured(ctx, req, "path").ValueString()); err == nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.checkCreation(ctx, id, replacement)...)
	}
	if key := configured(ctx, req, "kms_key_id"); !key.IsUnknown() && !region.IsUnknown() && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.checkKey(ctx, region.ValueString(), key.ValueString())...)
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("region"), region)...)
	now := r.owner()
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("organisation_id"), now.Organisation)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("project_id"), now.Project)...)
}

// planUpdate decides about differences in what the service cannot change. All that it
// says names the secret and both sides.
func (r *secretResource) planUpdate(ctx context.Context, state, plan *secretModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	record, diags := readSecretRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	keepPolicySpelling(ctx, state, plan, resp)
	found := differencesOf(state, plan, record.DefaultLabels, r.defaultLabels)
	switch found.outcome(plan.wish(), isProtected(state)) {
	case differencesRefused:
		resp.Diagnostics.Append(r.refuseDifferences(state, found, plan.wish())...)
	case secretReplaced:
		r.noteReplacement(state, plan)
		resp.Diagnostics.Append(r.deletionNotice(ctx, state, replacedDetail(found)))
		resp.Diagnostics.Append(r.checkReplacingKey(ctx, plan)...)
		for _, name := range found.attributes() {
			resp.RequiresReplace.Append(path.Root(name))
		}
	case differencesKept:
		resp.Diagnostics.Append(r.keepDifferences(ctx, state, found, resp)...)
		resp.Diagnostics.Append(policyReleased(state, plan)...)
	case nothingDiffers:
		resp.Diagnostics.Append(policyReleased(state, plan)...)
	}
}

// keepDifferences plans the values of the state, also in place of what is not known yet.
func (r *secretResource) keepDifferences(ctx context.Context, state *secretModel, found differences, resp *resource.ModifyPlanResponse) (diags diag.Diagnostics) {
	can, cannot := found.keepable()
	if len(cannot) > 0 {
		return r.refuseKeeping(state, cannot)
	}
	prior := map[string]attr.Value{
		"kms_key_id": state.KMSKeyID, "description": state.Description, "labels": state.Labels, "annotations": state.Annotations,
	}
	for _, name := range can.attributes() {
		diags.Append(resp.Plan.SetAttribute(ctx, path.Root(name), prior[name])...)
	}
	diags.Append(diagnostic.SecretChangeKept.On(state.ID.ValueString(), keptDetail(state.ID.ValueString(), can)))
	return diags
}

// configured reads a string attribute from the configuration, where a computed
// one is still null.
func configured(ctx context.Context, req resource.ModifyPlanRequest, name string) types.String {
	var s types.String
	req.Config.GetAttribute(ctx, path.Root(name), &s)
	return s
}
