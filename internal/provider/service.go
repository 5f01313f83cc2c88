package provider

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/settings"
)

// service is what a configured provider hands to its resources: writes go
// through the client, reads through the inventory.
type service struct {
	client        *client.Client
	inventory     *inventory.Inventory
	region        string // default for resources that name none; may be empty
	defaultLabels map[string]string
	rotateBefore  time.Time // versions put before it are due; zero for none
	now           func() time.Time
	run           *run
	// unknown are the provider arguments that are known only after an apply, nil for none.
	// The client refuses every request then.
	unknown *unknownArgumentsError
	// caller says which credentials are in use.
	caller settings.Caller
	// acknowledged are the summaries of the warnings that are not printed.
	acknowledged map[string]bool
}

// resourceBase gives a resource its service.
type resourceBase struct{ *service }

// Configure implements resource.ResourceWithConfigure.
func (b *resourceBase) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	b.service, _ = req.ProviderData.(*service)
}

// dataSourceBase gives a data source its service.
type dataSourceBase struct{ *service }

// Configure implements datasource.DataSourceWithConfigure.
func (b *dataSourceBase) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	b.service, _ = req.ProviderData.(*service)
}

// writing notes that a change of a secret begins, and again when it has ended, which the
// caller says by calling ended.
func (s *service) writing(id secretpath.SecretID) (ended func()) {
	s.run.writes()
	return s.inventory.Writing(id)
}

// regionOr returns the given region, or the provider's where none is given. It
// stays unknown while it is.
func (s *service) regionOr(given types.String) types.String {
	switch {
	case !given.IsNull():
	case s.unknown != nil && s.unknown.region.IsUnknown():
		return types.StringUnknown()
	case s.region != "":
		return types.StringValue(s.region)
	}
	return given
}

func (s *service) owner() owner {
	if s.unknown != nil {
		return s.unknown.owner
	}
	project := types.StringNull()
	if s.client.Project() != "" {
		project = types.StringValue(s.client.Project())
	}
	return owner{types.StringValue(s.client.Organisation()), project}
}

// unready is the error about something that needs the service while a provider argument is
// unknown. It is empty otherwise.
func (s *service) unready(did, what string) diag.Diagnostics {
	if s.unknown == nil {
		return nil
	}
	return diag.Diagnostics{s.unknown.refusal(did, what)}
}

// uncheckedNotice says once that the creates of a plan are not checked.
func (s *service) uncheckedNotice() diag.Diagnostics {
	if s.unknown == nil {
		return nil
	}
	return s.once(diagnostic.ProviderUnchecked, fmt.Sprintf(
		"During plan %s not known: the value comes from a resource that is not applied yet. So this plan asked the Secrets Manager nothing. "+
			"Whether the region and the KMS keys exist and can be used, and whether the paths are free, shows only during apply. "+
			"To have it checked, apply that resource first, with terraform apply -target=ADDRESS, and plan again.", s.unknown.subject()))
}

// once returns a warning that is about all resources, unless the run has given it before.
func (s *service) once(hint diagnostic.Hint, detail string) diag.Diagnostics {
	diags := s.run.once(hint, detail)
	s.hideAcknowledged(&diags)
	return diags
}

// hideAcknowledged takes the acknowledged warnings out of a response.
func (s *service) hideAcknowledged(diags *diag.Diagnostics) {
	if s == nil {
		return // Terraform validates before it configures the provider.
	}
	*diags = slices.DeleteFunc(*diags, func(d diag.Diagnostic) bool {
		return d.Severity() == diag.SeverityWarning && s.acknowledged[d.Summary()]
	})
}
