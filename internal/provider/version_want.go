package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/tfserver"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// updateInput is what a decision about an existing version rests on, in plan and in
// update alike. The configuration is as the plan takes it.
type updateInput struct {
	state, plan, config *versionModel
	record              version.Record
}

func updateInputOf(ctx context.Context, private privateReader, state, plan, config *versionModel) (updateInput, diag.Diagnostics) {
	record, diags := readRecord(ctx, private)
	return updateInput{state, plan, asPlanned(config, plan), record}, diags
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

// want puts the input into the terms of the engine. Plan and update differ only in how
// they compare values.
func (f updateInput) want(rotateBefore time.Time, compare func(known version.Record, state, config *versionModel) version.Change) version.Want {
	inputs, after := f.config.inputs(), rotationAfter(f.plan.Rotation)
	kind := inputs.kind()
	planned := f.plan.policy(rotateBefore)
	w := version.Want{
		External:     version.External(f.plan.OnExternalVersion.ValueString()),
		Input:        string(kind),
		Format:       kind.format(),
		Renewable:    kind.isRenewable(),
		Uncertain:    inputs.isUncertain(),
		Compared:     f.config.DetectValueChanges.ValueBool(),
		Value:        compare(f.record, f.state, f.config),
		Keepers:      keepersChange(f.state, f.plan),
		Was:          f.state.policy(rotateBefore),
		After:        version.Maybe[time.Duration]{Value: planned.RotateAfter, Unknown: after.IsUnknown()},
		Retention:    version.Maybe[*version.Retention]{Value: planned.Retention, Unknown: isUncertain(f.plan.Retention)},
		RotateBefore: rotateBefore,
	}
	if kind.isWriteOnly() {
		w.Fingerprint = func() json.RawMessage { return encoded(newFingerprint(inputs.value())) }
	}
	return w
}

// proposal is what a plan makes of the managed version.
func (f updateInput) proposal(ctx context.Context, rotateBefore time.Time) version.Proposal {
	want := f.want(rotateBefore, func(known version.Record, state, config *versionModel) version.Change {
		change, _ := tfserver.Once(ctx, "value", func() version.Change { return changeInPlan(known, state, config) }) // A fingerprint takes 20 ms.
		return change
	})
	want.Edited = want.IsFingerprinted(f.record) && f.isConfigured()
	return version.Plan(f.state.shown(), f.record, want)
}

// show completes the planned values by a proposal, and returns what there is to say about it.
func (f updateInput) show(id secretpath.SecretID, now owner, p version.Proposal) (diags diag.Diagnostics) {
	f.plan.show(id, p.Planned(), f.state)
	diags.Append(diagnostic.PlanWarnings(id.String(), f.offer(), p.Case, p.Decision, isKnown(f.plan.ActiveVersions))...)
	diags.Append(f.openQuestions(id, p.Decision)...)
	diags.Append(f.terms(id).Warnings(p.Warnings())...)
	f.plan.setNames(namesOf(id))
	f.plan.setOwner(now)
	return diags
}

// offer is what the configuration gives for the value, for the words about it.
func (f updateInput) offer() diagnostic.Offer {
	kind := f.config.inputs().kind()
	return diagnostic.Offer{
		Input: string(kind), Generated: kind == inputGenerate,
		Counted: !f.config.ValueWOVersion.IsNull(), Compared: f.config.DetectValueChanges.ValueBool(),
	}
}

// terms are what the words about this plan refer to.
func (f updateInput) terms(id secretpath.SecretID) diagnostic.VersionTerms {
	return diagnostic.VersionTerms{
		ID:         id.String(),
		Ages:       [2]string{inWords(rotationAfter(f.state.Rotation)), inWords(rotationAfter(f.plan.Rotation))},
		Retentions: [2]string{retentionInWords(f.state.Retention), retentionInWords(f.plan.Retention)},
	}
}

// isConfigured reports that the configuration differs from what was applied.
func (f updateInput) isConfigured() bool {
	same := *f.plan
	same.setNames(f.state.names())
	same.setOwner(f.state.owner())
	same.copyVersion(f.state)
	same.RotateAt, same.ActiveVersions = f.state.RotateAt, f.state.ActiveVersions
	return !isSame(&same, f.state)
}

// openQuestions says what this plan leaves to apply although it looks like a
// larger change.
func (f updateInput) openQuestions(id secretpath.SecretID, decision version.Decision) (diags diag.Diagnostics) {
	if decision.Action == version.DecideInApply && movesOutOfState(f.record, f.state, f.config, f.config.inputs().kind()) {
		diags.Append(diagnostic.ValueLeavesState.On(id.String(), fmt.Sprintf(
			"%s takes the place of %s. The two are compared during apply: an unchanged value puts no new version of %s.", f.config.inputs().kind(), f.record.Input, id)))
	}
	return diags
}

// keepersChange reports whether a keeper differs. Keepers that appear or go as a
// whole are recorded: there is nothing they could have changed from or to.
func keepersChange(state, plan *versionModel) version.Change {
	before, after := rotationKeepers(state.Rotation), rotationKeepers(plan.Rotation)
	if before.IsNull() || after.IsNull() {
		return version.Unchanged
	}
	return changeOf(hasUnknown(after), !before.Equal(after))
}
