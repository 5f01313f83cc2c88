package provider

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// Read implements resource.Resource. It leaves the managed version in state as it
// is and puts what it finds about it into the verdict, for the plan to act on.
func (r *secretVersionResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state versionModel
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
	known, diags := readPrivate[managed](ctx, req.Private, privateManaged)
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
	resp.Diagnostics.Append(completeTriggers(ctx, &state, &req, resp)...)
	if state.moved() {
		resp.Diagnostics.Append(r.checkMoved(ctx, req.Private, id)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	ctx, cancel, diags := within(ctx, state.Timeouts.Read)
	defer cancel()
	resp.Diagnostics.Append(diags...)
	var asOf time.Time
	secret, what, diags := r.refresh(ctx, id, func(entry inventory.Entry) bool {
		asOf = entry.AsOf
		return r.isUnchanged(ctx, req, id, versionRefresh{state: state, managed: known}, entry)
	})
	resp.Diagnostics.Append(diags...)
	if _, held := rowOf(secret, state.Version.ValueInt64()); what == seen && !held && !state.ID.IsNull() {
		// One answer without the managed version is not believed: it is asked for once more.
		if again, found, _ := r.read(ctx, id); found {
			secret = again
		}
	}
	if what == seen {
		asOf = secret.AsOf
	}
	if what != gone && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.clockWarnings(asOf, state.policy(r.rotateBefore))...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if what != gone && !known.Pending {
		r.run.note(id, func(now *inRun) { now.Managed = state.Version.ValueInt64() })
	}
	if what == unchanged {
		return
	}
	if what == gone && state.moved() {
		resp.Diagnostics.Append(r.movedButGone(id))
		return
	}
	if what == gone {
		resp.Diagnostics.Append(withdrawDestroy(ctx, resp.Private)...) // Private state outlives the resource.
		resp.State.RemoveResource(ctx)
		return
	}
	done, diags := r.refreshed(id, versionRefresh{state: state, managed: known}, secret)
	resp.Diagnostics.Append(diags...)
	if done == nil || resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.supersededNotice(id, done)...)
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, privateManaged, done.managed)...)
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, privateVerdict, done.verdict)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateMoved, nil)...) // The state says it from now on.
	resp.Diagnostics.Append(set(ctx, &resp.State, &done.state)...)
}

// versionRefresh is what a refresh begins with and what it leaves behind.
type versionRefresh struct {
	state   versionModel
	managed managed
	verdict version.Observation
}

// refreshed is what the state becomes once the secret was read. Nil: it stays as it
// is.
func (r *secretVersionResource) refreshed(id secretpath.SecretID, had versionRefresh, secret client.Secret) (*versionRefresh, diag.Diagnostics) {
	var diags diag.Diagnostics
	now := had
	if now.state.ID.IsNull() {
		diags.Append(completeImport(&now.state, &now.managed, secret)...)
		if diags.HasError() {
			return nil, diags
		}
	}
	number := now.state.Version.ValueInt64()
	row, found := rowOf(secret, number)
	// A moved state does not say in which life of the secret its version was put, and
	// a version that the history does not have was put in a former one.
	if now.managed.Life.CreatedAt.IsZero() && (found || !now.managed.Pending) {
		now.managed.Life = lifeOf(secret)
	}
	history, policy := r.historyAsOf(secret), now.state.policy(r.rotateBefore)
	now.verdict = version.Observe(history, now.managed.of(number), policy)
	switch {
	case now.verdict.Drift == version.Recreated:
		row = client.Version{Number: number, Status: client.VersionDestroyed}
	case !found && now.verdict.Drift == version.Missing && isOlderThan(history, now.state.CreatedAt, readLag):
		row = client.Version{Number: number, Status: versionMissing}
	case !found:
		// An answer that lags behind is no reason to believe anything else.
		diags.Append(diagnostic.VersionHistoryIncomplete.On(id.String(), fmt.Sprintf(
			"The history of %s does not hold version %d, which is managed here. The state is left as it is; plan again.", id, number)))
		return nil, diags
	default:
		_, waiting := policy.Retention.Retirable(history, now.managed.of(number))
		for _, w := range waiting {
			diags.Append(diagnostic.StillWaiting(id.String(), w, now.state.minIdle()))
		}
	}
	now.state.refresh(row)
	now.state.setActive(versionAttributes{}.withActive(history.ActiveUpTo(number)).Active)
	now.state.setOwner(r.owner())
	return &now, diags
}

