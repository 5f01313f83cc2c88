package provider

import (
	"reflect"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

func mapOf(pairs map[string]string) types.Map {
	elements := map[string]attr.Value{}
	for key, value := range pairs {
		elements[key] = types.StringValue(value)
	}
	return types.MapValueMust(types.StringType, elements)
}

// Everything that the service says is shown, but for the provider's own annotations.
func TestFactsOfAFullAnswer(t *testing.T) {
	t.Parallel()
	at := func(hour int) time.Time { return time.Date(2026, 11, 1, hour, 0, 0, 0, time.FixedZone("CET", 3600)) }
	got := metadataFromAPI(client.Secret{
		ID: idForTest(t), Description: "the database", Labels: map[string]string{"team": "db"},
		Annotations: map[string]string{placeholderAnnotation: "1", client.CreationAnnotation: "c", "runbook": "r"},
		CreatedAt:   at(9), UpdatedAt: at(10), LastAccessedAt: at(11), CurrentVersion: 3,
		KMSKey: client.KMSKeyRef{Identity: "kms-1", Name: "app", Status: client.KeyDisabled},
	})
	want := secretMetadataModel{
		ID: types.StringValue("nl-01/app/db"), Path: types.StringValue("/app/db"), Description: types.StringValue("the database"),
		Labels: mapOf(map[string]string{"team": "db"}), Annotations: mapOf(map[string]string{"runbook": "r"}),
		KMSKeyID: types.StringValue("kms-1"), KMSKeyStatus: types.StringValue("disabled"),
		CurrentVersion: types.Int64Value(3), HasValue: types.BoolValue(true),
		CreatedAt: types.StringValue("2026-11-01T08:00:00Z"), UpdatedAt: types.StringValue("2026-11-01T09:00:00Z"), LastAccessedAt: types.StringValue("2026-11-01T10:00:00Z"),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// Omitted fields are null, and omitted maps are empty.
func TestFactsOfAnEmptyAnswer(t *testing.T) {
	t.Parallel()
	none := types.StringNull()
	want := secretMetadataModel{
		ID: types.StringValue("nl-01/app/db"), Path: types.StringValue("/app/db"), Description: none,
		Labels: mapOf(nil), Annotations: mapOf(nil), KMSKeyID: none, KMSKeyStatus: none,
		CurrentVersion: types.Int64Null(), HasValue: types.BoolValue(false), CreatedAt: none, UpdatedAt: none, LastAccessedAt: none,
	}
	if got := metadataFromAPI(client.Secret{ID: idForTest(t)}); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// The annotation of a placeholder stays after a put, so has_value depends on the
// current version.
func TestHasValue(t *testing.T) {
	t.Parallel()
	marked := map[string]string{placeholderAnnotation: "1"}
	for name, tc := range map[string]struct {
		annotations map[string]string
		current     int64
		want        bool
	}{
		"a placeholder":               {marked, 1, false},
		"a value after a placeholder": {marked, 2, true},
		"an initial value":            {nil, 1, true},
		"all destroyed":               {nil, 0, false},
		"a placeholder destroyed":     {marked, 0, false},
	} {
		got := metadataFromAPI(client.Secret{ID: idForTest(t), Annotations: tc.annotations, CurrentVersion: tc.current}).HasValue
		if got != types.BoolValue(tc.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// The policy has the shape that the resource gives it, so that one can be compared
// with the other, and its schema agrees.
func TestAccessPolicyFacts(t *testing.T) {
	t.Parallel()
	if got := accessPolicyFacts().GetType(); !got.Equal(types.ObjectType{AttrTypes: policyTypes}) {
		t.Errorf("the schema is of %v, the resource's of %v", got, policyTypes)
	}
	if got := accessPolicySchema().GetType(); !got.Equal(types.ObjectType{AttrTypes: policyTypes}) {
		t.Errorf("the resource's schema is of %v, its state of %v", got, policyTypes)
	}
	midnight, six := 0, 6
	for name, tc := range map[string]struct {
		policy *client.AccessPolicy
		null   bool
		want   string
	}{
		"none":          {nil, true, "<null>"},
		"no conditions": {&client.AccessPolicy{}, true, "<null>"},
		"two": {
			&client.AccessPolicy{Conditions: []client.Condition{
				{Type: "ip", Effect: "allow", CIDRs: []string{"10.1.2.3/8"}}, {Type: "time", Effect: "deny", StartHour: &midnight, EndHour: &six, Timezone: "UTC"},
			}}, false,
			`{"conditions":[{"cidrs":["10.1.2.3/8"],"effect":"allow","end_hour":<null>,"start_hour":<null>,"timezone":<null>,"type":"ip"},` +
				`{"cidrs":<null>,"effect":"deny","end_hour":6,"start_hour":0,"timezone":"UTC","type":"time"}]}`,
		},
	} {
		var model secretDataModel
		if diags := model.fromAPI(t.Context(), client.Secret{ID: idForTest(t), AccessPolicy: tc.policy}); diags.HasError() {
			t.Errorf("%s: %v", name, diags)
		}
		if got := model.AccessPolicy; got.String() != tc.want || got.IsNull() != tc.null {
			t.Errorf("%s: %v, want %s", name, got, tc.want)
		}
		if model.SecretID.ValueString() != "nl-01/app/db" || model.Region.ValueString() != "nl-01" || model.Path.ValueString() != "/app/db" {
			t.Errorf("%s: it is named %v, %v and %v", name, model.SecretID, model.Region, model.Path)
		}
	}
}
