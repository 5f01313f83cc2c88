package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// actionBase gives an action its service.
type actionBase struct{ *service }

// Configure implements action.ActionWithConfigure.
func (b *actionBase) Configure(_ context.Context, req action.ConfigureRequest, _ *action.ConfigureResponse) {
	b.service, _ = req.ProviderData.(*service)
}

// planned checks what the target of a plan leaves open. It asks the service nothing:
// what an action will find is only there when its turn comes, because the resource
// that triggers it may just be about to put or destroy a version. Only a region that
// nobody names is missing in any case.
func (b *actionBase) planned(ctx context.Context, names secretNames) (diags diag.Diagnostics) {
	if region := names.complete(b.regionOr).Region; region.IsNull() {
		diags.Append(b.checkRegion(ctx, region)...)
	}
	return diags
}

// actionModel is an action in configuration.
type actionModel interface {
	names() secretNames
	check() diag.Diagnostics
}

// plan judges a configuration before anything happens.
func (b *actionBase) plan(ctx context.Context, config tfsdk.Config, model actionModel) diag.Diagnostics {
	diags := config.Get(ctx, model)
	diags.Append(model.check()...)
	if !diags.HasError() {
		diags.Append(b.planned(ctx, model.names())...)
	}
	return diags
}

// begin judges the configuration once more and reads the secret that it is about.
func (b *actionBase) begin(ctx context.Context, config tfsdk.Config, model actionModel) (secret client.Secret, diags diag.Diagnostics) {
	diags = config.Get(ctx, model)
	diags.Append(model.check()...)
	if diags.HasError() {
		return secret, diags
	}
	secret, more := b.lookUp(ctx, model.names())
	diags.Append(more...)
	return secret, diags
}

// actionTarget is the secret that an action is about, in its configuration.
type actionTarget struct {
	SecretID types.String `tfsdk:"secret_id"`
	Region   types.String `tfsdk:"region"`
	Path     types.String `tfsdk:"path"`
}

func (t *actionTarget) names() secretNames { return secretNames{t.SecretID, t.Region, t.Path} }

// check refuses names of which the validators may have seen nothing: Terraform
// validates an action once, before it knows the variables, and never again.
func (t *actionTarget) check() diag.Diagnostics {
	diags := t.names().check()
	diags.Append(t.names().validate()...)
	diags.Append(validPath().check(path.Root("path"), t.Path)...)
	return diags
}

// actionTargetSchema are the attributes that name the secret.
func actionTargetSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"secret_id": schema.StringAttribute{
			MarkdownDescription: "The secret, as region and path, such as `nl-01/app/db`. One of `secret_id` and `path` is needed.",
			Optional:            true,
			Validators:          []validator.String{validSecretID().orMocked()},
		},
		"region": schema.StringAttribute{
			MarkdownDescription: "Region of the secret, with `path`. Default: the provider's `region`. Has to agree with `secret_id` where both are given.",
			Optional:            true,
			Validators:          []validator.String{validRegion().orMocked()},
		},
		"path": schema.StringAttribute{
			MarkdownDescription: "Path of the secret, such as `/app/production/db`.",
			Optional:            true,
			Validators:          []validator.String{validPath()},
		},
	}
}

// progress tells the user what an action is doing while it does it. It is never
// told a value.
type progress func(format string, args ...any)

func progressOf(resp *action.InvokeResponse) progress {
	return func(format string, args ...any) {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, args...)})
	}
}

// putNewest puts a value as the newest version of a secret that was just read,
// confirms it, and retires a placeholder, as every put does. The source says where
// the value came from. Once the service has the version, whatever goes wrong is a
// warning: an error would make users invoke the action again, and put another one.
func (b *actionBase) putNewest(ctx context.Context, secret client.Secret, value client.Value, tried attempt, source string, say progress) (diags diag.Diagnostics) {
	id := secret.ID
	defer b.writing(id)()
	tried.id, tried.key, tried.stateless = id, secret.KMSKey, true
	number, diags := b.write(ctx, value, knownOf(secret), tried)
	if number == 0 {
		return diags
	}
	say("Version %d of %s was put: %s.", number, id, source)
	after, _, err := b.confirm(ctx, id, number)
	if err != nil {
		diags.Append(diagnostic.VersionNotConfirmed.On(id.String(), fmt.Sprintf(
			"Version %d of %s was put, but reading the history afterwards failed, so it is not known whether it is current. "+
				"Do not invoke the action again before you have looked: it would put another version.\n\nError: %v", number, id, err)))
		return diags
	}
	if after.CurrentVersion != number {
		diags.Append(diagnostic.VersionNotCurrent.On(id.String(), fmt.Sprintf(
			"Version %d of %s was put, but by now the current version is %s, because somebody else has put or destroyed a version since.", number, id, currentText(after))))
		return diags
	}
	say("Version %d of %s is current now.", number, id)
	by := version.Managed{Version: number, Life: lifeOf(after)}
	goes := version.RetiredByPut(historyOf(after), by, version.RetiredByFirstPut(historyOf(after)))
	retired, failed := b.destroy(ctx, id, goes, b.retireGuards(after, by, nil))
	for _, version := range retired {
		say("Version %d of %s, the placeholder that the secret was created with, was destroyed.", version, id)
	}
	for _, failure := range failed {
		diags.Append(failure.warning())
	}
	return diags
}

// knownOf is what a look at a secret has shown.
func knownOf(secret client.Secret) knownVersions {
	known := knownVersions{life: lifeOf(secret), newest: secret.CurrentVersion}
	for _, v := range secret.Versions {
		known.newest = max(known.newest, v.Number)
	}
	return known
}
