package provider

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// secretRecord is what is remembered of a managed secret beside what the state shows.
type secretRecord struct {
	// Protected is the id of a secret that is protected, empty for another. The plan of the
	// create half of a replacement has no state, and goes by this.
	Protected string `json:"protected,omitempty"`
	// DefaultLabels are the labels that came from the provider's defaults.
	DefaultLabels map[string]string `json:"default_labels,omitempty"`
	// Mark is the creation mark of the secret, "none" where it has none. A state of an
	// earlier commit has no mark: its lives are compared by their dates alone.
	Mark string `json:"creation_mark,omitempty"`
}

// secretRecordFormat is the format of these records. A change that an earlier reader would
// take for something else counts it up.
const secretRecordFormat = 1

type secretFields secretRecord

// MarshalJSON implements json.Marshaler. The same record is always the same bytes.
func (r secretRecord) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Format int `json:"format"`
		secretFields
	}{secretRecordFormat, secretFields(r)})
}

// UnmarshalJSON implements json.Unmarshaler. A record of another format is an error, so
// that nothing of it is lost.
func (r *secretRecord) UnmarshalJSON(raw []byte) error {
	if err := version.CheckFormat(raw, secretRecordFormat); err != nil {
		return err
	}
	return json.Unmarshal(raw, (*secretFields)(r))
}

// isSame reports that two records are the same.
func (r secretRecord) isSame(other secretRecord) bool {
	return r.Protected == other.Protected && r.Mark == other.Mark && maps.Equal(r.DefaultLabels, other.DefaultLabels)
}

// lifeIn is the life of the secret that a state and its record manage.
func (r secretRecord) lifeIn(state *secretModel) version.Life {
	return version.Life{CreatedAt: timeFromState(state.CreatedAt), Mark: r.Mark}
}

// readSecretRecord reads what is remembered of a secret, nothing where there is nothing. A
// record of an earlier commit is converted here; it stays in the state as it is until
// something else is written.
func readSecretRecord(ctx context.Context, private privateReader) (record secretRecord, diags diag.Diagnostics) {
	has, diags := hasPrivate(ctx, private, privateSecret)
	if has || diags.HasError() {
		record, more := readPrivate[secretRecord](ctx, private, privateSecret)
		return record, append(diags, more...)
	}
	var more diag.Diagnostics
	record.Protected, more = readPrivate[string](ctx, private, privateProtected)
	diags.Append(more...)
	record.DefaultLabels, more = readPrivate[map[string]string](ctx, private, privateDefaultLabels)
	diags.Append(more...)
	record.Mark, more = readPrivate[string](ctx, private, privateMark)
	diags.Append(more...)
	return record, diags
}

// writeSecretRecord writes it, in the place of what an earlier commit wrote.
func writeSecretRecord(ctx context.Context, private privateWriter, record secretRecord) diag.Diagnostics {
	diags := writePrivate(ctx, private, privateSecret, record)
	diags.Append(clearPrivate(ctx, private, privateProtected, privateDefaultLabels, privateMark)...)
	return diags
}

// clearSecretRecord forgets it. Private state outlives a resource that is gone, and the plan
// to create it again would take what it says for a replacement.
func clearSecretRecord(ctx context.Context, private privateWriter) diag.Diagnostics {
	return clearPrivate(ctx, private, privateSecret, privateProtected, privateDefaultLabels, privateMark)
}
