package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
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

// owner is where a state's secret lives, as the state remembers it.
type owner struct {
	Organisation types.String
	Project      types.String
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

// checkOwner refuses to work on state that belongs to another organisation or
// project than the provider is configured for. A secret of another project is
// "not found", and taking that for "deleted" would create everything anew. A
// state that names no organisation has just been imported.
func (s *service) checkOwner(id secretpath.SecretID, state owner) (diags diag.Diagnostics) {
	if diags := s.unready("read", id.String()); diags.HasError() || state.Organisation.ValueString() == "" {
		return diags
	}
	now := s.owner()
	if now.Organisation.ValueString() != state.Organisation.ValueString() {
		diags.Append(diagnostic.OrganisationWrong.With(s.run.causes.detail(causeOrganisation, id.String(), fmt.Sprintf(
			"The state of %s belongs to the organisation %q, but the provider is configured for %q. "+
				"Nothing was read or changed. Set organisation_id (or THALASSA_ORGANISATION) to the state's organisation, or use the state of the other one.",
			id, state.Organisation.ValueString(), now.Organisation.ValueString()), fmt.Sprintf("The state of %s belongs to another organisation too.", id))))
	}
	if now.Project.ValueString() != state.Project.ValueString() {
		diags.Append(diagnostic.ProjectWrong.With(s.run.causes.detail(causeOrganisation, id.String(), fmt.Sprintf(
			"The state of %s belongs to %s, but the provider is configured for %s. "+
				"Nothing was read or changed. Set project_id (or THALASSA_PROJECT_ID) to match the state, or use the state of the other project.",
			id, projectName(state.Project), projectName(now.Project)), fmt.Sprintf("The state of %s belongs to another project too.", id))))
	}
	return diags
}

// secretOfState is the secret that a state is about, unless the state belongs to
// somebody else.
func (s *service) secretOfState(names secretNames, state owner) (secretpath.SecretID, diag.Diagnostics) {
	id, err := names.secret()
	if err != nil {
		return id, diag.Diagnostics{diagnostic.StateInvalid.With(fmt.Sprintf("The state names no secret: %v.", err))}
	}
	return id, s.checkOwner(id, state)
}

// lookUp reads the secret that a configuration names.
func (s *service) lookUp(ctx context.Context, given secretNames) (secret client.Secret, diags diag.Diagnostics) {
	if diags = s.unready("read", given.String()); diags.HasError() {
		return secret, diags
	}
	if diags = given.validate(); diags.HasError() {
		return secret, diags
	}
	names := given.complete(s.regionOr)
	id, err := names.secret()
	if err != nil {
		diags.Append(s.checkRegion(ctx, names.Region)...)
		if !diags.HasError() {
			diags.Append(diagnostic.SecretInvalid.At(path.Root("path"), err.Error()+"."))
		}
		return secret, diags
	}
	if secret, err = s.inventory.Secret(ctx, id); err != nil {
		diags.Append(s.failure(ctx, readAttempt(id), err))
	}
	return secret, diags
}

// sight is what a refresh has seen of a secret.
type sight int

const (
	gone sight = iota
	unchanged
	seen
)

// refresh gets a secret for a refresh, unless isUnchanged accepts what a list says
// of it.
func (s *service) refresh(ctx context.Context, id secretpath.SecretID, isUnchanged func(inventory.Entry) bool) (client.Secret, sight, diag.Diagnostics) {
	secret, confirmed, err := s.inventory.Refresh(ctx, id, isUnchanged)
	if confirmed {
		return client.Secret{}, unchanged, nil
	}
	found, diags := s.found(ctx, id, err)
	if !found {
		return client.Secret{}, gone, diags
	}
	return secret, seen, nil
}

// read gets a secret as it is now.
func (s *service) read(ctx context.Context, id secretpath.SecretID) (secret client.Secret, found bool, diags diag.Diagnostics) {
	secret, err := s.inventory.Secret(ctx, id)
	found, diags = s.found(ctx, id, err)
	return secret, found, diags
}

// found judges how a read has ended. That the secret is gone is no error, but it takes
// a second witness; that its region is gone is one, because it says nothing about the
// secret.
func (s *service) found(ctx context.Context, id secretpath.SecretID, err error) (found bool, diags diag.Diagnostics) {
	switch {
	case err == nil:
		return true, nil
	case !client.IsNotFoundByAnyone(err):
		diags.Append(s.told(readAttempt(id), err))
	case s.isRegionGone(ctx, id.Region, id.Path.Prefix()):
		diags.Append(s.stateWithoutRegion(ctx, id))
	case !s.inventory.IsGone(ctx, id, err):
		diags.Append(diagnostic.SecretReadFailed.With(fmt.Sprintf(
			"The provider could not read %s: the response was 404, but nothing else confirms that the secret is gone, so the state is left as it is. "+
				"Check endpoint (or THALASSA_API_ENDPOINT) and any proxy in between, and that the caller has the permission read on %s.\n\n%s",
			id.Region+id.Path.String(), id.Path, serviceSaid(err))))
	}
	return false, diags
}

func readAttempt(id secretpath.SecretID) attempt {
	return attempt{summary: diagnostic.SecretReadFailed, did: "read", permission: "read", id: id}
}

func projectName(project types.String) string {
	if project.ValueString() == "" {
		return "no project"
	}
	return fmt.Sprintf("the project %q", project.ValueString())
}