// supersededNotice says that another version is current, where nothing in the state shows
// it. An ordinary plan says that itself, and more, but "-refresh-only" makes no plan. No
// request tells the two apart. So a refresh is silent once this process has planned the
// secret, which an ordinary plan has done before it reads a version that refers to it.
func (r *secretVersionResource) supersededNotice(id secretpath.SecretID, now *versionRefresh) (diags diag.Diagnostics) {
	v := now.verdict
	ignored := now.state.OnExternalVersion.ValueString() == string(version.ExternalIgnore) && !now.managed.Pending
	if !v.ManagedActive || ignored || r.run.of(id).Kept {
		return diags
	}
	diags.Append(diagnostic.VersionSuperseded.On(id.String(), fmt.Sprintf(
		"Version %d of %s is current, because another client put or destroyed a version. Version %d is managed and stays in the state as it is. "+
			"A plan without -refresh-only says what it makes of that.", v.CurrentVersion, id, now.state.Version.ValueInt64())))
	return diags
}

// readLag is for how long after a put an answer may lack its version. What lacks it for
// longer does not lag behind.
const readLag = 5 * time.Minute

// versionMissing is the status of a managed version that the history does not hold.
const versionMissing = "missing"

// isOlderThan reports that a version was put longer before the moment of the history
// than some time. Both have to be known.
func isOlderThan(history version.Snapshot, created types.String, than time.Duration) bool {
	at := timeFromState(created)
	return !at.IsZero() && !history.AsOf.IsZero() && history.AsOf.Sub(at) > than
}

// refresh takes over what can become known or change of a managed version: that
// it was destroyed, and what an apply could not confirm.
func (m *versionModel) refresh(row client.Version) {
	m.Status = types.StringValue(string(row.Status))
	if m.CreatedAt.IsNull() {
		m.CreatedAt = timeFromAPI(row.CreatedAt)
		m.RotateAt = m.rotateAt(m.CreatedAt)
		m.fillTriggers()
	}
	if m.ValueFormat.IsNull() {
		m.ValueFormat = optionalString(row.ValueFormat)
	}
}

// isUnchanged reports that reading the secret with its history would leave the
// state as it is, to the byte. An entry has no history. It is enough where nothing
// but the managed version matters of it: that one is current, so it is active and
// is what it was.
func (r *secretVersionResource) isUnchanged(ctx context.Context, req resource.ReadRequest, id secretpath.SecretID, had versionRefresh, entry inventory.Entry) bool {
	state, number := &had.state, had.state.Version.ValueInt64()
	created := timeFromState(state.CreatedAt)
	switch {
	case state.ID.IsNull(), created.IsZero(), state.ValueFormat.IsNull(), state.Status.ValueString() != string(client.VersionActive):
		return false // What is missing here, the history may tell.
	case number == 0, entry.CurrentVersion != number:
		return false
	case !confirmsLife(entry, had.managed.Life):
		return false
	case entry.KMSKey.Identity == "", entry.KMSKey.Status == "":
		return false
	case !state.Retention.IsNull() && !slices.Equal(numbersOf(state.ActiveVersions), []int64{number}):
		return false // Older versions may have been destroyed, or read.
	case isAboutToFallDue(state.policy(r.rotateBefore), created, r.historyAsOf(entry.Secret).DueAsOf()):
		return false
	}
	secret := entry.Secret
	secret.Versions = []client.Version{{
		Number: number, Status: client.VersionActive, Current: true, ValueFormat: state.ValueFormat.ValueString(), CreatedAt: created,
	}}
	done, diags := r.refreshed(id, had, secret)
	return done != nil && len(diags) == 0 &&
		leavesAsIs(ctx, req, &done.state, map[string]any{privateManaged: done.managed, privateVerdict: done.verdict})
}

// isAboutToFallDue reports that it depends on less than the second by which times
// of the service may be rounded whether a version is due.
func isAboutToFallDue(policy version.Policy, created, asOf time.Time) bool {
	isDue := func(created time.Time) bool { return !policy.DueSince(created, asOf).IsZero() }
	return isDue(created.Add(-time.Second)) != isDue(created.Add(time.Second))
}
