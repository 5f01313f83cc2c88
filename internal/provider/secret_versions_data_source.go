package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

var (
	_ datasource.DataSourceWithConfigure      = (*secretVersionsDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*secretVersionsDataSource)(nil)
)

// secretVersionsDataSource shows the history of a secret, without values.
type secretVersionsDataSource struct{ dataSourceBase }

func newSecretVersionsDataSource() datasource.DataSource { return &secretVersionsDataSource{} }

// Metadata implements datasource.DataSource.
func (d *secretVersionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_secret_versions"
}

// Schema implements datasource.DataSource.
func (d *secretVersionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The history of a secret's versions: what was put when, what is current, what was destroyed and what is still being read. It never holds a value, and reading it reveals none.",
		Attributes: map[string]schema.Attribute{
			"current_version": schema.Int64Attribute{
				MarkdownDescription: "Number of the version that readers get. Null when no version is active.",
				Computed:            true,
			},
			"as_of": text("When the service answered, by its own clock, in RFC 3339. Compare ages with this and not with `plantimestamp()`, which is the clock of the machine. Null where the response had no date."),
			"versions": schema.ListNestedAttribute{
				MarkdownDescription: "All versions, the newest first.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"version":          schema.Int64Attribute{MarkdownDescription: "Number of the version. " + numbersRepeat, Computed: true},
					"version_uid":      text("Identifies the version among all others, as in `thalassasecrets_secret_version`: its id and the time of the put. Use it as the trigger of resources that follow a secret which is not managed here."),
					"version_serial":   schema.Int64Attribute{MarkdownDescription: "A number that grows with every later put, below 2147483648: the whole seconds of the put since 2020, plus the number of the version.", Computed: true},
					"status":           text("`active` or `destroyed`."),
					"stage":            text("`current` for the version that readers get, else null."),
					"value_format":     text("`string` or `keyValue`."),
					"created_at":       text("When it was put, in RFC 3339."),
					"destroyed_at":     text("When it was destroyed, in RFC 3339, else null."),
					"last_accessed_at": text("When its value was last read, in RFC 3339, null for never."),
				}},
			},
		},
	}
	maps.Copy(resp.Schema.Attributes, nameAttributes())
}

// secretVersionsModel is the data source in configuration and state.
type secretVersionsModel struct {
	SecretID       types.String      `tfsdk:"secret_id"`
	Region         types.String      `tfsdk:"region"`
	Path           types.String      `tfsdk:"path"`
	AsOf           types.String      `tfsdk:"as_of"`
	CurrentVersion types.Int64       `tfsdk:"current_version"`
	Versions       []historyRowModel `tfsdk:"versions"`
}

type historyRowModel struct {
	Version        types.Int64  `tfsdk:"version"`
	VersionUID     types.String `tfsdk:"version_uid"`
	VersionSerial  types.Int64  `tfsdk:"version_serial"`
	Status         types.String `tfsdk:"status"`
	Stage          types.String `tfsdk:"stage"`
	ValueFormat    types.String `tfsdk:"value_format"`
	CreatedAt      types.String `tfsdk:"created_at"`
	DestroyedAt    types.String `tfsdk:"destroyed_at"`
	LastAccessedAt types.String `tfsdk:"last_accessed_at"`
}

func (m *secretVersionsModel) names() secretNames { return secretNames{m.SecretID, m.Region, m.Path} }

func (m *secretVersionsModel) fromAPI(s client.Secret) {
	m.AsOf = timeFromAPI(s.AsOf)
	m.CurrentVersion = optionalInt64(s.CurrentVersion)
	m.Versions = make([]historyRowModel, 0, len(s.Versions))
	for _, v := range s.Versions {
		stage := types.StringNull()
		if v.Current {
			stage = types.StringValue("current")
		}
		triggers := triggersOf(s.ID.Version(v.Number).String(), v.Number, v.CreatedAt)
		m.Versions = append(m.Versions, historyRowModel{
			Version:        types.Int64Value(v.Number),
			VersionUID:     triggers.UID,
			VersionSerial:  triggers.Serial,
			Status:         types.StringValue(string(v.Status)),
			Stage:          stage,
			ValueFormat:    optionalString(v.ValueFormat),
			CreatedAt:      timeFromAPI(v.CreatedAt),
			DestroyedAt:    timeFromAPI(v.DestroyedAt),
			LastAccessedAt: timeFromAPI(v.LastAccessedAt),
		})
	}
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *secretVersionsDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config secretVersionsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(config.names().check()...)
}

// Read implements datasource.DataSource.
func (d *secretVersionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model secretVersionsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	secret, diags := d.lookUp(ctx, model.names())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	names := namesOf(secret.ID)
	model.SecretID, model.Region, model.Path = names.SecretID, names.Region, names.Path
	model.fromAPI(secret)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
