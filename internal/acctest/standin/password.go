package main

import (
	"context"
	"crypto/rand"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// password is random_password: another one each time that it is opened.
type password struct{}

var _ ephemeral.EphemeralResource = password{}

type passwordModel struct {
	Length  types.Int64  `tfsdk:"length"`
	Special types.Bool   `tfsdk:"special"`
	Result  types.String `tfsdk:"result"`
}

// Metadata implements ephemeral.EphemeralResource.
func (password) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_password"
}

// Schema implements ephemeral.EphemeralResource.
func (password) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"length":  schema.Int64Attribute{Required: true},
		"special": schema.BoolAttribute{Optional: true},
		"result":  schema.StringAttribute{Computed: true, Sensitive: true},
	}}
}

// Open implements ephemeral.EphemeralResource.
func (password) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model passwordModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	var text string
	for int64(len(text)) < model.Length.ValueInt64() {
		text += rand.Text()
	}
	model.Result = types.StringValue(text[:model.Length.ValueInt64()])
	resp.Diagnostics.Append(resp.Result.Set(ctx, &model)...)
}
