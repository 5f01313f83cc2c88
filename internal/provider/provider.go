// Package provider is the Terraform surface of the Secrets Manager: one file set
// for each resource and data source. Data takes one way: configuration to model,
// model to decision, decision to client, and the answer back.
package provider

import (
	"context"
	"os"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/tfserver"
)

// providerTypeName prefixes every resource and data source.
const providerTypeName = "thalassasecrets"

var (
	_ provider.ProviderWithEphemeralResources = (*secretsProvider)(nil)
	_ provider.ProviderWithFunctions          = (*secretsProvider)(nil)
	_ provider.ProviderWithActions            = (*secretsProvider)(nil)
	_ provider.ProviderWithListResources      = (*secretsProvider)(nil)
	_ tfserver.ProviderWithFastPath           = (*secretsProvider)(nil)
)

type secretsProvider struct {
	version string
	getenv  func(string) string
	now     func() time.Time
	sleep   func(context.Context, time.Duration) error

	loopbackSkew bool
	watch        func(tfserver.Answers)

	configured atomic.Pointer[service]
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

// WithWatchedAnswers makes the framework answer every request of resources, in addition to
// the fast path, and hands both answers to a test.
func WithWatchedAnswers(watch func(tfserver.Answers)) Option {
	return func(p *secretsProvider) { p.watch = watch }
}

// New returns the factory that a provider server asks for. The version goes into
// the User-Agent.
func New(version string, options ...Option) func() provider.Provider {
	return func() provider.Provider { return newProvider(version, options) }
}

func newProvider(version string, options []Option) *secretsProvider {
	p := &secretsProvider{version: version, getenv: os.Getenv, now: time.Now}
	for _, option := range options {
		option(p)
	}
	return p
}

// fastPathVariable turns the fast path off where it says "off".
const fastPathVariable = "THALASSA_FAST_PATH"

// NewServer returns the factory for the provider as it is served.
func NewServer(version string, options ...Option) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		p := newProvider(version, options)
		var served []tfserver.Option
		if p.getenv(fastPathVariable) == "off" {
			served = append(served, tfserver.WithoutFastPath())
		}
		if p.watch != nil {
			served = append(served, tfserver.Watched(p.watch))
		}
		return tfserver.Of(p, served...)
	}
}

// ResourceData implements tfserver.ProviderWithFastPath.
func (p *secretsProvider) ResourceData() any {
	if s := p.configured.Load(); s != nil {
		return s
	}
	return nil
}

// Metadata implements provider.Provider.
func (p *secretsProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = providerTypeName
	resp.Version = p.version
}

// Configure implements provider.Provider.
func (p *secretsProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resolved, diags := model.resolve(ctx, p.getenv)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	unknown := unknownArguments(model, resolved)
	if unknown != nil {
		unknown.refuseRequests(&resolved.Client)
	}
	api, err := client.New(p.clientConfig(resolved.Client, req.TerraformVersion))
	if err != nil {
		resp.Diagnostics.Append(diagnostic.ProviderConfigurationInvalid.With("The provider cannot reach the Secrets Manager as configured: " + err.Error() + "."))
		return
	}
	s := &service{
		run:           newRun(),
		client:        api,
		inventory:     inventory.New(api, resolved.ReadStrategy),
		region:        resolved.Region,
		defaultLabels: resolved.DefaultLabels,
		rotateBefore:  resolved.RotateBefore,
		now:           p.now,
		unknown:       unknown,
		caller:        resolved.Caller,
		acknowledged:  model.acknowledged(),
	}
	p.configured.Store(s)
	resp.ResourceData, resp.DataSourceData, resp.EphemeralResourceData, resp.ActionData, resp.ListResourceData = s, s, s, s, s
}

// clientConfig completes what the provider block says by what this process is.
func (p *secretsProvider) clientConfig(c client.Config, terraformVersion string) client.Config {
	c.UserAgent = "terraform-provider-thalassasecrets/" + p.version + " (Terraform " + terraformVersion + ")"
	c.LoopbackSkew, c.Now, c.Sleep = p.loopbackSkew, p.now, p.sleep
	c.Log = func(ctx context.Context, e client.Exchange) {
		tflog.Debug(ctx, "request answered", map[string]any{
			"operation": e.Operation, "method": e.Method, "url": e.URL, "status": e.Status, "request_id": logged(e.RequestID),
		})
	}
	return c
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
