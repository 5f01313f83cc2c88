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
// given type. It names the secret, whatever else it lacks.
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

// movedFrom is empty where the vendor's provider was told elsewhere.
type movedFrom struct {
	Organisation string `json:"organisation,omitempty"`
}

// moved makes a state of what is known of a moved secret.
func moved(ctx context.Context, resp *resource.MoveStateResponse, id secretpath.SecretID, row vendorRow, state, private map[string]any) {
	for name, value := range state {
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root(name), value)...)
	}
	private[privateMoved] = movedFrom{row.Organisation}
	for key, value := range private {
		resp.Diagnostics.Append(writePrivate(ctx, resp.TargetPrivate, key, value)...)
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.TargetIdentity, id)...)
}

// checkMoved refuses a moved state of another organisation. A move itself cannot:
// it happens without the provider's configuration.
func (s *service) checkMoved(ctx context.Context, private privateReader, id secretpath.SecretID) diag.Diagnostics {
	from, diags := readPrivate[movedFrom](ctx, private, privateMoved)
	if now := s.client.Organisation(); from.Organisation != "" && from.Organisation != now {
		diags.Append(diagnostic.OrganisationWrong.With(fmt.Sprintf(
			"The state of %s is moved here from the vendor's provider and belongs to the organisation %q, but the provider is configured for %q. "+
				"Nothing was read or changed. Set organisation_id (or THALASSA_ORGANISATION) to the state's organisation, if need be in a provider block with an alias.",
			id, from.Organisation, now)))
	}
	return diags
}
