package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. Terraform calls it in
// plan and again during apply, in a new process and without a refresh, and the
// two have to agree. So it decides from configuration, state and the verdict that
// the refresh left in private state; the service is only asked which regions
// exist and whether a key can seal.
func (r *secretVersionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	state, diags := getIfAny[versionModel](ctx, req.State)
	resp.Diagnostics.Append(diags...)
	plan, diags := getIfAny[versionModel](ctx, req.Plan)
	resp.Diagnostics.Append(diags...)
	config, diags := getIfAny[versionModel](ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	var id secretpath.SecretID
	if state != nil {
		var diags diag.Diagnostics
		id, diags = r.secretOfState(state.names(), state.owner())
		resp.Diagnostics.Append(diags...)
		if state.moved() {
			resp.Diagnostics.Append(movedUnseen(id.String()))
		}
	}
	switch {
	case resp.Diagnostics.HasError():
	case plan == nil:
		planVersionDelete(state, resp)
	case state == nil:
		r.planCreate(ctx, plan, config, resp)
	default:
		r.planUpdate(ctx, id, state, plan, config, req, resp)
	}
}

func planVersionDelete(state *versionModel, resp *resource.ModifyPlanResponse) {
	if state.DeletionPolicy.ValueString() != deletionDestroy {
		return
	}
	resp.Diagnostics.Append(diagnostic.VersionDestroyAnnounced.On(state.SecretID.ValueString(), fmt.Sprintf(
		"deletion_policy = \"destroy\" destroys %s for good. If it is the current version, the highest version that is still active becomes current; "+
			"if no other is active, nobody can read the secret. Where this is the first half of a replacement, lifecycle { create_before_destroy = true } puts the new version first.", state.ID.ValueString())))
}

// planCreate refuses a version without a value: there is nothing to put.
func (r *secretVersionResource) planCreate(ctx context.Context, plan, config *versionModel, resp *resource.ModifyPlanResponse) {
	if config.inputs().kind() == inputNone {
		resp.Diagnostics.Append(nothingToPut())
		return
	}
	resp.Diagnostics.Append(checkFirstTrigger(config)...)
	plan.setNames(config.names().complete(r.regionOr))
	resp.Diagnostics.Append(r.checkRegion(ctx, plan.Region)...)
	if id, err := plan.names().secret(); err == nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.checkKeyOf(ctx, id)...)
	}
	plan.setVolatile(unknownUntilApply(types.StringValue(string(rotation.ReasonCreated))))
	plan.setOwner(r.owner())
	resp.Diagnostics.Append(set(ctx, &resp.Plan, plan)...)
}

func nothingToPut() diag.Diagnostic {
	return diagnostic.ValueMissing.At(path.Root(string(inputStringWO)),
		"A version can only be created with a value. Give exactly one of secret_string_wo, secret_binary_wo, secret_key_values_wo, secret_string, secret_key_values and generate; "+
			"or, to track a version that exists already, import it: the id is REGION/PATH@current.")
}

func (r *secretVersionResource) planUpdate(ctx context.Context, id secretpath.SecretID, state, plan, config *versionModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if replacesVersion(state, plan) {
		planVersionDelete(state, resp)
		// Terraform asks again for the create half, which settles everything.
		plan.setNames(config.names().complete(r.regionOr))
		plan.setVolatile(unknownUntilApply(types.StringUnknown()))
		resp.Diagnostics.Append(set(ctx, &resp.Plan, plan)...)
		return
	}
	f, diags := factsOf(ctx, req.Private, state, plan, config)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(f.missingValue(id.String())...)
	if resp.Diagnostics.HasError() {
		return
	}
	situation := f.situation(changeInPlan)
	decision := rotation.Decide(situation)
	configured := !req.Plan.Raw.Equal(req.State.Raw)
	if f.fingerprinted() && (configured || decision.Action != rotation.Keep || len(situation.Verdict.Retire) > 0) {
		// The value may be another one in apply, so nothing else that apply does can
		// be promised now.
		situation.Value = rotation.Undecided
		decision = rotation.Decide(situation)
	}
	if decision.Action == rotation.Put && !decision.Refused {
		decision.Refused = r.keyRefuses(ctx, id, &situation.Verdict.Key, decision)
	}
	if decision.Refused {
		resp.Diagnostics.Append(diagnostic.KMSKeyRefusesVersion.With(diagnostic.KeyRefusal(id.String(), situation.Verdict.Key)))
		return
	}
	resp.Diagnostics.Append(diagnostic.Notices(id.String(), situation, decision)...)
	resp.Diagnostics.Append(f.openQuestions(id, decision)...)
	plan.setVolatile(f.planned(id, decision))
	plan.setNames(namesOf(id))
	plan.setOwner(r.owner())
	resp.Diagnostics.Append(set(ctx, &resp.Plan, plan)...)
}

