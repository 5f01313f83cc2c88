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
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
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
	replacement, diags := hasPrivate(ctx, req.Private, privateManaged)
	resp.Diagnostics.Append(diags...)
	if errOfID == nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.checkKeyOf(ctx, id)...)
		if !replacement {
			resp.Diagnostics.Append(r.checkFirstVersion(ctx, id)...)
			resp.Diagnostics.Append(r.noteVersion(id)...)
		}
	}
	plan.setVersion(putByApply(config.inputs(), version.ReasonCreated))
	plan.setOwner(r.owner())
	resp.Diagnostics.Append(set(ctx, &resp.Plan, plan)...)
}

// nothingToPut is for a version without a value. The id is zero where it is not known.
func nothingToPut(id secretpath.SecretID) diag.Diagnostic {
	imports := "the id is REGION/PATH@" + secretpath.CurrentName
	if !id.IsZero() {
		imports = fmt.Sprintf("terraform import ADDRESS %s@%s", id, secretpath.CurrentName)
	}
	return diagnostic.ValueMissing.At(path.Root(string(inputStringWO)),
		"A version can only be created with a value. Give exactly one of secret_string_wo, secret_binary_wo, secret_key_values_wo, secret_string, secret_key_values and generate; "+
			"or, to track a version that exists already, import it: "+imports+".")
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
		plan.setVersion(unknownUntilApply(types.StringUnknown()))
		resp.Diagnostics.Append(set(ctx, &resp.Plan, plan)...)
		return
	}
	resp.Diagnostics.Append(r.noteVersion(id)...)
	resp.Diagnostics.Append(withdrawDestroy(ctx, resp.Private)...)
	plan.keepSpelling(ctx, state)
	f, diags := updateInputOf(ctx, req.Private, state, plan, config)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(f.missingValue(id.String())...)
	if resp.Diagnostics.HasError() {
		return
	}
	situation := f.situation(changeInPlan)
	decision := version.Decide(situation)
	if f.fingerprinted() && (f.isConfigured(ctx, req) || decision.Action != version.Keep || len(situation.Observation.Retire) > 0) {
		// The value may be another one in apply, so nothing else that apply does can
		// be promised now.
		situation.Value = version.Undecided
		decision = version.Decide(situation)
	}
	if decision.Action == version.Put && !decision.Refused {
		decision.Refused = r.keyRefuses(ctx, id, &situation.Observation.Key, decision)
	}
	if decision.Refused {
		resp.Diagnostics.Append(diagnostic.KMSKeyRefusesVersion.With(diagnostic.KeyRefusal(id.String(), situation.Observation.Key)))
		return
	}
	plan.setVersion(f.planned(id, decision))
	resp.Diagnostics.Append(diagnostic.PlanWarnings(id.String(), f.offer(), situation, decision, isKnown(plan.ActiveVersions))...)
	resp.Diagnostics.Append(f.openQuestions(id, decision)...)
	resp.Diagnostics.Append(f.policyNotices(id, decision)...)
	plan.setNames(namesOf(id))
	plan.setOwner(r.owner())
	resp.Diagnostics.Append(set(ctx, &resp.Plan, plan)...)
}

// replacesVersion reports that the plan names another secret than the state.
func replacesVersion(state, plan *versionModel) bool {
	return !plan.SecretID.Equal(state.SecretID) || !plan.Region.Equal(state.Region) || !plan.Path.Equal(state.Path)
}

// updateInput is what a decision about an existing version rests on, in plan and in
// update alike.
type updateInput struct {
	state, plan, config *versionModel
	managed             managed
	verdict             version.Observation
	former              version.Observation // under the retention of the state, where the plan changes that
}

func updateInputOf(ctx context.Context, private privateReader, state, plan, config *versionModel) (updateInput, diag.Diagnostics) {
	f := updateInput{state: state, plan: plan, config: asPlanned(config, plan)}
	var diags, more diag.Diagnostics
	f.verdict, diags = readPrivate[version.Observation](ctx, private, privateVerdict)
	f.managed, more = readPrivate[managed](ctx, private, privateManaged)
	diags.Append(more...)
	if f.verdict.Drift == "" {
		f.verdict.Drift = version.Current // A state that was never refreshed claims nothing else.
	}
	f.settleRetention()
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
func (f updateInput) situation(compare func(known managed, state, config *versionModel) version.Change) version.Case {
	kind := f.config.inputs().kind()
	return version.Case{
		Observation: f.verdict,
		Managed:     f.state.Version.ValueInt64(),
		External:    version.External(f.plan.OnExternalVersion.ValueString()),
		HasValue:    kind != inputNone,
		Uncertain:   f.config.inputs().isUncertain(),
		Renewable:   kind.isRenewable(),
		Value:       compare(f.managed, f.state, f.config),
		Keepers:     keepersChange(f.state, f.plan),
		Rotation:    afterChange(f.state, f.plan),
		Pending:     f.managed.Pending,
	}
}

// offer is what the configuration gives for the value, for the words about it.
func (f updateInput) offer() diagnostic.Offer {
	kind := f.config.inputs().kind()
	return diagnostic.Offer{
		Input: string(kind), Generated: kind == inputGenerate,
		Counted: !f.config.ValueWOVersion.IsNull(), Compared: f.config.DetectValueChanges.ValueBool(),
	}
}

// fingerprinted reports that the value on offer is compared with what was put.
func (f updateInput) fingerprinted() bool {
	return f.config.DetectValueChanges.ValueBool() && f.managed.Fingerprint != nil && f.config.inputs().kind().isWriteOnly()
}

// isConfigured reports that the configuration differs from what was applied.
func (f updateInput) isConfigured(ctx context.Context, req resource.ModifyPlanRequest) bool {
	same, next := *f.plan, req.State
	same.setNames(f.state.names())
	same.setOwner(f.state.owner())
	same.setVersion(f.state.versionAttributes())
	same.RotateAt, same.ActiveVersions = f.state.RotateAt, f.state.ActiveVersions
	return set(ctx, &next, &same).HasError() || !next.Raw.Equal(req.State.Raw)
}

// openQuestions says what this plan leaves to apply although it looks like a
// larger change.
func (f updateInput) openQuestions(id secretpath.SecretID, decision version.Decision) (diags diag.Diagnostics) {
	if decision.Action == version.DecideInApply && movesOutOfState(f.managed, f.state, f.config, f.config.inputs().kind()) {
		diags.Append(diagnostic.ValueLeavesState.On(id.String(), fmt.Sprintf(
			"%s takes the place of %s. The two are compared during apply: an unchanged value puts no new version of %s.", f.config.inputs().kind(), f.managed.Input, id)))
	}
	return diags
}

// planned shows a decision in the attributes of a plan.
func (f updateInput) planned(id secretpath.SecretID, decision version.Decision) versionAttributes {
	v := f.state.versionAttributes()
	switch decision.Action {
	case version.Put:
		v = putByApply(f.config.inputs(), decision.Reason)
		v.Active = f.activeAfterPut()
		return v
	case version.DecideInApply:
		return unknownUntilApply(types.StringUnknown())
	case version.Adopt:
		v = trackedVersion(id, f.verdict)
	case version.Keep:
	}
	v.Active = f.activeWithoutPut(v.Active)
	return v
}

// without takes the retired numbers out of the active ones.
func without(active, retired []int64) []int64 {
	return slices.DeleteFunc(slices.Clone(active), func(n int64) bool { return slices.Contains(retired, n) })
}
