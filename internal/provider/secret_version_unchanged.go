package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/tfserver"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

var _ tfserver.ResourceWithFastPath = (*secretVersionResource)(nil)

// AcceptsConfig implements tfserver.ResourceWithFastPath.
func (r *secretVersionResource) AcceptsConfig(_ context.Context, config tfserver.Values, client resource.ValidateConfigClientCapabilities) bool {
	var m versionModel
	return len(assign(config, &m)) == 0 && len(m.check(client)) == 0 && len(m.hints(client)) == 0
}

// KeepsInRead implements tfserver.ResourceWithFastPath.
func (r *secretVersionResource) KeepsInRead(ctx context.Context, state tfserver.Values, private tfserver.Private) (identity map[string]string, keeps bool) {
	had, id, ok := r.settled(ctx, state, private)
	if !ok || had.state.fillTriggers() {
		return nil, false
	}
	switch saw := r.look(ctx, id, had); {
	case len(saw.diags) > 0:
		return nil, false
	case saw.what == unchanged:
		return identityOf(id), true
	case saw.what == seen:
		done, diags := r.refreshedVersion(id, had, r.snapshotOf(saw.secret))
		return identityOf(id), len(diags) == 0 && done.isSame(had) && len(r.supersededNotice(id, done)) == 0
	}
	return nil, false
}

// KeepsInPlan implements tfserver.ResourceWithFastPath.
func (r *secretVersionResource) KeepsInPlan(ctx context.Context, state, config tfserver.Values, private tfserver.Private) bool {
	var given versionModel
	had, id, ok := r.settled(ctx, state, private)
	if !ok || len(assign(config, &given)) > 0 || len(given.names().validate()) > 0 || private[privateAnnounced] != nil || len(r.noteVersionOnce(ctx, id)) > 0 {
		return false
	}
	plan := had.state
	f := updateInput{&had.state, &plan, asPlanned(&given, &plan), had.record}
	if len(f.missingValue(id.String())) > 0 {
		return false
	}
	p := f.proposal(ctx, r.rotateBefore)
	return p.Decision.Action == version.Keep && !p.Decision.Refused && len(f.show(id, r.owner(), p)) == 0 && isSame(&plan, &had.state)
}

// settled is a state that is read at least once, of a secret that the provider may work on.
func (r *secretVersionResource) settled(ctx context.Context, state tfserver.Values, private tfserver.Private) (had versionRefresh, id secretpath.SecretID, ok bool) {
	record, diags := readRecord(ctx, private)
	had.record = record
	if len(assign(state, &had.state)) > 0 || len(diags) > 0 || had.state.ID.IsNull() || had.state.moved() || private[privateMoved] != nil {
		return had, id, false
	}
	id, ok = r.ownSecret(had.state.names(), had.state.owner())
	return had, id, ok
}

// noteVersionOnce notes a planned resource once in a request, although two ways may plan it.
func (r *secretVersionResource) noteVersionOnce(ctx context.Context, id secretpath.SecretID) diag.Diagnostics {
	diags, _ := tfserver.Once(ctx, "note", func() diag.Diagnostics { return r.noteVersion(id) })
	return diags
}
