package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// secretUnknown says that a plan replaces a version only because it does not know which
// secret the version is for. Terraform has to plan that, because it may be another secret.
// Where no value is given, the replacement could not be carried out.
func secretUnknown(id secretpath.SecretID, state, plan, config *versionModel) (diags diag.Diagnostics) {
	names := unknownNames(state, plan)
	if len(names) == 0 {
		return diags
	}
	text := fmt.Sprintf("%s is not known in this plan, so the provider does not know whether the version stays in the secret %s. ", strings.Join(names, ", "), id)
	const resolve = "remove the depends_on of the data source or module that it comes from, or apply the other change first, with terraform apply -target=ADDRESS, and plan again."
	if config.inputs().kind() == inputNone {
		diags.Append(diagnostic.ValueMissing.At(path.Root(names[0]), text+
			"In another secret it would have to put a value, and none is given.\nIf this plan replaces the secret, give a value, or remove the version from the configuration. Otherwise "+resolve))
		return diags
	}
	diags.Append(diagnostic.VersionSecretUnknown.On(id.String(), text+
		"The plan puts the value once more, as a new version. If this plan replaces the secret, or the version moves to another one, that is right. Otherwise "+resolve))
	return diags
}

// unknownNames are the arguments that name the secret and are not known. There are none
// where a known argument already names another secret.
func unknownNames(state, plan *versionModel) []string {
	var names []string
	for _, argument := range []struct {
		name       string
		has, wants types.String
	}{
		{"secret_id", state.SecretID, plan.SecretID},
		{"region", state.Region, plan.Region},
		{"path", state.Path, plan.Path},
	} {
		switch {
		case argument.wants.IsUnknown():
			names = append(names, argument.name)
		case !argument.wants.Equal(argument.has):
			return nil
		}
	}
	return names
}
