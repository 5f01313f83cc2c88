package provider

import (
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// All conversions stand here: between the framework's types and plain ones, and from what
// the client reads to what the engine decides about.

// timeFromAPI writes a time in RFC 3339 and UTC, null where it is not known.
func timeFromAPI(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339Nano))
}

// timeFromState reads what timeFromAPI wrote, or another provider in RFC 3339.
// Anything else is a time that is not known.
func timeFromState(s types.String) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s.ValueString())
	if err != nil {
		return time.Time{}
	}
	return t
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

// knownString is a text that the apply tells where it is empty.
func knownString(s string) types.String {
	if s == "" {
		return types.StringUnknown()
	}
	return types.StringValue(s)
}

// stringMap takes the strings out of a known map of strings.
func stringMap(m types.Map) map[string]string {
	out := make(map[string]string, len(m.Elements()))
	for key, element := range m.Elements() {
		if s, ok := element.(types.String); ok {
			out[key] = s.ValueString()
		}
	}
	return out
}

// mapFromAPI makes a map for the state. The service does not tell an empty map
// from none, so where it says "empty", what the state had stays.
func mapFromAPI(said map[string]string, had types.Map) types.Map {
	if len(said) == 0 {
		if isKnown(had) && len(had.Elements()) == 0 {
			return had
		}
		return types.MapNull(types.StringType)
	}
	elements := make(map[string]attr.Value, len(said))
	for key, value := range said {
		elements[key] = types.StringValue(value)
	}
	return types.MapValueMust(types.StringType, elements)
}

// numbersOf reads a list of version numbers, without one that is not known yet. It is nil
// for a list that is null or not known.
func numbersOf(list types.List) []int64 {
	if !isKnown(list) {
		return nil
	}
	numbers := []int64{}
	for _, element := range list.Elements() {
		if n, ok := element.(types.Int64); ok && !n.IsUnknown() {
			numbers = append(numbers, n.ValueInt64())
		}
	}
	return numbers
}

// activeOf makes the list of active versions that a plan or a state shows.
func activeOf(p version.Planned) types.List {
	switch {
	case p.ActiveUnknown:
		return types.ListUnknown(types.Int64Type)
	case p.Active == nil:
		return types.ListNull(types.Int64Type)
	}
	elements := make([]attr.Value, 0, len(p.Active)+1)
	for _, n := range p.Active {
		elements = append(elements, types.Int64Value(n))
	}
	if p.OneMore {
		elements = append(elements, types.Int64Unknown())
	}
	return types.ListValueMust(types.Int64Type, elements)
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

// snapshotOf hands a secret's metadata to the engine. Only where the service does not
// tell the time does the machine's clock count.
func (s *service) snapshotOf(secret client.Secret) version.Snapshot {
	h := historyOf(secret)
	if h.AsOf.IsZero() {
		h.LocalTime = s.now()
	}
	return h
}

// historyOf is a snapshot without a clock.
func historyOf(s client.Secret) version.Snapshot {
	h := version.Snapshot{
		AsOf:           s.AsOf,
		Life:           lifeOf(s),
		HasPlaceholder: s.Annotations[placeholderAnnotation] != "",
		Contradicts:    s.Contradicts,
		Key:            keyOf(s.KMSKey),
		Current:        s.CurrentVersion,
	}
	if s.Versions != nil {
		h.Versions = make([]version.Row, 0, len(s.Versions))
	}
	for _, v := range s.Versions {
		h.Versions = append(h.Versions, version.Row{
			Number: v.Number, Active: v.Status == client.VersionActive, Status: string(v.Status), ValueFormat: v.ValueFormat,
			CreatedAt: v.CreatedAt, LastAccessedAt: v.LastAccessedAt,
		})
	}
	return h
}

// lifeOf is the life that a secret is in. The entry of a list may leave out annotations,
// so one without a mark says nothing about it.
func lifeOf(secret client.Secret) version.Life {
	life := version.Life{CreatedAt: secret.CreatedAt, Mark: secret.Annotations[client.CreationAnnotation]}
	if life.Mark == "" && secret.Versions != nil {
		life.Mark = version.Unmarked
	}
	return life
}

// keyOf hands a key to the decisions.
func keyOf(key client.KMSKeyRef) version.Key {
	return version.Key{ID: key.Identity, Status: string(key.Status)}
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

// encoded writes what has no part that JSON could refuse.
func encoded(v any) json.RawMessage {
	raw, _ := json.Marshal(v)
	return raw
}
