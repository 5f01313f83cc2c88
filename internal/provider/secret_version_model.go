package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
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

// versionAttributes are the attributes that a put changes. A plan knows all of them or, but
// for the reason, none; the active versions may be unknown on their own.
type versionAttributes struct {
	ID          types.String
	Version     types.Int64
	CreatedAt   types.String
	Status      types.String
	ValueFormat types.String
	LastChange  types.String
	Triggers    versionTriggers
	// Active are the active versions up to the managed one, whether they are shown
	// or not. It is a list of numbers.
	Active types.List
}

func (m *versionModel) versionAttributes() versionAttributes {
	return versionAttributes{m.ID, m.Version, m.CreatedAt, m.Status, m.ValueFormat, m.LastChange, m.triggers(), m.ActiveVersions}
}

// setVersion also derives what follows from them and from the policies of m itself.
func (m *versionModel) setVersion(v versionAttributes) {
	m.ID, m.Version, m.CreatedAt, m.Status, m.ValueFormat, m.LastChange = v.ID, v.Version, v.CreatedAt, v.Status, v.ValueFormat, v.LastChange
	m.setTriggers(v.Triggers)
	m.RotateAt = m.rotateAt(v.CreatedAt)
	m.setActive(v.Active)
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

// unknownUntilApply stands for a put, whose reason may be known already.
func unknownUntilApply(reason types.String) versionAttributes {
	return versionAttributes{
		types.StringUnknown(), types.Int64Unknown(), types.StringUnknown(),
		types.StringUnknown(), types.StringUnknown(), reason, triggersUnknown(), types.ListUnknown(types.Int64Type),
	}
}

// putByApply is what a plan knows of a version that the apply puts: it will be active,
// and of the format of its input, where that is certain.
func putByApply(inputs valueInputs, reason version.Reason) versionAttributes {
	v := unknownUntilApply(types.StringValue(string(reason)))
	v.Status = types.StringValue(string(client.VersionActive))
	if !inputs.isUncertain() {
		v.ValueFormat = types.StringValue(inputs.kind().format())
	}
	return v
}

// keptTo is the outcome of a put as far as the plan has not said it already. What is
// otherwise at the service, the next refresh tells.
func (v versionAttributes) keptTo(plan *versionModel) versionAttributes {
	if isKnown(plan.Status) {
		v.Status = plan.Status
	}
	if isKnown(plan.ValueFormat) {
		v.ValueFormat = plan.ValueFormat
	}
	if isKnown(plan.ActiveVersions) {
		v = v.withActive(append(numbersOf(plan.ActiveVersions), v.Version.ValueInt64()))
	}
	return v
}

// managedVersion describes version n as a state shows it. A version whose row is
// not known leaves nulls, which the next refresh fills.
func managedVersion(id secretpath.SecretID, n int64, row client.Version, reason version.Reason) versionAttributes {
	version := id.Version(n)
	return versionAttributes{
		ID:          types.StringValue(version.String()),
		Version:     types.Int64Value(n),
		CreatedAt:   timeFromAPI(row.CreatedAt),
		Status:      optionalString(string(row.Status)),
		ValueFormat: optionalString(row.ValueFormat),
		LastChange:  types.StringValue(string(reason)),
		Triggers:    triggersOf(version.String(), n, row.CreatedAt),
		Active:      types.ListNull(types.Int64Type),
	}
}

// withActive adds the active versions to those facts.
func (v versionAttributes) withActive(numbers []int64) versionAttributes {
	elements := make([]attr.Value, 0, len(numbers))
	for _, n := range numbers {
		elements = append(elements, types.Int64Value(n))
	}
	v.Active = types.ListValueMust(types.Int64Type, elements)
	return v
}

// trackedVersion describes the version that a verdict found to be current. Plan
// and apply both use it, so that apply writes exactly what was planned.
func trackedVersion(id secretpath.SecretID, v version.Observation) versionAttributes {
	row := client.Version{Status: client.VersionActive, CreatedAt: v.CurrentCreatedAt, ValueFormat: v.CurrentFormat}
	return managedVersion(id, v.CurrentVersion, row, version.ReasonAdopted).withActive(v.ActiveVersions)
}

func optionalInt64(n int64) types.Int64 {
	if n == 0 {
		return types.Int64Null()
	}
	return types.Int64Value(n)
}

func optionalString(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// historyOf hands a secret's metadata to the decisions.
func historyOf(s client.Secret) version.Snapshot {
	h := version.Snapshot{
		AsOf:           s.AsOf,
		Life:           lifeOf(s),
		HasPlaceholder: s.Annotations[placeholderAnnotation] != "",
		Contradicts:    s.Contradicts,
		Key:            keyOf(s.KMSKey),
		Current:        s.CurrentVersion,
	}
	for _, v := range s.Versions {
		h.Versions = append(h.Versions, version.Row{
			Number: v.Number, Active: v.Status == client.VersionActive, ValueFormat: v.ValueFormat, CreatedAt: v.CreatedAt,
			LastAccessedAt: v.LastAccessedAt,
		})
	}
	return h
}

// rowOf finds version n in a secret's history.
func rowOf(s client.Secret, n int64) (row client.Version, found bool) {
	for _, v := range s.Versions {
		if v.Number == n {
			return v, true
		}
	}
	return client.Version{}, false
}

const (
	privateManaged = "managed"
	privateVerdict = "verdict"
)

// managed is what the provider remembers of the managed version beside its
// attributes.
type managed struct {
	// Life is that of the secret that the version belongs to. Records of earlier commits
	// have no mark, and get one with their next put.
	version.Life
	// Input is the attribute that gave the value last. Write-only inputs leave no
	// other trace.
	Input inputKind `json:"input,omitempty"`
	// Pending marks an imported version until its first update.
	Pending bool `json:"pending,omitempty"`
	// Put and PreviousPut are the versions that this resource put last.
	Put         int64 `json:"put,omitempty"`
	PreviousPut int64 `json:"previous_put,omitempty"`
	// Fingerprint is of the value that was put last, with detect_value_changes.
	Fingerprint *fingerprint `json:"fingerprint,omitempty"`
}

// of is what the decisions need to know of managed version n.
func (m managed) of(n int64) version.Managed {
	return version.Managed{Version: n, Life: m.Life, Put: m.Put, PreviousPut: m.PreviousPut}
}
