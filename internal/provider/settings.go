package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// providerModel is the provider block.
type providerModel struct {
	Endpoint       types.String `tfsdk:"endpoint"`
	OrganisationID types.String `tfsdk:"organisation_id"`
	ProjectID      types.String `tfsdk:"project_id"`
	Region         types.String `tfsdk:"region"`
	Token          types.String `tfsdk:"token"`
	AccessToken    types.String `tfsdk:"access_token"`
	DefaultLabels  types.Map    `tfsdk:"default_labels"`
	RotateBefore   types.String `tfsdk:"rotate_before"`
}

// settings are the provider block and the environment taken together.
type settings struct {
	endpoint      string
	organisation  string
	project       string
	region        string
	credentials   client.Credentials
	defaultLabels map[string]string
	rotateBefore  time.Time
}

// setting is one argument with its environment variable.
type setting struct {
	name  string
	env   string
	value types.String
}

// resolveSettings lets configuration beat environment. An argument that is set
// but empty is an error rather than a fall-back: it is most often a variable that
// somebody forgot to fill, and the environment may name another organisation.
func resolveSettings(ctx context.Context, m providerModel, getenv func(string) string, now time.Time) (settings, diag.Diagnostics) {
	var diags diag.Diagnostics
	text := func(s setting) string {
		switch {
		case s.value.IsUnknown():
			diags.AddAttributeError(path.Root(s.name), "Unknown provider argument", fmt.Sprintf(
				"The value of %s is not known during plan, so the Secrets Manager cannot be asked. "+
					"Give a value that is known beforehand, set it by the environment variable %s, or apply what it depends on first with -target.", s.name, s.env))
		case s.value.IsNull():
			return getenv(s.env)
		case s.value.ValueString() == "":
			diags.AddAttributeError(path.Root(s.name), "Empty provider argument", fmt.Sprintf(
				"%s must not be empty. Give a value, or leave the argument out to use the environment variable %s.", s.name, s.env))
		}
		return s.value.ValueString()
	}
	// These travel in headers, where a line break, as from a file, cannot.
	header := func(s setting) string {
		value := text(s)
		if value != strings.TrimSpace(value) || strings.ContainsAny(value, "\r\n") {
			diags.AddAttributeError(path.Root(s.name), "Invalid provider argument", fmt.Sprintf(
				"%s (or %s) begins or ends with white space, or holds a line break. Take it out, for example with trimspace().", s.name, s.env))
		}
		return value
	}
	out := settings{
		endpoint:     text(setting{"endpoint", "THALASSA_API_ENDPOINT", m.Endpoint}),
		organisation: header(setting{"organisation_id", "THALASSA_ORGANISATION", m.OrganisationID}),
		project:      header(setting{"project_id", "THALASSA_PROJECT_ID", m.ProjectID}),
		region:       text(setting{"region", "THALASSA_REGION", m.Region}),
	}
	if out.organisation == "" && !diags.HasError() {
		diags.AddAttributeError(path.Root("organisation_id"), "Missing organisation",
			"organisation_id is required. Set it in the provider block or as the environment variable THALASSA_ORGANISATION.")
	}
	if out.region != "" {
		if _, err := secretpath.ParseRegion(out.region); err != nil {
			diags.AddAttributeError(path.Root("region"), "Invalid region", fmt.Sprintf("The default region %v.", err))
		}
	}
	out.credentials = resolveCredentials(m, header, getenv, &diags)
	out.rotateBefore = resolveRotateBefore(text(setting{"rotate_before", "THALASSA_ROTATE_BEFORE", m.RotateBefore}), now, &diags)
	if hasUnknown(m.DefaultLabels) {
		diags.AddAttributeError(path.Root("default_labels"), "Unknown provider argument",
			"default_labels is not known during plan. Give labels that are known beforehand.")
	} else if !m.DefaultLabels.IsNull() {
		diags.Append(m.DefaultLabels.ElementsAs(ctx, &out.defaultLabels, false)...)
	}
	return out, diags
}

// resolveRotateBefore refuses a moment in the future: until it has come, every
// plan would rotate everything again.
func resolveRotateBefore(s string, now time.Time, diags *diag.Diagnostics) time.Time {
	if s == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, s)
	switch {
	case err != nil:
		diags.AddAttributeError(path.Root("rotate_before"), "Invalid moment", fmt.Sprintf("rotate_before: %q must be a moment in RFC 3339, such as \"2026-11-01T09:00:00Z\".", s))
	case at.After(now):
		diags.AddAttributeError(path.Root("rotate_before"), "Moment in the future", fmt.Sprintf("rotate_before: %s is in the future, and every plan until then would rotate everything again. Give the moment of the emergency.", s))
	}
	return at
}

// resolveCredentials takes exactly one method. Configuration beats environment
// as a whole: a token in the block and another in the environment are no clash.
func resolveCredentials(m providerModel, header func(setting) string, getenv func(string) string, diags *diag.Diagnostics) client.Credentials {
	methods := []struct {
		setting
		credentials func(string) client.Credentials
	}{
		{setting{"token", "THALASSA_API_TOKEN", m.Token}, func(s string) client.Credentials { return client.Token(s) }},
		{setting{"access_token", "THALASSA_ACCESS_TOKEN", m.AccessToken}, func(s string) client.Credentials { return client.AccessToken(s) }},
	}
	var found client.Credentials
	var configured, exported []string
	for _, method := range methods {
		if !method.value.IsNull() {
			configured = append(configured, method.name)
			found = method.credentials(header(method.setting))
		}
	}
	if len(configured) == 0 {
		for _, method := range methods {
			if getenv(method.env) != "" {
				exported = append(exported, method.env)
				found = method.credentials(header(method.setting))
			}
		}
	}
	switch {
	case len(configured) > 1:
		diags.AddAttributeError(path.Root(configured[1]), "Two credentials methods", fmt.Sprintf(
			"%s and %s are both set. Keep the one that this provider should use.", configured[0], configured[1]))
	case len(exported) > 1:
		diags.AddError("Two credentials methods", fmt.Sprintf(
			"The environment variables %s and %s are both set. Unset one of them, or choose in the provider block.", exported[0], exported[1]))
	case found == nil:
		diags.AddError("Missing credentials",
			"Set token or access_token in the provider block, or one of the environment variables THALASSA_API_TOKEN and THALASSA_ACCESS_TOKEN.")
	}
	return found
}
