package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// outcome is what an apply leaves behind: attributes and private state.
type outcome struct {
	versionAttributes versionAttributes
	managed           managed
	verdict           version.Observation
}

// remember writes the private half. It is the same that the next refresh would
// write, or that refresh would look like drift.
func (o outcome) remember(ctx context.Context, private privateWriter) diag.Diagnostics {
	diags := writePrivate(ctx, private, privateManaged, o.managed)
	diags.Append(writePrivate(ctx, private, privateVerdict, o.verdict)...)
	return diags
}

// putPlan is what a plan has settled about a put.
type putPlan struct {
	former managed
	known  knownVersions
	reason version.Reason
	// retire are the versions that go once the new one is confirmed. A create knows of
	// none before it has read the history.
	retire []int64
}

// put writes the configured value, confirms it as current, and only then retires
// what it makes superfluous. The outcome is nil when nothing was written, and an
// error says why; once the service has the version, whatever goes wrong is a
// warning, because a version that exists must come into the state.
func (r *secretVersionResource) put(ctx context.Context, id secretpath.SecretID, plan, config *versionModel, p putPlan) (*outcome, diag.Diagnostics) {
	inputs := config.inputs()
	if inputs.kind() == inputNone {
		return nil, diag.Diagnostics{nothingToPut(id)}
	}
	value := inputs.value()
	defer r.writing(id)()
	number, diags := r.write(ctx, value, p.known, attempt{first: p.reason == version.ReasonCreated, summary: diagnostic.ValueWriteFailed, id: id})
	if number == 0 {
		return nil, diags
	}
	done := &outcome{
		versionAttributes: managedVersion(id, number, client.Version{Status: client.VersionActive}, p.reason).keptTo(plan),
		managed:           managed{Input: inputs.kind(), Put: number, PreviousPut: p.former.Put},
		verdict:           version.Observation{Drift: version.Current},
	}
	if config.DetectValueChanges.ValueBool() && inputs.kind().isWriteOnly() {
		done.managed.Fingerprint = newFingerprint(value)
	}
	secret, row, err := r.confirm(ctx, id, number)
	if err != nil {
		diags.Append(diagnostic.VersionNotConfirmed.On(id.String(), fmt.Sprintf(
			"Version %d of %s was put, but reading the history afterwards failed, so nothing older was retired. "+
				"The next refresh completes the state; what would have been retired goes with the next put.\n\nError: %v", number, id, err)))
		return done, diags
	}
	done.managed.Life = lifeOf(secret)
	if p.former.Life.Compare(done.managed.Life) == version.Different {
		done.managed.PreviousPut = 0 // It was put in another life of the secret.
	}
	retired, more := r.retireAfterPut(ctx, secret, done.managed.of(number), plan.policy(r.rotateBefore).Retention, p)
	diags.Append(more...)
	history := r.historyAsOf(secret).Without(retired)
	done.versionAttributes = managedVersion(id, number, row, p.reason).withActive(history.ActiveUpTo(number)).keptTo(plan)
	done.verdict = version.Observe(history, done.managed.of(number), plan.policy(r.rotateBefore))
	return done, diags
}

// retireAfterPut destroys what the plan has named, as far as the history still lets it
// go. What stays is a warning: the version was put, and that is what was asked for.
func (r *secretVersionResource) retireAfterPut(ctx context.Context, secret client.Secret, m version.Managed, retention *version.Retention, p putPlan) ([]int64, diag.Diagnostics) {
	var diags diag.Diagnostics
	history := r.historyAsOf(secret)
	planned := p.retire
	if p.reason == version.ReasonCreated {
		planned = version.RetiredByFirstPut(history)
	}
	if len(planned) > 0 && history.Current != m.Version {
		diags.Append(diagnostic.RetentionFailed.On(secret.ID.String(), fmt.Sprintf(
			"Version %d was put, but it is not the current version any more, so the provider did not destroy %s. The next plan shows the secret as it is now.",
			m.Version, diagnostic.VersionList(planned))))
	}
	retired, failed := r.destroy(ctx, secret.ID, version.RetiredByPut(history, m, planned), r.retireGuards(secret, m, retention))
	for _, failure := range failed {
		diags.Append(failure.warning())
	}
	return retired, diags
}

// retireOnly carries out what retention asks for while nothing is put. It reads the
// history again, because another client may have begun to read an old version since the
// plan; what has to stay is left for the next plan, with a warning.
func (r *secretVersionResource) retireOnly(ctx context.Context, id secretpath.SecretID, f updateInput, done *outcome) (diags diag.Diagnostics) {
	planned := f.verdict.Retire
	if len(planned) == 0 && !f.retentionChanges() || f.plan.Retention.IsNull() {
		return diags
	}
	former := f.verdict.Drift == version.Recreated && done.managed.Life == f.managed.Life
	if former {
		return diags // What is managed went with a former life of the secret, and no version of this one is ours.
	}
	secret, err := r.client.GetSecret(ctx, id)
	if err != nil {
		diags.Append(r.failure(ctx, readAttempt(id), err))
		return diags
	}
	if stale := version.MayChange(historyOf(secret), done.managed.Life); stale != nil && len(planned) > 0 {
		diags.Append(diagnostic.NotDone.On(id.String(), diagnostic.StaleDetail("destroy versions of", id.String(), stale)))
		return diags
	}
	number := done.versionAttributes.Version.ValueInt64()
	history, policy := r.historyAsOf(secret), f.plan.policy(r.rotateBefore)
	managed := done.managed.of(number)
	retired, failed := r.destroy(ctx, id, planned, r.retireGuards(secret, managed, policy.Retention))
	for _, failure := range failed {
		// Who may not destroy is told so once more with every plan, and what became needed
		// again stays; anything else may go better the next time.
		if client.IsForbidden(failure.err) || staleOf(failure.err) != nil {
			diags.Append(failure.warning())
		} else {
			diags.Append(failure.diagnostic())
		}
	}
	history = history.Without(retired)
	// What was planned is what comes into the state, whatever else happened to the
	// secret since. The next refresh tells.
	done.versionAttributes.Active = f.plan.ActiveVersions
	if f.plan.ActiveVersions.IsUnknown() {
		done.versionAttributes = done.versionAttributes.withActive(history.ActiveUpTo(number))
	}
	done.verdict = version.Observe(history, managed, policy)
	return diags
}
