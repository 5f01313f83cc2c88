package provider

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// The types of condition.
const (
	conditionIP   = "ip"
	conditionTime = "time"
)

// conditionModel is one condition of an access policy.
type conditionModel struct {
	Type      types.String `tfsdk:"type"`
	Effect    types.String `tfsdk:"effect"`
	CIDRs     types.Set    `tfsdk:"cidrs"`
	StartHour types.Int64  `tfsdk:"start_hour"`
	EndHour   types.Int64  `tfsdk:"end_hour"`
	Timezone  types.String `tfsdk:"timezone"`

	isNull bool // the element itself, which the service would refuse
}

// conditionTypes are the types of a condition, as an object in state has them.
var conditionTypes = map[string]attr.Type{
	"type": types.StringType, "effect": types.StringType, "cidrs": types.SetType{ElemType: types.StringType},
	"start_hour": types.Int64Type, "end_hour": types.Int64Type, "timezone": types.StringType,
}

// policyTypes are the types of an access policy, as an object in state has them.
var policyTypes = map[string]attr.Type{
	"conditions": types.ListType{ElemType: types.ObjectType{AttrTypes: conditionTypes}},
}

func accessPolicySchema() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Restricts who may read and put values, by address and time of day, in addition to permissions. It is updated in place, and changes by other clients are reverted. " +
			"Without it, the policy is not managed and stays as it is. An import takes the policy into the state and writes nothing. `conditions = []` clears it. The order of conditions does not matter.",
		Optional: true,
		Attributes: map[string]schema.Attribute{
			"conditions": schema.ListNestedAttribute{
				MarkdownDescription: "Any matching `deny` rejects the request. If there are `allow` conditions, at least one must match.",
				Required:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"type": schema.StringAttribute{
						MarkdownDescription: "Required: `ip` (with `cidrs`) or `time` (with `start_hour`, `end_hour` and `timezone`).",
						Optional:            true, // The framework misses required attributes in a condition that is not known yet.
						Validators:          []validator.String{stringvalidator.OneOf(conditionIP, conditionTime)},
					},
					"effect": schema.StringAttribute{
						MarkdownDescription: "Required: `allow` or `deny`.",
						Optional:            true, // As above.
						Validators:          []validator.String{stringvalidator.OneOf("allow", "deny")},
					},
					"cidrs": schema.SetAttribute{
						MarkdownDescription: "Networks of the callers, such as `10.0.0.0/8` or `2001:db8::/32`.",
						ElementType:         types.StringType,
						Optional:            true,
					},
					"start_hour": schema.Int64Attribute{
						MarkdownDescription: "First hour, from 0 to 23.",
						Optional:            true,
						Validators:          []validator.Int64{int64validator.Between(0, 23)},
					},
					"end_hour": schema.Int64Attribute{
						MarkdownDescription: "Hour at which the window ends, from 0 to 23. If it is before `start_hour`, the window spans midnight.",
						Optional:            true,
						Validators:          []validator.Int64{int64validator.Between(0, 23)},
					},
					"timezone": schema.StringAttribute{
						MarkdownDescription: "IANA time zone of the hours, such as `Europe/Amsterdam`.",
						Optional:            true,
						Validators:          []validator.String{validTimezone()},
					},
				}},
			},
		},
	}
}

// conditionsOf takes the conditions out of a policy of configuration or state, by
// their place in the list. Those that are not known yet are left out. One that is null
// stays, to be refused: without it the policy would mean something else.
func conditionsOf(ctx context.Context, policy types.Object) (map[int]conditionModel, diag.Diagnostics) {
	list, _ := policy.Attributes()["conditions"].(types.List)
	conditions := map[int]conditionModel{}
	var diags diag.Diagnostics
	for i, element := range list.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsUnknown() {
			continue
		}
		condition := conditionModel{isNull: object.IsNull()}
		if !condition.isNull {
			diags.Append(object.As(ctx, &condition, basetypes.ObjectAsOptions{})...)
		}
		conditions[i] = condition
	}
	return conditions, diags
}

// checkConditions refuses what the service would refuse, at plan time.
func checkConditions(ctx context.Context, policy types.Object) diag.Diagnostics {
	conditions, diags := conditionsOf(ctx, policy)
	for _, i := range slices.Sorted(maps.Keys(conditions)) {
		condition := conditions[i]
		at := path.Root("access_policy").AtName("conditions").AtListIndex(i)
		if condition.isNull {
			diags.Append(diagnostic.AccessPolicyInvalid.At(at, nullElementDetail(at.String())))
			continue
		}
		for _, broken := range condition.brokenRules() {
			at := at.AtName(broken.attribute)
			diags.Append(diagnostic.AccessPolicyInvalid.At(at, fmt.Sprintf("%s: %s.", at, broken.rule)))
		}
	}
	return diags
}

