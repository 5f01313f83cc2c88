package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// versionModel is a thalassasecrets_secret_version in configuration, plan and
// state. Write-only inputs are only ever seen in configuration.
type versionModel struct {
	SecretID types.String `tfsdk:"secret_id"`
	Region   types.String `tfsdk:"region"`
	Path     types.String `tfsdk:"path"`

	SecretStringWO    types.String `tfsdk:"secret_string_wo"`
	SecretBinaryWO    types.String `tfsdk:"secret_binary_wo"`
	SecretKeyValuesWO types.Map    `tfsdk:"secret_key_values_wo"`
	SecretString      types.String `tfsdk:"secret_string"`
	SecretKeyValues   types.Map    `tfsdk:"secret_key_values"`
	Generate          types.Object `tfsdk:"generate"`
	ValueWOVersion    types.String `tfsdk:"value_wo_version"`

	DetectValueChanges types.Bool `tfsdk:"detect_value_changes"`

	Rotation          types.Object   `tfsdk:"rotation"`
	Retention         types.Object   `tfsdk:"retention"`
	OnExternalVersion types.String   `tfsdk:"on_external_version"`
	DeletionPolicy    types.String   `tfsdk:"deletion_policy"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`

	ID             types.String `tfsdk:"id"`
	Version        types.Int64  `tfsdk:"version"`
	VersionUID     types.String `tfsdk:"version_uid"`
	VersionSerial  types.Int64  `tfsdk:"version_serial"`
	CreatedAt      types.String `tfsdk:"created_at"`
	Status         types.String `tfsdk:"status"`
	ValueFormat    types.String `tfsdk:"value_format"`
	LastChange     types.String `tfsdk:"last_change"`
	RotateAt       types.String `tfsdk:"rotate_at"`
	ActiveVersions types.List   `tfsdk:"active_versions"`
	OrganisationID types.String `tfsdk:"organisation_id"`
	ProjectID      types.String `tfsdk:"project_id"`
}

// inputs are the value inputs of a configuration.
func (m *versionModel) inputs() valueInputs {
	return valueInputs{
		StringWO: m.SecretStringWO, BinaryWO: m.SecretBinaryWO, KeyValuesWO: m.SecretKeyValuesWO,
		String: m.SecretString, KeyValues: m.SecretKeyValues, Generate: m.Generate,
	}
}

func (m *versionModel) owner() owner { return owner{m.OrganisationID, m.ProjectID} }

func (m *versionModel) setOwner(o owner) { m.OrganisationID, m.ProjectID = o.Organisation, o.Project }

// names are the attributes that name the secret.
func (m *versionModel) names() secretNames { return secretNames{m.SecretID, m.Region, m.Path} }

func (m *versionModel) setNames(n secretNames) {
	m.SecretID, m.Region, m.Path = n.SecretID, n.Region, n.Path
}

// setActive shows the active versions, which only a retention makes interesting.
func (m *versionModel) setActive(active types.List) {
	switch {
	case m.Retention.IsUnknown():
		m.ActiveVersions = types.ListUnknown(types.Int64Type)
	case m.Retention.IsNull():
		m.ActiveVersions = types.ListNull(types.Int64Type)
	default:
		m.ActiveVersions = active
	}
}
