package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// checkOwner refuses to work on state that belongs to another organisation or
// project than the provider is configured for. A secret of another project is
// "not found", and taking that for "deleted" would create everything again. A
// state that names no organisation has just been imported.
func (s *service) checkOwner(id secretpath.SecretID, state owner) (diags diag.Diagnostics) {
	if diags := s.unready("read", id.String()); diags.HasError() || state.Organisation.ValueString() == "" || s.owns(state) {
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

// ownSecret is the secret that a state is about, where the provider may work on it. It says
// nothing where it may not: secretOfState does.
func (s *service) ownSecret(names secretNames, state owner) (id secretpath.SecretID, ok bool) {
	id, err := names.secret()
	return id, err == nil && s.unknown == nil && s.owns(state)
}

// owns reports a state of the organisation and project that the provider is configured for.
func (s *service) owns(state owner) bool {
	now := s.owner()
	return now.Organisation.ValueString() == state.Organisation.ValueString() && now.Project.ValueString() == state.Project.ValueString()
}

// secretOfState is the secret that a state is about, unless the state belongs to
// another organisation or project.
func (s *service) secretOfState(names secretNames, state owner) (secretpath.SecretID, diag.Diagnostics) {
	id, err := names.secret()
	if err != nil {
		return id, diag.Diagnostics{diagnostic.StateInvalid.With(fmt.Sprintf("The state names no secret: %v.", err))}
	}
	return id, s.checkOwner(id, state)
}

func projectName(project types.String) string {
	if project.ValueString() == "" {
		return "no project"
	}
	return fmt.Sprintf("the project %q", project.ValueString())
}
