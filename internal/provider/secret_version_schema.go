package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// Schema implements resource.Resource.
func (r *secretVersionResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The current value of a secret over time. A new value is an in-place update: the new version is put first and confirmed, so that there is never a moment without a readable current version.\n\n" +
			"No plan, refresh or apply ever reveals a value. The provider finds versions of other clients in the history of the secret: `on_external_version` sets what a plan does about them.",
		Attributes: versionSchema(ctx),
	}
}

func versionSchema(ctx context.Context) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, group := range []map[string]schema.Attribute{versionNames(), versionValues(), versionPolicies(), computedAttributes(), {"timeouts": timeoutsSchema(ctx)}} {
		maps.Copy(attributes, group)
	}
	return attributes
}

// versionNames say which secret the resource is about. All three are kept in
// state, however the configuration names the secret.
func versionNames() map[string]schema.Attribute {
	fixed := func() []planmodifier.String {
		return []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()}
	}
	return map[string]schema.Attribute{
		"secret_id": schema.StringAttribute{
			MarkdownDescription: "The secret, as the `id` of a `thalassasecrets_secret`: region and path, such as `nl-01/app/db`. " +
				"Recommended over `path`, because a replaced secret then gets its value again in the same apply. Changing it replaces the resource.",
			Optional:      true,
			Computed:      true,
			Validators:    []validator.String{validSecretID().orMocked()},
			PlanModifiers: fixed(),
		},
		"region": schema.StringAttribute{
			MarkdownDescription: "Region of the secret, with `path`. Default: the provider's `region` at the time of creation. Must match `secret_id` if both are set. Changing it replaces the resource.",
			Optional:            true,
			Computed:            true,
			Validators:          []validator.String{validRegion().orMocked()},
			PlanModifiers:       fixed(),
		},
		"path": schema.StringAttribute{
			MarkdownDescription: "Path of the secret, such as `/app/production/db`. One of `secret_id` and `path` is required. Changing it replaces the resource.",
			Optional:            true,
			Computed:            true,
			Validators:          []validator.String{validPath()},
			PlanModifiers:       fixed(),
		},
	}
}

// versionValues are the ways to give a value, at most one of which may be used.
func versionValues() map[string]schema.Attribute {
	const writeOnly = " Write-only: it is never in the state or a plan, and needs Terraform 1.11 or OpenTofu 1.11. A new value is put when `value_wo_version` changes. Requires `value_wo_version`, `detect_value_changes = true` or `rotation`, because Terraform does not see that a write-only value has changed."
	return map[string]schema.Attribute{
		"secret_string_wo": schema.StringAttribute{
			MarkdownDescription: "Text value. The provider encodes it." + writeOnly,
			Optional:            true,
			WriteOnly:           true,
			Sensitive:           true,
		},
		"secret_binary_wo": schema.StringAttribute{
			MarkdownDescription: "Bytes in base64, as `filebase64()` gives them." + writeOnly,
			Optional:            true,
			WriteOnly:           true,
			Sensitive:           true,
		},
		"secret_key_values_wo": schema.MapAttribute{
			MarkdownDescription: "Key/value pairs. Values are plain text; the provider encodes them." + writeOnly,
			ElementType:         types.StringType,
			Optional:            true,
			WriteOnly:           true,
			Sensitive:           true,
		},
		"secret_string": schema.StringAttribute{
			MarkdownDescription: "Text value, stored in the state in plain text. For Terraform before 1.11; prefer `secret_string_wo`. A changed value is put. " +
				"Moving an unchanged value to `secret_string_wo` removes it from the state and puts nothing.",
			Optional:  true,
			Sensitive: true,
		},
		"secret_key_values": schema.MapAttribute{
			MarkdownDescription: "Key/value pairs, stored in the state in plain text. For Terraform before 1.11; prefer `secret_key_values_wo`. Changed pairs are put. " +
				"Moving unchanged pairs to `secret_key_values_wo` removes them from the state and puts nothing.",
			ElementType: types.StringType,
			Optional:    true,
			Sensitive:   true,
		},
		"generate": schema.SingleNestedAttribute{
			MarkdownDescription: "Random bytes that the service generates, so they do not pass through Terraform: raw key material, not a password. " +
				"New bytes are put when `value_wo_version` or `byte_length` changes.",
			Optional: true,
			Attributes: map[string]schema.Attribute{
				"byte_length": schema.Int64Attribute{
					MarkdownDescription: "Number of bytes, from 16 to 4096.",
					Required:            true,
					Validators:          []validator.Int64{validByteLength()},
				},
			},
		},
		"detect_value_changes": schema.BoolAttribute{
			MarkdownDescription: "Whether a write-only value is compared with the one that was put, instead of waiting for `value_wo_version` to change. " +
				"The provider then keeps a salted, memory-hard fingerprint (Argon2id) of the value in private state, never the value. Requires a write-only input and conflicts with `value_wo_version`. " +
				"Do not combine it with a random ephemeral value: it differs in every run and would be put each time. Default: `false`.",
			Optional: true,
		},
		"value_wo_version": schema.StringAttribute{
			MarkdownDescription: "Any string, such as a number or a date. Every change of it puts the configured value again as a new version. A change without a value is an error, and nothing is recorded. " +
				"If the value comes from another version, use the `version_uid` of that version.",
			Optional: true,
		},
	}
}

