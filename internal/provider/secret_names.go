package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// secretNames are the attributes by which a configuration names a secret: its id,
// or its path and region.
type secretNames struct {
	SecretID types.String
	Region   types.String
	Path     types.String
}

// String is the secret as the configuration names it.
func (n secretNames) String() string {
	if !n.SecretID.IsNull() {
		return n.SecretID.ValueString()
	}
	return n.Region.ValueString() + n.Path.ValueString()
}

// check refuses a configuration that names no secret or two. Names that say the
// same twice are fine: Terraform writes them so when it generates configuration.
func (n secretNames) check() (diags diag.Diagnostics) {
	if n.SecretID.IsNull() && n.Path.IsNull() {
		diags.Append(diagnostic.SecretMissing.At(path.Root("secret_id"), "One of secret_id and path is needed to name the secret."))
	}
	id, err := secretpath.ParseSecretID(n.SecretID.ValueString())
	if err != nil {
		return diags // Not known, or the validator has said what is wrong.
	}
	for _, given := range []struct {
		name  string
		value types.String
		want  string
	}{{"path", n.Path, id.Path.String()}, {"region", n.Region, id.Region}} {
		if isKnown(given.value) && given.value.ValueString() != given.want {
			diags.Append(diagnostic.SecretAmbiguous.At(path.Root(given.name), fmt.Sprintf(
				"secret_id names %s, but %s is %q. Keep secret_id, or path with region.", id, given.name, given.value.ValueString())))
		}
	}
	return diags
}

// validate refuses an id or a region in a form that validation accepts for the sake of mocks.
// Everything that plans or reads a secret by its names begins with it.
func (n secretNames) validate() diag.Diagnostics {
	diags := validSecretID().check(path.Root("secret_id"), n.SecretID)
	diags.Append(validRegion().check(path.Root("region"), n.Region)...)
	return diags
}

// complete fills in all three names from those that the configuration gives. What
// cannot be known yet is unknown.
func (n secretNames) complete(regionOr func(types.String) types.String) secretNames {
	if id, err := secretpath.ParseSecretID(n.SecretID.ValueString()); err == nil {
		return namesOf(id)
	}
	if n.SecretID.IsUnknown() {
		return secretNames{n.SecretID, orUnknown(n.Region), orUnknown(n.Path)}
	}
	n.Region = regionOr(n.Region)
	n.SecretID = types.StringUnknown()
	if id, err := n.secret(); err == nil {
		return namesOf(id)
	}
	return n
}

func orUnknown(s types.String) types.String {
	if s.IsNull() {
		return types.StringUnknown()
	}
	return s
}

// secret is the secret that complete names are about.
func (n secretNames) secret() (secretpath.SecretID, error) {
	return secretpath.NewSecretID(n.Region.ValueString(), n.Path.ValueString())
}

func namesOf(id secretpath.SecretID) secretNames {
	return secretNames{types.StringValue(id.String()), types.StringValue(id.Region), types.StringValue(id.Path.String())}
}

// owner is where a state's secret lives, as the state remembers it.
type owner struct {
	Organisation types.String
	Project      types.String
}
