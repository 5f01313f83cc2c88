package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// moveRefused is the error of a move that cannot be made, with what takes its place.
// Whatever the reason, the moved block must not simply go: Terraform would destroy the
// old resource through its own provider, which protects nothing. A move does not say
// which addresses it is between, and importID is empty where the state does not name
// the secret.
func moveRefused(source, target, importID, reason string) diag.Diagnostic {
	forget := fmt.Sprintf(`Replace the moved block with:

  removed {
    from = %s.NAME
    lifecycle { destroy = false }
  }
`, source)
	const ending = "Nothing was changed. Do not just take the moved block out: Terraform would destroy the old resource through its own provider."
	if source == vendorAccessPolicy {
		return diagnostic.MoveFailed.With(fmt.Sprintf("%s\n\n%s\n"+
			"NAME is what the moved block names. There is nothing to import: the service ignores the statements of this policy. "+
			"Take out the resource block of the %s as well, if it was written for this move.\n%s", reason, forget, target, ending))
	}
	names := "NAME is what the moved block names, without an index."
	if importID == "" {
		names += " REGION/PATH is the secret, such as nl-01/app/db."
		importID = "REGION/PATH"
		if target == typeSecretVersion {
			importID += "@current"
		}
	}
	return diagnostic.MoveFailed.With(fmt.Sprintf(`%s

%s
  import {
    to = %s.NAME
    id = %q
  }

%s
The removed block forgets all instances of a resource with count or for_each, so import each of them. To forget only one, or if the plan cannot read the old resource, keep the moved block of the others and run terraform state rm '%s.NAME[INDEX]' in place of the removed block.
%s`, reason, forget, target, importID, names, source, ending))
}