// brokenRule is what is wrong with an attribute of a condition.
type brokenRule struct{ attribute, rule string }

// brokenRules are what is wrong with a condition, as far as it is known.
func (c conditionModel) brokenRules() (broken []brokenRule) {
	if c.Type.IsNull() {
		broken = append(broken, brokenRule{"type", "a condition needs a type, ip or time"})
	}
	if c.Effect.IsNull() {
		broken = append(broken, brokenRule{"effect", "a condition needs an effect, allow or deny"})
	}
	switch c.Type.ValueString() {
	case conditionIP:
		broken = append(broken, c.brokenRulesOfIP()...)
	case conditionTime:
		broken = append(broken, c.brokenRulesOfTime()...)
	}
	return append(broken, c.brokenNetworks()...)
}

func (c conditionModel) brokenRulesOfIP() (broken []brokenRule) {
	if c.CIDRs.IsNull() || !c.CIDRs.IsUnknown() && len(c.CIDRs.Elements()) == 0 {
		broken = append(broken, brokenRule{"cidrs", "a condition of type ip needs at least one network"})
	}
	if isKnown(c.StartHour) || isKnown(c.EndHour) || isKnown(c.Timezone) {
		broken = append(broken, brokenRule{"type", "hours and a time zone belong to a condition of type time"})
	}
	return broken
}

func (c conditionModel) brokenRulesOfTime() (broken []brokenRule) {
	if c.StartHour.IsNull() || c.EndHour.IsNull() || c.Timezone.IsNull() {
		broken = append(broken, brokenRule{"start_hour", "a condition of type time needs start_hour, end_hour and timezone"})
	}
	if isKnown(c.CIDRs) {
		broken = append(broken, brokenRule{"cidrs", "networks belong to a condition of type ip"})
	}
	return broken
}

func (c conditionModel) brokenNetworks() (broken []brokenRule) {
	for _, element := range c.CIDRs.Elements() {
		text, ok := element.(types.String)
		if !ok || text.IsUnknown() {
			continue
		}
		_, err := netip.ParsePrefix(text.ValueString())
		switch {
		case text.IsNull():
			broken = append(broken, brokenRule{"cidrs", "one of the elements is null. Leave the element out, or set a network"})
		case err != nil:
			broken = append(broken, brokenRule{"cidrs", fmt.Sprintf("%q is not a network such as 10.0.0.0/8 or 2001:db8::/32", text.ValueString())})
		}
	}
	return broken
}

// policyToAPI makes the policy to send. Nil clears it.
func policyToAPI(ctx context.Context, policy types.Object) (*client.AccessPolicy, diag.Diagnostics) {
	conditions, diags := conditionsOf(ctx, policy)
	if len(conditions) == 0 || diags.HasError() {
		return nil, diags
	}
	out := &client.AccessPolicy{}
	for _, i := range slices.Sorted(maps.Keys(conditions)) {
		condition := conditions[i]
		c := client.Condition{
			Type: condition.Type.ValueString(), Effect: condition.Effect.ValueString(), Timezone: condition.Timezone.ValueString(),
			StartHour: hourToAPI(condition.StartHour), EndHour: hourToAPI(condition.EndHour),
		}
		if !condition.CIDRs.IsNull() {
			diags.Append(condition.CIDRs.ElementsAs(ctx, &c.CIDRs, false)...)
		}
		slices.Sort(c.CIDRs)
		out.Conditions = append(out.Conditions, c)
	}
	return out, diags
}

// hourToAPI distinguishes midnight from no hour.
func hourToAPI(hour types.Int64) *int {
	if hour.IsNull() {
		return nil
	}
	h := int(hour.ValueInt64())
	return &h
}

// policyFromAPI makes the policy for the state. What means the same as what the
// state had keeps the state's spelling, so that no difference shows.
func policyFromAPI(ctx context.Context, policy *client.AccessPolicy, had types.Object) (types.Object, diag.Diagnostics) {
	before, diags := policyToAPI(ctx, had)
	if diags.HasError() || isSamePolicy(before, policy) {
		return had, diags
	}
	conditions := []attr.Value{}
	if policy != nil {
		for _, c := range policy.Conditions {
			conditions = append(conditions, conditionFromAPI(c))
		}
	}
	list := types.ListValueMust(types.ObjectType{AttrTypes: conditionTypes}, conditions)
	return types.ObjectValueMust(policyTypes, map[string]attr.Value{"conditions": list}), diags
}

