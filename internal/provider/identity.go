package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// secretIdentitySchema names a secret for ever: neither region nor path can
// change, and a version resource follows the secret through all numbers.
func secretIdentitySchema() identityschema.Schema {
	return identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"region": identityschema.StringAttribute{Description: "Region of the secret. Default: the provider's.", OptionalForImport: true},
			"path":   identityschema.StringAttribute{Description: "Path of the secret.", RequiredForImport: true},
		},
	}
}

// identityModel is the identity of both resources.
type identityModel struct {
	Region types.String `tfsdk:"region"`
	Path   types.String `tfsdk:"path"`
}

// identityOf is the identity of a secret, and of its version.
func identityOf(id secretpath.SecretID) map[string]string {
	return map[string]string{"region": id.Region, "path": id.Path.String()}
}

// setIdentity writes what identityOf says, in the way of the framework.
func setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, id secretpath.SecretID) diag.Diagnostics {
	return identity.Set(ctx, identityModel{types.StringValue(id.Region), types.StringValue(id.Path.String())})
}
