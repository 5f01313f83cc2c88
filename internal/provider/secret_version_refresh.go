package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// Read implements resource.Resource. It leaves the managed version in state as it
// is and puts what it finds about it into the record, for the plan to act on.
func (r *secretVersionResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer r.hideAcknowledged(&resp.Diagnostics)
	var state versionModel
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
	record, diags := readRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, diags := r.secretOfState(state.names(), state.owner())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id)...)
	if state.fillTriggers() {
		// That takes no request, and what the refresh compares with is the completed state:
		// otherwise each of these resources would be read on its own.
		resp.Diagnostics.Append(set(ctx, &resp.State, &state)...)
	}
	if state.moved() {
		resp.Diagnostics.Append(r.checkMoved(ctx, req.Private, id)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	had := versionRefresh{state: state, record: record}
	saw := r.look(ctx, id, had)
	resp.Diagnostics.Append(saw.diags...)
	switch {
	case resp.Diagnostics.HasError(), saw.what == unchanged:
		return
	case saw.what == gone && state.moved():
		resp.Diagnostics.Append(r.movedButGone(id))
		return
	case saw.what == gone:
		resp.Diagnostics.Append(withdrawDestroy(ctx, resp.Private)...) // Private state outlives the resource.
		resp.State.RemoveResource(ctx)
		return
	}
	done, diags := r.refreshedVersion(id, had, r.snapshotOf(saw.secret))
	resp.Diagnostics.Append(diags...)
	if done == nil || resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.supersededNotice(id, done)...)
	if !done.record.IsSame(record) {
		resp.Diagnostics.Append(writeRecord(ctx, resp.Private, done.record)...)
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateMoved, nil)...) // The state says it from now on.
	resp.Diagnostics.Append(set(ctx, &resp.State, &done.state)...)
}

// look is what the secret is now, and what a refresh has to say about clocks.
func (r *secretVersionResource) look(ctx context.Context, id secretpath.SecretID, had versionRefresh) sighting {
	isUnchanged := func(entry inventory.Entry) bool { return r.isUnchanged(id, had, entry) }
	return lookOnce(ctx, isUnchanged, func() sighting { return r.lookNow(ctx, id, had, isUnchanged) })
}

// lookNow looks without regard to what the request has seen before.
func (r *secretVersionResource) lookNow(ctx context.Context, id secretpath.SecretID, had versionRefresh, isUnchanged func(inventory.Entry) bool) sighting {
	ctx, cancel, diags := withTimeout(ctx, had.state.Timeouts.Read)
	defer cancel()
	saw := r.refresh(ctx, id, isUnchanged)
	if _, held := rowOf(saw.secret, had.state.Version.ValueInt64()); saw.what == seen && !held && !had.state.ID.IsNull() {
		// One answer without the managed version is not believed: it is asked for once more.
		if again, found, _ := r.read(ctx, id); found {
			saw.secret = again
		}
	}
	diags.Append(saw.diags...)
	if saw.what != gone && !saw.diags.HasError() {
		asOf := saw.secret.AsOf
		if saw.what == unchanged {
			asOf = saw.entry.AsOf
		}
		diags.Append(r.clockWarnings(asOf, had.state.policy(r.rotateBefore))...)
	}
	if saw.what != gone && !diags.HasError() && !had.record.Pending {
		r.run.note(id, func(now *inRun) { now.Managed = had.state.Version.ValueInt64() })
	}
	saw.diags = diags
	return saw
}

// versionRefresh is what a refresh begins with and what it leaves behind.
type versionRefresh struct {
	state  versionModel
	record version.Record
}

// refreshedVersion is what the state becomes once the secret was read. Nil: it stays as it is.
func (s *service) refreshedVersion(id secretpath.SecretID, had versionRefresh, look version.Snapshot) (*versionRefresh, diag.Diagnostics) {
	var diags diag.Diagnostics
	if had.state.ID.IsNull() {
		diags.Append(completeImport(id, &had.state, &had.record, look)...)
		if diags.HasError() {
			return nil, diags
		}
	}
	shown, record, warnings, ok := version.Refresh(look, had.state.shown(), had.record, had.state.policy(s.rotateBefore))
	diags.Append(diagnostic.VersionTerms{ID: id.String(), MinIdle: had.state.minIdle()}.Warnings(warnings)...)
	if !ok {
		return nil, diags
	}
	had.record = record
	had.state.refresh(shown)
	had.state.setOwner(s.owner())
	return &had, diags
}

// supersededNotice says that another version is current, where nothing in the state shows
// it. An ordinary plan says that itself, and more, but "-refresh-only" makes no plan. No
// request distinguishes the two. So a refresh is silent once this process has planned the
// secret, which an ordinary plan has done before it reads a version that refers to it.
func (r *secretVersionResource) supersededNotice(id secretpath.SecretID, now *versionRefresh) (diags diag.Diagnostics) {
	v := now.record.Seen
	ignored := now.state.OnExternalVersion.ValueString() == string(version.ExternalIgnore) && !now.record.Pending
	if !v.ManagedActive || ignored || r.run.of(id).Kept {
		return diags
	}
	diags.Append(diagnostic.VersionSuperseded.On(id.String(), fmt.Sprintf(
		"Version %d of %s is current, because another client put or destroyed a version. Version %d is managed and stays in the state as it is. "+
			"A plan without -refresh-only says what it makes of that.", v.CurrentVersion, id, now.state.Version.ValueInt64())))
	return diags
}

// refresh takes over what can become known or change of a managed version: that it was
// destroyed, which others are active, and what an apply could not confirm.
func (m *versionModel) refresh(shown version.Shown) {
	m.Status = optionalString(shown.Status)
	if m.CreatedAt.IsNull() {
		m.CreatedAt = timeFromAPI(shown.PutAt)
		m.RotateAt = m.rotateAt(m.CreatedAt)
		m.fillTriggers()
	}
	if m.ValueFormat.IsNull() {
		m.ValueFormat = optionalString(shown.Format)
	}
	m.setActive(activeOf(version.Planned{Shown: shown}))
}

// isUnchanged reports that reading the secret with its history would leave the state as it
// is, to the byte, and would say nothing.
func (r *secretVersionResource) isUnchanged(id secretpath.SecretID, had versionRefresh, entry inventory.Entry) bool {
	if had.state.ID.IsNull() || !version.Confirms(r.snapshotOf(entry.Secret), had.state.shown(), had.record, had.state.policy(r.rotateBefore)) {
		return false
	}
	now := had
	now.state.refresh(had.state.shown())
	now.state.setOwner(r.owner())
	return len(r.supersededNotice(id, &now)) == 0 && isSame(&now.state, &had.state)
}

// isSame reports a refresh that has changed nothing, not even a byte of the record.
func (v *versionRefresh) isSame(had versionRefresh) bool {
	return v != nil && v.record.IsSame(had.record) && isSame(&v.state, &had.state)
}
