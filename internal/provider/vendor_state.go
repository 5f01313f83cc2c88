package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// The types of the vendor's general provider whose states can be moved here.
const (
	vendorSecret        = "thalassa_secret"
	vendorSecretVersion = "thalassa_secret_version"
)

// vendorAccessPolicy cannot be moved: the service knows nothing of what it states.
const vendorAccessPolicy = "thalassa_secret_access_policy"

// What they become.
const (
	typeSecret        = "thalassasecrets_secret"
	typeSecretVersion = "thalassasecrets_secret_version"
)

// vendorRow is what a move takes from a state of the vendor's provider. Values are
// in that state too; they have no field here, so they get nowhere.
type vendorRow struct {
	Region       string            `json:"region"`
	Path         string            `json:"path"`
	Organisation string            `json:"organisation_id"`
	KMSKeyID     string            `json:"kms_key_id"`
	Description  string            `json:"description"`
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	CreatedAt    string            `json:"created_at"`
	Version      int64             `json:"version"`
}

// readVendorRow reads the state that a move starts from, which has to be of the
// given type. It names the secret, even if it lacks everything else.
func readVendorRow(req resource.MoveStateRequest, typeName, target string) (row vendorRow, id secretpath.SecretID, diags diag.Diagnostics) {
	refuse := func(detail string) (vendorRow, secretpath.SecretID, diag.Diagnostics) {
		diags.Append(moveRefused(req.SourceTypeName, target, "", detail))
		return vendorRow{}, secretpath.SecretID{}, diags
	}
	switch {
	case req.SourceTypeName != typeName || !isVendor(req.SourceProviderAddress):
		return refuse(fmt.Sprintf("Only a %s of the provider thalassa-cloud/thalassa can become a %s, and this moved block starts from a %s of %s.",
			typeName, target, req.SourceTypeName, req.SourceProviderAddress))
	case req.SourceSchemaVersion != 0:
		return refuse(fmt.Sprintf("The state of this %s has version %d of its schema, and this version of the provider reads only version 0. A later version may read it.",
			typeName, req.SourceSchemaVersion))
	case req.SourceRawState == nil || json.Unmarshal(req.SourceRawState.JSON, &row) != nil:
		// What the decoder says may quote the state, which holds values.
		return refuse(fmt.Sprintf("The state of this %s cannot be read.", typeName))
	}
	id, err := secretpath.NewSecretID(row.Region, row.Path)
	if err != nil {
		return refuse(fmt.Sprintf("The state of this %s names no secret: %v.", typeName, err))
	}
	return row, id, diags
}

// isVendor reports an address of the vendor's provider, as the tools give it.
// Registries differ in their host, and OpenTofu before 1.11.12 and 1.12.4 gives the
// last part alone. Of a resource with count or for_each, later ones give for all
// instances but the first the provider that the state is moved to, which is this
// one: it has no resource with such a type, so nothing else can be meant.
func isVendor(address string) bool {
	name := address[strings.LastIndex(address, "/")+1:]
	return address == "thalassa" || name == "thalassasecrets" || strings.HasSuffix("/"+address, "/thalassa-cloud/thalassa")
}

// movedFrom is empty where the organisation is not in the vendor's state.
type movedFrom struct {
	Organisation string `json:"organisation,omitempty"`
}

// setMoved makes a state of what is known of a moved secret.
func setMoved(ctx context.Context, resp *resource.MoveStateResponse, id secretpath.SecretID, row vendorRow, state, private map[string]any) {
	for name, value := range state {
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root(name), value)...)
	}
	private[privateMoved] = movedFrom{row.Organisation}
	for key, value := range private {
		resp.Diagnostics.Append(writePrivate(ctx, resp.TargetPrivate, key, value)...)
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.TargetIdentity, id)...)
}

// moveRefused is the error of a move that cannot be made, with what takes its place.
// For every reason the moved block must not simply go: Terraform would destroy the
// old resource through its own provider, which protects nothing. A move does not say
// which addresses it is between, and importID is empty where the state does not name
// the secret.
func moveRefused(source, target, importID, reason string) diag.Diagnostic {
	forget := fmt.Sprintf(`%s
Nothing was changed. Do not only delete the moved block: Terraform would destroy the old resource through its own provider. Replace the moved block with:

  removed {
    from = %s.NAME
    lifecycle { destroy = false }
  }
`, reason, source)
	if source == vendorAccessPolicy {
		return diagnostic.MoveFailed.With(fmt.Sprintf("%s\nNAME is what the moved block names. There is nothing to import: the service ignores the statements of this policy. "+
			"Remove the resource block of the %s as well, if it was written for this move.", forget, target))
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
