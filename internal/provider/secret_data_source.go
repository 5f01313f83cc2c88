package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

var (
	_ datasource.DataSourceWithConfigure      = (*secretDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*secretDataSource)(nil)
)

// secretDataSource shows the metadata of one secret.
type secretDataSource struct{ dataSourceBase }

func newSecretDataSource() datasource.DataSource { return &secretDataSource{} }

// Metadata implements datasource.DataSource.
func (d *secretDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_secret"
}

// Schema implements datasource.DataSource.
func (d *secretDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The metadata of one secret, managed by Terraform or not: its key, its access policy, which version is current and when it was last read. " +
			"It never holds or reveals a value. A secret that does not exist is an error.",
		Attributes: map[string]schema.Attribute{"access_policy": accessPolicyFacts()},
	}
	maps.Copy(resp.Schema.Attributes, metadataAttributes())
	maps.Copy(resp.Schema.Attributes, nameAttributes())
}

// accessPolicyFacts has the shape of the resource's access_policy.
func accessPolicyFacts() schema.SingleNestedAttribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Who may read and put values, from where and when, on top of permissions. Null for none.",
		Computed:            true,
		Attributes: map[string]schema.Attribute{
			"conditions": schema.ListNestedAttribute{
				MarkdownDescription: "Any matching `deny` refuses. If there are `allow` conditions, at least one has to match.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"type":   text("`ip` (with `cidrs`) or `time` (with `start_hour`, `end_hour` and `timezone`)."),
					"effect": text("`allow` or `deny`."),
					"cidrs": schema.SetAttribute{
						MarkdownDescription: "Networks of the callers, null for a condition of type `time`.",
						ElementType:         types.StringType,
						Computed:            true,
					},
					"start_hour": schema.Int64Attribute{MarkdownDescription: "First hour, from 0 to 23.", Computed: true},
					"end_hour":   schema.Int64Attribute{MarkdownDescription: "Hour at which the window ends, from 0 to 23. If it is before `start_hour`, the window spans midnight.", Computed: true},
					"timezone":   text("IANA time zone of the hours."),
				}},
			},
		},
	}
}

// secretDataModel is the data source in configuration and state.
type secretDataModel struct {
	SecretID     types.String `tfsdk:"secret_id"`
	Region       types.String `tfsdk:"region"`
	AccessPolicy types.Object `tfsdk:"access_policy"`
	secretMetadataModel
}

func (m *secretDataModel) names() secretNames { return secretNames{m.SecretID, m.Region, m.Path} }

func (m *secretDataModel) fromAPI(ctx context.Context, s client.Secret) (diags diag.Diagnostics) {
	m.secretMetadataModel = metadataFromAPI(s)
	m.SecretID, m.Region = m.ID, types.StringValue(s.ID.Region)
	m.AccessPolicy, diags = policyFromAPI(ctx, s.AccessPolicy, types.ObjectNull(policyTypes))
	return diags
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *secretDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config secretDataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(config.names().check()...)
}

// Read implements datasource.DataSource.
func (d *secretDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model secretDataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	secret, diags := d.lookUp(ctx, model.names())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(model.fromAPI(ctx, secret)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
