package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// Read implements resource.Resource.
func (r *secretResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer r.hideAcknowledged(&resp.Diagnostics)
	var state secretModel
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
	record, diags := readSecretRecord(ctx, req.Private)
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
	if state.moved() {
		resp.Diagnostics.Append(r.checkMoved(ctx, req.Private, id)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	had := secretRefresh{state, record}
	saw := r.look(ctx, id, had)
	resp.Diagnostics.Append(saw.diags...)
	switch {
	case resp.Diagnostics.HasError(), saw.what == unchanged:
		return
	case saw.what == gone && state.moved():
		resp.Diagnostics.Append(r.movedButGone(id))
		return
	case saw.what == gone:
		resp.Diagnostics.Append(clearSecretRecord(ctx, resp.Private)...)
		resp.State.RemoveResource(ctx)
		return
	}
	if state.isFirstRead() {
		resp.Diagnostics.Append(r.defaultLabelsMissing(saw.secret)...)
	}
	now, diags := r.refreshedSecret(ctx, id, had, saw.secret)
	resp.Diagnostics.Append(diags...)
	if !now.record.isSame(record) {
		resp.Diagnostics.Append(writeSecretRecord(ctx, resp.Private, now.record)...)
	}
	resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, privateMoved)...) // The state says it from now on.
	resp.Diagnostics.Append(set(ctx, &resp.State, &now.state)...)
}

// look is what the secret is now, and what a refresh has to say about it.
func (r *secretResource) look(ctx context.Context, id secretpath.SecretID, had secretRefresh) sighting {
	isUnchanged := func(entry inventory.Entry) bool { return r.isUnchanged(ctx, id, had, entry) }
	return lookOnce(ctx, isUnchanged, func() sighting {
		ctx, cancel, diags := withTimeout(ctx, had.state.Timeouts.Read)
		defer cancel()
		saw := r.refresh(ctx, id, isUnchanged)
		diags.Append(saw.diags...)
		diags.Append(r.skewWarning()...)
		if !diags.HasError() {
			r.run.note(id, func(now *inRun) {
				now.Refreshed, now.Protected, now.Gone = saw.what != gone, isProtected(&had.state), saw.what == gone
			})
		}
		saw.diags = diags
		return saw
	})
}

// secretRefresh is what a refresh begins with, or what comes of it.
type secretRefresh struct {
	state  secretModel
	record secretRecord
}

// refreshedSecret is what the state and its record become once the secret was read.
func (s *service) refreshedSecret(ctx context.Context, id secretpath.SecretID, had secretRefresh, secret client.Secret) (now secretRefresh, diags diag.Diagnostics) {
	state, record := had.state, had.record
	if state.imported() {
		// An imported secret has no memory of default labels, so the defaults of now count
		// as far as they match.
		record.DefaultLabels = maps.Clone(s.defaultLabels)
		maps.DeleteFunc(record.DefaultLabels, func(key, value string) bool { return secret.Labels[key] != value })
	}
	life, known := lifeOf(secret), record.lifeIn(&state)
	switch {
	case known.Compare(life) == version.Different:
		diags.Append(diagnostic.SecretRecreated.On(id.String(), recreatedDetail(id, known, life)))
		state.CreatedAt = types.StringNull() // It is that of the former life.
		record.Mark = life.Mark
	case state.isFirstRead():
		record.Mark = life.Mark
	}
	// A policy that is null in the state of a managed secret is not managed. An import takes
	// the policy that is there, so that the plan shows what the configuration makes of it.
	takesPolicy := state.isFirstRead() || !state.AccessPolicy.IsNull()
	state.fromAPI(secret, record.DefaultLabels)
	if takesPolicy {
		var more diag.Diagnostics
		state.AccessPolicy, more = policyFromAPI(ctx, secret.AccessPolicy, state.AccessPolicy)
		diags.Append(more...)
	}
	state.setOwner(s.owner())
	record.Protected = protectedID(&state)
	return secretRefresh{state, record}, diags
}

// isUnchanged reports that reading the secret would leave the state as it is, to
// the byte. Of what an entry may lack, only the access policy can change while a
// secret lives. A list that shows the policies of others may still leave out this one,
// so "none" does not count where the policy is managed.
func (r *secretResource) isUnchanged(ctx context.Context, id secretpath.SecretID, had secretRefresh, entry inventory.Entry) bool {
	switch {
	case had.state.imported(), !had.record.lifeIn(&had.state).IsConfirmedBy(lifeOf(entry.Secret)), entry.KMSKey.Identity == "":
		return false
	case !had.state.AccessPolicy.IsNull() && entry.AccessPolicy == nil:
		return false
	}
	return r.leavesAsIs(ctx, id, had, entry.Secret)
}

// leavesAsIs reports that a refresh that sees this secret would change nothing and say
// nothing.
func (r *secretResource) leavesAsIs(ctx context.Context, id secretpath.SecretID, had secretRefresh, secret client.Secret) bool {
	now, diags := r.refreshedSecret(ctx, id, had, secret)
	return len(diags) == 0 && now.record.isSame(had.record) && isSame(&now.state, &had.state)
}

// defaultLabelsMissing warns of default labels that an imported or moved secret does not
// have. No plan shows them, because defaults are not compared afterwards.
func (r *secretResource) defaultLabelsMissing(secret client.Secret) (diags diag.Diagnostics) {
	var lines strings.Builder
	for _, key := range slices.Sorted(maps.Keys(r.defaultLabels)) {
		if _, has := secret.Labels[key]; !has {
			value, _ := excerpts(r.defaultLabels[key], "")
			fmt.Fprintf(&lines, "\n  - labels[%s]: not set at the service, %s in default_labels", quotedText(key), value)
		}
	}
	if lines.Len() > 0 {
		id := secret.ID.String()
		diags.Append(diagnostic.SecretDefaultLabelsMissing.On(id, fmt.Sprintf(
			"default_labels count only where the provider creates a secret. The service cannot change labels, so %s stays without these:%s", id, lines.String())))
	}
	return diags
}

// recreatedDetail explains that a secret is in another life than the state knows.
func recreatedDetail(id secretpath.SecretID, known, now version.Life) string {
	const layout = "2006-01-02 15:04:05 UTC"
	text := fmt.Sprintf("The secret %s of %s was deleted, with all its versions, and created again", id, known.CreatedAt.UTC().Format(layout))
	if (version.Life{CreatedAt: known.CreatedAt}).Compare(version.Life{CreatedAt: now.CreatedAt}) == version.Same {
		text += ", within the same second: its creation mark is a different one"
	} else if !now.CreatedAt.IsZero() {
		text += " on " + now.CreatedAt.UTC().Format(layout)
	}
	return text + ". It is managed as it is now."
}
