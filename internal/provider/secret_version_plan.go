package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. Terraform calls it in
// plan and again during apply, in a new process and without a refresh, and the
// two have to agree. So it decides from configuration, state and the verdict that
// the refresh left in private state; the service is only asked which regions
// exist.
func (r *secretVersionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state, plan, config *versionModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state != nil {
		if id, err := state.names().secret(); err == nil {
			resp.Diagnostics.Append(r.checkOwner(id, state.owner())...)
		}
	}
	switch {
	case resp.Diagnostics.HasError():
	case plan == nil:
		planVersionDelete(state, resp)
	case state == nil:
		r.planCreate(ctx, plan, config, resp)
	default:
		r.planUpdate(ctx, state, plan, config, req, resp)
	}
}

func planVersionDelete(state *versionModel, resp *resource.ModifyPlanResponse) {
	if state.DeletionPolicy.ValueString() != deletionDestroy {
		return
	}
	resp.Diagnostics.AddWarning("Version will be destroyed: "+state.SecretID.ValueString(), fmt.Sprintf(
		"deletion_policy = \"destroy\" destroys %s for good. If it is the current version, the highest version that is still active becomes current; "+
			"if no other is active, nobody can read the secret.", state.ID.ValueString()))
}

// planCreate refuses a version without a value: there is nothing to put.
func (r *secretVersionResource) planCreate(ctx context.Context, plan, config *versionModel, resp *resource.ModifyPlanResponse) {
	if config.inputs().kind() == inputNone {
		resp.Diagnostics.Append(nothingToPut())
		return
	}
	plan.setNames(config.names().complete(r.regionOr))
	resp.Diagnostics.Append(r.checkRegion(ctx, plan.Region)...)
	plan.setVolatile(unknownUntilApply(types.StringValue(string(rotation.ReasonCreated))))
	plan.setOwner(r.owner())
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

func nothingToPut() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root(string(inputStringWO)), "Nothing to put",
		"A version can only be created with a value. Give exactly one of secret_string_wo, secret_binary_wo, secret_key_values_wo, secret_string, secret_key_values and generate; "+
			"or, to track a version that exists already, import it: the id is REGION/PATH@current.")
}

func (r *secretVersionResource) planUpdate(ctx context.Context, state, plan, config *versionModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if replacesVersion(state, plan) {
		// Terraform asks again for the create half, which settles everything.
		plan.setNames(config.names().complete(r.regionOr))
		plan.setVolatile(unknownUntilApply(types.StringUnknown()))
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
		return
	}
	id, err := state.names().secret()
	if err != nil {
		resp.Diagnostics.AddError("Invalid state", fmt.Sprintf("The state names no secret: %v.", err))
		return
	}
	situation, diags := situationOf(ctx, req.Private, state, plan, config, changeInPlan)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	decision := rotation.Decide(situation)
	resp.Diagnostics.Append(warnings(rotation.Notices(id.String(), situation, decision))...)
	plan.setVolatile(plannedVolatile(id, state, situation.Verdict, decision))
	plan.setNames(namesOf(id))
	plan.setOwner(r.owner())
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// replacesVersion reports that the plan names another secret than the state.
func replacesVersion(state, plan *versionModel) bool {
	return !plan.SecretID.Equal(state.SecretID) || !plan.Region.Equal(state.Region) || !plan.Path.Equal(state.Path)
}

// plannedVolatile shows a decision in the attributes of a plan.
func plannedVolatile(id secretpath.SecretID, state *versionModel, verdict rotation.Verdict, decision rotation.Decision) volatile {
	switch decision.Action {
	case rotation.Put:
		return unknownUntilApply(types.StringValue(string(decision.Reason)))
	case rotation.DecideInApply:
		return unknownUntilApply(types.StringUnknown())
	case rotation.Track:
		return trackedVersion(id, verdict)
	case rotation.Keep:
	}
	return state.volatile()
}

// situationOf gathers what the decision about an existing version rests on. Plan
// and update differ only in how they compare values.
func situationOf(ctx context.Context, private privateReader, state, plan, config *versionModel, compare func(known managed, state, config *versionModel) rotation.Change) (rotation.Situation, diag.Diagnostics) {
	verdict, diags := readPrivate[rotation.Verdict](ctx, private, privateVerdict)
	known, more := readPrivate[managed](ctx, private, privateManaged)
	diags.Append(more...)
	if verdict.Finding == "" {
		verdict.Finding = rotation.Current // A state that was never refreshed claims nothing else.
	}
	return rotation.Situation{
		Verdict:  verdict,
		Managed:  state.Version.ValueInt64(),
		External: rotation.OnExternal(plan.OnExternalVersion.ValueString()),
		HasValue: config.inputs().kind() != inputNone,
		Change:   compare(known, state, config),
		Pending:  known.Pending,
	}, diags
}

func warnings(notices []rotation.Notice) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, notice := range notices {
		diags.AddWarning(notice.Summary, notice.Detail)
	}
	return diags
}
