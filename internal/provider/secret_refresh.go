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
	var state secretModel
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
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
	ctx, cancel, diags := within(ctx, state.Timeouts.Read)
	defer cancel()
	resp.Diagnostics.Append(diags...)
	secret, what, diags := r.refresh(ctx, id, func(entry inventory.Entry) bool {
		return r.isUnchanged(ctx, req, id, state, entry)
	})
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(r.skewWarning()...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.run.note(id, func(now *inRun) {
		now.Refreshed, now.Protected, now.Gone = what != gone, isProtected(&state), what == gone
	})
	if what == unchanged {
		return
	}
	if what == gone && state.moved() {
		resp.Diagnostics.Append(r.movedButGone(id))
		return
	}
	if what == gone {
		// Private state outlives the resource, and the plan to create it again would
		// take what it says for a replacement.
		resp.Diagnostics.Append(writePrivate(ctx, resp.Private, privateProtected, "")...)
		resp.State.RemoveResource(ctx)
		return
	}
	if state.isFirstRead() {
		resp.Diagnostics.Append(r.defaultLabelsMissing(secret)...)
	}
	private, diags := r.refreshed(ctx, req.Private, id, &state, secret)
	resp.Diagnostics.Append(diags...)
	for key, value := range private {
		resp.Diagnostics.Append(writePrivate(ctx, resp.Private, key, value)...)
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateMoved, nil)...) // The state says it from now on.
	resp.Diagnostics.Append(set(ctx, &resp.State, &state)...)
}

// refreshed makes of a state what it becomes once the secret was read. It returns what
// private state is to hold.
func (r *secretResource) refreshed(ctx context.Context, private privateReader, id secretpath.SecretID, state *secretModel, secret client.Secret) (map[string]any, diag.Diagnostics) {
	firstRead := state.isFirstRead()
	hidden, diags := r.hiddenLabels(ctx, private, secret, state.imported())
	known, more := knownLife(ctx, private, state)
	diags.Append(more...)
	keep := map[string]any{privateDefaultLabels: hidden}
	life := lifeOf(secret)
	recreated := known.Compare(life) == version.Different
	switch {
	case recreated:
		diags.Append(diagnostic.SecretRecreated.On(id.String(), recreatedDetail(id, known, life)))
		state.CreatedAt = types.StringNull() // It is that of the former life.
		fallthrough
	case state.imported(), state.moved():
		keep[privateMark] = life.Mark
	case known.Mark != "":
		keep[privateMark] = known.Mark
	}
	state.fromAPI(secret, hidden)
	// A policy that is null in the state of a managed secret is not managed. An import takes
	// the policy that is there, so that the plan shows what the configuration makes of it.
	if firstRead || !state.AccessPolicy.IsNull() {
		var more diag.Diagnostics
		state.AccessPolicy, more = policyFromAPI(ctx, secret.AccessPolicy, state.AccessPolicy)
		diags.Append(more...)
	}
	state.setOwner(r.owner())
	keep[privateProtected] = protectedID(state)
	return keep, diags
}

// isUnchanged reports that reading the secret would leave the state as it is, to
// the byte. Of what an entry may lack, only the access policy can change while a
// secret lives. A list that shows the policies of others may still leave out this one,
// so "none" is not believed where the policy is managed.
func (r *secretResource) isUnchanged(ctx context.Context, req resource.ReadRequest, id secretpath.SecretID, state secretModel, entry inventory.Entry) bool {
	known, diags := knownLife(ctx, req.Private, &state)
	switch {
	case diags.HasError(), state.imported(), !known.IsConfirmedBy(lifeOf(entry.Secret)), entry.KMSKey.Identity == "":
		return false
	case !state.AccessPolicy.IsNull() && entry.AccessPolicy == nil:
		return false
	}
	private, diags := r.refreshed(ctx, req.Private, id, &state, entry.Secret)
	return len(diags) == 0 && leavesAsIs(ctx, req, &state, private)
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

// hiddenLabels are the labels that the provider's defaults brought. An imported
// secret has no memory of them, so the defaults of now count as far as they match.
func (r *secretResource) hiddenLabels(ctx context.Context, private privateReader, secret client.Secret, imported bool) (map[string]string, diag.Diagnostics) {
	if !imported {
		return readPrivate[map[string]string](ctx, private, privateDefaultLabels)
	}
	hidden := maps.Clone(r.defaultLabels)
	maps.DeleteFunc(hidden, func(key, value string) bool { return secret.Labels[key] != value })
	return hidden, nil
}
