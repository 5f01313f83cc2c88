package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// secretNames are the attributes by which a configuration names a secret: its id,
// or its path and region.
type secretNames struct {
	SecretID types.String
	Region   types.String
	Path     types.String
}

// check refuses a configuration that names no secret or two.
func (n secretNames) check() (diags diag.Diagnostics) {
	switch {
	case n.SecretID.IsNull() && n.Path.IsNull():
		diags.AddAttributeError(path.Root("secret_id"), "Missing secret", "Exactly one of secret_id and path is needed to name the secret.")
	case !n.SecretID.IsNull() && !n.Path.IsNull():
		diags.AddAttributeError(path.Root("path"), "Secret named twice", "secret_id and path both name the secret. Keep secret_id, or path with region.")
	case !n.SecretID.IsNull() && !n.Region.IsNull():
		diags.AddAttributeError(path.Root("region"), "Secret named twice", "secret_id holds the region already. Take region out.")
	}
	return diags
}

// complete fills in all three names from those that the configuration gives. What
// cannot be known yet is unknown.
func (n secretNames) complete(regionOr func(types.String) types.String) secretNames {
	if n.SecretID.IsUnknown() {
		return secretNames{types.StringUnknown(), types.StringUnknown(), types.StringUnknown()}
	}
	if !n.SecretID.IsNull() {
		id, err := secretpath.ParseSecretID(n.SecretID.ValueString())
		if err != nil {
			return n // The validator has said what is wrong.
		}
		return namesOf(id)
	}
	n.Region = regionOr(n.Region)
	n.SecretID = types.StringUnknown()
	if id, err := n.secret(); err == nil {
		return namesOf(id)
	}
	return n
}

// secret is the secret that complete names are about.
func (n secretNames) secret() (secretpath.SecretID, error) {
	return secretpath.NewSecretID(n.Region.ValueString(), n.Path.ValueString())
}

func namesOf(id secretpath.SecretID) secretNames {
	return secretNames{types.StringValue(id.String()), types.StringValue(id.Region), types.StringValue(id.Path.String())}
}
