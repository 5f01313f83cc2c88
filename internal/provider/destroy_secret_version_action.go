package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

var (
	_ action.ActionWithConfigure      = (*destroySecretVersionAction)(nil)
	_ action.ActionWithModifyPlan     = (*destroySecretVersionAction)(nil)
	_ action.ActionWithValidateConfig = (*destroySecretVersionAction)(nil)
)

// destroySecretVersionAction destroys one version, or all superseded ones.
type destroySecretVersionAction struct {
	actionBase[destroyModel, *destroyModel]
}

func newDestroySecretVersionAction() action.Action {
	a := &destroySecretVersionAction{}
	a.name = "destroy_secret_version"
	return a
}

// Schema implements action.Action.
func (a *destroySecretVersionAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	attributes := actionTargetSchema()
	attributes["version"] = schema.Int64Attribute{
		MarkdownDescription: "Number of the version to destroy. A version that is already destroyed stays as it is. Exactly one of `version` and `superseded` is required.",
		Optional:            true,
		Validators:          []validator.Int64{int64validator.AtLeast(1)},
	}
	attributes["superseded"] = schema.BoolAttribute{
		MarkdownDescription: "Whether to destroy all active versions that are older than the current one, the oldest first, even if clients still read them. The current version and newer ones stay.",
		Optional:            true,
	}
	attributes["allow_current"] = schema.BoolAttribute{
		MarkdownDescription: "Whether `version` may be the current one, which rolls the secret back: the highest version that is still active becomes current. If there is none, the secret cannot be read. Default: `false`.",
		Optional:            true,
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Destroys the value of a version for good, or of all superseded versions. The history is read first, and versions are destroyed one by one. " +
			"Needs the permissions `read` and `delete`.",
		Attributes: attributes,
	}
}

// destroyModel is the action in configuration.
type destroyModel struct {
	actionTarget
	Version      types.Int64 `tfsdk:"version"`
	Superseded   types.Bool  `tfsdk:"superseded"`
	AllowCurrent types.Bool  `tfsdk:"allow_current"`
}

// selection is what a known and valid configuration chooses.
func (m *destroyModel) selection() version.Selection {
	return version.Selection{Version: m.Version.ValueInt64(), Superseded: m.Superseded.ValueBool(), AllowCurrent: m.AllowCurrent.ValueBool()}
}

// checkChoice refuses what names no version, or what could be understood in two
// ways: nothing that is destroyed comes back. What is not known yet is not judged.
func (m *destroyModel) checkChoice() (diags diag.Diagnostics) {
	if m.Version.IsUnknown() || m.Superseded.IsUnknown() {
		return diags
	}
	switch all, one := m.Superseded.ValueBool(), !m.Version.IsNull(); {
	case all && one:
		diags.Append(diagnostic.VersionChoiceAmbiguous.At(path.Root("superseded"), fmt.Sprintf(
			"version names version %d, and superseded = true all that are superseded. Keep one.", m.Version.ValueInt64())))
	case !all && !one:
		diags.Append(diagnostic.VersionChoiceMissing.At(path.Root("version"), "One of version and superseded = true is needed to say what to destroy."))
	case all && m.AllowCurrent.ValueBool():
		diags.Append(diagnostic.VersionCurrentNotSuperseded.At(path.Root("allow_current"),
			"superseded = true never destroys the current version, so there is nothing to allow. Remove allow_current, or set version."))
	}
	return diags
}

func (m *destroyModel) checkKnown() diag.Diagnostics {
	diags := m.actionTarget.checkKnown()
	diags.Append(m.checkChoice()...)
	return diags
}

func (m *destroyModel) check() diag.Diagnostics {
	diags := m.actionTarget.check()
	diags.Append(m.checkChoice()...)
	if !m.Version.IsNull() {
		diags.Append(validVersion().check(path.Root("version"), m.Version)...)
	}
	return diags
}

// Invoke implements action.Action.
func (a *destroySecretVersionAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	config, secret, diags := a.begin(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	say, order := progressOf(resp), destructionOf(secret, config.selection())
	switch {
	case order.refused != "":
		resp.Diagnostics.Append(diagnostic.VersionDestroyRefused.With(order.refused + " Nothing was destroyed."))
		return
	case len(order.versions) == 0:
		say("%s", order.nothing)
		return
	}
	resp.Diagnostics.Append(a.destroyInTurn(ctx, secret, order.versions, say)...)
}

// destroyInTurn destroys versions one by one and stops at the first that stays.
func (a *destroySecretVersionAction) destroyInTurn(ctx context.Context, secret client.Secret, versions []int64, say progress) diag.Diagnostics {
	store := &versionStore{service: a.service, id: secret.ID}
	defer store.close()
	warnings, err := version.DestroyInTurn(ctx, &destroyingAloud{store, say, 0, len(versions)}, a.snapshotOf(secret), versions)
	diags := store.warned(warnings, true)
	diags.Append(store.stopped(ctx, attempt{}, err)...)
	if err == nil {
		say("Destroyed of %s: %s.", secret.ID, diagnostic.VersionList(versions))
	}
	return diags
}

// destroyingAloud is a store that prints each version that it destroys.
type destroyingAloud struct {
	*versionStore

	say       progress
	begun, of int
}

// Destroy implements version.Store.
func (s *destroyingAloud) Destroy(ctx context.Context, n int64, guard version.Guard) error {
	s.begun++
	s.say("Destroying version %d of %s (%d of %d).", n, s.id, s.begun, s.of)
	return s.versionStore.Destroy(ctx, n, guard)
}
