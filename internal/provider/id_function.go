package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// functionsNeed ends the description of every function.
const functionsNeed = "Functions need Terraform 1.8 or OpenTofu 1.7."

// idFunction is a function that builds or parses an id. It knows the rules that the
// resources hold a region and a path to, and nothing of the service.
type idFunction struct {
	name       string
	definition function.Definition
	run        func(context.Context, function.ArgumentsData) (any, *function.FuncError)
}

var _ function.Function = (*idFunction)(nil)

// Metadata implements function.Function.
func (f *idFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

// Definition implements function.Function.
func (f *idFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = f.definition
}

// Run implements function.Function.
func (f *idFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	result, err := f.run(ctx, req.Arguments)
	if resp.Error = err; err == nil {
		resp.Error = resp.Result.Set(ctx, result)
	}
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
