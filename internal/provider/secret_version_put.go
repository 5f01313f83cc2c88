package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
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
func (r *secretVersionResource) put(ctx context.Context, id secretpath.SecretID, inputs valueInputs, reason rotation.Reason) (*outcome, diag.Diagnostics) {
	var diags diag.Diagnostics
	if inputs.kind() == inputNone {
		diags.Append(nothingToPut())
		return nil, diags
	}
	number, err := r.client.PutValue(ctx, id, inputs.value())
	if err != nil {
		diags.Append(attempt{
			summary: "Cannot write the secret value", did: "put a value into", permission: "putSecretValue", gated: true, id: id,
			key: r.keyAfter(ctx, err, id, client.KMSKeyRef{}),
		}.diagnostic(err))
		return nil, diags
	}
	done := &outcome{
		volatile: managedVersion(id, number, client.Version{Status: client.VersionActive}, reason),
		managed:  managed{Input: inputs.kind()},
		verdict:  rotation.Verdict{Finding: rotation.Current},
	}
	secret, err := r.client.GetSecret(ctx, id)
	if err != nil {
		diags.AddWarning("Version not confirmed: "+id.String(), fmt.Sprintf(
			"Version %d of %s was put, but reading the history afterwards failed, so nothing older was retired. The next plan completes the state.\n\nError: %v", number, id, err))
		return done, diags
	}
	history := historyOf(secret)
	done.managed.SecretCreatedAt = secret.CreatedAt
	done.volatile = managedVersion(id, number, rowOf(secret, number), reason)
	done.verdict = rotation.Observe(history, rotation.Managed{Version: number, SecretCreatedAt: secret.CreatedAt})
	diags.Append(r.retire(ctx, id, rotation.RetiredByPut(history, number))...)
	return done, diags
}

// retire destroys superseded versions. Failing to do so is no reason to deny that
// the new version is there.
func (r *secretVersionResource) retire(ctx context.Context, id secretpath.SecretID, numbers []int64) (diags diag.Diagnostics) {
	for _, number := range numbers {
		err := r.client.DestroyVersion(ctx, id, number)
		if err == nil || client.IsNotFound(err) {
			continue
		}
		failed := attempt{did: fmt.Sprintf("destroy version %d of", number), permission: "delete", id: id}.diagnostic(err)
		diags.AddWarning("Version not retired: "+id.String(), "The new version is written. "+failed.Detail())
	}
	return diags
}
