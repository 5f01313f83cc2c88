package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

var _ datasource.DataSourceWithConfigure = (*secretsDataSource)(nil)

// secretsDataSource shows the secrets below a path.
type secretsDataSource struct{ dataSourceBase }

func newSecretsDataSource() datasource.DataSource { return &secretsDataSource{} }

// Metadata implements datasource.DataSource.
func (d *secretsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_secrets"
}

// Schema implements datasource.DataSource.
func (d *secretsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	of := metadataAttributes()
	of["path"] = schema.StringAttribute{MarkdownDescription: "Path of the secret, such as `/app/production/db`.", Computed: true}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The secrets below a path, with their metadata, in one request. It shows those that the caller may list and read, and silently omits all others. " +
			"It never holds or reveals a value.",
		Attributes: map[string]schema.Attribute{
			"path_prefix": schema.StringAttribute{
				MarkdownDescription: "Where to look: a path that ends with `/`, such as `/app/production/`, or `/` for all secrets of the region.",
				Required:            true,
				Validators:          []validator.String{validDirectory()},
			},
			"region": schema.StringAttribute{
				MarkdownDescription: "Region of the secrets. Default: the provider's `region`.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{validRegion().orMocked()},
			},
			"recursive": schema.BoolAttribute{
				MarkdownDescription: "Whether `secrets` has everything below `path_prefix`, however deep (the default), or only what is right there, with `prefixes` to go on from.",
				Optional:            true,
			},
			"labels": schema.MapAttribute{
				MarkdownDescription: "Labels that a secret must have to be shown, every one with the value given here. The provider picks them out of what the service lists; `prefixes` stay as they are.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Map{noNullElements{}},
			},
			"prefixes": schema.ListAttribute{
				MarkdownDescription: "With `recursive = false`: the paths right below `path_prefix` under which there are more secrets, each ending with `/`, sorted. Null otherwise.",
				ElementType:         types.StringType,
				Computed:            true,
			},
			"secrets": schema.ListNestedAttribute{
				MarkdownDescription: "The secrets, sorted by path. Empty for none.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: of},
			},
		},
	}
}

// secretsModel is the data source in configuration and state.
type secretsModel struct {
	PathPrefix types.String          `tfsdk:"path_prefix"`
	Region     types.String          `tfsdk:"region"`
	Recursive  types.Bool            `tfsdk:"recursive"`
	Labels     types.Map             `tfsdk:"labels"`
	Prefixes   []types.String        `tfsdk:"prefixes"`
	Secrets    []secretMetadataModel `tfsdk:"secrets"`
}

// isRecursive is how the secrets are to be listed, recursively where the
// configuration does not say.
func (m *secretsModel) isRecursive() bool { return m.Recursive.IsNull() || m.Recursive.ValueBool() }

// fromAPI takes over what was asked for out of a listing.
func (m *secretsModel) fromAPI(listing client.Listing) {
	m.Secrets = []secretMetadataModel{}
	for _, s := range selected(listing.Secrets, stringMap(m.Labels)) {
		m.Secrets = append(m.Secrets, metadataFromAPI(s))
	}
	m.Prefixes = nil
	if m.isRecursive() {
		return
	}
	m.Prefixes = []types.String{}
	for _, prefix := range slices.Compact(slices.Sorted(slices.Values(listing.Prefixes))) {
		// A folder whose name cannot be listed is left out.
		if _, err := secretpath.ParseDirectory(prefix); err == nil {
			m.Prefixes = append(m.Prefixes, types.StringValue(prefix))
		}
	}
}

// Read implements datasource.DataSource.
func (d *secretsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model secretsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if resp.Diagnostics.Append(validRegion().check(path.Root("region"), model.Region)...); resp.Diagnostics.HasError() {
		return
	}
	directory, err := secretpath.ParseDirectory(model.PathPrefix.ValueString())
	if err != nil {
		resp.Diagnostics.Append(diagnostic.ListPrefixInvalid.At(path.Root("path_prefix"), err.Error()+"."))
		return
	}
	if diags := d.unready("list", "the secrets below "+model.PathPrefix.ValueString()); diags.HasError() {
		resp.Diagnostics.Append(diags...)
		return
	}
	model.Region = d.regionOr(model.Region)
	if model.Region.IsNull() {
		resp.Diagnostics.Append(d.checkRegion(ctx, model.Region)...)
		return
	}
	listing, err := d.list(ctx, model.Region.ValueString(), directory, model.isRecursive())
	if err != nil {
		resp.Diagnostics.Append(d.listFailure(ctx, model.Region, directory, err))
		return
	}
	model.fromAPI(listing)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// list asks the service itself. What the inventory lists is for resources that only
// want to know that nothing has changed.
func (d *secretsDataSource) list(ctx context.Context, region string, directory secretpath.Prefix, recursive bool) (client.Listing, error) {
	if !recursive {
		return d.client.BrowseSecrets(ctx, region, directory)
	}
	secrets, err := d.client.ListSecrets(ctx, region, directory)
	return client.Listing{Secrets: secrets}, err
}
