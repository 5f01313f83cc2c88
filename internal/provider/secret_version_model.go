package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// The choices of deletion_policy.
const (
	deletionRetain  = "retain"
	deletionDestroy = "destroy"
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

// shown is what a state shows of the managed version.
func (m *versionModel) shown() version.Shown {
	return version.Shown{
		Number: m.Version.ValueInt64(), PutAt: timeFromState(m.CreatedAt), Status: m.Status.ValueString(),
		Format: m.ValueFormat.ValueString(), Reason: version.Reason(m.LastChange.ValueString()), Active: numbersOf(m.ActiveVersions),
	}
}

// planned is what a plan shows of it.
func (m *versionModel) planned() version.Planned {
	return version.Planned{Shown: m.shown(), Open: m.Version.IsUnknown(), ActiveUnknown: m.ActiveVersions.IsUnknown()}
}

// show sets the attributes that a put changes, and what follows from them and from the
// policies of m itself. Where the state shows the same version, its attributes stay.
func (m *versionModel) show(id secretpath.SecretID, p version.Planned, state *versionModel) {
	switch {
	case p.Open:
		m.ID, m.Version, m.CreatedAt = types.StringUnknown(), types.Int64Unknown(), types.StringUnknown()
		m.Status, m.ValueFormat, m.LastChange = knownString(p.Status), knownString(p.Format), knownString(string(p.Reason))
		m.setTriggers(triggersUnknown())
	case state != nil && p.IsSameVersion(state.shown()):
		m.copyVersion(state)
	default:
		name := id.Version(p.Number).String()
		m.ID, m.Version, m.CreatedAt = types.StringValue(name), types.Int64Value(p.Number), timeFromAPI(p.PutAt)
		m.Status, m.ValueFormat, m.LastChange = optionalString(p.Status), optionalString(p.Format), types.StringValue(string(p.Reason))
		m.setTriggers(triggersOf(name, p.Number, p.PutAt))
	}
	m.RotateAt = m.rotateAt(m.CreatedAt)
	m.setActive(activeOf(p))
}

// copyVersion takes over the attributes that a put changes.
func (m *versionModel) copyVersion(from *versionModel) {
	m.ID, m.Version, m.CreatedAt, m.Status, m.ValueFormat, m.LastChange = from.ID, from.Version, from.CreatedAt, from.Status, from.ValueFormat, from.LastChange
	m.setTriggers(from.triggers())
}

// moved reports a state that was moved here and that no refresh has completed.
func (m *versionModel) moved() bool { return !m.ID.IsNull() && m.OrganisationID.IsNull() }

// keepSpelling plans the state's spelling of a duration that only changes its form, such
// as "720h" for "30d". Terraform allows that where both are set.
func (m *versionModel) keepSpelling(ctx context.Context, state *versionModel) {
	m.Rotation = withSpelling(ctx, m.Rotation, state.Rotation, "after")
	m.Retention = withSpelling(ctx, m.Retention, state.Retention, "min_idle")
}

// fillTriggers fills in the triggers where there are none, from the attributes that
// they follow from. A state keeps the time as it was seen first, so they never
// change for the same version. It reports whether anything became known.
func (m *versionModel) fillTriggers() bool {
	created := timeFromState(m.CreatedAt)
	if m.ID.IsNull() || m.Version.IsNull() || created.IsZero() || !m.VersionUID.IsNull() && !m.VersionSerial.IsNull() {
		return false
	}
	m.setTriggers(triggersOf(m.ID.ValueString(), m.Version.ValueInt64(), created))
	return true
}

func (m *versionModel) triggers() versionTriggers {
	return versionTriggers{m.VersionUID, m.VersionSerial}
}

func (m *versionModel) setTriggers(t versionTriggers) {
	m.VersionUID, m.VersionSerial = t.UID, t.Serial
}

// policy is what the attributes of a state or a plan ask for over time. All of
// them have to be known, and were validated.
func (m *versionModel) policy(rotateBefore time.Time) version.Policy {
	p := version.Policy{RotateBefore: rotateBefore}
	p.RotateAfter, _ = parseDuration(rotationAfter(m.Rotation).ValueString())
	p.Retention = retentionOf(m.Retention)
	return p
}

// minIdle is the configured text, for the words of a notice.
func (m *versionModel) minIdle() string {
	idle, ok := m.Retention.Attributes()["min_idle"].(types.String)
	if !ok {
		return ""
	}
	return idle.ValueString()
}

// rotateAt is when a version that was put at the given time will be due by its
// age.
func (m *versionModel) rotateAt(created types.String) types.String {
	after := rotationAfter(m.Rotation)
	if after.IsNull() {
		return types.StringNull()
	}
	if after.IsUnknown() || created.IsUnknown() {
		return types.StringUnknown()
	}
	age, err := parseDuration(after.ValueString())
	at := timeFromState(created)
	if err != nil || at.IsZero() {
		return types.StringNull()
	}
	return timeFromAPI(at.Add(age))
}
