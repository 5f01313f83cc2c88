package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// checkFirstVersion warns where the first version of a resource takes the place of a value
// that this state did not put. A tainted version has no state in its plan, but the same
// run has refreshed it. An apply warns no more: its plan has.
func (r *secretVersionResource) checkFirstVersion(ctx context.Context, id secretpath.SecretID) (diags diag.Diagnostics) {
	known := r.run.of(id)
	if r.run.hasWritten() || known.Creates || known.Created || known.Deletes || known.Gone {
		return diags
	}
	secret, presence := r.inventory.Probe(ctx, id)
	if presence != inventory.Present {
		return diags // Without it there is nothing to supersede, and a failure stops the put.
	}
	if row, supersedes := supersededValue(secret, known.Managed); supersedes {
		diags.Append(diagnostic.ValueSuperseded.On(id.String(), diagnostic.ValueSupersededDetail(id.String(), row.Number, row.CreatedAt)))
	}
	return diags
}

// supersededValue is the value that readers of a secret get, unless it is a placeholder or
// the version that this state manages.
func supersededValue(secret client.Secret, managed int64) (client.Version, bool) {
	row, found := rowOf(secret, secret.CurrentVersion)
	if !found || row.Status != client.VersionActive || row.Number == managed || historyOf(secret).OnlyPlaceholder() {
		return client.Version{}, false
	}
	return row, true
}

// noteVersion notes that a resource is planned to manage the versions of a secret, and
// warns where another one does so too.
func (r *secretVersionResource) noteVersion(id secretpath.SecretID) (diags diag.Diagnostics) {
	if before := r.run.note(id, func(now *inRun) { now.Versions++ }); before.Versions == 1 {
		diags.Append(diagnostic.VersionPlannedTwice.On(id.String(), diagnostic.VersionsPlannedTwiceDetail(id.String())))
	}
	return diags
}
