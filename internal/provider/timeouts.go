package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// defaultTimeout bounds an operation, retries included, where the configuration
// sets no other limit.
const defaultTimeout = 5 * time.Minute

// withTimeout bounds ctx by the configured timeout of an operation.
func withTimeout(ctx context.Context, configured func(context.Context, time.Duration) (time.Duration, diag.Diagnostics)) (context.Context, context.CancelFunc, diag.Diagnostics) {
	limit, diags := configured(ctx, defaultTimeout)
	bounded, cancel := context.WithTimeout(ctx, limit)
	return bounded, cancel, diags
}

// checkTimeouts refuses a limit that would be over before it begins.
func checkTimeouts(configured timeouts.Value) (diags diag.Diagnostics) {
	attributes := configured.Attributes()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		text, ok := attributes[name].(types.String)
		if !ok || !isKnown(text) {
			continue
		}
		if limit, err := time.ParseDuration(text.ValueString()); err == nil && limit <= 0 {
			at := path.Root("timeouts").AtName(name)
			diags.Append(diagnostic.TimeoutInvalid.At(at, fmt.Sprintf("%s: %q must be greater than zero.", at, text.ValueString())))
		}
	}
	return diags
}

func timeoutsSchema(ctx context.Context) schema.Attribute {
	const unit = " may take, retries included, as a Go duration such as `90s`. Default: `5m`."
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Read: true, Update: true, Delete: true,
		CreateDescription: "How long creating" + unit,
		ReadDescription:   "How long reading" + unit,
		UpdateDescription: "How long updating" + unit,
		DeleteDescription: "How long deleting" + unit,
	})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "Limits on how long each operation may take."
		return nested
	}
	return attribute
}
