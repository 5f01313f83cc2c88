// Package provider is the Terraform surface of the Secrets Manager: one file set
// for each resource and data source. Data takes one way: configuration to model,
// model to decision, decision to client, and the answer back.
package provider

import (
	"context"
	"maps"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/tfserver"
)

// typeName prefixes every resource and data source.
const typeName = "thalassasecrets"

var (
	_ provider.ProviderWithEphemeralResources = (*secretsProvider)(nil)
	_ provider.ProviderWithFunctions          = (*secretsProvider)(nil)
	_ provider.ProviderWithActions            = (*secretsProvider)(nil)
	_ provider.ProviderWithListResources      = (*secretsProvider)(nil)
)

type secretsProvider struct {
	version string
	getenv  func(string) string
	now     func() time.Time
	sleep   func(context.Context, time.Duration) error

	loopbackSkew bool
}

// Option changes how a provider meets its surroundings. Tests use them; the
// program uses none.
type Option func(*secretsProvider)

// WithEnvironment replaces the environment variables.
func WithEnvironment(getenv func(string) string) Option {
	return func(p *secretsProvider) { p.getenv = getenv }
}

// WithClock replaces the machine's clock.
func WithClock(now func() time.Time) Option {
	return func(p *secretsProvider) { p.now = now }
}

// WithLoopbackSkew warns about a clock that differs from a loopback endpoint's too,
// which is a reference server whose clock is moved on purpose.
func WithLoopbackSkew() Option {
	return func(p *secretsProvider) { p.loopbackSkew = true }
}

// WithSleep replaces how the provider waits for an answer to become certain.
func WithSleep(sleep func(context.Context, time.Duration) error) Option {
	return func(p *secretsProvider) { p.sleep = sleep }
}

// New returns the factory that a provider server asks for. The version goes into
// the User-Agent.
func New(version string, options ...Option) func() provider.Provider {
	return func() provider.Provider {
		p := &secretsProvider{version: version, getenv: os.Getenv, now: time.Now}
		for _, option := range options {
			option(p)
		}
		return p
	}
}

// NewServer returns the factory for the provider as it is served.
func NewServer(version string, options ...Option) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer { return tfserver.Of(New(version, options...)()) }
}

// Metadata implements provider.Provider.
func (p *secretsProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = typeName
	resp.Version = p.version
}

// Schema implements provider.Provider.
func (p *secretsProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages secrets and their versions in the Secrets Manager of Thalassa Cloud. " +
			"Rotation is an in-place update, drift is seen without revealing a value, and write-only values never reach state or plan.",
		Attributes: map[string]schema.Attribute{
			"endpoint": schema.StringAttribute{
				MarkdownDescription: "Base URL of the API. Plain `http` is accepted for loopback addresses only. " +
					"Environment: `THALASSA_API_ENDPOINT`. Default: `" + client.DefaultEndpoint + "`.",
				Optional: true,
			},
			"organisation_id": schema.StringAttribute{
				MarkdownDescription: "Organisation that the secrets belong to. Required here or as `THALASSA_ORGANISATION`.",
				Optional:            true,
			},
			"project_id": schema.StringAttribute{
				MarkdownDescription: "Project that the secrets belong to. Without it, secrets belong to the organisation itself. Environment: `THALASSA_PROJECT_ID`.",
				Optional:            true,
			},
			"region": schema.StringAttribute{
				MarkdownDescription: "Region of every resource that names none, such as `nl-01`. Changing it moves nothing: a resource keeps the region it was created in. Environment: `THALASSA_REGION`.",
				Optional:            true,
				Validators:          []validator.String{validRegion()},
			},
			"ca_certificate_file": schema.StringAttribute{
				MarkdownDescription: "File with certificates of authorities, in PEM form, that the service's certificate may come from, in addition to those that the system trusts. Environment: `THALASSA_CA_CERTIFICATE_FILE`.",
				Optional:            true,
			},
			"default_labels": schema.MapAttribute{
				MarkdownDescription: "Labels that every secret gets when it is created, in addition to its own, which win. They are never compared afterwards: labels cannot be changed, and a new default must not replace a secret.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Map{noNullElements{}},
			},
			"rotate_before": schema.StringAttribute{
				MarkdownDescription: "For emergencies, such as values that leaked: every managed version that was put before this moment is due for rotation, provided that its value is new when put again. " +
					"In RFC 3339; a moment in the future has no effect until it has come. Warnings name what cannot be rotated. Leaving it set does no harm: what was rotated since is not due again. Environment: `THALASSA_ROTATE_BEFORE`.",
				Optional: true,
			},
		},
	}
	maps.Copy(resp.Schema.Attributes, credentialsAttributes())
	maps.Copy(resp.Schema.Attributes, limitAttributes())
	resp.Schema.Attributes["read_strategy"] = readStrategyAttribute()
}

// Configure implements provider.Provider.
func (p *secretsProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings, diags := resolveSettings(ctx, model, p.getenv)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if settings.unknown != nil {
		settings = settings.withoutService()
	}
	api, err := client.New(client.Config{
		Endpoint:          settings.endpoint,
		Organisation:      settings.organisation,
		Project:           settings.project,
		Credentials:       settings.credentials,
		RootCAs:           settings.rootCAs,
		Retry:             settings.retry,
		RequestTimeout:    settings.requestTimeout,
		RequestsPerSecond: settings.requestsPerSecond,
		UserAgent:         "terraform-provider-thalassasecrets/" + p.version + " (Terraform " + req.TerraformVersion + ")",
		LoopbackSkew:      p.loopbackSkew,
		Now:               p.now,
		Sleep:             p.sleep,
		Log: func(ctx context.Context, e client.Exchange) {
			tflog.Debug(ctx, "request answered", map[string]any{
				"operation": e.Operation, "method": e.Method, "url": e.URL, "status": e.Status, "request_id": logged(e.RequestID),
			})
		},
	})
	if err != nil {
		resp.Diagnostics.Append(diagnostic.ProviderConfigurationInvalid.With("The provider cannot reach the Secrets Manager as configured: " + err.Error() + "."))
		return
	}
	s := &service{
		client:        api,
		inventory:     inventory.New(api, settings.readStrategy),
		region:        settings.region,
		defaultLabels: settings.defaultLabels,
		rotateBefore:  settings.rotateBefore,
		now:           p.now,
		unknown:       settings.unknown,
	}
	resp.ResourceData, resp.DataSourceData, resp.EphemeralResourceData, resp.ActionData, resp.ListResourceData = s, s, s, s, s
}

// Resources implements provider.Provider.
func (p *secretsProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newSecretResource, newSecretVersionResource}
}

// EphemeralResources implements provider.ProviderWithEphemeralResources.
func (p *secretsProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newSecretValueEphemeral}
}

// ListResources implements provider.ProviderWithListResources.
func (p *secretsProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{newSecretList, newSecretVersionList}
}

// DataSources implements provider.Provider.
func (p *secretsProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{newSecretDataSource, newSecretsDataSource, newSecretVersionsDataSource}
}

// Functions implements provider.ProviderWithFunctions.
func (p *secretsProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{newSecretIDFunction, newParseSecretIDFunction, newSecretVersionIDFunction, newParseSecretVersionIDFunction}
}

// Actions implements provider.ProviderWithActions.
func (p *secretsProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{newPutGeneratedValueAction, newRestoreSecretVersionAction, newDestroySecretVersionAction}
}
