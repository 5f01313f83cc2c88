package provider

import (
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
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

// knownString is a text, unknown until the apply where it is empty.
func knownString(s string) types.String {
	if s == "" {
		return types.StringUnknown()
	}
	return types.StringValue(s)
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

// placeholderAnnotation marks a secret whose version 1 holds no value that a client put
// there. It belongs to the provider and stays out of the annotations attribute.
const placeholderAnnotation = "thalassasecrets/placeholder"

// historyOf is a snapshot without a clock.
func historyOf(s client.Secret) version.Snapshot {
	h := version.Snapshot{
		AsOf:           s.AsOf,
		Life:           lifeOf(s),
		HasPlaceholder: s.Annotations[placeholderAnnotation] != "",
		Contradicts:    s.Contradicts,
		Key:            keyOf(s.KMSKey),
		Current:        s.CurrentVersion,
		ObjectVersion:  s.ObjectVersion,
		LastAccessedAt: s.LastAccessedAt,
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

func currentText(secret client.Secret) string { return diagnostic.NumberOrNone(secret.CurrentVersion) }
