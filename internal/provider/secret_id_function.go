package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// newSecretIDFunction builds the id of a secret.
func newSecretIDFunction() function.Function {
	return &idFunction{"secret_id", function.Definition{
		Summary: "Builds a secret id from a region and a path.",
		MarkdownDescription: "Builds the id of a secret, such as `nl-01/app/db`, from a region and a path. Every `secret_id` argument and the import of a secret take it. " +
			"The function does not check that the secret exists. A region or path that no resource would accept is an error. " + functionsNeed,
		Parameters: []function.Parameter{
			function.StringParameter{Name: "region", MarkdownDescription: "Region of the secret, such as `nl-01`."},
			function.StringParameter{Name: "path", MarkdownDescription: "Path of the secret, such as `/app/db`."},
		},
		Return: function.StringReturn{},
	}, func(ctx context.Context, arguments function.ArgumentsData) (any, *function.FuncError) {
		var region, place string
		if err := arguments.Get(ctx, &region, &place); err != nil {
			return nil, err
		}
		if _, err := parseArgument(0, secretpath.ParseRegion, region); err != nil {
			return nil, err
		}
		at, err := parseArgument(1, secretpath.ParsePath, place)
		if err != nil {
			return nil, err
		}
		return secretpath.SecretID{Region: region, Path: at}.String(), nil
	}}
}

// newParseSecretIDFunction splits the id of a secret.
func newParseSecretIDFunction() function.Function {
	return &idFunction{"parse_secret_id", function.Definition{
		Summary: "Splits a secret id into a region and a path.",
		MarkdownDescription: "Splits the id of a secret into an object with `region` and `path`: the reverse of `secret_id`. " +
			"A text that is not the id of a secret is an error. " + functionsNeed,
		Parameters: []function.Parameter{
			function.StringParameter{Name: "id", MarkdownDescription: "Id of the secret, such as `nl-01/app/db`."},
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{"region": types.StringType, "path": types.StringType}},
	}, func(ctx context.Context, arguments function.ArgumentsData) (any, *function.FuncError) {
		var text string
		if err := arguments.Get(ctx, &text); err != nil {
			return nil, err
		}
		id, err := parseArgument(0, secretpath.ParseSecretID, text)
		if err != nil {
			return nil, err
		}
		return struct {
			Region string `tfsdk:"region"`
			Path   string `tfsdk:"path"`
		}{id.Region, id.Path.String()}, nil
	}}
}
