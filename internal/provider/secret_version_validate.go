package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
)

// ValidateConfig implements resource.ResourceWithValidateConfig. What is not
// known yet is not judged.
func (r *secretVersionResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config versionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.names().check()...)
	resp.Diagnostics.Append(tooManyInputs(path.Empty(), config.inputs())...)
	resp.Diagnostics.Append(checkOverwrite(&config)...)
}

// tooManyInputs refuses a second value input. Only the first two are named, which
// is what a user has to choose between.
func tooManyInputs(at path.Path, inputs valueInputs) (diags diag.Diagnostics) {
	kinds := inputs.set(true)
	if len(kinds) < 2 {
		return diags
	}
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = string(kind)
	}
	diags.AddAttributeError(at.AtName(names[1]), "More than one value", fmt.Sprintf(
		"At most one value input may be given, but %s are. Keep one.", strings.Join(names, " and ")))
	return diags
}

func checkOverwrite(config *versionModel) (diags diag.Diagnostics) {
	if config.OnExternalVersion.ValueString() != string(rotation.Overwrite) {
		return diags
	}
	switch config.inputs().kind() {
	case inputGenerate:
		diags.AddAttributeError(path.Root("on_external_version"), "Nothing to overwrite with",
			"on_external_version = \"overwrite\" puts the configured value again, but generate has no value to put again: it would make up another. Use \"adopt\" or \"ignore\".")
	case inputNone:
		diags.AddAttributeError(path.Root("on_external_version"), "Nothing to overwrite with",
			"on_external_version = \"overwrite\" puts the configured value again, but no value is configured. Give one, or use \"adopt\" or \"ignore\".")
	case inputStringWO, inputBinaryWO, inputKeyValuesWO, inputString, inputKeyValues:
	}
	return diags
}
