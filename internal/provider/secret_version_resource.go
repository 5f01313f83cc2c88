package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

var (
	_ resource.ResourceWithConfigure      = (*secretVersionResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*secretVersionResource)(nil)
	_ resource.ResourceWithImportState    = (*secretVersionResource)(nil)
	_ resource.ResourceWithIdentity       = (*secretVersionResource)(nil)
	_ resource.ResourceWithValidateConfig = (*secretVersionResource)(nil)
)

// secretVersionResource manages the current value of a secret.
type secretVersionResource struct{ resourceBase }

func newSecretVersionResource() resource.Resource { return &secretVersionResource{} }

// Metadata implements resource.Resource.
func (r *secretVersionResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_secret_version"
}

// Create implements resource.Resource.
func (r *secretVersionResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config versionModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.setNames(config.names().complete(r.regionOr))
	id, err := plan.names().secret()
	if err != nil {
		resp.Diagnostics.AddError("Invalid secret", err.Error()+".")
		return
	}
	ctx, cancel, diags := within(ctx, plan.Timeouts.Create)
	defer cancel()
	resp.Diagnostics.Append(diags...)
	written, diags := r.put(ctx, id, &plan, &config, managed{}, rotation.ReasonCreated)
	resp.Diagnostics.Append(diags...)
	if written == nil {
		return
	}
	plan.setVolatile(written.volatile)
	plan.setOwner(r.owner())
	resp.Diagnostics.Append(written.remember(ctx, resp.Private)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Read implements resource.Resource. It leaves the managed version in state as it
// is and puts what it finds about it into the verdict, for the plan to act on.
func (r *secretVersionResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state versionModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	known, diags := readPrivate[managed](ctx, req.Private, privateManaged)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, err := state.names().secret()
	if err != nil {
		resp.Diagnostics.AddError("Invalid state", fmt.Sprintf("The state names no secret: %v.", err))
		return
	}
	resp.Diagnostics.Append(r.checkOwner(id, state.owner())...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id)...)
	ctx, cancel, diags := within(ctx, state.Timeouts.Read)
	defer cancel()
	resp.Diagnostics.Append(diags...)
	secret, found, diags := r.read(ctx, id)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !found {
		resp.State.RemoveResource(ctx)
		return
	}
	if state.ID.IsNull() {
		resp.Diagnostics.Append(completeImport(&state, &known, secret)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	if known.SecretCreatedAt.IsZero() {
		known.SecretCreatedAt = secret.CreatedAt
	}
	history, policy, now := historyOf(secret), state.policy(r.rotateBefore), r.now()
	number := state.Version.ValueInt64()
	verdict := rotation.Observe(history, known.of(number), policy, now)
	row, found := rowOf(secret, number)
	switch {
	case verdict.Finding == rotation.Recreated:
		row = client.Version{Number: number, Status: client.VersionDestroyed}
	case !found:
		// An answer that lags behind is no reason to believe anything else.
		resp.Diagnostics.AddWarning("History incomplete: "+id.String(), fmt.Sprintf(
			"The history of %s does not hold version %d, which is managed here. The state is left as it is; plan again.", id, number))
		return
	default:
		_, waiting := policy.Retention.Retirable(history, known.of(number), now)
		for _, w := range waiting {
			resp.Diagnostics.Append(warnings([]rotation.Notice{rotation.StillWaiting(id.String(), w, state.minIdle())})...)
		}
	}
	state.refresh(row)
	state.setActive(volatile{}.withActive(history.ActiveUpTo(number)).Active)
	state.setOwner(r.owner())
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, privateManaged, known)...)
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, privateVerdict, verdict)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// refresh takes over what can become known or change of a managed version: that
// it was destroyed, and what an apply could not confirm.
func (m *versionModel) refresh(row client.Version) {
	m.Status = types.StringValue(string(row.Status))
	if m.CreatedAt.IsNull() {
		m.CreatedAt = timeFromAPI(row.CreatedAt)
		m.RotateAt = m.rotateAt(m.CreatedAt)
	}
	if m.ValueFormat.IsNull() {
		m.ValueFormat = optionalString(row.ValueFormat)
	}
}

// completeImport settles which version an import is about. Whoever imports it
// takes it over, with the older ones, as if it had been put here.
func completeImport(state *versionModel, known *managed, secret client.Secret) (diags diag.Diagnostics) {
	number := state.Version.ValueInt64()
	if state.Version.IsNull() {
		number = secret.CurrentVersion
	}
	row, found := rowOf(secret, number)
	switch {
	case number == 0:
		diags.AddError("Nothing to import", fmt.Sprintf(
			"No version of %s is active, so there is none that @%s could mean. Name a version by its number, or put a value first.", secret.ID, secretpath.CurrentName))
	case !found:
		diags.AddError("Nothing to import", fmt.Sprintf(
			"%s has no version %d. It has %d versions, of which %d is current.", secret.ID, number, len(secret.Versions), secret.CurrentVersion))
	}
	state.setVolatile(managedVersion(secret.ID, number, row, rotation.ReasonImported))
	known.Put, known.PreviousPut = number, number
	return diags
}

// Update implements resource.Resource. When it fails, the state keeps the version
// that it had, and the next plan proposes the same again.
func (r *secretVersionResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan, config versionModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	f, diags := factsOf(ctx, req.Private, &state, &plan, &config)
	resp.Diagnostics.Append(diags...)
	id, err := state.names().secret()
	if err != nil {
		resp.Diagnostics.AddError("Invalid state", fmt.Sprintf("The state names no secret: %v.", err))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id)...)
	ctx, cancel, diags := within(ctx, plan.Timeouts.Update)
	defer cancel()
	resp.Diagnostics.Append(diags...)

	done, diags := r.update(ctx, id, f)
	resp.Diagnostics.Append(diags...)
	if done == nil {
		return
	}
	plan.setVolatile(done.volatile)
	plan.setOwner(r.owner())
	resp.Diagnostics.Append(done.remember(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// update carries out the plan, and decides now that everything is known what the
// plan had to leave open. The outcome is nil when the state has to stay as it is.
func (r *secretVersionResource) update(ctx context.Context, id secretpath.SecretID, f facts) (*outcome, diag.Diagnostics) {
	situation := f.situation(changeInApply)
	if situation.Rotation != rotation.Unchanged {
		situation = f.settleRotation(situation, r.rotateBefore, r.now())
	}
	decision := f.promised(rotation.Decide(situation))
	if decision.Refused {
		var diags diag.Diagnostics
		diags.AddError("KMS key refuses the planned version", rotation.KeyRefusal(id.String(), situation.Verdict.Key))
		return nil, diags
	}
	if decision.Action == rotation.Put {
		return r.put(ctx, id, f.plan, f.config, f.managed, decision.Reason)
	}
	done := f.recorded()
	if decision.Action == rotation.Track {
		done = f.tracked(id)
	}
	diags := r.retireOnly(ctx, id, f, done)
	if diags.HasError() {
		return nil, diags
	}
	return done, diags
}

// promised keeps a decision to what was planned. A plan that knows the version
// promised not to put, and one that knows the reason promised to.
func (f facts) promised(now rotation.Decision) rotation.Decision {
	switch version := f.plan.Version; {
	case version.IsUnknown() && f.plan.LastChange.IsUnknown():
		return now
	case version.IsUnknown():
		return rotation.Decision{Action: rotation.Put, Reason: rotation.Reason(f.plan.LastChange.ValueString()), Refused: now.Refused}
	case version.Equal(f.state.Version) && f.plan.CreatedAt.Equal(f.state.CreatedAt) && f.plan.LastChange.Equal(f.state.LastChange):
		// The number alone does not tell: a re-created secret has the same ones.
		return rotation.Decision{Action: rotation.Keep}
	}
	return rotation.Decision{Action: rotation.Track, Reason: rotation.ReasonAdopted}
}

// settleRotation decides what a plan with another age of rotation had to leave
// open: whether the current version is due.
func (f facts) settleRotation(s rotation.Situation, rotateBefore, now time.Time) rotation.Situation {
	s.Rotation = rotation.Unchanged
	created := timeFromState(f.state.CreatedAt)
	if f.verdict.Finding != rotation.Current {
		created = f.verdict.CurrentCreatedAt
	}
	s.Verdict.DueAt = time.Time{}
	if due := f.plan.policy(rotateBefore).DueAt(created); !due.IsZero() && !now.Before(due) {
		s.Verdict.DueAt = due
	}
	return s
}

// recorded is the outcome of an update that leaves the managed version as it is
// and takes the configuration as given.
func (f facts) recorded() *outcome {
	done := &outcome{volatile: f.state.volatile(), managed: f.managed, verdict: f.verdict}
	done.managed.Pending = false
	inputs := f.config.inputs()
	if kind := inputs.kind(); kind != inputNone {
		done.managed.Input = kind
	}
	switch {
	case !f.config.DetectValueChanges.ValueBool():
		done.managed.Fingerprint = nil
	case done.managed.Fingerprint == nil && inputs.kind().isWriteOnly():
		done.managed.Fingerprint = newFingerprint(inputs.value())
	}
	return done
}

// tracked is the outcome of managing the version that is current now. It is what
// was planned, down to the last byte.
func (f facts) tracked(id secretpath.SecretID) *outcome {
	done := f.recorded()
	done.volatile = trackedVersion(id, f.verdict)
	done.verdict = rotation.Verdict{Finding: rotation.Current, DueAt: f.verdict.DueAt, RetireOnPut: f.verdict.RetireOnPut, Key: f.verdict.Key}
	if f.verdict.Finding == rotation.Recreated {
		done.managed.SecretCreatedAt = f.verdict.SecretCreatedAt
		done.managed.Put, done.managed.PreviousPut = 0, 0
	}
	return done
}

// Delete implements resource.Resource.
func (r *secretVersionResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state versionModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	known, diags := readPrivate[managed](ctx, req.Private, privateManaged)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, err := state.names().secret()
	if err != nil {
		resp.Diagnostics.AddError("Invalid state", fmt.Sprintf("The state names no secret: %v.", err))
		return
	}
	resp.Diagnostics.Append(r.checkOwner(id, state.owner())...)
	if resp.Diagnostics.HasError() || state.DeletionPolicy.ValueString() != deletionDestroy {
		return
	}
	ctx, cancel, diags := within(ctx, state.Timeouts.Delete)
	defer cancel()
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(r.destroyManaged(ctx, id, state.Version.ValueInt64(), known)...)
}

// destroyManaged destroys the managed version and says what readers get from then
// on. It looks first: the number may belong to another life of the secret by now.
func (r *secretVersionResource) destroyManaged(ctx context.Context, id secretpath.SecretID, number int64, known managed) (diags diag.Diagnostics) {
	secret, found, diags := r.read(ctx, id)
	if diags.HasError() || !found {
		return diags
	}
	if !rotation.SameLife(secret.CreatedAt, known.SecretCreatedAt) {
		diags.AddWarning("Version left alone: "+id.String(), fmt.Sprintf(
			"The secret %s was deleted and created again outside Terraform, so its version %d is somebody else's. Nothing was destroyed.", id, number))
		return diags
	}
	if row, _ := rowOf(secret, number); row.Status != client.VersionActive {
		return diags
	}
	if err := r.client.DestroyVersion(ctx, id, number); err != nil && !client.IsNotFound(err) {
		diags.Append(attempt{summary: "Cannot destroy the version", did: fmt.Sprintf("destroy version %d of", number), permission: "delete", id: id}.diagnostic(err))
		return diags
	}
	if secret.CurrentVersion == number {
		diags.AddWarning("Current version destroyed: "+id.String(), destroyedCurrent(secret, number))
	}
	return diags
}

// destroyedCurrent says which version takes over from a current one that was
// destroyed: the highest that is still active.
func destroyedCurrent(secret client.Secret, number int64) string {
	text := fmt.Sprintf("Version %d of %s was current and is destroyed. ", number, secret.ID)
	for _, v := range secret.Versions {
		if v.Number != number && v.Status == client.VersionActive {
			return text + fmt.Sprintf("Version %d is current now.", v.Number)
		}
	}
	return text + "No other version is active: nobody can read this secret until a value is put."
}

// ImportState implements resource.ResourceWithImportState. It writes nothing to
// the service; the read that follows finds the version. An import by identity
// takes the current one.
func (r *secretVersionResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var id secretpath.VersionID
	if req.ID == "" && req.Identity != nil {
		secret, diags := r.identified(ctx, req.Identity)
		resp.Diagnostics.Append(diags...)
		id.Secret = secret
	} else {
		var err error
		if id, err = secretpath.ParseVersionID(req.ID); err != nil {
			resp.Diagnostics.AddError("Invalid import id", fmt.Sprintf(
				"%v. A version is imported by its secret and number, such as nl-01/app/db@4, or as nl-01/app/db@%s.", err, secretpath.CurrentName))
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	for name, value := range map[string]string{
		"secret_id":           id.Secret.String(),
		"region":              id.Secret.Region,
		"path":                id.Secret.Path.String(),
		"on_external_version": string(rotation.Adopt),
		"deletion_policy":     deletionRetain,
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
	if id.Number != 0 {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("version"), id.Number)...)
	}
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, privateManaged, managed{Pending: true})...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id.Secret)...)
}
