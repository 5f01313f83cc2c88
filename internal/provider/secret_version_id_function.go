package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// newSecretVersionIDFunction builds the id of a version. The version is a text, to
// which Terraform converts a number: so it can be "current" too, and one parser judges
// everything else. A null could not stand for that, because OpenTofu sends none
// that the framework understands.
func newSecretVersionIDFunction() function.Function {
	return &idFunction{"secret_version_id", function.Definition{
		Summary: "Builds a version id from a secret id and a number.",
		MarkdownDescription: "Builds the id of a version from the id of a secret and a number, such as `nl-01/app/db@4`. With `\"current\"` instead of a number, it is `nl-01/app/db@current`. " +
			"That is what imports a `thalassasecrets_secret_version`. The function does not check that the version exists. " + functionsNeed,
		Parameters: []function.Parameter{
			function.StringParameter{Name: "secret_id", MarkdownDescription: "Id of the secret, such as `nl-01/app/db`."},
			function.StringParameter{Name: "version", MarkdownDescription: "Number of the version, 1 or more, or `\"current\"` for the version that is current when the id is used."},
		},
		Return: function.StringReturn{},
	}, func(ctx context.Context, arguments function.ArgumentsData) (any, *function.FuncError) {
		var text, version string
		if err := arguments.Get(ctx, &text, &version); err != nil {
			return nil, err
		}
		secret, err := parseArgument(0, secretpath.ParseSecretID, text)
		if err != nil {
			return nil, err
		}
		id, err := parseArgument(1, secretpath.ParseVersionID, secret.String()+"@"+version)
		if err != nil {
			return nil, err
		}
		return id.String(), nil
	}}
}

// newParseSecretVersionIDFunction splits the id of a version. The number of the current
// version is known to the service alone.
func newParseSecretVersionIDFunction() function.Function {
	return &idFunction{"parse_secret_version_id", function.Definition{
		Summary: "Splits a version id into a secret and a number.",
		MarkdownDescription: "Splits the id of a version into an object with `secret_id`, `region`, `path` and `version`: the reverse of `secret_version_id`. " +
			"`version` is a number, or `null` where the id ends in `@current`; `coalesce(version, \"current\")` is what `secret_version_id` takes for either. A text that is not the id of a version is an error. " + functionsNeed,
		Parameters: []function.Parameter{
			function.StringParameter{Name: "id", MarkdownDescription: "Id of the version, such as `nl-01/app/db@4` or `nl-01/app/db@current`."},
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"secret_id": types.StringType, "region": types.StringType, "path": types.StringType, "version": types.Int64Type,
		}},
	}, func(ctx context.Context, arguments function.ArgumentsData) (any, *function.FuncError) {
		var text string
		if err := arguments.Get(ctx, &text); err != nil {
			return nil, err
		}
		id, err := parseArgument(0, secretpath.ParseVersionID, text)
		if err != nil {
			return nil, err
		}
		return struct {
			SecretID string      `tfsdk:"secret_id"`
			Region   string      `tfsdk:"region"`
			Path     string      `tfsdk:"path"`
			Version  types.Int64 `tfsdk:"version"`
		}{id.Secret.String(), id.Secret.Region, id.Secret.Path.String(), optionalInt64(id.Number)}, nil
	}}
}
