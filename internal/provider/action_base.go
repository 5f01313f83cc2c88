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

// actionModel is the configuration of an action.
type actionModel interface {
	names() secretNames
	// checkKnown judges what is known while values may be unknown. check needs all of it.
	checkKnown() diag.Diagnostics
	check() diag.Diagnostics
}

// actionBase is what actions have in common. M is the configuration of one.
type actionBase[M any, P interface {
	*M
	actionModel
}] struct {
	*service

	name string
}

// Metadata implements action.Action.
func (b *actionBase[M, P]) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + b.name
}

// Configure implements action.ActionWithConfigure.
func (b *actionBase[M, P]) Configure(_ context.Context, req action.ConfigureRequest, _ *action.ConfigureResponse) {
	b.service, _ = req.ProviderData.(*service)
}

// ValidateConfig implements action.ActionWithValidateConfig.
func (b *actionBase[M, P]) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	config := P(new(M))
	resp.Diagnostics.Append(req.Config.Get(ctx, config)...)
	resp.Diagnostics.Append(config.checkKnown()...)
}

// ModifyPlan implements action.ActionWithModifyPlan. It asks the service nothing: what an
// action will find is only there when its turn comes, because the resource that triggers it
// may just be about to put or destroy a version. Only a missing region is an error in any
// case.
func (b *actionBase[M, P]) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	config := P(new(M))
	resp.Diagnostics.Append(req.Config.Get(ctx, config)...)
	resp.Diagnostics.Append(config.check()...)
	if resp.Diagnostics.HasError() {
		return
	}
	if region := config.names().complete(b.regionOr).Region; region.IsNull() {
		resp.Diagnostics.Append(b.checkRegion(ctx, region)...)
	}
}

// begin judges the configuration once more and reads the secret that it is about.
func (b *actionBase[M, P]) begin(ctx context.Context, given tfsdk.Config) (config P, secret client.Secret, diags diag.Diagnostics) {
	config = P(new(M))
	diags = given.Get(ctx, config)
	diags.Append(config.check()...)
	if diags.HasError() {
		return config, secret, diags
	}
	secret, more := b.lookUp(ctx, config.names())
	diags.Append(more...)
	return config, secret, diags
}

// actionTarget is the secret that an action is about, in its configuration.
type actionTarget struct {
	SecretID types.String `tfsdk:"secret_id"`
	Region   types.String `tfsdk:"region"`
	Path     types.String `tfsdk:"path"`
}

func (t *actionTarget) names() secretNames { return secretNames{t.SecretID, t.Region, t.Path} }

func (t *actionTarget) checkKnown() diag.Diagnostics { return t.names().check() }

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
			MarkdownDescription: "The secret, as region and path, such as `nl-01/app/db`. One of `secret_id` and `path` is required.",
			Optional:            true,
			Validators:          []validator.String{validSecretID().orMocked()},
		},
		"region": schema.StringAttribute{
			MarkdownDescription: "Region of the secret, with `path`. Default: the provider's `region`. Must match `secret_id` if both are set.",
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

// progress prints what an action is doing while it does it. It never gets
// a value.
type progress func(format string, args ...any)

func progressOf(resp *action.InvokeResponse) progress {
	return func(format string, args ...any) {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, args...)})
	}
}

// putNewest puts a value as the newest version of a secret that was just read,
// confirms it, and retires a placeholder, as every put does. The source says where
// the value came from. Once the service has the version, every failure is a
// warning: an error would make users invoke the action again, and put another one.
func (s *service) putNewest(ctx context.Context, secret client.Secret, value client.Value, tried attempt, source string, say progress) diag.Diagnostics {
	tried.key, tried.op = secret.KMSKey, diagnostic.ActionPut
	store := &versionStore{service: s, id: secret.ID, value: value}
	defer store.close()
	done, err := version.PutNewest(ctx, puttingAloud{store, source, say}, s.snapshotOf(secret))
	diags := store.warned(done.Warnings, true)
	diags.Append(store.stopped(ctx, tried, err)...)
	return diags
}

// puttingAloud is a store that prints each step of a put.
type puttingAloud struct {
	*versionStore

	source string
	say    progress
}

// Put implements version.Store.
func (s puttingAloud) Put(ctx context.Context, newest int64, guard version.Guard) (version.Written, error) {
	written, err := s.versionStore.Put(ctx, newest, guard)
	if err == nil {
		s.say("Version %d of %s was put: %s.", written.Version, s.id, s.source)
	}
	return written, err
}

// Confirm implements version.Store.
func (s puttingAloud) Confirm(ctx context.Context, n int64) (version.Snapshot, error) {
	look, err := s.versionStore.Confirm(ctx, n)
	if _, held := look.Find(n); err == nil && held && look.Current == n {
		s.say("Version %d of %s is current now.", n, s.id)
	}
	return look, err
}

// Destroy implements version.Store.
func (s puttingAloud) Destroy(ctx context.Context, n int64, guard version.Guard) error {
	err := s.versionStore.Destroy(ctx, n, guard)
	if err == nil {
		s.say("Version %d of %s, the placeholder that the secret was created with, was destroyed.", n, s.id)
	}
	return err
}
