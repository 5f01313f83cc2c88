package provider

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// parsed is a validator made of a parser: what parses is valid, and the parser's
// error names the broken rule.
type parsed struct {
	summary     diagnostic.Error
	description string
	parse       func(string) error
	mocks       bool // are accepted, see orMocked
}

var _ validator.String = (*parsed)(nil)

// Description implements validator.Describer.
func (p parsed) Description(context.Context) string { return p.description }

// MarkdownDescription implements validator.Describer.
func (p parsed) MarkdownDescription(context.Context) string { return p.description }

// ValidateString implements validator.String.
func (p parsed) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if p.mocks && mockedText.MatchString(req.ConfigValue.ValueString()) {
		return
	}
	resp.Diagnostics.Append(p.check(req.Path, req.ConfigValue)...)
}

// orMocked accepts what "terraform test" generates for a computed text of a mocked provider: a few
// letters and digits. Terraform still asks the real provider to validate a configuration then,
// and nothing else. So every plan and read has to check again: see secretNames.validate.
func (p parsed) orMocked() parsed {
	p.mocks = true
	return p
}

// Terraform generates eight lower-case letters and digits, and OpenTofu 4 to 15 of both cases.
var mockedText = regexp.MustCompile(`^[A-Za-z0-9]{4,15}$`)

// check judges a value that is known.
func (p parsed) check(at path.Path, value types.String) (diags diag.Diagnostics) {
	if !isKnown(value) {
		return diags
	}
	if err := p.parse(value.ValueString()); err != nil {
		diags.Append(p.summary.At(at, fmt.Sprintf("%s: %v.", at, err)))
	}
	return diags
}

// isKnown reports a value that is given and known.
func isKnown(value attr.Value) bool { return !value.IsNull() && !value.IsUnknown() }

// validPath holds a secret's path to the rules of the service and of URLs.
func validPath() parsed {
	return parsed{summary: diagnostic.SecretPathInvalid, description: fmt.Sprintf("1 to %d characters of A-Z a-z 0-9 / _ - . +, starting with \"/\"", secretpath.MaxLength), parse: errorOf(secretpath.ParsePath)}
}

// validDirectory holds the start of a list to a path that ends with a slash.
func validDirectory() parsed {
	return parsed{summary: diagnostic.ListPrefixInvalid, description: "a path that ends with \"/\", such as /app/, or / for everything", parse: errorOf(secretpath.ParseDirectory)}
}

// validRegion holds a region to the form of a slug.
func validRegion() parsed {
	return parsed{summary: diagnostic.RegionInvalid, description: "a region's slug, such as nl-01", parse: errorOf(secretpath.ParseRegion)}
}

// validSecretID holds a secret's id to REGION/PATH.
func validSecretID() parsed {
	return parsed{summary: diagnostic.SecretIDInvalid, description: "a secret's id, such as nl-01/app/db", parse: errorOf(secretpath.ParseSecretID)}
}

// validDuration holds an attribute to what parseDuration reads.
func validDuration() parsed {
	return parsed{summary: diagnostic.DurationInvalid, description: `a duration such as "30d", "12h" or "1d12h"`, parse: func(s string) error {
		if _, err := parseDuration(s); err != nil {
			return fmt.Errorf("%q %w", s, err)
		}
		return nil
	}}
}

// validTimezone holds a time zone to the names of the IANA database.
func validTimezone() parsed {
	return parsed{summary: diagnostic.TimeZoneInvalid, description: "an IANA time zone", parse: func(s string) error {
		if _, err := time.LoadLocation(s); err != nil || s == "" || s == "Local" {
			return fmt.Errorf("%q is not an IANA time zone such as Europe/Amsterdam", s)
		}
		return nil
	}}
}

func errorOf[T any](parse func(string) (T, error)) func(string) error {
	return func(s string) error {
		_, err := parse(s)
		return err
	}
}
