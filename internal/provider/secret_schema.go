package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// Schema implements resource.Resource. What replaces the secret is decided in
// immutable_change.go, where the protection can name it.
func (r *secretResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A secret: a container for the versions of a value, bound to a path and a KMS key. " +
			"`thalassasecrets_secret_version` manages its value.\n\n" +
			"The service cannot change a secret once it exists: `region`, `path`, `kms_key_id`, `description`, `labels` and `annotations` stay as they were created. " +
			"`on_immutable_change` sets what a plan does if the configuration differs. Replacing a secret destroys all its versions, so `deletion_protection` makes such a plan fail.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Region and path, such as `nl-01/app/db`. Unknown while the secret is planned to be created or replaced, so that dependent resources follow.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"region": schema.StringAttribute{
				MarkdownDescription: "Region of the secret, such as `nl-01`. Default: the provider's `region` at the time of creation, which the secret then keeps. Changing it replaces the secret for any `on_immutable_change`, unless `deletion_protection` prevents it.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{validRegion().orMocked()},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"path": schema.StringAttribute{
				MarkdownDescription: "Path of the secret, such as `/app/production/db`: 1 to 512 characters of `A-Z a-z 0-9 / _ - . +`, starting with `/`, with no `/` at the end, no `//`, " +
					"no segment `.` or `..`, and no last segment `versions`, `value` or `policy`. Another path is another secret: changing it replaces the secret for any `on_immutable_change`, unless `deletion_protection` prevents it.",
				Required:   true,
				Validators: []validator.String{validPath()},
			},
			"kms_key_id": schema.StringAttribute{
				MarkdownDescription: "Identity of the symmetric KMS key of the same region that encrypts every version. The service cannot change it: see `on_immutable_change`.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"description": schema.StringAttribute{
				MarkdownDescription: "Description. The service cannot change it: see `on_immutable_change`.",
				Optional:            true,
			},
			"labels": schema.MapAttribute{
				MarkdownDescription: "Labels, in addition to the provider's `default_labels`. The service cannot change them: see `on_immutable_change`.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Map{noNullElements{}},
			},
			"annotations": schema.MapAttribute{
				MarkdownDescription: "Annotations. The service cannot change them: see `on_immutable_change`. The keys `" + placeholderAnnotation + "` and `" + client.CreationAnnotation + "` belong to the provider and are not shown here.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Map{noNullElements{}, mapvalidator.KeysAre(stringvalidator.NoneOf(placeholderAnnotation, client.CreationAnnotation))},
			},
			"deletion_protection": schema.BoolAttribute{
				MarkdownDescription: "Whether a plan that destroys or replaces the secret fails. The value in state counts: to delete a secret, apply `false` first. " +
					"Changing it does not touch the service. Default: `true`, after an import or a move too.",
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(true),
			},
			"on_immutable_change": schema.StringAttribute{
				MarkdownDescription: "Behavior of a plan if `labels`, `description`, `annotations` or `kms_key_id` differ from the secret. The service cannot change them. " +
					"`refuse` (default): the plan fails and shows both sides. `keep`: the secret stays as it is, with a warning that shows both sides. " +
					"`replace`: the secret is deleted with all its versions and created again, unless `deletion_protection` prevents it.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.OneOf(string(refuseChange), string(keepSecret), string(replaceSecret))},
			},
			"access_policy": accessPolicySchema(),
			"initial_value": initialValueSchema(),
			"timeouts":      timeoutsSchema(ctx),
			"created_at": schema.StringAttribute{
				MarkdownDescription: "When the secret was created, in RFC 3339.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"organisation_id": schema.StringAttribute{
				MarkdownDescription: "Organisation that the secret belongs to. If the provider is configured for another one, plans and applies fail.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"project_id": schema.StringAttribute{
				MarkdownDescription: "Project that the secret belongs to, if any. If the provider is configured for another one, plans and applies fail.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

// initialValueSchema is write-only as a whole, so that a later edit or an import
// shows no difference.
func initialValueSchema() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Value of version 1, for secrets whose later versions are managed elsewhere. It is used only when the secret is created: a later change has no effect. " +
			"Exactly one of the inputs must be set. Without `initial_value`, version 1 is a placeholder of 32 random bytes, which the first `thalassasecrets_secret_version` retires. " +
			"Write-only: needs Terraform 1.11 or OpenTofu 1.11.",
		Optional:  true,
		WriteOnly: true,
		Attributes: map[string]schema.Attribute{
			"secret_string_wo": schema.StringAttribute{
				MarkdownDescription: "Text value.",
				Optional:            true,
				WriteOnly:           true,
				Sensitive:           true,
			},
			"secret_binary_wo": schema.StringAttribute{
				MarkdownDescription: "Bytes in base64, as `filebase64()` gives them.",
				Optional:            true,
				WriteOnly:           true,
				Sensitive:           true,
			},
			"secret_key_values_wo": schema.MapAttribute{
				MarkdownDescription: "Key/value pairs. Values are plain text; the provider encodes them.",
				ElementType:         types.StringType,
				Optional:            true,
				WriteOnly:           true,
				Sensitive:           true,
			},
			"generate": schema.SingleNestedAttribute{
				MarkdownDescription: "Random bytes that the service generates and that never leave it. Raw key material, not a password.",
				Optional:            true,
				WriteOnly:           true,
				Attributes: map[string]schema.Attribute{
					"byte_length": schema.Int64Attribute{
						MarkdownDescription: "Number of bytes, from 16 to 4096.",
						Required:            true,
						WriteOnly:           true,
						Validators:          []validator.Int64{validByteLength()},
					},
				},
			},
		},
	}
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *secretResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = secretIdentitySchema()
}