// keepPolicySpelling plans the state's spelling of a policy that means the same, such as
// the same conditions in another order. Terraform allows that where both are set.
func keepPolicySpelling(ctx context.Context, state, plan *secretModel, resp *resource.ModifyPlanResponse) {
	if state.AccessPolicy.IsNull() || plan.AccessPolicy.IsNull() || state.AccessPolicy.Equal(plan.AccessPolicy) || !isWhollyKnown(ctx, plan.AccessPolicy) {
		return
	}
	before, diags := policyToAPI(ctx, state.AccessPolicy)
	after, more := policyToAPI(ctx, plan.AccessPolicy)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(more...)
	if !resp.Diagnostics.HasError() && isSamePolicy(before, after) {
		plan.AccessPolicy = state.AccessPolicy
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("access_policy"), state.AccessPolicy)...)
	}
}

// isWhollyKnown reports a value of which no part is unknown.
func isWhollyKnown(ctx context.Context, value attr.Value) bool {
	raw, err := value.ToTerraformValue(ctx)
	return err == nil && raw.IsFullyKnown()
}

func conditionFromAPI(c client.Condition) attr.Value {
	cidrs := types.SetNull(types.StringType)
	if len(c.CIDRs) > 0 {
		elements := make([]attr.Value, 0, len(c.CIDRs))
		for _, cidr := range slices.Compact(slices.Sorted(slices.Values(c.CIDRs))) { // Sets refuse doubles.
			elements = append(elements, types.StringValue(cidr))
		}
		cidrs = types.SetValueMust(types.StringType, elements)
	}
	return types.ObjectValueMust(conditionTypes, map[string]attr.Value{
		"type": types.StringValue(c.Type), "effect": types.StringValue(c.Effect), "cidrs": cidrs,
		"start_hour": hourFromAPI(c.StartHour), "end_hour": hourFromAPI(c.EndHour), "timezone": optionalString(c.Timezone),
	})
}

func hourFromAPI(hour *int) types.Int64 {
	if hour == nil {
		return types.Int64Null()
	}
	return types.Int64Value(int64(*hour))
}

// isSamePolicy reports two policies that mean the same. No policy means the same as one
// without conditions.
func isSamePolicy(a, b *client.AccessPolicy) bool { return canonicalPolicy(a) == canonicalPolicy(b) }

// policyReleased warns that a plan takes the policy out of management, because the plan
// shows that as if it removed the policy.
func policyReleased(state, plan *secretModel) (diags diag.Diagnostics) {
	if state.AccessPolicy.IsNull() || !plan.AccessPolicy.IsNull() {
		return diags
	}
	id := state.ID.ValueString()
	diags.Append(diagnostic.AccessPolicyReleased.On(id, fmt.Sprintf(
		"access_policy is not in the configuration. The access policy of %s stays as it is at the service; `access_policy = { conditions = [] }` clears it. "+
			"From this apply on, Terraform does not see changes of it.", id)))
	return diags
}

// canonicalPolicy writes a policy so that two that mean the same are the same
// text: conditions and networks are sets, and 10.1.2.3/8 is 10.0.0.0/8.
func canonicalPolicy(policy *client.AccessPolicy) string {
	if policy == nil {
		return ""
	}
	conditions := make([]string, 0, len(policy.Conditions))
	for _, c := range policy.Conditions {
		cidrs := make([]string, 0, len(c.CIDRs))
		for _, cidr := range c.CIDRs {
			if prefix, err := netip.ParsePrefix(cidr); err == nil {
				cidr = prefix.Masked().String()
			}
			cidrs = append(cidrs, cidr)
		}
		slices.Sort(cidrs)
		conditions = append(conditions, fmt.Sprintf("%s %s %s %s-%s %s",
			c.Type, c.Effect, strings.Join(slices.Compact(cidrs), ","), hourText(c.StartHour), hourText(c.EndHour), c.Timezone))
	}
	slices.Sort(conditions)
	return strings.Join(slices.Compact(conditions), "\n")
}

func hourText(hour *int) string {
	if hour == nil {
		return ""
	}
	return fmt.Sprint(*hour)
}
