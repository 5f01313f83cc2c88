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
	resp.Diagnostics.Append(checkRotation(&config)...)
	resp.Diagnostics.Append(checkDetection(&config)...)
}

// checkRotation refuses a rotation that could never make a new value.
func checkRotation(config *versionModel) (diags diag.Diagnostics) {
	if config.Rotation.IsNull() || config.Rotation.IsUnknown() {
		return diags
	}
	at := path.Root("rotation")
	if kind := config.inputs().kind(); kind == inputString || kind == inputKeyValues {
		diags.AddAttributeError(at, "Nothing new to rotate to", fmt.Sprintf(
			"rotation puts a new value, but %s is the same every time. Use generate or a write-only input, or change the value itself.", kind))
	}
	if config.OnExternalVersion.ValueString() == string(rotation.Ignore) {
		diags.AddAttributeError(at, "Rotation by nobody",
			"on_external_version = \"ignore\" leaves every version after the first to somebody else, so rotation has nothing to do. Take one of the two out.")
	}
	return diags
}

// checkDetection refuses a comparison that there is nothing to compare for.
func checkDetection(config *versionModel) (diags diag.Diagnostics) {
	if !config.DetectValueChanges.ValueBool() {
		return diags
	}
	at := path.Root("detect_value_changes")
	if !config.ValueWOVersion.IsNull() {
		diags.AddAttributeError(at, "Two ways to tell a new value",
			"detect_value_changes compares the value itself, and value_wo_version stands for it. Keep one.")
	}
	if kind := config.inputs().kind(); kind != inputNone && !kind.isWriteOnly() {
		diags.AddAttributeError(at, "Nothing to detect", fmt.Sprintf(
			"detect_value_changes is for write-only inputs; a change of %s shows without it.", kind))
	}
	return diags
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
