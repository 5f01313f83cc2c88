package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/tfserver"
)

var _ tfserver.ResourceWithFastPath = (*secretResource)(nil)

// AcceptsConfig implements tfserver.ResourceWithFastPath.
func (r *secretResource) AcceptsConfig(ctx context.Context, config tfserver.Values, _ resource.ValidateConfigClientCapabilities) bool {
	var m secretModel
	return len(assign(config, &m)) == 0 && len(m.check(ctx)) == 0
}

// KeepsInRead implements tfserver.ResourceWithFastPath.
func (r *secretResource) KeepsInRead(ctx context.Context, state tfserver.Values, private tfserver.Private) (identity map[string]string, keeps bool) {
	had, id, ok := r.settled(ctx, state, private)
	if !ok {
		return nil, false
	}
	switch saw := r.look(ctx, id, had); {
	case len(saw.diags) > 0:
		return nil, false
	case saw.what == unchanged:
		return identityOf(id), true
	case saw.what == seen:
		return identityOf(id), r.leavesAsIs(ctx, id, had, saw.secret)
	}
	return nil, false
}

// KeepsInPlan implements tfserver.ResourceWithFastPath.
func (r *secretResource) KeepsInPlan(ctx context.Context, state, _ tfserver.Values, private tfserver.Private) bool {
	had, id, ok := r.settled(ctx, state, private)
	m := &had.state
	return ok && len(validRegion().check(path.Root("region"), m.Region)) == 0 && len(r.noteKeptOnce(ctx, id)) == 0 &&
		differencesOf(m, m, had.record.DefaultLabels, r.defaultLabels).outcome(m.wish(), isProtected(m)) == nothingDiffers &&
		len(policyReleased(m, m)) == 0
}

// settled is a state that was read before, of a secret that the provider may work on.
func (r *secretResource) settled(ctx context.Context, state tfserver.Values, private tfserver.Private) (had secretRefresh, id secretpath.SecretID, ok bool) {
	record, diags := readSecretRecord(ctx, private)
	had.record = record
	if len(assign(state, &had.state)) > 0 || len(diags) > 0 || had.state.isFirstRead() || private[privateMoved] != nil {
		return had, id, false
	}
	id, ok = r.ownSecret(had.state.names(), had.state.owner())
	return had, id, ok
}

// noteKeptOnce notes a planned resource once in a request, although two ways may plan it.
func (r *secretResource) noteKeptOnce(ctx context.Context, id secretpath.SecretID) diag.Diagnostics {
	diags, _ := tfserver.Once(ctx, "note", func() diag.Diagnostics { return r.noteKept(id) })
	return diags
}
