package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// numberRange is a validator of required numbers. Actions also call check themselves:
// Terraform validates an action once, before it knows the variables, and never again.
type numberRange struct {
	least, most int64 // most is zero for no upper bound
}

var _ validator.Int64 = numberRange{}

// validByteLength holds the length of a generated value to what the service accepts.
func validByteLength() numberRange { return numberRange{client.MinGenerated, client.MaxGenerated} }

// validVersion holds a version to the numbers that versions have.
func validVersion() numberRange { return numberRange{least: 1} }

// Description implements validator.Describer.
func (r numberRange) Description(context.Context) string { return r.rule() }

// MarkdownDescription implements validator.Describer.
func (r numberRange) MarkdownDescription(context.Context) string { return r.rule() }

func (r numberRange) rule() string {
	if r.most == 0 {
		return fmt.Sprintf("must be at least %d", r.least)
	}
	return fmt.Sprintf("must be from %d to %d", r.least, r.most)
}

// ValidateInt64 implements validator.Int64. The schema says whether a number may be null.
func (r numberRange) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if !req.ConfigValue.IsNull() {
		resp.Diagnostics.Append(r.check(req.Path, req.ConfigValue)...)
	}
}

// check validates a number that must be given. An unknown number is not validated.
func (r numberRange) check(at path.Path, value types.Int64) (diags diag.Diagnostics) {
	switch n := value.ValueInt64(); {
	case value.IsUnknown():
	case value.IsNull():
		diags.Append(diagnostic.NumberMissing.At(at, fmt.Sprintf("%s is required, and is null. It %s.", at, r.rule())))
	case n < r.least, r.most != 0 && n > r.most:
		diags.Append(diagnostic.NumberInvalid.At(at, fmt.Sprintf("%s %s, and is %d.", at, r.rule(), n)))
	}
	return diags
}
