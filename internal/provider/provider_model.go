package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/settings"
)

// providerModel is the provider block.
type providerModel struct {
	Endpoint          types.String  `tfsdk:"endpoint"`
	OrganisationID    types.String  `tfsdk:"organisation_id"`
	ProjectID         types.String  `tfsdk:"project_id"`
	Region            types.String  `tfsdk:"region"`
	Token             types.String  `tfsdk:"token"`
	AccessToken       types.String  `tfsdk:"access_token"`
	ClientID          types.String  `tfsdk:"client_id"`
	ClientSecret      types.String  `tfsdk:"client_secret"`
	OIDCToken         types.String  `tfsdk:"oidc_token"`
	OIDCTokenFile     types.String  `tfsdk:"oidc_token_file"`
	ServiceAccountID  types.String  `tfsdk:"service_account_id"`
	CACertificateFile types.String  `tfsdk:"ca_certificate_file"`
	DefaultLabels     types.Map     `tfsdk:"default_labels"`
	RotateBefore      types.String  `tfsdk:"rotate_before"`
	RequestTimeout    types.String  `tfsdk:"request_timeout"`
	RequestsPerSecond types.Float64 `tfsdk:"requests_per_second"`
	Retry             types.Object  `tfsdk:"retry"`
	ReadStrategy      types.String  `tfsdk:"read_strategy"`

	AcknowledgedWarnings types.Set `tfsdk:"acknowledged_warnings"`
}

// retryModel is the argument retry.
type retryModel struct {
	MaxAttempts types.Int64  `tfsdk:"max_attempts"`
	MinWait     types.String `tfsdk:"min_wait"`
	MaxWait     types.String `tfsdk:"max_wait"`
}

// resolve takes the provider block and the environment together.
func (m providerModel) resolve(ctx context.Context, getenv func(string) string) (settings.Settings, diag.Diagnostics) {
	block, diags := m.block(ctx)
	if diags.HasError() {
		return settings.Settings{}, diags
	}
	resolved, problems := settings.Resolve(block, getenv) //nolint:contextcheck // Reading the file of certificates has a limit of its own.
	for _, p := range problems {
		if summary := summaryOf(p.Kind); p.Argument == "" {
			diags.Append(summary.With(p.Detail))
		} else {
			diags.Append(summary.At(path.Root(p.Argument), p.Detail))
		}
	}
	return resolved, diags
}

// summaryOf is what a problem is called.
func summaryOf(kind settings.Kind) diagnostic.Error {
	switch kind {
	case settings.ArgumentEmpty:
		return diagnostic.ProviderArgumentEmpty
	case settings.ArgumentInvalid:
		return diagnostic.ProviderArgumentInvalid
	case settings.CAFileInvalid:
		return diagnostic.ProviderCAFileInvalid
	case settings.CredentialsAmbiguous:
		return diagnostic.CredentialsAmbiguous
	case settings.CredentialsIncomplete:
		return diagnostic.CredentialsIncomplete
	case settings.CredentialsMissing:
		return diagnostic.CredentialsMissing
	case settings.IdentityTokenAmbiguous:
		return diagnostic.IdentityTokenAmbiguous
	case settings.OrganisationMissing:
		return diagnostic.OrganisationMissing
	case settings.ReadStrategyInvalid:
		return diagnostic.ProviderReadStrategyInvalid
	case settings.RegionInvalid:
		return diagnostic.RegionInvalid
	case settings.RetryInvalid:
		return diagnostic.ProviderRetryInvalid
	case settings.RotateBeforeInvalid:
		return diagnostic.RotateBeforeInvalid
	}
	return diagnostic.ProviderConfigurationInvalid
}

// block is the provider block without Terraform's types.
func (m providerModel) block(ctx context.Context) (b settings.Block, diags diag.Diagnostics) {
	return settings.Block{
		Endpoint:          argument(m.Endpoint),
		OrganisationID:    argument(m.OrganisationID),
		ProjectID:         argument(m.ProjectID),
		Region:            argument(m.Region),
		Token:             argument(m.Token),
		AccessToken:       argument(m.AccessToken),
		ClientID:          argument(m.ClientID),
		ClientSecret:      argument(m.ClientSecret),
		OIDCToken:         argument(m.OIDCToken),
		OIDCTokenFile:     argument(m.OIDCTokenFile),
		ServiceAccountID:  argument(m.ServiceAccountID),
		CACertificateFile: argument(m.CACertificateFile),
		DefaultLabels:     labelsArgument(ctx, m.DefaultLabels, &diags),
		RotateBefore:      argument(m.RotateBefore),
		RequestTimeout:    durationArgument(path.Root("request_timeout"), m.RequestTimeout, &diags),
		RequestsPerSecond: valueOf(m.RequestsPerSecond, m.RequestsPerSecond.ValueFloat64),
		Retry:             retryArgument(ctx, m.Retry, &diags),
		ReadStrategy:      argument(m.ReadStrategy),
	}, diags
}

// nullable is what all of the framework's values can say of themselves.
type nullable interface {
	IsNull() bool
	IsUnknown() bool
}

// valueOf is an argument of any type.
func valueOf[T any](given nullable, get func() T) settings.Value[T] {
	switch {
	case given.IsUnknown():
		return settings.Unknown[T]()
	case given.IsNull():
		return settings.Value[T]{}
	}
	return settings.Known(get())
}

func argument(given types.String) settings.Value[string] { return valueOf(given, given.ValueString) }

// durationArgument reads a duration, which the schema has validated where it was known.
func durationArgument(at path.Path, given types.String, diags *diag.Diagnostics) settings.Value[time.Duration] {
	return valueOf(given, func() time.Duration {
		d, err := parseDuration(given.ValueString())
		if err != nil {
			diags.Append(diagnostic.DurationInvalid.At(at, fmt.Sprintf("%s: %q %v.", at, given.ValueString(), err)))
		}
		return d
	})
}

// labelsArgument reads a map. One with an unknown element is unknown.
func labelsArgument(ctx context.Context, given types.Map, diags *diag.Diagnostics) settings.Value[map[string]string] {
	if hasUnknown(given) {
		return settings.Unknown[map[string]string]()
	}
	return valueOf(given, func() (labels map[string]string) {
		diags.Append(given.ElementsAs(ctx, &labels, false)...)
		return labels
	})
}

func retryArgument(ctx context.Context, given types.Object, diags *diag.Diagnostics) settings.Value[settings.Retry] {
	at := path.Root("retry")
	return valueOf(given, func() settings.Retry {
		var m retryModel
		diags.Append(given.As(ctx, &m, basetypes.ObjectAsOptions{})...)
		return settings.Retry{
			MaxAttempts: valueOf(m.MaxAttempts, m.MaxAttempts.ValueInt64),
			MinWait:     durationArgument(at.AtName("min_wait"), m.MinWait, diags),
			MaxWait:     durationArgument(at.AtName("max_wait"), m.MaxWait, diags),
		}
	})
}
