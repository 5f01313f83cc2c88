package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// update carries out the plan, and decides now that everything is known what the
// plan had to leave open. The outcome is nil when the state has to stay as it is.
func (r *secretVersionResource) update(ctx context.Context, id secretpath.SecretID, f updateInput) (*outcome, diag.Diagnostics) {
	if diags := f.missingValue(id.String()); diags.HasError() {
		return nil, diags
	}
	situation := f.situation(changeInApply)
	decision := f.constrainToPlan(version.Decide(situation))
	if decision.Refused {
		var diags diag.Diagnostics
		diags.Append(diagnostic.KMSKeyRefusesVersion.With(diagnostic.KeyRefusal(id.String(), situation.Observation.Key)))
		return nil, diags
	}
	if decision.Action == version.Put {
		return r.put(ctx, id, f.plan, f.config, putPlan{former: f.previousPuts(), known: f.newestKnown(), reason: decision.Reason, retire: f.verdict.RetireOnPut})
	}
	f.settleAge(f.plan.policy(r.rotateBefore)) // Or the next plan without a refresh would go by the former age.
	done := f.keepResult()
	if decision.Action == version.Adopt {
		done = f.adoptResult(id)
	}
	diags := r.retireOnly(ctx, id, f, done)
	if diags.HasError() {
		return nil, diags
	}
	return done, diags
}

// previousPuts is what was managed, as far as it was in this life of the secret.
func (f updateInput) previousPuts() managed {
	former := f.managed
	if f.verdict.Drift == version.Recreated {
		former.Put, former.PreviousPut = 0, 0
	}
	return former
}

// newestKnown is the highest version that the plan knew.
func (f updateInput) newestKnown() knownVersions {
	if f.verdict.Drift == version.Recreated { // The managed one was in another life.
		return knownVersions{life: f.verdict.Life, newest: f.verdict.CurrentVersion}
	}
	return knownVersions{life: f.managed.Life, newest: max(f.state.Version.ValueInt64(), f.verdict.CurrentVersion)}
}

// constrainToPlan keeps a decision to what was planned. A plan that knows the version
// promised not to put, and one that knows the reason promised to.
func (f updateInput) constrainToPlan(now version.Decision) version.Decision {
	switch number := f.plan.Version; {
	case number.IsUnknown() && f.plan.LastChange.IsUnknown():
		return now
	case number.IsUnknown():
		return version.Decision{Action: version.Put, Reason: version.Reason(f.plan.LastChange.ValueString()), Refused: now.Refused}
	case number.Equal(f.state.Version) && f.plan.CreatedAt.Equal(f.state.CreatedAt) && f.plan.LastChange.Equal(f.state.LastChange):
		// The number alone does not tell: a re-created secret has the same ones.
		return version.Decision{Action: version.Keep}
	}
	return version.Decision{Action: version.Adopt, Reason: version.ReasonAdopted}
}

// keepResult is the outcome of an update that leaves the managed version as it is
// and takes the configuration as given.
func (f updateInput) keepResult() *outcome {
	done := &outcome{versionAttributes: f.state.versionAttributes(), managed: f.managed, verdict: f.verdict}
	done.managed.Pending = false
	if f.plan.Retention.IsNull() {
		done.verdict.ActiveVersions = nil // Nothing shows them any more.
	}
	inputs := f.config.inputs()
	if kind := inputs.kind(); kind != inputNone {
		done.managed.Input = kind
	}
	switch {
	case !f.config.DetectValueChanges.ValueBool():
		done.managed.Fingerprint = nil
	case done.managed.Fingerprint == nil && inputs.kind().isWriteOnly():
		done.managed.Fingerprint = newFingerprint(inputs.value())
	}
	return done
}

// adoptResult is the outcome of managing the version that is current now. It is what
// was planned, down to the last byte.
func (f updateInput) adoptResult(id secretpath.SecretID) *outcome {
	done := f.keepResult()
	done.versionAttributes = trackedVersion(id, f.verdict)
	done.verdict = version.Observation{
		Drift: version.Current, OnlyPlaceholder: f.verdict.OnlyPlaceholder, DueAt: f.verdict.DueAt, DueByRotateBefore: f.verdict.DueByRotateBefore,
		RetireOnPut: f.verdict.RetireOnPut, PlaceholderGoes: f.verdict.PlaceholderGoes, Key: f.verdict.Key,
	}
	former := f.previousPuts()
	// A put that was rolled back is gone for good. What retention lets go is counted
	// from the version that is managed, also once a stranger's newer one is tracked.
	done.managed.Put, done.managed.PreviousPut = min(former.Put, f.verdict.CurrentVersion), former.PreviousPut
	if f.verdict.Drift == version.Recreated {
		done.managed.Life = f.verdict.Life
	}
	return done
}
