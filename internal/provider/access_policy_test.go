package provider

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// conditions draws valid conditions, hour 0 and networks with host bits among
// them.
func conditions() *rapid.Generator[client.Condition] {
	network := rapid.SampledFrom([]string{"10.0.0.0/8", "10.1.2.3/8", "10.0.0.0/9", "192.0.2.7/32", "0.0.0.0/0", "2001:db8::/32", "2001:DB8:0::1/32", "::/0"})
	hour := rapid.IntRange(0, 23)
	return rapid.Custom(func(t *rapid.T) client.Condition {
		c := client.Condition{Effect: rapid.SampledFrom([]string{"allow", "deny"}).Draw(t, "effect")}
		if rapid.Bool().Draw(t, "by network") {
			c.Type, c.CIDRs = conditionIP, rapid.SliceOfNDistinct(network, 1, 4, rapid.ID).Draw(t, "networks")
			return c
		}
		start, end := hour.Draw(t, "start"), hour.Draw(t, "end")
		c.Type, c.StartHour, c.EndHour = conditionTime, &start, &end
		c.Timezone = rapid.SampledFrom([]string{"Europe/Amsterdam", "UTC"}).Draw(t, "zone")
		return c
	})
}

func policies() *rapid.Generator[*client.AccessPolicy] {
	return rapid.Custom(func(t *rapid.T) *client.AccessPolicy {
		return &client.AccessPolicy{Conditions: rapid.SliceOfN(conditions(), 1, 4).Draw(t, "conditions")}
	})
}

// The meaning of a policy does not depend on the order of its conditions and networks,
// or on duplicates.
func TestCanonicalPolicyIgnoresOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		policy := policies().Draw(t, "policy")
		other := &client.AccessPolicy{Conditions: rapid.Permutation(policy.Conditions).Draw(t, "order")}
		other.Conditions = append(slices.Clone(other.Conditions), rapid.SampledFrom(policy.Conditions).Draw(t, "twice"))
		for i, c := range other.Conditions {
			other.Conditions[i].CIDRs = rapid.Permutation(c.CIDRs).Draw(t, "networks")
		}
		if canonicalPolicy(policy) != canonicalPolicy(other) {
			t.Fatalf("%q and %q should mean the same", canonicalPolicy(policy), canonicalPolicy(other))
		}
	})
}

// A change that affects who has access is a different policy.
func TestCanonicalPolicySeesEveryChange(t *testing.T) {
	t.Parallel()
	hour := func(h int) *int { return &h }
	byTime := client.Condition{Type: conditionTime, Effect: "allow", StartHour: hour(0), EndHour: hour(18), Timezone: "UTC"}
	byNetwork := client.Condition{Type: conditionIP, Effect: "allow", CIDRs: []string{"10.1.2.3/8", "192.0.2.0/24"}}
	change := func(c client.Condition, f func(c *client.Condition)) client.Condition {
		f(&c)
		return c
	}
	policies := [][]client.Condition{
		nil,
		{byTime},
		{byNetwork},
		{byTime, byNetwork},
		{change(byTime, func(c *client.Condition) { c.Effect = "deny" })},
		{change(byTime, func(c *client.Condition) { c.StartHour = hour(1) })},
		{change(byTime, func(c *client.Condition) { c.StartHour = nil })}, // No hour is not midnight.
		{change(byTime, func(c *client.Condition) { c.StartHour, c.EndHour = c.EndHour, c.StartHour })},
		{change(byTime, func(c *client.Condition) { c.Timezone = "Europe/Amsterdam" })},
		{change(byNetwork, func(c *client.Condition) { c.Effect = "deny" })},
		{change(byNetwork, func(c *client.Condition) { c.CIDRs = []string{"10.0.0.0/8"} })},
		{change(byNetwork, func(c *client.Condition) { c.CIDRs = []string{"10.0.0.0/9", "192.0.2.0/24"} })},
		{change(byNetwork, func(c *client.Condition) { c.CIDRs = []string{"10.0.0.0/8"} }), change(byNetwork, func(c *client.Condition) { c.CIDRs = []string{"192.0.2.0/24"} })},
	}
	seen := map[string]int{}
	for i, conditions := range policies {
		text := canonicalPolicy(&client.AccessPolicy{Conditions: conditions})
		if j, ok := seen[text]; ok {
			t.Errorf("policies %d and %d are taken for the same: %q", j, i, text)
		}
		seen[text] = i
	}
	if canonicalPolicy(nil) != canonicalPolicy(&client.AccessPolicy{}) {
		t.Error("no policy and one without conditions should mean the same")
	}
}

