package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// parses makes a validator of a parser: what parses is valid, and the parser's
// error names the broken rule.
func parses[T any](summary string, parse func(string) (T, error), s string, req validator.StringRequest, resp *validator.StringResponse) {
	if _, err := parse(s); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, summary, fmt.Sprintf("%s: %v.", req.Path, err))
	}
}

func isSet(req validator.StringRequest) bool {
	return !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown()
}

// pathValidator holds a secret's path to the rules of the service and of URLs.
type pathValidator struct{}

func (pathValidator) Description(context.Context) string {
	return fmt.Sprintf("1 to %d characters of A-Z a-z 0-9 / _ - . +, starting with \"/\"", secretpath.MaxLength)
}

func (v pathValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (pathValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if isSet(req) {
		parses("Invalid secret path", secretpath.ParsePath, req.ConfigValue.ValueString(), req, resp)
	}
}

// prefixValidator holds the start of a listing to the same rules, but for its end.
type prefixValidator struct{}

func (prefixValidator) Description(context.Context) string {
	return fmt.Sprintf("1 to %d characters of A-Z a-z 0-9 / _ - . +, starting with \"/\", which may end with \"/\"", secretpath.MaxLength)
}

func (v prefixValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (prefixValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if isSet(req) {
		parses("Invalid path prefix", secretpath.ParsePrefix, req.ConfigValue.ValueString(), req, resp)
	}
}

// regionValidator holds a region to the form of a slug. An empty provider
// argument is reported by the provider itself.
type regionValidator struct{}

func (regionValidator) Description(context.Context) string { return "a region's slug, such as nl-01" }

func (v regionValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (regionValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if isSet(req) {
		parses("Invalid region", secretpath.ParseRegion, req.ConfigValue.ValueString(), req, resp)
	}
}

// secretIDValidator holds a secret's id to REGION/PATH.
type secretIDValidator struct{}

func (secretIDValidator) Description(context.Context) string {
	return "a secret's id, such as nl-01/app/db"
}

func (v secretIDValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (secretIDValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if isSet(req) {
		parses("Invalid secret id", secretpath.ParseSecretID, req.ConfigValue.ValueString(), req, resp)
	}
}
