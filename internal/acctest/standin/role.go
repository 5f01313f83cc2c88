package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// role is postgresql_role. The database is the directory that STANDIN_DATABASE
// names: a file for each role, which holds its password. Where there is a file
// "fail", the next change of a role fails, and takes that file away.
type role struct{}

var _ resource.Resource = (*role)(nil)

type roleModel struct {
	Name              types.String `tfsdk:"name"`
	Login             types.Bool   `tfsdk:"login"`
	PasswordWO        types.String `tfsdk:"password_wo"`
	PasswordWOVersion types.String `tfsdk:"password_wo_version"`
}

// Metadata implements resource.Resource.
func (r *role) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_role"
}

// Schema implements resource.Resource.
func (r *role) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"name":                schema.StringAttribute{Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}},
		"login":               schema.BoolAttribute{Optional: true},
		"password_wo":         schema.StringAttribute{Optional: true, WriteOnly: true, Sensitive: true},
		"password_wo_version": schema.StringAttribute{Optional: true},
	}}
}

// Create implements resource.Resource.
func (r *role) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config roleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if _, err := store(config); err != nil {
		resp.Diagnostics.AddError("Cannot create the role", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Read implements resource.Resource.
func (r *role) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update implements resource.Resource. As of the real one, the password is written
// only when its version changes.
func (r *role) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan, config roleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !plan.PasswordWOVersion.Equal(state.PasswordWOVersion) {
		if recorded, err := store(config); err != nil {
			resp.Diagnostics.AddError("Cannot change the role", err.Error())
			if !recorded {
				return
			}
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete implements resource.Resource.
func (r *role) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state roleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if err := os.Remove(filepath.Join(os.Getenv("STANDIN_DATABASE"), state.Name.ValueString())); err != nil { //nolint:gosec // The test names its own directory.
		resp.Diagnostics.AddError("Cannot drop the role", err.Error())
	}
}

// store writes the password of a role. When it fails, recorded tells to keep the
// new state nevertheless, as providers do that are built with the older SDK.
func store(config roleModel) (recorded bool, err error) {
	dir := os.Getenv("STANDIN_DATABASE")
	failure := filepath.Join(dir, "fail")
	how, err := os.ReadFile(failure) //nolint:gosec // The test names its own directory.
	switch {
	case err == nil:
		err = os.Remove(failure) //nolint:gosec // As above.
		return string(how) == "recorded", errors.Join(errors.New("the database is restarting"), err)
	case !errors.Is(err, os.ErrNotExist):
		return false, err
	}
	return false, os.WriteFile(filepath.Join(dir, config.Name.ValueString()), []byte(config.PasswordWO.ValueString()), 0o600) //nolint:gosec // As above.
}
