package provider

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// secretModel is a thalassasecrets_secret in configuration, plan and state. It
// holds nothing that other clients change by reading and writing values: no current
// version, no last access.
type secretModel struct {
	ID                 types.String   `tfsdk:"id"`
	Region             types.String   `tfsdk:"region"`
	Path               types.String   `tfsdk:"path"`
	KMSKeyID           types.String   `tfsdk:"kms_key_id"`
	Description        types.String   `tfsdk:"description"`
	Labels             types.Map      `tfsdk:"labels"`
	Annotations        types.Map      `tfsdk:"annotations"`
	DeletionProtection types.Bool     `tfsdk:"deletion_protection"`
	OnImmutableChange  types.String   `tfsdk:"on_immutable_change"`
	AccessPolicy       types.Object   `tfsdk:"access_policy"`
	InitialValue       types.Object   `tfsdk:"initial_value"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
	CreatedAt          types.String   `tfsdk:"created_at"`
	OrganisationID     types.String   `tfsdk:"organisation_id"`
	ProjectID          types.String   `tfsdk:"project_id"`
}

// initialInputs takes the value inputs out of an initial_value, which is only
// ever seen in configuration.
func initialInputs(initial types.Object) valueInputs {
	inputs := valueInputs{}
	attributes := initial.Attributes()
	inputs.StringWO, _ = attributes["secret_string_wo"].(types.String)
	inputs.BinaryWO, _ = attributes["secret_binary_wo"].(types.String)
	inputs.KeyValuesWO, _ = attributes["secret_key_values_wo"].(types.Map)
	inputs.Generate, _ = attributes["generate"].(types.Object)
	return inputs
}

// placeholderBytes is the length of the value that a secret without an initial
// value starts with.
const placeholderBytes = 32

// toAPI makes the create call of a planned secret. The initial value is only in
// the configuration.
func (m *secretModel) toAPI(id secretpath.SecretID, initial types.Object, defaultLabels map[string]string) client.NewSecret {
	n := client.NewSecret{
		ID:          id,
		KMSKey:      m.KMSKeyID.ValueString(),
		Description: m.Description.ValueString(),
		Labels:      union(defaultLabels, stringMap(m.Labels)),
		Annotations: stringMap(m.Annotations),
	}
	if initial.IsNull() {
		n.Value = client.GeneratedValue(placeholderBytes)
		n.Annotations[placeholderAnnotation] = "1"
	} else {
		n.Value = initialInputs(initial).value()
	}
	return n
}

// fromAPI takes over what the service says of a secret. Labels that came from
// the provider's defaults stay out of sight.
func (m *secretModel) fromAPI(s client.Secret, hidden map[string]string) {
	m.created(s)
	if s.KMSKey.Identity != "" {
		m.KMSKeyID = types.StringValue(s.KMSKey.Identity)
	}
	if s.Description != m.Description.ValueString() {
		m.Description = types.StringValue(s.Description)
	}
	labels := maps.Clone(s.Labels)
	maps.DeleteFunc(labels, func(key, value string) bool {
		hiddenValue, isHidden := hidden[key]
		return isHidden && hiddenValue == value
	})
	annotations := maps.Clone(s.Annotations)
	delete(annotations, placeholderAnnotation)
	delete(annotations, client.CreationAnnotation)
	m.Labels = mapFromAPI(labels, m.Labels)
	m.Annotations = mapFromAPI(annotations, m.Annotations)
}

// created takes over what only the service can say of a secret that was just
// created. Everything else stays as planned.
func (m *secretModel) created(s client.Secret) {
	m.ID = types.StringValue(s.ID.String())
	m.Region = types.StringValue(s.ID.Region)
	m.Path = types.StringValue(s.ID.Path.String())
	// The service may round the time differently in different answers.
	if known := timeFromState(m.CreatedAt); known.IsZero() || (version.Life{CreatedAt: known}).Compare(lifeOf(s)) == version.Different {
		m.CreatedAt = timeFromAPI(s.CreatedAt)
	}
}

func (m *secretModel) owner() owner { return owner{m.OrganisationID, m.ProjectID} }

func (m *secretModel) setOwner(o owner) { m.OrganisationID, m.ProjectID = o.Organisation, o.Project }

// names are the attributes that name the secret.
func (m *secretModel) names() secretNames { return secretNames{m.ID, m.Region, m.Path} }

// isProtected reads the protection from state. A state that does not say is
// protected.
func isProtected(state *secretModel) bool {
	return state.DeletionProtection.IsNull() || state.DeletionProtection.ValueBool()
}

// protectedID is what private state remembers of the protection.
func protectedID(m *secretModel) string {
	if !isProtected(m) {
		return ""
	}
	return m.ID.ValueString()
}

// imported reports a state that import has begun and no read completed.
func (m *secretModel) imported() bool { return m.ID.IsNull() }

// isFirstRead reports a state that an import or a move has begun and no read completed.
func (m *secretModel) isFirstRead() bool { return m.imported() || m.moved() }

// moved reports a state that was moved here and that no refresh has completed.
func (m *secretModel) moved() bool { return !m.ID.IsNull() && m.OrganisationID.IsNull() }
