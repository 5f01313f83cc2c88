package provider

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure      = (*secretValueEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*secretValueEphemeral)(nil)
)

// secretValueEphemeral reveals a value for as long as one Terraform phase lasts.
type secretValueEphemeral struct{ *service }

func newSecretValueEphemeral() ephemeral.EphemeralResource { return &secretValueEphemeral{} }

// Metadata implements ephemeral.EphemeralResource.
func (e *secretValueEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_secret_value"
}

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (e *secretValueEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	e.service, _ = req.ProviderData.(*service)
}

// Schema implements ephemeral.EphemeralResource.
func (e *secretValueEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	value := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true, Sensitive: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reveals the value of a secret to a provider or a write-only argument, without leaving it in state or plan. " +
			"It reads the value in plan and again in apply, which moves `last_accessed_at` of the version and shows in the audit log.\n\n" +
			"Take the version from `thalassasecrets_secret_version`, and use the same number as the trigger of the consumer, so that the value and its trigger stay in sync.",
		Attributes: map[string]schema.Attribute{
			"secret_id": schema.StringAttribute{
				MarkdownDescription: "The secret, as region and path, such as `nl-01/app/db`. One of `secret_id` and `path` is required.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{validSecretID().orMocked()},
			},
			"region": schema.StringAttribute{
				MarkdownDescription: "Region of the secret, with `path`. Default: the provider's `region`. Must match `secret_id` if both are set.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{validRegion().orMocked()},
			},
			"path": schema.StringAttribute{
				MarkdownDescription: "Path of the secret, such as `/app/production/db`.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{validPath()},
			},
			"version": schema.Int64Attribute{
				MarkdownDescription: "Number of the version. Default: the current one.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(0)}, // 0 is that of a mock, see Open.
			},
			"value_format": schema.StringAttribute{
				MarkdownDescription: "`string` or `keyValue`.",
				Computed:            true,
			},
			"secret_string": value("The value as text. Null where its bytes are not UTF-8, and for key/value pairs."),
			"secret_base64": value("The value's bytes in base64. Null for key/value pairs."),
			"secret_hex":    value("The value's bytes in lower-case hexadecimal. Null for key/value pairs."),
			"secret_key_values": schema.MapAttribute{
				MarkdownDescription: "The key/value pairs, as text. A pair whose bytes are not UTF-8 is null. Null for any other value.",
				ElementType:         types.StringType,
				Computed:            true,
				Sensitive:           true,
			},
			"kms_key_id": schema.StringAttribute{
				MarkdownDescription: "Identity of the KMS key that encrypted the value.",
				Computed:            true,
			},
			"kms_key_version": schema.StringAttribute{
				MarkdownDescription: "Version of that key.",
				Computed:            true,
			},
		},
	}
}

// secretValueModel is the ephemeral resource in configuration and result.
type secretValueModel struct {
	SecretID        types.String `tfsdk:"secret_id"`
	Region          types.String `tfsdk:"region"`
	Path            types.String `tfsdk:"path"`
	Version         types.Int64  `tfsdk:"version"`
	ValueFormat     types.String `tfsdk:"value_format"`
	SecretString    types.String `tfsdk:"secret_string"`
	SecretBase64    types.String `tfsdk:"secret_base64"`
	SecretHex       types.String `tfsdk:"secret_hex"`
	SecretKeyValues types.Map    `tfsdk:"secret_key_values"`
	KMSKeyID        types.String `tfsdk:"kms_key_id"`
	KMSKeyVersion   types.String `tfsdk:"kms_key_version"`
}

func (m *secretValueModel) names() secretNames { return secretNames{m.SecretID, m.Region, m.Path} }

