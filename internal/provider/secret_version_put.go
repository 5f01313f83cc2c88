package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// outcome is what an apply leaves behind: attributes and private state.
type outcome struct {
	volatile volatile
	managed  managed
	verdict  rotation.Verdict
}

// remember writes the private half. It is the same that the next refresh would
// write, or that refresh would look like drift.
func (o outcome) remember(ctx context.Context, private privateWriter) diag.Diagnostics {
	diags := writePrivate(ctx, private, privateManaged, o.managed)
	diags.Append(writePrivate(ctx, private, privateVerdict, o.verdict)...)
	return diags
}

// put writes the configured value, confirms it as current, and only then retires
// what it makes superfluous. The outcome is nil when nothing was written, and an
// error says why; once the service has the version, whatever goes wrong is a
// warning, because a version that exists must come into the state.
func (r *secretVersionResource) put(ctx context.Context, id secretpath.SecretID, plan, config *versionModel, former managed, known knownVersions, reason rotation.Reason) (*outcome, diag.Diagnostics) {
	inputs := config.inputs()
	if inputs.kind() == inputNone {
		return nil, diag.Diagnostics{nothingToPut()}
	}
	value := inputs.value()
	defer r.inventory.Writing(id)()
	number, diags := r.write(ctx, value, known, attempt{first: reason == rotation.ReasonCreated, summary: diagnostic.ValueWriteFailed, id: id})
	if number == 0 {
		return nil, diags
	}
	done := &outcome{
		volatile: managedVersion(id, number, client.Version{Status: client.VersionActive}, reason),
		managed:  managed{Input: inputs.kind(), Put: number, PreviousPut: former.Put},
		verdict:  rotation.Verdict{Finding: rotation.Current},
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
	done.managed.SecretCreatedAt = secret.CreatedAt
	if !rotation.SameLife(secret.CreatedAt, former.SecretCreatedAt) {
		done.managed.PreviousPut = 0 // It was put in another life of the secret.
	}
	history, policy := r.historyAsOf(secret), plan.policy(r.rotateBefore)
	retired, failed := r.destroy(ctx, id, rotation.RetiredByPut(history, done.managed.of(number), policy.Retention),
		r.retireGuards(secret, done.managed.of(number), policy.Retention))
	for _, failure := range failed {
		diags.Append(failure.warning()) // The version was put, and that is what was asked for.
	}
	history = history.Without(retired)
	done.volatile = managedVersion(id, number, row, reason).withActive(history.ActiveUpTo(number))
	done.verdict = rotation.Observe(history, done.managed.of(number), policy)
	return done, diags
}

// retireOnly carries out what retention asks for while nothing is put. It reads the
// history again, because another client may have begun to read an old version since the
// plan; what has to stay is left for the next plan, with a warning.
func (r *secretVersionResource) retireOnly(ctx context.Context, id secretpath.SecretID, f facts, done *outcome) (diags diag.Diagnostics) {
	planned := f.verdict.Retire
	if len(planned) == 0 && !f.retentionChanges() || f.plan.Retention.IsNull() {
		return diags
	}
	former := f.verdict.Finding == rotation.Recreated && done.managed.SecretCreatedAt.Equal(f.managed.SecretCreatedAt)
	if former {
		return diags // What is managed went with a former life of the secret, and no version of this one is ours.
	}
	secret, err := r.client.GetSecret(ctx, id)
	if err != nil {
		diags.Append(readFailure(id, err))
		return diags
	}
	if stale := rotation.MayChange(historyOf(secret), done.managed.SecretCreatedAt); stale != nil {
		diags.Append(diagnostic.NotDone.On(id.String(), diagnostic.StaleDetail("destroy versions of", id.String(), stale)))
		return diags
	}
	number := done.volatile.Version.ValueInt64()
	history, policy := r.historyAsOf(secret), f.plan.policy(r.rotateBefore)
	managed := done.managed.of(number)
	if f.retentionChanges() {
		planned, _ = policy.Retention.Retirable(history, managed) // The plan left it open.
	}
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
	done.volatile.Active = f.plan.ActiveVersions
	if f.plan.ActiveVersions.IsUnknown() {
		done.volatile = done.volatile.withActive(history.ActiveUpTo(number))
	}
	done.verdict = rotation.Observe(history, managed, policy)
	return diags
}
