package provider

import (
	"context"
	"crypto/x509"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
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
}

// settings are the provider block and the environment taken together.
type settings struct {
	endpoint          string
	organisation      string
	project           string
	region            string
	credentials       client.Credentials
	rootCAs           *x509.CertPool
	defaultLabels     map[string]string
	rotateBefore      time.Time
	requestTimeout    time.Duration
	requestsPerSecond float64
	retry             client.Retry
	readStrategy      inventory.Strategy
	unknown           *unknownArgumentsError // nil for none
}

// resolveSettings lets configuration beat environment.
func resolveSettings(ctx context.Context, m providerModel, getenv func(string) string) (settings, diag.Diagnostics) {
	r := &resolver{getenv: getenv}
	out := settings{
		endpoint:     r.text(setting{"endpoint", "THALASSA_API_ENDPOINT", m.Endpoint}),
		organisation: r.word(setting{"organisation_id", "THALASSA_ORGANISATION", m.OrganisationID}),
		project:      r.word(setting{"project_id", "THALASSA_PROJECT_ID", m.ProjectID}),
		region:       r.text(setting{"region", "THALASSA_REGION", m.Region}),
	}
	if out.organisation == "" && !m.OrganisationID.IsUnknown() && !r.diags.HasError() {
		r.diags.Append(diagnostic.OrganisationMissing.At(path.Root("organisation_id"),
			"organisation_id is required. Set it in the provider block or as the environment variable THALASSA_ORGANISATION."))
	}
	if out.region != "" {
		if _, err := secretpath.ParseRegion(out.region); err != nil {
			r.diags.Append(diagnostic.RegionInvalid.At(path.Root("region"), fmt.Sprintf("The default region %v.", err)))
		}
	}
	out.credentials = resolveCredentials(m, out.organisation, r)
	out.rootCAs = r.rootCAs(setting{"ca_certificate_file", "THALASSA_CA_CERTIFICATE_FILE", m.CACertificateFile}) //nolint:contextcheck // It has a limit of its own.
	out.rotateBefore = r.rotateBefore(setting{"rotate_before", "THALASSA_ROTATE_BEFORE", m.RotateBefore})
	out.requestTimeout = r.duration(path.Root("request_timeout"), m.RequestTimeout)
	out.requestsPerSecond = r.requestsPerSecond(m.RequestsPerSecond)
	out.retry = r.retry(ctx, m.Retry)
	out.readStrategy = r.readStrategy(setting{"read_strategy", "THALASSA_READ_STRATEGY", m.ReadStrategy})
	if hasUnknown(m.DefaultLabels) {
		r.unknown = append(r.unknown, "default_labels")
	} else if !m.DefaultLabels.IsNull() {
		r.diags.Append(m.DefaultLabels.ElementsAs(ctx, &out.defaultLabels, false)...)
	}
	if len(r.unknown) > 0 {
		out.unknown = &unknownArgumentsError{names: r.unknown, owner: ownerOf(m, out), region: m.Region}
	}
	return out, r.diags
}

// rotateBefore reads a moment. Whether it is in the future is a question to the
// service's clock, which the first refresh answers.
func (r *resolver) rotateBefore(s setting) time.Time {
	text := r.text(s)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		r.diags.Append(diagnostic.RotateBeforeInvalid.At(path.Root(s.name), fmt.Sprintf("rotate_before: %q must be a moment in RFC 3339, such as \"2026-11-01T09:00:00Z\".", text)))
	}
	return at
}

// rootCAs reads the file at once: without it nothing can be asked, and it is not
// one that changes while Terraform runs.
func (r *resolver) rootCAs(s setting) *x509.CertPool {
	file := r.text(s)
	if file == "" {
		return nil // The system's.
	}
	pool, err := client.RootCAs(file)
	if err != nil {
		r.diags.Append(diagnostic.ProviderCAFileInvalid.At(path.Root(s.name), fmt.Sprintf(
			"%s (or %s): %v. Give a file with the certificates, in PEM form, of the authorities that the service's certificate may come from.", s.name, s.env, err)))
	}
	return pool
}