// fromAPI takes over a revealed value in every form that its bytes allow.
func (m *secretValueModel) fromAPI(v client.Revealed) {
	m.Version = types.Int64Value(v.Version)
	m.KMSKeyID, m.KMSKeyVersion = optionalString(v.KMSKey), optionalString(v.KMSKeyVersion)
	m.SecretString, m.SecretBase64, m.SecretHex = types.StringNull(), types.StringNull(), types.StringNull()
	m.SecretKeyValues = types.MapNull(types.StringType)
	if pairs := v.Pairs(); pairs != nil {
		m.ValueFormat = types.StringValue(client.FormatKeyValue)
		elements := make(map[string]attr.Value, len(pairs))
		for key, value := range pairs {
			elements[key] = textOf(value)
		}
		m.SecretKeyValues = types.MapValueMust(types.StringType, elements)
		return
	}
	m.ValueFormat = types.StringValue(client.FormatString)
	m.SecretBase64 = types.StringValue(base64.StdEncoding.EncodeToString(v.Bytes()))
	m.SecretHex = types.StringValue(hex.EncodeToString(v.Bytes()))
	m.SecretString = textOf(v.Bytes())
}

// textOf is null for bytes that are not UTF-8: Terraform's strings hold nothing else.
func textOf(b []byte) types.String {
	if !utf8.Valid(b) {
		return types.StringNull()
	}
	return types.StringValue(string(b))
}

// ValidateConfig implements ephemeral.EphemeralResourceWithValidateConfig.
func (e *secretValueEphemeral) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	var config secretValueModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(config.names().check()...)
}

// Open implements ephemeral.EphemeralResource. It reads the metadata first: a
// placeholder looks like any other value to the service.
func (e *secretValueEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model secretValueModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// OpenTofu mocks ephemeral resources, and the number that it generates is 0.
	checked := validator.Int64Response{}
	int64validator.AtLeast(1).ValidateInt64(ctx, validator.Int64Request{Path: path.Root("version"), ConfigValue: model.Version}, &checked)
	resp.Diagnostics.Append(checked.Diagnostics...)
	if resp.Diagnostics.HasError() {
		return
	}
	secret, diags := e.lookUp(ctx, model.names())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	number := model.Version.ValueInt64()
	if number == 0 {
		number = secret.CurrentVersion
	}
	if problem := unreadable(secret, number); problem != "" {
		resp.Diagnostics.Append(diagnostic.ValueRevealMissing.With(problem))
		return
	}
	revealed, diags := e.reveal(ctx, diagnostic.ValueRevealFailed, secret, number)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	names := namesOf(secret.ID)
	model.SecretID, model.Region, model.Path = names.SecretID, names.Region, names.Path
	model.fromAPI(revealed)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &model)...)
}

// reveal reads the value of a version. The summary is for a failure.
func (s *service) reveal(ctx context.Context, summary diagnostic.Error, secret client.Secret, number int64) (client.Revealed, diag.Diagnostics) {
	revealed, err := s.client.RevealValue(ctx, secret.ID, number)
	if err == nil {
		return revealed, nil
	}
	return revealed, diag.Diagnostics{s.failure(ctx, attempt{
		summary: summary, op: diagnostic.Reveal, version: number, id: secret.ID,
		key: s.keyAfter(ctx, err, secret.ID, secret.KMSKey),
	}, err)}
}

// unreadable says why there is no value, or nothing where there should be one.
func unreadable(secret client.Secret, number int64) string {
	if number == 0 {
		return fmt.Sprintf("No version of %s is active. Put a value first.", secret.ID)
	}
	history := historyOf(secret)
	row, ok := history.Find(number)
	switch {
	case ok && !row.Active:
		return fmt.Sprintf("Version %d of %s was destroyed and can never be read again. Its current version is %s.", number, secret.ID, currentText(secret))
	case history.HasPlaceholder && number == version.PlaceholderVersion:
		return fmt.Sprintf("No value has been put yet: version %d of %s is only the placeholder that the secret was created with. "+
			"Put one, for example with a thalassasecrets_secret_version, and refer to its version here.", number, secret.ID)
	case !ok && secret.Versions != nil: // Without a history, only the service knows.
		return fmt.Sprintf("%s has no version %d. Its current version is %s.", secret.ID, number, currentText(secret))
	}
	return ""
}
