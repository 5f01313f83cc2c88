package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

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
					MarkdownDescription: "How long to wait before the second attempt. The wait doubles with each further one, and a part of it is left to chance. Default: `500ms`.",
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

// retryModel is the argument retry.
type retryModel struct {
	MaxAttempts types.Int64  `tfsdk:"max_attempts"`
	MinWait     types.String `tfsdk:"min_wait"`
	MaxWait     types.String `tfsdk:"max_wait"`
}

// retry reads how requests are repeated. Zero values mean the client's defaults.
func (r *resolver) retry(ctx context.Context, object types.Object) client.Retry {
	at := path.Root("retry")
	var m retryModel
	if r.isUnknown(at, object) || object.IsNull() {
		return client.Retry{}
	}
	r.diags.Append(object.As(ctx, &m, basetypes.ObjectAsOptions{})...)
	r.isUnknown(at.AtName("max_attempts"), m.MaxAttempts)
	out := client.Retry{
		MaxAttempts: int(m.MaxAttempts.ValueInt64()),
		MinWait:     r.duration(at.AtName("min_wait"), m.MinWait),
		MaxWait:     r.duration(at.AtName("max_wait"), m.MaxWait),
	}
	// A wait that is left out counts with its default.
	if full, usual := out.WithDefaults(), (client.Retry{}).WithDefaults(); full.MinWait > full.MaxWait && !r.diags.HasError() && len(r.unknown) == 0 {
		r.diags.Append(diagnostic.ProviderRetryInvalid.At(at, fmt.Sprintf(
			"retry.min_wait (%s) is longer than retry.max_wait (%s). Set both, the first no longer than the second; the defaults are %s and %s.",
			full.MinWait, full.MaxWait, usual.MinWait, usual.MaxWait)))
	}
	return out
}

// duration reads an argument that its validator has seen when it was known.
func (r *resolver) duration(at path.Path, value types.String) time.Duration {
	if r.isUnknown(at, value) || value.IsNull() {
		return 0
	}
	d, err := parseDuration(value.ValueString())
	if err != nil {
		r.diags.Append(diagnostic.DurationInvalid.At(at, fmt.Sprintf("%s: %q %v.", at, value.ValueString(), err)))
	}
	return d
}

// requestsPerSecond reads a rate, zero for no limit.
func (r *resolver) requestsPerSecond(value types.Float64) float64 {
	r.isUnknown(path.Root("requests_per_second"), value)
	return value.ValueFloat64()
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
