package provider

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// secretMetadataModel is what the data sources show of a secret: all of its metadata, also
// what other clients change by reading and writing values.
type secretMetadataModel struct {
	ID             types.String `tfsdk:"id"`
	Path           types.String `tfsdk:"path"`
	Description    types.String `tfsdk:"description"`
	Labels         types.Map    `tfsdk:"labels"`
	Annotations    types.Map    `tfsdk:"annotations"`
	KMSKeyID       types.String `tfsdk:"kms_key_id"`
	KMSKeyStatus   types.String `tfsdk:"kms_key_status"`
	CurrentVersion types.Int64  `tfsdk:"current_version"`
	HasValue       types.Bool   `tfsdk:"has_value"`
	CreatedAt      types.String `tfsdk:"created_at"`
	UpdatedAt      types.String `tfsdk:"updated_at"`
	LastAccessedAt types.String `tfsdk:"last_accessed_at"`
}

// metadataAttributes describe secretMetadataModel, but for the path, which may be an argument.
func metadataAttributes() map[string]schema.Attribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"id":          text("Region and path, such as `nl-01/app/db`."),
		"description": text("Description. Null if there is none."),
		"labels": schema.MapAttribute{
			MarkdownDescription: "All labels, including those from `default_labels`. Empty if there are none.",
			ElementType:         types.StringType,
			Computed:            true,
		},
		"annotations": schema.MapAttribute{
			MarkdownDescription: "Annotations, without `" + placeholderAnnotation + "` and `" + client.CreationAnnotation + "`, which belong to the provider. Empty if there are none.",
			ElementType:         types.StringType,
			Computed:            true,
		},
		"kms_key_id":     text("Identity of the KMS key that encrypts every version."),
		"kms_key_status": text("State of that key: `active`, `disabled` or `pending_deletion`. Values can be put and read only with an active key. Null if the service does not return it."),
		"current_version": schema.Int64Attribute{
			MarkdownDescription: "Number of the version that readers get. Null when no version is active.",
			Computed:            true,
		},
		"has_value": schema.BoolAttribute{
			MarkdownDescription: "Whether there is a value to read. `false` while the current version is only the placeholder that a secret without `initial_value` begins with, and while no version is active.",
			Computed:            true,
		},
		"created_at":       text("When the secret was created, in RFC 3339."),
		"updated_at":       text("When the secret was last changed, in RFC 3339."),
		"last_accessed_at": text("When a value of the secret was last read, in RFC 3339, null for never."),
	}
}

// nameAttributes are the arguments by which a data source names one secret.
func nameAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
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
	}
}

func metadataFromAPI(s client.Secret) secretMetadataModel {
	annotations := maps.Clone(s.Annotations)
	delete(annotations, placeholderAnnotation)
	delete(annotations, client.CreationAnnotation)
	return secretMetadataModel{
		ID:             types.StringValue(s.ID.String()),
		Path:           types.StringValue(s.ID.Path.String()),
		Description:    optionalString(s.Description),
		Labels:         mapOfMetadata(s.Labels),
		Annotations:    mapOfMetadata(annotations),
		KMSKeyID:       optionalString(s.KMSKey.Identity),
		KMSKeyStatus:   optionalString(string(s.KMSKey.Status)),
		CurrentVersion: optionalInt64(s.CurrentVersion),
		HasValue:       types.BoolValue(s.CurrentVersion != 0 && !historyOf(s).OnlyPlaceholder()),
		CreatedAt:      timeFromAPI(s.CreatedAt),
		UpdatedAt:      timeFromAPI(s.UpdatedAt),
		LastAccessedAt: timeFromAPI(s.LastAccessedAt),
	}
}

// mapOfMetadata is empty for none, unlike in a managed resource, where null has to stay
// null: a configuration can look into it without asking first.
func mapOfMetadata(said map[string]string) types.Map {
	return mapFromAPI(said, types.MapValueMust(types.StringType, map[string]attr.Value{}))
}
