package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// obstacle is why a secret should not be created, as far as a run's memory tells.
type obstacle int

const (
	// obstacleNone says that the path is free, or will be once the plan is carried out.
	obstacleNone obstacle = iota
	// obstacleUnknown says that only the service can tell.
	obstacleUnknown
	// obstacleTainted says that the plan would replace a protected secret.
	obstacleTainted
	// obstaclePlannedTwice says that another resource of the configuration has the secret.
	obstaclePlannedTwice
)

// obstacleTo judges the plan of a secret by what the run knew of it. A replacement is the
// second half of one: it has the private state of the resource that goes. The plan of a
// tainted resource has neither state nor private state, but the same run has refreshed
// it. A run that has written is an apply, and its plan has been through this.
func (r inRun) obstacleTo(replacement, written bool) obstacle {
	switch {
	case r.replacesItself(replacement):
		return obstacleNone
	case r.Creates, r.Deletes, r.Kept:
		return obstaclePlannedTwice
	case r.Deleted, r.Gone, written:
		return obstacleNone
	case r.Refreshed && r.Protected:
		return obstacleTainted
	case r.Refreshed:
		return obstacleNone
	}
	return obstacleUnknown
}

// replacesItself reports that the second half of a replacement is about the very secret
// that goes. A resource that turns to this secret from another one does not replace it.
func (r inRun) replacesItself(replacement bool) bool { return replacement && r.Kept && !r.MovesHere }

// checkCreation refuses a plan that would create a secret where there is one. Where the
// service does not say, the plan goes on: the create is refused in any case.
func (r *secretResource) checkCreation(ctx context.Context, id secretpath.SecretID, replacement bool) (diags diag.Diagnostics) {
	written := r.run.hasWritten()
	before := r.run.note(id, func(now *inRun) {
		now.Creates = now.Creates || !now.replacesItself(replacement)
	})
	switch before.obstacleTo(replacement, written) {
	case obstacleNone:
	case obstacleTainted:
		diags.Append(diagnostic.SecretDeletionProtected.With(diagnostic.SecretTaintedDetail(id.String())))
	case obstaclePlannedTwice:
		diags.Append(plannedTwice(id))
	case obstacleUnknown:
		diags.Append(r.checkAbsence(ctx, id)...)
	}
	return diags
}

// checkAbsence looks at the path. A list may lag behind, so a read confirms what it shows
// where the error is explained in full.
func (r *secretResource) checkAbsence(ctx context.Context, id secretpath.SecretID) (diags diag.Diagnostics) {
	secret, presence := r.inventory.Presence(ctx, id)
	if presence != inventory.Listed && presence != inventory.Present {
		return diags
	}
	if presence == inventory.Listed && r.run.repeats.inFull(diagnostic.SecretExists, id.String()) {
		if secret, presence = r.inventory.Probe(ctx, id); presence == inventory.Absent {
			return diags
		}
	}
	diags.Append(diagnostic.SecretExists.On(id.String(), r.run.repeats.detail(diagnostic.SecretExists, id.String(),
		diagnostic.SecretExistsDetail(id.String(), secret.CreatedAt, secret.CurrentVersion), diagnostic.SecretExistsLine(id.String()))))
	return diags
}

// noteKept notes that a resource with a state is planned, and refuses it where another
// one would create or delete its secret.
func (r *secretResource) noteKept(id secretpath.SecretID) (diags diag.Diagnostics) {
	switch before := r.run.note(id, func(now *inRun) { now.Kept = true }); {
	case before.Creates:
		diags.Append(plannedTwice(id))
	case before.Deletes:
		diags.Append(keptAndDeleted(id))
	}
	return diags
}

// noteDeletion notes that a resource is planned to be deleted, and refuses it where
// another one would create or keep its secret. In an apply the deletion is that of a
// deposed object, whose plan has been through this.
func (r *secretResource) noteDeletion(id secretpath.SecretID) (diags diag.Diagnostics) {
	switch before := r.run.note(id, func(now *inRun) { now.Deletes = true }); {
	case r.run.hasWritten():
	case before.Creates:
		diags.Append(plannedTwice(id))
	case before.Kept:
		diags.Append(keptAndDeleted(id))
	}
	return diags
}

func keptAndDeleted(id secretpath.SecretID) diag.Diagnostic {
	return diagnostic.SecretPlannedTwice.On(id.String(), diagnostic.SecretKeptAndDeletedDetail(id.String()))
}

// noteReplacement notes that a resource turns to another secret.
func (r *secretResource) noteReplacement(state, plan *secretModel) {
	if id, err := plan.names().secret(); err == nil && id.String() != state.ID.ValueString() {
		r.run.note(id, func(now *inRun) { now.MovesHere = true })
	}
}

func plannedTwice(id secretpath.SecretID) diag.Diagnostic {
	return diagnostic.SecretPlannedTwice.On(id.String(), diagnostic.SecretPlannedTwiceDetail(id.String()))
}
