package acctest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ofUnknownLength makes a probe plan a list of which nothing is known.
const ofUnknownLength = "of unknown length"

// probe is a resource that shows what each method gets: every method leaves a key in
// private state and warns, so that the next one shows which private state it got. The
// probe also writes private state in the plan of a destroy, which this provider's
// resources do not do yet.
type probe struct{ backend *probeBackend }

var (
	_ resource.ResourceWithModifyPlan     = (*probe)(nil)
	_ resource.ResourceWithImportState    = (*probe)(nil)
	_ resource.ResourceWithIdentity       = (*probe)(nil)
	_ resource.ResourceWithValidateConfig = (*probe)(nil)
)

// probeWorld is where the objects of probes are.
type probeBackend struct {
	mu      sync.Mutex
	created int
	objects map[string]int64 // revisions by id
	fails   map[string]bool  // by method
	misfit  bool             // an apply returns what its plan ruled out
}

func newProbeWorld() *probeBackend {
	return &probeBackend{objects: map[string]int64{}, fails: map[string]bool{}}
}

// change changes the backend outside Terraform.
func (w *probeBackend) change(f func(w *probeBackend)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(w)
}

// trouble is the error of a method that is to fail.
func (w *probeBackend) failure(method string) (diags diag.Diagnostics) {
	if w.fails[method] {
		diags.AddError("Probe failed: "+method, "The backend let "+method+" fail.")
	}
	return diags
}

// probeModel is what a state holds of a probe.
type probeModel struct {
	ID       types.String `tfsdk:"id"`
	Name     types.String `tfsdk:"name"`
	Fixed    types.String `tfsdk:"fixed"`
	Input    types.String `tfsdk:"input"`
	SecretWO types.String `tfsdk:"secret_wo"`
	Items    types.List   `tfsdk:"items"`
	Revision types.Int64  `tfsdk:"revision"`
}

// Metadata implements resource.Resource.
func (p *probe) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_probe"
}

// Schema implements resource.Resource.
func (p *probe) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":        schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}},
		"name":      schema.StringAttribute{Required: true},
		"fixed":     schema.StringAttribute{Optional: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}},
		"input":     schema.StringAttribute{Optional: true},
		"secret_wo": schema.StringAttribute{Optional: true, WriteOnly: true},
		"items":     schema.ListAttribute{ElementType: types.Int64Type, Computed: true},
		"revision":  schema.Int64Attribute{Computed: true},
	}}
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (p *probe) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true},
	}}
}

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (p *probe) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	p.backend.mu.Lock()
	defer p.backend.mu.Unlock()
	var config probeModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.AddWarning("Probe: validate", fmt.Sprintf("The name is %s, the input is %s.", config.Name, config.Input))
	if !config.Input.IsUnknown() {
		resp.Diagnostics.Append(p.backend.failure("validate")...)
	}
}

// privateOf is the private state of a request or an answer.
type privateOf interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// probeKeys are all keys that a probe leaves.
var probeKeys = []string{"create", "update", "read", "plan create", "plan update", "plan destroy", "import"}

// held lists the keys of a private state and their values.
func held(ctx context.Context, private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
},
) string {
	text := ""
	for _, key := range probeKeys {
		if value, _ := private.GetKey(ctx, key); value != nil {
			text += fmt.Sprintf(" %s=%s", key, value)
		}
	}
	return text
}

// leave writes a key with a value that names its origin.
func leave(ctx context.Context, private privateOf, key string, what any) diag.Diagnostics {
	value, err := json.Marshal(what)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Not JSON", err.Error())}
	}
	return private.SetKey(ctx, key, value)
}

// ModifyPlan implements resource.ResourceWithModifyPlan. It knows its items but for the
// second.
func (p *probe) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	p.backend.mu.Lock()
	defer p.backend.mu.Unlock()
	var state, plan probeModel
	method := "plan update"
	switch {
	case req.Plan.Raw.IsNull():
		method = "plan destroy"
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	case req.State.Raw.IsNull():
		method = "plan create"
		resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	default:
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	}
	resp.Diagnostics.AddWarning("Probe: "+method, fmt.Sprintf("It is about %s, and private state holds%s.", state.ID, held(ctx, req.Private)))
	resp.Diagnostics.Append(leave(ctx, resp.Private, method, state.ID.ValueString())...)
	resp.Diagnostics.Append(p.backend.failure(method)...)
	if method == "plan destroy" || resp.Diagnostics.HasError() || method == "plan update" && plan.Input.Equal(state.Input) && plan.Name.Equal(state.Name) && plan.Fixed.Equal(state.Fixed) {
		return
	}
	if plan.Input.ValueString() == ofUnknownLength {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("items"), types.ListUnknown(types.Int64Type))...)
		return
	}
	items := types.ListValueMust(types.Int64Type, []attr.Value{types.Int64Value(1), types.Int64Unknown(), types.Int64Value(3)})
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("items"), items)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("revision"), types.Int64Unknown())...)
}

