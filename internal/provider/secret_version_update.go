package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// update carries out the plan, and decides now that everything is known what the
// plan had to leave open. The outcome is nil when the state has to stay as it is.
func (r *secretVersionResource) update(ctx context.Context, id secretpath.SecretID, f facts) (*outcome, diag.Diagnostics) {
	if diags := f.missingValue(id.String()); diags.HasError() {
		return nil, diags
	}
	situation := f.situation(changeInApply)
	decision := f.promised(rotation.Decide(situation))
	if decision.Refused {
		var diags diag.Diagnostics
		diags.Append(diagnostic.KMSKeyRefusesVersion.With(diagnostic.KeyRefusal(id.String(), situation.Verdict.Key)))
		return nil, diags
	}
	if decision.Action == rotation.Put {
		return r.put(ctx, id, f.plan, f.config, putPlan{former: f.formerly(), known: f.newestKnown(), reason: decision.Reason, retire: f.verdict.RetireOnPut})
	}
	f.settleAge(f.plan.policy(r.rotateBefore)) // Or the next plan without a refresh would go by the former age.
	done := f.recorded()
	if decision.Action == rotation.Track {
		done = f.tracked(id)
	}
	diags := r.retireOnly(ctx, id, f, done)
	if diags.HasError() {
		return nil, diags
	}
	return done, diags
}

// formerly is what was managed, as far as it was in this life of the secret.
func (f facts) formerly() managed {
	former := f.managed
	if f.verdict.Finding == rotation.Recreated {
		former.Put, former.PreviousPut = 0, 0
	}
	return former
}

// newestKnown is the highest version that the plan knew.
func (f facts) newestKnown() knownVersions {
	if f.verdict.Finding == rotation.Recreated { // The managed one was in another life.
		return knownVersions{life: f.verdict.Life, newest: f.verdict.CurrentVersion}
	}
	return knownVersions{life: f.managed.Life, newest: max(f.state.Version.ValueInt64(), f.verdict.CurrentVersion)}
}

// promised keeps a decision to what was planned. A plan that knows the version
// promised not to put, and one that knows the reason promised to.
func (f facts) promised(now rotation.Decision) rotation.Decision {
	switch version := f.plan.Version; {
	case version.IsUnknown() && f.plan.LastChange.IsUnknown():
		return now
	case version.IsUnknown():
		return rotation.Decision{Action: rotation.Put, Reason: rotation.Reason(f.plan.LastChange.ValueString()), Refused: now.Refused}
	case version.Equal(f.state.Version) && f.plan.CreatedAt.Equal(f.state.CreatedAt) && f.plan.LastChange.Equal(f.state.LastChange):
		// The number alone does not tell: a re-created secret has the same ones.
		return rotation.Decision{Action: rotation.Keep}
	}
	return rotation.Decision{Action: rotation.Track, Reason: rotation.ReasonAdopted}
}

// recorded is the outcome of an update that leaves the managed version as it is
// and takes the configuration as given.
func (f facts) recorded() *outcome {
	done := &outcome{volatile: f.state.volatile(), managed: f.managed, verdict: f.verdict}
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

// tracked is the outcome of managing the version that is current now. It is what
// was planned, down to the last byte.
func (f facts) tracked(id secretpath.SecretID) *outcome {
	done := f.recorded()
	done.volatile = trackedVersion(id, f.verdict)
	done.verdict = rotation.Verdict{
		Finding: rotation.Current, OnlyPlaceholder: f.verdict.OnlyPlaceholder, DueAt: f.verdict.DueAt, DueByRotateBefore: f.verdict.DueByRotateBefore,
		RetireOnPut: f.verdict.RetireOnPut, PlaceholderGoes: f.verdict.PlaceholderGoes, Key: f.verdict.Key,
	}
	former := f.formerly()
	// A put that was rolled back is gone for good. What retention lets go is counted
	// from the version that is managed, also once a stranger's newer one is tracked.
	done.managed.Put, done.managed.PreviousPut = min(former.Put, f.verdict.CurrentVersion), former.PreviousPut
	if f.verdict.Finding == rotation.Recreated {
		done.managed.Life = f.verdict.Life
	}
	return done
}
