package provider

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
)

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
				MarkdownDescription: "For emergencies, such as values that leaked: every managed version that was put before this time is due for rotation, if its value is renewable. " +
					"In RFC 3339. A time in the future has no effect until then. Warnings name the versions that cannot be rotated. You can leave it set: a version that was rotated since is not due again. Environment: `THALASSA_ROTATE_BEFORE`.",
				Optional: true,
			},
		},
	}
	maps.Copy(resp.Schema.Attributes, credentialsAttributes())
	maps.Copy(resp.Schema.Attributes, limitAttributes())
	resp.Schema.Attributes["read_strategy"] = readStrategyAttribute()
	resp.Schema.Attributes["acknowledged_warnings"] = acknowledgedAttribute()
}

// limitAttributes are the arguments that say how patient and how fast the provider
// is.
func limitAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"request_timeout": schema.StringAttribute{
			MarkdownDescription: "How long one attempt at a request may take, its answer included, such as `30s`. Days are accepted, too: `1d`. Default: `1m`. " +
				"The `timeouts` of a resource bound all attempts of an operation together.",
			Optional:   true,
			Validators: []validator.String{validDuration()},
		},
		"requests_per_second": schema.Float64Attribute{
			MarkdownDescription: "Most requests that the provider sends per second, all resources together, such as `10`, or `0.5` for one every two seconds. Default: no limit. " +
				"Each provider block and each phase of a run counts on its own.",
			Optional:   true,
			Validators: []validator.Float64{positiveValidator{}},
		},
		"retry": schema.SingleNestedAttribute{
			MarkdownDescription: "How requests are repeated that the service turned away for now (429), or that failed on its side (5xx) or on the way. A create or put is repeated only where it cannot have happened.",
			Optional:            true,
			Attributes: map[string]schema.Attribute{
				"max_attempts": schema.Int64Attribute{
					MarkdownDescription: "Most attempts at one request, the first included, up to 100. Default: `5`. With `1`, nothing is repeated.",
					Optional:            true,
					Validators:          []validator.Int64{int64validator.Between(1, 100)},
				},
				"min_wait": schema.StringAttribute{
					MarkdownDescription: "How long to wait before the second attempt. The wait doubles with each further attempt, with random jitter. Default: `500ms`.",
					Optional:            true,
					Validators:          []validator.String{validDuration()},
				},
				"max_wait": schema.StringAttribute{
					MarkdownDescription: "Longest wait between two attempts, also where the service asks for a longer one by `Retry-After`. Default: `30s`.",
					Optional:            true,
					Validators:          []validator.String{validDuration()},
				},
			},
		},
	}
}

func readStrategyAttribute() schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "How a refresh reads secrets. `auto` reads the first few singly and then lists the directory that they share, so that thousands of secrets that have not changed cost a handful of requests. " +
			"A list only confirms that nothing has changed: a secret that looks different, or is not listed, is read singly before it is reported. Without the permission to list, every secret is read singly. " +
			"`individual` never lists. Environment: `THALASSA_READ_STRATEGY`. Default: `auto`.",
		Optional:   true,
		Validators: []validator.String{stringvalidator.OneOf(string(inventory.Auto), string(inventory.Individual))},
	}
}

// positiveValidator holds a number to more than nothing.
type positiveValidator struct{}

func (positiveValidator) Description(context.Context) string { return "more than 0" }

func (v positiveValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (positiveValidator) ValidateFloat64(_ context.Context, req validator.Float64Request, resp *validator.Float64Response) {
	if isKnown(req.ConfigValue) && req.ConfigValue.ValueFloat64() <= 0 {
		resp.Diagnostics.Append(diagnostic.ProviderRateInvalid.At(req.Path, fmt.Sprintf("%s must be more than 0. Leave it out for no limit.", req.Path)))
	}
}