// versionPolicies say what plans make of circumstances.
func versionPolicies() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"rotation": schema.SingleNestedAttribute{
			MarkdownDescription: "When a new version is due without a change of the value. Requires a renewable value: `generate`, or a write-only input, whose value at the time of the apply is put. " +
				"A due rotation shows in the plan, so `plan -detailed-exitcode` returns 2. Conflicts with `on_external_version = \"ignore\"`.",
			Optional: true,
			Attributes: map[string]schema.Attribute{
				"after": schema.StringAttribute{
					MarkdownDescription: "Age at which the managed version is due, such as `30d`, `12h` or `1d12h`. An apply that changes it only records it. The next plan uses it.",
					Optional:            true,
					Validators:          []validator.String{validDuration()},
				},
				"keepers": schema.MapAttribute{
					MarkdownDescription: "Arbitrary strings. When one of them changes, a new version is due. A change without a value is an error, and nothing is recorded. Adding the first keepers, or removing all, writes nothing; an empty map counts as no keepers.",
					ElementType:         types.StringType,
					Optional:            true,
					Validators:          []validator.Map{noNullElements{}},
				},
			},
		},
		"retention": schema.SingleNestedAttribute{
			MarkdownDescription: "Which superseded versions stay readable. Without it, all do. Nothing is ever destroyed before the new version is confirmed as current, and never the current version or one that is newer than the managed one. An apply that changes it only records it, except for a changed `keep` without `min_idle`. The next plan lists the versions that it destroys.",
			Optional:            true,
			Attributes: map[string]schema.Attribute{
				"keep": schema.Int64Attribute{
					MarkdownDescription: "How many of the newest superseded versions always stay. Default: `1`.",
					Optional:            true,
					Validators:          []validator.Int64{int64validator.AtLeast(0)},
				},
				"min_idle": schema.StringAttribute{
					MarkdownDescription: "How long any other version has to be both superseded and unread before it is destroyed, such as `3d`. A version that is not idle yet is destroyed by a later apply. Default: never.",
					Optional:            true,
					Validators:          []validator.String{validDuration()},
				},
			},
		},
		"on_external_version": schema.StringAttribute{
			MarkdownDescription: "What to do if the managed version is not current, because another client put or destroyed a version: " +
				"`adopt` (default) plans to track what is current and writes nothing; `overwrite` plans to put the configured value again, which needs a value other than `generate`; " +
				"`ignore` leaves it alone and never puts once the version is created.",
			Optional: true,
			Computed: true,
			Default:  stringdefault.StaticString(string(version.ExternalAdopt)),
			Validators: []validator.String{
				stringvalidator.OneOf(string(version.ExternalAdopt), string(version.ExternalOverwrite), string(version.ExternalIgnore)),
			},
		},
		"deletion_policy": schema.StringAttribute{
			MarkdownDescription: "What happens to the managed version when this resource is removed or changes to another secret: `retain` (default) keeps it; " +
				"`destroy` destroys it for good, and the highest version that is still active becomes current. A replacement by a new version of the same secret keeps the previous version, and `retention` decides about it.",
			Optional:   true,
			Computed:   true,
			Default:    stringdefault.StaticString(deletionRetain),
			Validators: []validator.String{stringvalidator.OneOf(deletionRetain, deletionDestroy)},
		},
	}
}

// computedAttributes are what the provider fills in. Plans settle all of them
// together: see secret_version_plan.go.
func computedAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			MarkdownDescription: "The secret and the number of the managed version, such as `nl-01/app/db@4`. " + numbersRepeat,
			Computed:            true,
		},
		"version": schema.Int64Attribute{
			MarkdownDescription: "Number of the managed version. " + numbersRepeat,
			Computed:            true,
		},
		"version_uid": schema.StringAttribute{
			MarkdownDescription: "The trigger for everything that must follow the value: `id`, a colon and `created_at` in UTC, such as `nl-01/app/db@4:2026-11-01T09:00:00.25Z`. " +
				"It differs for every version, also after the secret was deleted and created again, and an import of the same version has the same one. Null while `created_at` is null.",
			Computed: true,
		},
		"version_serial": schema.Int64Attribute{
			MarkdownDescription: "A trigger that is a number, below 2147483648: the whole seconds of the put since 2020, plus the number of the version. " +
				"It grows with every later put, and is smaller again after a rollback to an older version. If the consumer takes a text, use `version_uid`. Null while `created_at` is null.",
			Computed: true,
		},
		"created_at": schema.StringAttribute{
			MarkdownDescription: "When the managed version was put, in RFC 3339.",
			Computed:            true,
		},
		"status": schema.StringAttribute{
			MarkdownDescription: "`active` or `destroyed`.",
			Computed:            true,
		},
		"value_format": schema.StringAttribute{
			MarkdownDescription: "`string` or `keyValue`.",
			Computed:            true,
		},
		"last_change": schema.StringAttribute{
			MarkdownDescription: "Why this version is managed: `created`, `value` (the configuration asked for another), `rotation` (due by age), `keeper` (a keeper changed), `adopted`, `overwritten`, `healed` (nothing was active) or `imported` (imported, or moved from another provider). " +
				"It is known in the plan, so that a check of the plan can separate drift from due work.",
			Computed: true,
		},
		"rotate_at": schema.StringAttribute{
			MarkdownDescription: "When the managed version is due by its age, in RFC 3339. Null without `rotation.after`.",
			Computed:            true,
		},
		"active_versions": schema.ListAttribute{
			MarkdownDescription: "With `retention`: the versions up to the managed one that can be read, oldest first. A plan shows here which versions it destroys.",
			ElementType:         types.Int64Type,
			Computed:            true,
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
	}
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *secretVersionResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = secretIdentitySchema()
}
