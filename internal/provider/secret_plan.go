package provider

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	// privateProtected remembers that the secret is protected where a plan gets no
	// state: Terraform plans the create half of a replacement without it.
	privateProtected = "protected"
	// privateDefaultLabels remembers which labels came from the provider's
	// defaults when the secret was created or imported.
	privateDefaultLabels = "default_labels"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. It decides from
// configuration, state and private state alone; it only asks the service which
// regions exist.
func (r *secretResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state, plan *secretModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state != nil {
		id, err := state.secretID()
		if err == nil {
			resp.Diagnostics.Append(r.checkOwner(id, state.owner())...)
		}
		if resp.Diagnostics.HasError() {
			return
		}
	}
	switch {
	case plan == nil:
		r.planDelete(state, resp)
	case state == nil:
		r.planCreate(ctx, plan, req, resp)
	default:
		r.planUpdate(ctx, state, plan, req, resp)
	}
}

func (r *secretResource) planDelete(state *secretModel, resp *resource.ModifyPlanResponse) {
	if isProtected(state) {
		resp.Diagnostics.AddError("Secret is protected from deletion", protectedDetail(state.ID.ValueString(), "destroy"))
	}
}

// planCreate also sees the second half of every replacement, however it came
// about: without a state, but with the private state of the secret that would
// have to go.
func (r *secretResource) planCreate(ctx context.Context, plan *secretModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	protected, diags := readPrivate[bool](ctx, req.Private, privateProtected)
	resp.Diagnostics.Append(diags...)
	if protected {
		resp.Diagnostics.AddError("Secret is protected from deletion", protectedDetail(r.describe(plan), "replace"))
		return
	}
	region := r.regionOr(configured(ctx, req, "region"))
	resp.Diagnostics.Append(r.checkRegion(ctx, region)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("region"), region)...)
	now := r.owner()
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("organisation_id"), now.Organisation)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("project_id"), now.Project)...)
}

// planUpdate turns a change that would replace a protected secret into an error
// that names the attributes; without it, Terraform would go on to plan the
// replacement and could only say that there is one.
func (r *secretResource) planUpdate(ctx context.Context, state, plan *secretModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !isProtected(state) {
		return
	}
	hidden, diags := readPrivate[map[string]string](ctx, req.Private, privateDefaultLabels)
	resp.Diagnostics.Append(diags...)
	changed := replacedBy(state, plan, hidden)
	if len(changed) == 0 {
		return
	}
	names := strings.Join(changed, ", ")
	resp.Diagnostics.AddAttributeError(path.Root(changed[0]), "Secret is protected from replacement", fmt.Sprintf(
		"The service cannot change %s of the secret %s. Terraform would have to delete it with all its versions, which nobody can recover, and create it anew. Ways out:\n"+
			"  - keep the secret: take the change back, or add lifecycle { ignore_changes = [%s] };\n"+
			"  - replace the secret and lose its versions: apply deletion_protection = false first, and the change after that.",
		names, state.ID.ValueString(), names))
}

// replacedBy lists the attributes whose planned change would replace the secret.
func replacedBy(state, plan *secretModel, hidden map[string]string) []string {
	var changed []string
	differs := func(name string, a, b attr.Value) {
		if !a.Equal(b) {
			changed = append(changed, name)
		}
	}
	differs("region", state.Region, plan.Region)
	differs("path", state.Path, plan.Path)
	differs("kms_key_id", state.KMSKeyID, plan.KMSKeyID)
	if textChanges(state.Description, plan.Description) {
		changed = append(changed, "description")
	}
	if labelsChange(state.Labels, plan.Labels, hidden) {
		changed = append(changed, "labels")
	}
	if mapChanges(state.Annotations, plan.Annotations) {
		changed = append(changed, "annotations")
	}
	return changed
}

// isProtected reads the protection from state. A state that does not say is
// protected.
func isProtected(state *secretModel) bool {
	return state.DeletionProtection.IsNull() || state.DeletionProtection.ValueBool()
}

func protectedDetail(id, verb string) string {
	return fmt.Sprintf("This plan would %s the secret %s. All its versions would be lost, and nobody could recover them. "+
		"If that is what you want, set deletion_protection = false, apply that first, and plan again. Otherwise take the change back.", verb, id)
}

// describe names a planned secret as well as the plan knows it.
func (r *secretResource) describe(plan *secretModel) string {
	return r.regionOr(plan.Region).ValueString() + plan.Path.ValueString()
}

// configured reads a string attribute from the configuration, where a computed
// one is still null.
func configured(ctx context.Context, req resource.ModifyPlanRequest, name string) types.String {
	var s types.String
	req.Config.GetAttribute(ctx, path.Root(name), &s)
	return s
}

// textChanges tells a real change from one between null and "", which the
// service does not tell apart.
func textChanges(state, plan types.String) bool {
	return plan.IsUnknown() || state.ValueString() != plan.ValueString()
}

// mapChanges tells a real change from one between null and an empty map.
func mapChanges(state, plan types.Map) bool {
	return plan.IsUnknown() || !maps.Equal(stringMap(state), stringMap(plan)) || hasUnknown(plan)
}

// labelsChange compares what the secret has with what it would have: a label that
// moves between the provider's defaults and the resource changes nothing.
func labelsChange(state, plan types.Map, hidden map[string]string) bool {
	if plan.IsUnknown() || hasUnknown(plan) {
		return true
	}
	effective := func(own types.Map) map[string]string {
		labels := maps.Clone(hidden)
		if labels == nil {
			labels = map[string]string{}
		}
		maps.Copy(labels, stringMap(own))
		return labels
	}
	return !maps.Equal(effective(state), effective(plan))
}

func hasUnknown(m types.Map) bool {
	for _, element := range m.Elements() {
		if element.IsUnknown() {
			return true
		}
	}
	return false
}

// replaceIfTextChanges replaces the secret for a new text, but not for "" in
// place of null.
type replaceIfTextChanges struct{ replaces }

func (replaceIfTextChanges) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	resp.RequiresReplace = isUpdate(req.State.Raw.IsNull(), req.Plan.Raw.IsNull()) && textChanges(req.StateValue, req.PlanValue)
}

// replaceIfMapChanges replaces the secret for a new map, but not for an empty one
// in place of null.
type replaceIfMapChanges struct{ replaces }

func (replaceIfMapChanges) PlanModifyMap(_ context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	resp.RequiresReplace = isUpdate(req.State.Raw.IsNull(), req.Plan.Raw.IsNull()) && mapChanges(req.StateValue, req.PlanValue)
}

// replaceIfLabelsChange replaces the secret when the labels it has would change.
type replaceIfLabelsChange struct{ replaces }

func (replaceIfLabelsChange) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	if !isUpdate(req.State.Raw.IsNull(), req.Plan.Raw.IsNull()) {
		return
	}
	hidden, diags := readPrivate[map[string]string](ctx, req.Private, privateDefaultLabels)
	resp.Diagnostics.Append(diags...)
	resp.RequiresReplace = labelsChange(req.StateValue, req.PlanValue, hidden)
}

func isUpdate(noState, noPlan bool) bool { return !noState && !noPlan }

// replaces describes the plan modifiers above.
type replaces struct{}

func (replaces) Description(context.Context) string { return "replaces the secret when it changes" }

func (replaces) MarkdownDescription(context.Context) string {
	return "replaces the secret when it changes"
}