// A policy survives the way into the state and back, and the state keeps its own
// spelling of one that means the same.
func TestPolicyThroughState(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ctx := t.Context()
		policy := policies().Draw(t, "policy")
		state, diags := policyFromAPI(ctx, policy, types.ObjectNull(policyTypes))
		if diags.HasError() {
			t.Fatal(diags)
		}
		back, diags := policyToAPI(ctx, state)
		if diags.HasError() || canonicalPolicy(back) != canonicalPolicy(policy) {
			t.Fatalf("%q came back as %q: %v", canonicalPolicy(policy), canonicalPolicy(back), diags)
		}
		if found := checkConditions(ctx, state); found.HasError() {
			t.Fatalf("what the service has should be valid: %v", found)
		}
		reordered := &client.AccessPolicy{Conditions: rapid.Permutation(policy.Conditions).Draw(t, "order")}
		if kept, diags := policyFromAPI(ctx, reordered, state); diags.HasError() || !kept.Equal(state) {
			t.Fatalf("another order became a difference: %v, %v", kept, diags)
		}
	})
}

// A cleared policy is an empty list in state, so that an addition of another client is
// a difference, and a policy that is not managed has nothing to send.
func TestClearedPolicy(t *testing.T) {
	t.Parallel()
	managed := types.ObjectValueMust(policyTypes, map[string]attr.Value{"conditions": types.ListValueMust(types.ObjectType{AttrTypes: conditionTypes}, nil)})
	for _, said := range []*client.AccessPolicy{nil, {}} {
		if state, diags := policyFromAPI(t.Context(), said, managed); diags.HasError() || !state.Equal(managed) {
			t.Errorf("%v became %v, %v", said, state, diags)
		}
	}
	for name, policy := range map[string]types.Object{"cleared": managed, "absent": types.ObjectNull(policyTypes), "unknown": types.ObjectUnknown(policyTypes)} {
		if sent, diags := policyToAPI(t.Context(), policy); sent != nil || diags.HasError() {
			t.Errorf("a policy that is %s would send %v, %v", name, sent, diags)
		}
	}
	if got := fmt.Sprint(hourToAPI(types.Int64Null())); got != "<nil>" {
		t.Errorf("no hour is sent as %s", got)
	}
	if got := hourToAPI(types.Int64Value(0)); got == nil || *got != 0 {
		t.Error("midnight is not sent")
	}
}

// A network that the service lists twice is one.
func TestNetworkNamedTwiceByTheService(t *testing.T) {
	t.Parallel()
	said := &client.AccessPolicy{Conditions: []client.Condition{{Type: "ip", Effect: "allow", CIDRs: []string{"10.0.0.0/8", "10.0.0.0/8"}}}}
	state, diags := policyFromAPI(t.Context(), said, types.ObjectNull(policyTypes))
	if diags.HasError() {
		t.Fatal(diags)
	}
	if back, diags := policyToAPI(t.Context(), state); diags.HasError() || canonicalPolicy(back) != canonicalPolicy(said) {
		t.Errorf("%v, %v", back, diags)
	}
}

// A condition that is null, which validation refuses, still has a form for the service.
func TestPolicyWithANullCondition(t *testing.T) {
	t.Parallel()
	list := types.ListValueMust(types.ObjectType{AttrTypes: conditionTypes}, []attr.Value{types.ObjectNull(conditionTypes)})
	policy, diags := policyToAPI(t.Context(), types.ObjectValueMust(policyTypes, map[string]attr.Value{"conditions": list}))
	if len(diags) > 0 || policy == nil || len(policy.Conditions) != 1 || len(policy.Conditions[0].CIDRs) > 0 {
		t.Errorf("it is %v: %v", policy, diags)
	}
}
