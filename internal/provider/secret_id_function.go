package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

var (
	_ function.Function = (*secretIDFunction)(nil)
	_ function.Function = (*parseSecretIDFunction)(nil)
)

// functionsNeed ends the description of every function.
const functionsNeed = "Functions need Terraform 1.8 or OpenTofu 1.7."

// secretIDFunction makes a secret's id of its parts. It knows the rules that the
// resources hold a region and a path to, and nothing of the service.
type secretIDFunction struct{}

func newSecretIDFunction() function.Function { return &secretIDFunction{} }

// Metadata implements function.Function.
func (*secretIDFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "secret_id"
}

// Definition implements function.Function.
func (*secretIDFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The id of a secret, of its region and path.",
		MarkdownDescription: "Puts a region and a path together to the id of a secret, such as `nl-01/app/db`. That is what `secret_id` takes everywhere, and what imports a secret. " +
			"Whether there is such a secret, the function does not know. A region or path that no resource would accept is an error. " + functionsNeed,
		Parameters: []function.Parameter{
			function.StringParameter{Name: "region", MarkdownDescription: "Region of the secret, such as `nl-01`."},
			function.StringParameter{Name: "path", MarkdownDescription: "Path of the secret, such as `/app/db`."},
		},
		Return: function.StringReturn{},
	}
}

// Run implements function.Function.
func (*secretIDFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var region, place string
	if resp.Error = req.Arguments.Get(ctx, &region, &place); resp.Error != nil {
		return
	}
	if _, resp.Error = parseArgument(0, secretpath.ParseRegion, region); resp.Error != nil {
		return
	}
	var at secretpath.Path
	if at, resp.Error = parseArgument(1, secretpath.ParsePath, place); resp.Error != nil {
		return
	}
	resp.Error = resp.Result.Set(ctx, secretpath.SecretID{Region: region, Path: at}.String())
}

// parseArgument parses an argument of a function. The parser's error names the
// broken rule, as it does where an attribute is validated.
func parseArgument[T any](argument int64, parse func(string) (T, error), s string) (T, *function.FuncError) {
	parsed, err := parse(s)
	if err != nil {
		return parsed, function.NewArgumentFuncError(argument, err.Error())
	}
	return parsed, nil
}

// parseSecretIDFunction takes a secret's id apart.
type parseSecretIDFunction struct{}

func newParseSecretIDFunction() function.Function { return &parseSecretIDFunction{} }

// Metadata implements function.Function.
func (*parseSecretIDFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_secret_id"
}

// Definition implements function.Function.
func (*parseSecretIDFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Splits a secret id into a region and a path.",
		MarkdownDescription: "Splits the id of a secret into an object with `region` and `path`: the reverse of `secret_id`. " +
			"A text that is not the id of a secret is an error. " + functionsNeed,
		Parameters: []function.Parameter{
			function.StringParameter{Name: "id", MarkdownDescription: "Id of the secret, such as `nl-01/app/db`."},
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{"region": types.StringType, "path": types.StringType}},
	}
}

// Run implements function.Function.
func (*parseSecretIDFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	var id secretpath.SecretID
	if id, resp.Error = parseArgument(0, secretpath.ParseSecretID, text); resp.Error != nil {
		return
	}
	resp.Error = resp.Result.Set(ctx, struct {
		Region string `tfsdk:"region"`
		Path   string `tfsdk:"path"`
	}{id.Region, id.Path.String()})
}
