package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/settings"
)

// unknownArgumentsError names the provider arguments that are known only after an apply, because
// they come from a resource that the plan creates or changes. During apply all are known.
//
// A plan that only creates goes on without the service: no request is sent, so nothing is
// checked, and one warning says so. Every read fails. It is the error of
// every request of the client, so no code can use the service by mistake.
type unknownArgumentsError struct {
	names  []string // as in the provider block, sorted
	owner  owner    // unknown where the arguments are
	region types.String
}

// Error implements error.
func (u *unknownArgumentsError) Error() string { return u.subject() + " not known yet" }

// subject begins a sentence about the arguments.
func (u *unknownArgumentsError) subject() string {
	if len(u.names) == 1 {
		return "the provider argument " + u.names[0] + " is"
	}
	last := len(u.names) - 1
	return "the provider arguments " + strings.Join(u.names[:last], ", ") + " and " + u.names[last] + " are"
}

// refusal is the error about something that cannot be done without the service.
func (u *unknownArgumentsError) refusal(did, what string) diag.Diagnostic {
	return diagnostic.ProviderArgumentUnknown.With(fmt.Sprintf(
		"The provider could not %s %s, because %s not known during plan: the value comes from a resource that is not applied yet. No request was sent. "+
			"Apply that resource first, with terraform apply -target=ADDRESS, or give a value that is known during plan, in the provider block or as an environment variable.",
		did, strings.TrimSpace(what), u.subject()))
}

// unknownArguments are the provider arguments that are known only after an apply, nil for none.
func unknownArguments(m providerModel, s settings.Settings) *unknownArgumentsError {
	if len(s.Unknown) == 0 {
		return nil
	}
	of := owner{types.StringValue(s.Client.Organisation), optionalString(s.Client.Project)}
	if m.OrganisationID.IsUnknown() {
		of.Organisation = types.StringUnknown()
	}
	if m.ProjectID.IsUnknown() {
		of.Project = types.StringUnknown()
	}
	return &unknownArgumentsError{names: s.Unknown, owner: of, region: m.Region}
}

// refuseRequests makes a client that refuses every request.
func (u *unknownArgumentsError) refuseRequests(c *client.Config) {
	c.Credentials = client.Unavailable(u)
	if c.Organisation == "" {
		c.Organisation = "unknown" // No request carries it.
	}
}