// settle fills in what a plan has left open.
func (p *probe) settle(m *probeModel) {
	items := []attr.Value{types.Int64Value(1), types.Int64Value(2), types.Int64Value(3)}
	if p.backend.misfit {
		items = items[:2]
	}
	m.Items = types.ListValueMust(types.Int64Type, items)
	p.backend.objects[m.ID.ValueString()]++
	m.Revision = types.Int64Value(p.backend.objects[m.ID.ValueString()])
}

// Create implements resource.Resource. One that fails leaves a half-made object.
func (p *probe) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	p.backend.mu.Lock()
	defer p.backend.mu.Unlock()
	var m probeModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if p.backend.fails["refuse create"] {
		resp.Diagnostics.Append(p.backend.failure("refuse create")...)
		return
	}
	p.backend.created++
	m.ID = types.StringValue(fmt.Sprint("p-", p.backend.created))
	p.settle(&m)
	resp.Diagnostics.Append(p.backend.failure("create")...)
	resp.Diagnostics.Append(leave(ctx, resp.Private, "create", m.ID.ValueString())...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), m.ID)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// Read implements resource.Resource.
func (p *probe) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	p.backend.mu.Lock()
	defer p.backend.mu.Unlock()
	var m probeModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), m.ID)...)
	revision, exists := p.backend.objects[m.ID.ValueString()]
	if !exists {
		resp.State.RemoveResource(ctx)
		return
	}
	m.Revision = types.Int64Value(revision)
	resp.Diagnostics.AddWarning("Probe: read", fmt.Sprintf("It is about %s, and private state holds%s.", m.ID, held(ctx, req.Private)))
	resp.Diagnostics.Append(p.backend.failure("read " + m.ID.ValueString())...)
	resp.Diagnostics.Append(leave(ctx, resp.Private, "read", revision)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// Update implements resource.Resource.
func (p *probe) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	p.backend.mu.Lock()
	defer p.backend.mu.Unlock()
	var m probeModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.AddWarning("Probe: update", fmt.Sprintf("It is about %s, and private state holds%s.", m.ID, held(ctx, req.Private)))
	resp.Diagnostics.Append(p.backend.failure("update")...)
	if resp.Diagnostics.HasError() {
		return
	}
	p.settle(&m)
	resp.Diagnostics.Append(leave(ctx, resp.Private, "update", m.ID.ValueString())...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), m.ID)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// Delete implements resource.Resource.
func (p *probe) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	p.backend.mu.Lock()
	defer p.backend.mu.Unlock()
	var m probeModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	resp.Diagnostics.AddWarning("Probe: delete", fmt.Sprintf("It is about %s, and private state holds%s.", m.ID, held(ctx, req.Private)))
	resp.Diagnostics.Append(p.backend.failure("delete")...)
	if !resp.Diagnostics.HasError() {
		delete(p.backend.objects, m.ID.ValueString())
	}
}

// ImportState implements resource.ResourceWithImportState.
func (p *probe) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.Append(leave(ctx, resp.Private, "import", req.ID)...)
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("id"), path.Root("id"), req, resp)
}

// probing is the provider with probes among its resources.
type probing struct {
	wholeProvider
	backend *probeBackend
}

// wholeProvider is all that the provider is.
type wholeProvider interface {
	provider.ProviderWithEphemeralResources
	provider.ProviderWithFunctions
	provider.ProviderWithActions
	provider.ProviderWithListResources
}

var _ wholeProvider = probing{}

// Resources implements provider.Provider.
func (p probing) Resources(ctx context.Context) []func() resource.Resource {
	return append(p.wholeProvider.Resources(ctx), func() resource.Resource { return &probe{p.backend} })
}
