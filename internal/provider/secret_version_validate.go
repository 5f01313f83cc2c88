package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// ValidateConfig implements resource.ResourceWithValidateConfig. What is not
// known yet is not judged.
func (r *secretVersionResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config versionModel
	resp.Diagnostics.Append(get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.check(req.ClientCapabilities)...)
	if r.service != nil { // Terraform validates once more in a plan, with the provider configured.
		resp.Diagnostics.Append(config.hints(req.ClientCapabilities)...)
		r.hideAcknowledged(&resp.Diagnostics)
	}
}

// hints are the warnings about a configuration that is valid.
func (m *versionModel) hints(client resource.ValidateConfigClientCapabilities) diag.Diagnostics {
	if !client.WriteOnlyAttributesAllowed {
		return nil
	}
	return hintAtTwin(m.inputs())
}

// check judges a configuration, for a CLI that may have write-only arguments.
func (m *versionModel) check(client resource.ValidateConfigClientCapabilities) diag.Diagnostics {
	diags := m.names().check()
	diags.Append(checkInputs("", m.inputs())...)
	diags.Append(checkOverwrite(m)...)
	diags.Append(checkRotation(m)...)
	if client.WriteOnlyAttributesAllowed {
		diags.Append(checkTrigger(m)...)
	}
	diags.Append(checkDetection(m)...)
	diags.Append(checkTimeouts(m.Timeouts)...)
	return diags
}

// checkRotation refuses a rotation that could never make a new value.
func checkRotation(config *versionModel) (diags diag.Diagnostics) {
	if config.Rotation.IsNull() || config.Rotation.IsUnknown() {
		return diags
	}
	at := path.Root("rotation")
	if kind := config.inputs().certain(); kind == inputString || kind == inputKeyValues {
		diags.Append(diagnostic.RotationNotRenewable.At(at, fmt.Sprintf(
			"rotation requires a renewable value, but %s is the same every time. Use generate or a write-only input, or change the value itself.", kind)))
	}
	if config.OnExternalVersion.ValueString() == string(version.ExternalIgnore) {
		diags.Append(diagnostic.RotationIgnored.At(at,
			"rotation conflicts with on_external_version = \"ignore\", with which Terraform puts only the first version. Remove one of the two."))
	}
	return diags
}

// checkDetection refuses a comparison that there is nothing to compare for.
func checkDetection(config *versionModel) (diags diag.Diagnostics) {
	if !config.DetectValueChanges.ValueBool() {
		return diags
	}
	at := path.Root("detect_value_changes")
	if isKnown(config.ValueWOVersion) {
		diags.Append(diagnostic.ValueChangeAmbiguous.At(at,
			"value_wo_version conflicts with detect_value_changes: each of them decides when the value is put. Keep one."))
	}
	if kind := config.inputs().certain(); kind != inputNone && !kind.isWriteOnly() {
		diags.Append(diagnostic.ValueChangeUndetectable.At(at, fmt.Sprintf(
			"detect_value_changes requires a write-only input. Terraform sees a change of %s without it. Remove detect_value_changes.", kind)))
	}
	return diags
}

func checkOverwrite(config *versionModel) (diags diag.Diagnostics) {
	if config.OnExternalVersion.ValueString() != string(version.ExternalOverwrite) {
		return diags
	}
	switch config.inputs().certain() {
	case inputGenerate:
		diags.Append(diagnostic.ValueOverwriteMissing.At(path.Root("on_external_version"),
			"on_external_version = \"overwrite\" puts the configured value again, but generate makes a new value each time. Use \"adopt\" or \"ignore\"."))
	case inputNone:
		if config.inputs().isUncertain() {
			break
		}
		diags.Append(diagnostic.ValueOverwriteMissing.At(path.Root("on_external_version"),
			"on_external_version = \"overwrite\" puts the configured value again, but no value is configured. Set one, or use \"adopt\" or \"ignore\"."))
	case inputStringWO, inputBinaryWO, inputKeyValuesWO, inputString, inputKeyValues:
	}
	return diags
}

// hintAtTwin points a value that is kept in state to the input that keeps it out. One
// that is not known counts, where it is the only one: without it nothing can be put.
func hintAtTwin(inputs valueInputs) (diags diag.Diagnostics) {
	given := inputs.set(false)
	if len(given) != 1 {
		return diags
	}
	if twin := given[0].writeOnlyTwin(); twin != inputNone {
		diags.Append(diagnostic.ValueInState.With(fmt.Sprintf(
			"%s stores the value in the state in plain text. Use %s instead: moving an unchanged value there puts no new version. "+
				"To hide this warning, add %q to acknowledged_warnings in the provider block.", given[0], twin, diagnostic.ValueInState.ID())))
	}
	return diags
}
