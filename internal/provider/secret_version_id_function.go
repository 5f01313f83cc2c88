package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

var (
	_ function.Function = (*secretVersionIDFunction)(nil)
	_ function.Function = (*parseSecretVersionIDFunction)(nil)
)

// secretVersionIDFunction makes a version's id of its parts. The version is a text, to
// which Terraform converts a number: so it can be "current" too, and one parser judges
// whatever else it may be. A null could not stand for that, because OpenTofu sends none
// that the framework understands.
type secretVersionIDFunction struct{}

func newSecretVersionIDFunction() function.Function { return &secretVersionIDFunction{} }

// Metadata implements function.Function.
func (*secretVersionIDFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "secret_version_id"
}

// Definition implements function.Function.
func (*secretVersionIDFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The id of a version, of its secret's id and its number.",
		MarkdownDescription: "Puts the id of a secret and a number together to the id of a version, such as `nl-01/app/db@4`. With `\"current\"` instead of a number, it is `nl-01/app/db@current`. " +
			"That is what imports a `thalassasecrets_secret_version`. The function does not check that the version exists. " + functionsNeed,
		Parameters: []function.Parameter{
			function.StringParameter{Name: "secret_id", MarkdownDescription: "Id of the secret, such as `nl-01/app/db`."},
			function.StringParameter{Name: "version", MarkdownDescription: "Number of the version, 1 or more, or `\"current\"` for the version that is current when the id is used."},
		},
		Return: function.StringReturn{},
	}
}

// Run implements function.Function.
func (*secretVersionIDFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text, version string
	if resp.Error = req.Arguments.Get(ctx, &text, &version); resp.Error != nil {
		return
	}
	var secret secretpath.SecretID
	if secret, resp.Error = parseArgument(0, secretpath.ParseSecretID, text); resp.Error != nil {
		return
	}
	var id secretpath.VersionID
	if id, resp.Error = parseArgument(1, secretpath.ParseVersionID, secret.String()+"@"+version); resp.Error != nil {
		return
	}
	resp.Error = resp.Result.Set(ctx, id.String())
}

// parseSecretVersionIDFunction takes a version's id apart. Whatever version is current
// has no number that could be known without asking.
type parseSecretVersionIDFunction struct{}

func newParseSecretVersionIDFunction() function.Function { return &parseSecretVersionIDFunction{} }

// Metadata implements function.Function.
func (*parseSecretVersionIDFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_secret_version_id"
}

// Definition implements function.Function.
func (*parseSecretVersionIDFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Splits a version id into a secret and a number.",
		MarkdownDescription: "Splits the id of a version into an object with `secret_id`, `region`, `path` and `version`: the reverse of `secret_version_id`. " +
			"`version` is a number, or `null` where the id ends in `@current`; `coalesce(version, \"current\")` is what `secret_version_id` takes for either. A text that is not the id of a version is an error. " + functionsNeed,
		Parameters: []function.Parameter{
			function.StringParameter{Name: "id", MarkdownDescription: "Id of the version, such as `nl-01/app/db@4` or `nl-01/app/db@current`."},
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"secret_id": types.StringType, "region": types.StringType, "path": types.StringType, "version": types.Int64Type,
		}},
	}
}

// Run implements function.Function.
func (*parseSecretVersionIDFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	var id secretpath.VersionID
	if id, resp.Error = parseArgument(0, secretpath.ParseVersionID, text); resp.Error != nil {
		return
	}
	resp.Error = resp.Result.Set(ctx, struct {
		SecretID string      `tfsdk:"secret_id"`
		Region   string      `tfsdk:"region"`
		Path     string      `tfsdk:"path"`
		Version  types.Int64 `tfsdk:"version"`
	}{id.Secret.String(), id.Secret.Region, id.Secret.Path.String(), optionalInt64(id.Number)})
}
