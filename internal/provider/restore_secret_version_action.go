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

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

var (
	_ action.ActionWithConfigure      = (*restoreSecretVersionAction)(nil)
	_ action.ActionWithModifyPlan     = (*restoreSecretVersionAction)(nil)
	_ action.ActionWithValidateConfig = (*restoreSecretVersionAction)(nil)
)

// restoreSecretVersionAction puts the value of an older version as the newest one.
type restoreSecretVersionAction struct {
	actionBase[restoreModel, *restoreModel]
}

func newRestoreSecretVersionAction() action.Action {
	a := &restoreSecretVersionAction{}
	a.name = "restore_secret_version"
	return a
}

// Schema implements action.Action.
func (a *restoreSecretVersionAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	attributes := actionTargetSchema()
	attributes["version"] = schema.Int64Attribute{
		MarkdownDescription: "Number of the version whose value is to be current again. It has to be active, and not the placeholder that a secret begins with. " +
			"If it is current already, nothing is read or put, and a warning says so.",
		Required:   true,
		Validators: []validator.Int64{int64validator.AtLeast(1)},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rolls a secret back: reveals the value of an older version, in memory only, and puts it as the newest version, byte for byte. " +
			"The bad version stays in the history. Needs the permissions `read`, `getSecretValue` and `putSecretValue`; the reading moves `last_accessed_at` of the version and shows in the audit log.",
		Attributes: attributes,
	}
}

// restoreModel is the action in configuration.
type restoreModel struct {
	actionTarget
	Version types.Int64 `tfsdk:"version"`
}

func (m *restoreModel) check() diag.Diagnostics {
	diags := m.actionTarget.check()
	diags.Append(validVersion().check(path.Root("version"), m.Version)...)
	return diags
}

// Invoke implements action.Action. The metadata comes first: a restore that it shows to
// be impossible, or done already, costs no reading of the value.
func (a *restoreSecretVersionAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	config, secret, diags := a.begin(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	number, say := config.Version.ValueInt64(), progressOf(resp)
	if problem := unreadable(secret, number); problem != "" {
		resp.Diagnostics.Append(diagnostic.VersionRestoreFailed.With(problem + " Nothing was put."))
		return
	}
	if number == secret.CurrentVersion {
		// The version is current already, so this is not an error. But a user who rolls back must know
		// that nothing happened.
		resp.Diagnostics.Append(diagnostic.VersionAlreadyCurrent.On(secret.ID.String(), fmt.Sprintf(
			"Version %d is what readers of %s get, so there is nothing to restore. Nothing was read or put.", number, secret.ID)))
		return
	}
	say("Restoring version %d of %s, whose current version is %s.", number, secret.ID, currentText(secret))
	revealed, diags := a.reveal(ctx, diagnostic.VersionRestoreFailed, secret, number)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(a.putNewest(ctx, secret, revealed.Value(),
		attempt{summary: diagnostic.VersionRestoreFailed}, fmt.Sprintf("the value of version %d", number), say)...)
}
