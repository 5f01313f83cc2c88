package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// moveRefused is the error of a move that cannot be made, with what takes its place.
// For every reason the moved block must not simply go: Terraform would destroy the
// old resource through its own provider, which protects nothing. A move does not say
// which addresses it is between, and importID is empty where the state does not name
// the secret.
func moveRefused(source, target, importID, reason string) diag.Diagnostic {
	forget := fmt.Sprintf(`%s
Nothing was changed. Do not just take the moved block out: Terraform would destroy the old resource through its own provider. Replace the moved block with:

  removed {
    from = %s.NAME
    lifecycle { destroy = false }
  }
`, reason, source)
	if source == vendorAccessPolicy {
		return diagnostic.MoveFailed.With(fmt.Sprintf("%s\nNAME is what the moved block names. There is nothing to import: the service ignores the statements of this policy. "+
			"Take out the resource block of the %s as well, if it was written for this move.", forget, target))
	}
	names := "NAME is what the moved block names. The removed block takes no index."
	if importID == "" {
		names += " REGION/PATH is the secret, such as nl-01/app/db."
		importID = "REGION/PATH"
		if target == typeSecretVersion {
			importID += "@current"
		}
	}
	return diagnostic.MoveFailed.With(fmt.Sprintf(`%s
  import {
    to = %s.NAME
    id = %q
  }

%s
With count or for_each, the removed block forgets all instances, so import each of them. To forget only one, or if the plan cannot read the old resource: keep the moved block, run terraform state rm '%s.NAME[INDEX]', and import that one.`,
		forget, target, importID, names, source))
}

// movedButGone refuses to take a secret for deleted that nobody has seen yet with
// this provider's organisation and project.
func (s *service) movedButGone(id secretpath.SecretID) diag.Diagnostic {
	now := s.owner()
	return diagnostic.MovedSecretNotFound.With(fmt.Sprintf(
		"The state of %[1]s is moved here from the vendor's provider, but there is no such secret in the organisation %[2]q with %[3]s. Nothing was changed.\n"+
			"The likely cause: the secret belongs to another project, which the vendor's state does not name. Set organisation_id and project_id (or THALASSA_ORGANISATION and THALASSA_PROJECT_ID) to those of the vendor's provider.\n"+
			"If %[1]s was deleted: take its moved and resource blocks out of the configuration, and run terraform state rm with the address after \"from\". "+
			"A resource block that stays would create the secret again.",
		id, now.Organisation.ValueString(), projectName(now.Project)))
}

// movedUnseen refuses to plan for a moved state that no refresh has completed. Terraform
// refreshes no instance that has no place in the configuration, so removed is about one
// that was moved to where the resource block has none.
func movedUnseen(typeName, id string, removed bool) diag.Diagnostic {
	if !removed {
		return diagnostic.MovedSecretNotRefreshed.With(fmt.Sprintf(
			"The state of %s is moved here from the vendor's provider and has not been refreshed since, so it is not known whether the secret is this organisation's. "+
				"Nothing was changed. Plan again, without -refresh=false.", id))
	}
	detail := fmt.Sprintf("The state of %s is moved here from the vendor's provider, but the resource block of the %s has no instance at this address, so the plan would remove it. Nothing was changed.\n"+
		"The likely cause: the old resource has count or for_each, and the new one does not. Give the new resource block the count or for_each of the old one.", id, typeName)
	if typeName == typeSecretVersion {
		detail += fmt.Sprintf("\nIf the instances are versions of one secret: run terraform state rm '%[1]s.NAME[INDEX]' for all but the one with the highest number, and move that one: from = %[1]s.NAME[INDEX].", vendorSecretVersion)
	}
	return diagnostic.MovedSecretNotRefreshed.With(detail + "\nIf this plan was made with -refresh=false, plan again without it.")
}