// replacesVersion reports that the plan names another secret than the state.
func replacesVersion(state, plan *versionModel) bool {
	return !plan.SecretID.Equal(state.SecretID) || !plan.Region.Equal(state.Region) || !plan.Path.Equal(state.Path)
}

// facts are what a decision about an existing version rests on, in plan and in
// update alike.
type facts struct {
	state, plan, config *versionModel
	managed             managed
	verdict             rotation.Verdict
}

func factsOf(ctx context.Context, private privateReader, state, plan, config *versionModel) (facts, diag.Diagnostics) {
	f := facts{state: state, plan: plan, config: asPlanned(config, plan)}
	var diags, more diag.Diagnostics
	f.verdict, diags = readPrivate[rotation.Verdict](ctx, private, privateVerdict)
	f.managed, more = readPrivate[managed](ctx, private, privateManaged)
	diags.Append(more...)
	if f.verdict.Finding == "" {
		f.verdict.Finding = rotation.Current // A state that was never refreshed claims nothing else.
	}
	if f.retentionChanges() {
		f.verdict.Retire, f.verdict.RetireOnPut = nil, nil // They are what the former one let go.
	}
	return f, diags
}

// asPlanned is the configuration as the plan takes it. During apply Terraform hands
// out the configuration as it is written, without what ignore_changes left out of
// the plan; only write-only inputs have to come from there.
func asPlanned(config, plan *versionModel) *versionModel {
	merged := *plan
	merged.SecretStringWO = config.SecretStringWO
	merged.SecretBinaryWO = config.SecretBinaryWO
	merged.SecretKeyValuesWO = config.SecretKeyValuesWO
	return &merged
}

// situation puts the facts into the terms of the decision. Plan and update differ
// only in how they compare values.
func (f facts) situation(compare func(known managed, state, config *versionModel) rotation.Change) rotation.Situation {
	kind := f.config.inputs().kind()
	return rotation.Situation{
		Verdict:   f.verdict,
		Managed:   f.state.Version.ValueInt64(),
		External:  rotation.OnExternal(f.plan.OnExternalVersion.ValueString()),
		HasValue:  kind != inputNone,
		Uncertain: f.config.inputs().isUncertain(),
		Renewable: kind.isRenewable(),
		Value:     compare(f.managed, f.state, f.config),
		Keepers:   keepersChange(f.state, f.plan),
		Rotation:  afterChange(f.state, f.plan),
		Pending:   f.managed.Pending,
	}
}

// fingerprinted reports that the value on offer is compared with what was put.
func (f facts) fingerprinted() bool {
	return f.config.DetectValueChanges.ValueBool() && f.managed.Fingerprint != nil && f.config.inputs().kind().isWriteOnly()
}

// retentionChanges reports a retention that the verdict does not know, so that
// what it retires is decided in apply.
func (f facts) retentionChanges() bool {
	return !f.plan.Retention.Equal(f.state.Retention)
}

// openQuestions says what this plan leaves to apply although it looks like a
// larger change.
func (f facts) openQuestions(id secretpath.SecretID, decision rotation.Decision) (diags diag.Diagnostics) {
	if decision.Action == rotation.DecideInApply && movesOutOfState(f.managed, f.state, f.config, f.config.inputs().kind()) {
		diags.Append(diagnostic.ValueLeavesState.On(id.String(), fmt.Sprintf(
			"%s takes the place of %s. The two are compared during apply: an unchanged value puts no new version of %s.", f.config.inputs().kind(), f.managed.Input, id)))
	}
	if f.retentionChanges() && !f.plan.Retention.IsNull() {
		diags.Append(diagnostic.RetentionChanged.On(id.String(), fmt.Sprintf(
			"Which versions of %s the new retention destroys is decided during apply, by the history as it is then.", id)))
	}
	return diags
}

// planned shows a decision in the attributes of a plan.
func (f facts) planned(id secretpath.SecretID, decision rotation.Decision) volatile {
	v := f.state.volatile()
	switch decision.Action {
	case rotation.Put:
		return unknownUntilApply(types.StringValue(string(decision.Reason)))
	case rotation.DecideInApply:
		return unknownUntilApply(types.StringUnknown())
	case rotation.Track:
		v = trackedVersion(id, f.verdict)
	case rotation.Keep:
	}
	if f.retentionChanges() {
		v.Active = types.ListUnknown(types.Int64Type)
	} else if len(f.verdict.Retire) > 0 {
		v = v.withActive(without(numbersOf(v.Active), f.verdict.Retire))
	}
	return v
}

// without takes the retired numbers out of the active ones.
func without(active, retired []int64) []int64 {
	return slices.DeleteFunc(slices.Clone(active), func(n int64) bool { return slices.Contains(retired, n) })
}
