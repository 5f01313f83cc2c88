package provider

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// What of a condition is null or unknown, by the bits of a number.
const (
	noType = 1 << iota
	noEffect
	noNetworks
	noStart
	noEnd
	noZone
	unknownNetworks
	unknownNetwork
	unknownCondition
	nullCondition
)

// drawnPolicy makes a policy of a configuration, with one condition that is drawn and
// one that is as plain as can be.
func drawnPolicy(kind, effect, networks, zone string, start, end int64, gaps int) types.Object {
	text := func(s string, gap int) types.String {
		if gaps&gap != 0 {
			return types.StringNull()
		}
		return types.StringValue(s)
	}
	hour := func(n int64, gap int) types.Int64 {
		if gaps&gap != 0 {
			return types.Int64Null()
		}
		return types.Int64Value(n)
	}
	cidrs := types.SetNull(types.StringType)
	switch {
	case gaps&noNetworks != 0:
	case gaps&unknownNetworks != 0:
		cidrs = types.SetUnknown(types.StringType)
	default:
		var elements []attr.Value
		for _, network := range slices.Compact(slices.Sorted(strings.SplitSeq(networks, ","))) {
			elements = append(elements, types.StringValue(network))
		}
		if gaps&unknownNetwork != 0 {
			elements = append(elements, types.StringUnknown())
		}
		cidrs = types.SetValueMust(types.StringType, elements)
	}
	drawn := types.ObjectValueMust(conditionTypes, map[string]attr.Value{
		"type": text(kind, noType), "effect": text(effect, noEffect), "cidrs": cidrs,
		"start_hour": hour(start, noStart), "end_hour": hour(end, noEnd), "timezone": text(zone, noZone),
	})
	switch {
	case gaps&unknownCondition != 0:
		drawn = types.ObjectUnknown(conditionTypes)
	case gaps&nullCondition != 0:
		drawn = types.ObjectNull(conditionTypes)
	}
	conditions := []attr.Value{drawn, conditionFromAPI(client.Condition{Type: conditionIP, Effect: "deny", CIDRs: []string{"192.0.2.0/24"}})}
	return types.ObjectValueMust(policyTypes, map[string]attr.Value{"conditions": types.ListValueMust(types.ObjectType{AttrTypes: conditionTypes}, conditions)})
}

// Any configuration of a policy is refused or can be sent; and what can be sent comes
// back as the same, however the service writes it.
func FuzzAccessPolicy(f *testing.F) {
	for i, seed := range []struct{ kind, effect, networks, zone string }{
		{"ip", "allow", "10.0.0.0/8", ""},
		{"ip", "allow", "10.1.2.3/8,2001:DB8:0::1/32,::ffff:10.0.0.0/104", ""},
		{"time", "deny", "", "Europe/Amsterdam"},
		{"time", "allow", "", "Local"},
		{"time", "allow", "", "../../etc/passwd"},
		{"time", "allow", "", "\x00"},
		{"ip", "deny", "10.0.0.0", "UTC"},
		{"ip", "deny", "10.0.0.0/33,/8,fe80::1%eth0/64,010.0.0.0/8", "UTC"},
		{"", "", ",", ""},
	} {
		for _, gaps := range []int{0, noNetworks, noStart | noEnd | noZone, noType, unknownNetworks, unknownNetwork | noStart | noEnd | noZone, unknownCondition, nullCondition} {
			f.Add(seed.kind, seed.effect, seed.networks, seed.zone, int64(i), int64(23-i), gaps)
		}
	}
	f.Fuzz(func(t *testing.T, kind, effect, networks, zone string, start, end int64, gaps int) {
		ctx := t.Context()
		policy := drawnPolicy(kind, effect, networks, zone, start, end, gaps)
		checked := validator.StringResponse{}
		validTimezone().ValidateString(ctx, validator.StringRequest{Path: path.Root("timezone"), ConfigValue: types.StringValue(zone)}, &checked)
		if _, err := time.LoadLocation(zone); !checked.Diagnostics.HasError() && (err != nil || zone == "" || zone == "Local") {
			t.Errorf("%q is taken for a time zone", zone)
		}
		if checkConditions(ctx, policy).HasError() || gaps&(unknownNetworks|unknownNetwork|unknownCondition) != 0 {
			return
		}
		for _, network := range strings.Split(networks, ",") {
			if _, err := netip.ParsePrefix(network); err != nil && gaps&(noNetworks|nullCondition) == 0 {
				t.Errorf("%q is taken for a network", network)
			}
		}
		sent, diags := policyToAPI(ctx, policy)
		if diags.HasError() || len(sent.Conditions) != 2 {
			t.Fatalf("%s was valid, and cannot be sent: %v", policy, diags)
		}
		// The service may sort, and may write networks its own way.
		said := &client.AccessPolicy{Conditions: slices.Clone(sent.Conditions)}
		slices.Reverse(said.Conditions)
		for i, condition := range said.Conditions {
			said.Conditions[i].CIDRs = nil
			for _, network := range condition.CIDRs {
				if prefix, err := netip.ParsePrefix(network); err == nil {
					network = prefix.Masked().String()
				}
				said.Conditions[i].CIDRs = append(said.Conditions[i].CIDRs, network)
			}
		}
		if state, diags := policyFromAPI(ctx, said, policy); diags.HasError() || !state.Equal(policy) {
			t.Errorf("%s came back as %s: %v", policy, state, diags)
		}
	})
}

// Every policy of the service can be stored in the state, and is read back unchanged.
func FuzzPolicyFromAPI(f *testing.F) {
	f.Add("ip", "allow", "10.0.0.0/8,10.0.0.0/8", "", int64(0), int64(0), 3)
	f.Add("time", "deny", "", "Europe/Amsterdam", int64(22), int64(6), 0)
	f.Add("geo", "maybe", "everywhere", "\xff", int64(-1), int64(1<<40), 0)
	f.Fuzz(func(t *testing.T, kind, effect, networks, zone string, start, end int64, gaps int) {
		ctx := t.Context()
		condition := client.Condition{Type: kind, Effect: effect, Timezone: zone}
		if networks != "" {
			// Terraform removes duplicates of a set before the provider reads it.
			condition.CIDRs = slices.Compact(slices.Sorted(strings.SplitSeq(networks, ",")))
		}
		if gaps&1 == 0 {
			h := int(start)
			condition.StartHour = &h
		}
		if gaps&2 == 0 {
			h := int(end)
			condition.EndHour = &h
		}
		said := &client.AccessPolicy{Conditions: []client.Condition{condition, condition}}
		state, diags := policyFromAPI(ctx, said, types.ObjectNull(policyTypes))
		if diags.HasError() {
			t.Fatal(diags)
		}
		back, diags := policyToAPI(ctx, state)
		if diags.HasError() || canonicalPolicy(back) != canonicalPolicy(said) {
			t.Errorf("%q came back as %q: %v", canonicalPolicy(said), canonicalPolicy(back), diags)
		}
		checkConditions(ctx, state)
		if again, diags := policyFromAPI(ctx, said, state); diags.HasError() || !again.Equal(state) {
			t.Errorf("%s became %s: %v", state, again, diags)
		}
	})
}
