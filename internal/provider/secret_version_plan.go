package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. Terraform calls it in
// plan and again during apply, in a new process and without a refresh, and the
// two have to agree. So it decides from configuration, state and the observation that
// the refresh left in private state; the service is only asked which regions
// exist and whether a key can encrypt.
func (r *secretVersionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer r.hideAcknowledged(&resp.Diagnostics)
	state, diags := getIfAny[versionModel](ctx, req.State)
	resp.Diagnostics.Append(diags...)
	plan, diags := getIfAny[versionModel](ctx, req.Plan)
	resp.Diagnostics.Append(diags...)
	config, diags := getIfAny[versionModel](ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if plan != nil {
		resp.Diagnostics.Append(config.names().validate()...)
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
			resp.Diagnostics.Append(movedUnseen(typeSecretVersion, id.String(), plan == nil))
		}
	}
	switch {
	case resp.Diagnostics.HasError():
	case plan == nil:
		r.announceDestroy(ctx, id, state, resp)
	case state == nil:
		resp.Diagnostics.Append(r.uncheckedNotice()...)
		r.planCreate(ctx, plan, config, req, resp)
	default:
		r.planUpdate(ctx, id, state, plan, config, req, resp)
	}
}

// planCreate refuses a version without a value: there is nothing to put. It also sees
// the second half of a replacement, with the private state of what goes.
func (r *secretVersionResource) planCreate(ctx context.Context, plan, config *versionModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	plan.setNames(config.names().complete(r.regionOr))
	id, errOfID := plan.names().secret()
	if config.inputs().kind() == inputNone {
		resp.Diagnostics.Append(nothingToPut(id))
		return
	}
	resp.Diagnostics.Append(checkFirstTrigger(config)...)
	resp.Diagnostics.Append(r.checkRegion(ctx, plan.Region)...)
	replacement, diags := hasRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if errOfID == nil && !resp.Diagnostics.HasError() {
		if !replacement {
			resp.Diagnostics.Append(r.checkFirstVersion(ctx, id)...) // It reads the secret, and so its key.
			resp.Diagnostics.Append(r.noteVersion(id)...)
		}
		resp.Diagnostics.Append(r.checkKeyOf(ctx, id)...)
	}
	inputs := config.inputs()
	plan.show(secretpath.SecretID{}, version.PlannedPut(version.Want{Uncertain: inputs.isUncertain(), Format: inputs.kind().format()}, version.ReasonCreated), nil)
	plan.setOwner(r.owner())
	resp.Diagnostics.Append(set(ctx, &resp.Plan, plan)...)
}

func (r *secretVersionResource) planUpdate(ctx context.Context, id secretpath.SecretID, state, plan, config *versionModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if replacesVersion(state, plan) {
		resp.Diagnostics.Append(secretUnknown(id, state, plan, config)...)
		if resp.Diagnostics.HasError() {
			return
		}
		r.announceDestroy(ctx, id, state, resp)
		// Terraform asks again for the create half, which settles everything, but drops the
		// warnings of that answer.
		plan.setNames(config.names().complete(r.regionOr))
		if next, err := plan.names().secret(); err == nil {
			resp.Diagnostics.Append(r.checkFirstVersion(ctx, next)...)
			resp.Diagnostics.Append(r.noteVersion(next)...)
		}
		plan.show(id, version.PlannedPut(version.Want{}, ""), nil)
		resp.Diagnostics.Append(set(ctx, &resp.Plan, plan)...)
		return
	}
	resp.Diagnostics.Append(r.noteVersionOnce(ctx, id)...)
	resp.Diagnostics.Append(withdrawDestroy(ctx, resp.Private)...)
	plan.keepSpelling(ctx, state)
	f, diags := updateInputOf(ctx, req.Private, state, plan, config)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(f.missingValue(id.String())...)
	if resp.Diagnostics.HasError() {
		return
	}
	p := f.proposal(ctx, r.rotateBefore)
	if key := p.Case.Observation.Key; p.Decision.Action == version.Put && !p.Decision.Refused && r.keyRefuses(ctx, id, &key, p.Decision) {
		p = p.Refuse(key)
	}
	if p.Decision.Refused {
		resp.Diagnostics.Append(diagnostic.KMSKeyRefusesVersion.With(diagnostic.KeyRefusal(id.String(), p.Case.Observation.Key)))
		return
	}
	resp.Diagnostics.Append(r.foldDue(id, f.show(id, r.owner(), p))...)
	resp.Diagnostics.Append(set(ctx, &resp.Plan, plan)...)
}

// foldDue keeps the warnings of a large fleet short: the first rotations of a run are named one by
// one, and the others have a summary in common, so that Terraform counts them.
func (r *secretVersionResource) foldDue(id secretpath.SecretID, diags diag.Diagnostics) diag.Diagnostics {
	for i, d := range diags {
		if diagnostic.RotationDue.Is(d, id.String()) && !r.run.repeats.inFull(diagnostic.RotationDue, id.String()) {
			diags[i] = diagnostic.RotationDueMore.On(id.String(), d.Detail())
		}
	}
	return diags
}

// replacesVersion reports that the plan names another secret than the state.
func replacesVersion(state, plan *versionModel) bool {
	return !plan.SecretID.Equal(state.SecretID) || !plan.Region.Equal(state.Region) || !plan.Path.Equal(state.Path)
}
