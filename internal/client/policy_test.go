package client_test

import (
	"net/http"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

func hour(h int) *int { return &h }

func TestUpdateAccessPolicySends(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		policy *client.AccessPolicy
		body   string
	}{
		{"nothing clears it", nil, `{"accessPolicy":null}`},
		{"no conditions", &client.AccessPolicy{}, `{"accessPolicy":{"conditions":[]}}`},
		{
			"addresses",
			&client.AccessPolicy{Conditions: []client.Condition{{Type: "ip", Effect: "deny", CIDRs: []string{"10.0.0.0/8", "2001:db8::/32"}}}},
			`{"accessPolicy":{"conditions":[{"type":"ip","effect":"deny","cidrs":["10.0.0.0/8","2001:db8::/32"]}]}}`,
		},
		{
			"midnight is an hour",
			&client.AccessPolicy{Conditions: []client.Condition{{Type: "time", Effect: "allow", StartHour: hour(0), EndHour: hour(6), Timezone: "Europe/Amsterdam"}}},
			`{"accessPolicy":{"conditions":[{"type":"time","effect":"allow","startHour":0,"endHour":6,"timezone":"Europe/Amsterdam"}]}}`,
		},
		{
			"until midnight",
			&client.AccessPolicy{Conditions: []client.Condition{{Type: "time", Effect: "deny", StartHour: hour(22), EndHour: hour(0)}}},
			`{"accessPolicy":{"conditions":[{"type":"time","effect":"deny","startHour":22,"endHour":0}]}}`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, says(http.StatusOK, `{"path":"/app/db"}`))
			if _, err := s.client().UpdateAccessPolicy(t.Context(), mustID(t, "nl-01/app/db"), tc.policy, client.JustSeen(mustID(t, "nl-01/app/db"), 3)); err != nil {
				t.Fatal(err)
			}
			s.sent(http.MethodPut, "/v1/secrets/nl-01/secret/app/db/policy", tc.body)
		})
	}
}

func TestAccessPolicyFromTheService(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, answer string
		want         *client.AccessPolicy
	}{
		{"not said", `{"updatedAt":null}`, nil},
		{"null", `{"accessPolicy":null}`, nil},
		{"no conditions", `{"accessPolicy":{"conditions":[]}}`, &client.AccessPolicy{Conditions: []client.Condition{}}},
		{"conditions left out", `{"accessPolicy":{}}`, &client.AccessPolicy{Conditions: []client.Condition{}}},
		{"an older client's field", `{"accessPolicy":{"statements":[{"effect":"allow"}]}}`, &client.AccessPolicy{Conditions: []client.Condition{}}},
		{
			"both types",
			`{"accessPolicy":{"conditions":[
				{"type":"ip","effect":"allow","cidrs":["192.0.2.0/24"]},
				{"type":"time","effect":"deny","startHour":0,"endHour":6,"timezone":"UTC","note":"ignored"}]}}`,
			&client.AccessPolicy{Conditions: []client.Condition{
				{Type: "ip", Effect: "allow", CIDRs: []string{"192.0.2.0/24"}},
				{Type: "time", Effect: "deny", StartHour: hour(0), EndHour: hour(6), Timezone: "UTC"},
			}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			id := mustID(t, "nl-01/app/db")
			secret, err := newClient(t, inMemory(http.StatusOK, `{"path":"/app/db",`+tc.answer[1:])).UpdateAccessPolicy(t.Context(), id, nil, client.JustSeen(id, 3))
			if err != nil {
				t.Fatal(err)
			}
			same(t, secret.AccessPolicy, tc.want)
			same(t, secret.ID, id)
		})
	}
}
