package provider

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// A list resource finds what exists already, for `terraform query`. Both list
// resources make one list of secrets, and show of each what an import of it would
// leave in the state.

// listModel is the configuration of both list resources.
type listModel struct {
	Region     types.String `tfsdk:"region"`
	PathPrefix types.String `tfsdk:"path_prefix"`
	Labels     types.Map    `tfsdk:"labels"`
}

func listAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"region": schema.StringAttribute{
			MarkdownDescription: "Region to look in, such as `nl-01`. Default: the provider's `region`.",
			Optional:            true,
			Validators:          []validator.String{validRegion()},
		},
		"path_prefix": schema.StringAttribute{
			MarkdownDescription: "Where to look: a path that ends with `/`, such as `/app/production/`. Default: `/`, which is every secret of the organisation or project in the region.",
			Optional:            true,
			Validators:          []validator.String{validDirectory()},
		},
		"labels": schema.MapAttribute{
			MarkdownDescription: "Labels that a secret has to have, all of them, whether they came from its own `labels` or from `default_labels`.",
			ElementType:         types.StringType,
			Optional:            true,
			Validators:          []validator.Map{noNullElements{}},
		},
	}
}

// listed asks the service once for the secrets that a configuration means, and
// returns where it has looked. They come by path, each once, so that what is
// generated from them is the same every time.
func (s *service) listed(ctx context.Context, config tfsdk.Config) (secrets []client.Secret, from string, diags diag.Diagnostics) {
	var model listModel
	diags.Append(config.Get(ctx, &model)...)
	if model.PathPrefix.IsNull() {
		model.PathPrefix = types.StringValue("/")
	}
	diags.Append(s.unready("list", "the secrets below "+model.PathPrefix.ValueString())...)
	region := s.regionOr(model.Region)
	if region.ValueString() == "" && !region.IsUnknown() {
		diags.Append(s.checkRegion(ctx, region)...)
	}
	directory, err := secretpath.ParseDirectory(model.PathPrefix.ValueString())
	if err != nil {
		diags.Append(diagnostic.ListPrefixInvalid.At(path.Root("path_prefix"), err.Error()+"."))
	}
	if diags.HasError() {
		return nil, "", diags
	}
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	secrets, err = s.client.ListSecrets(ctx, region.ValueString(), directory)
	if err != nil {
		diags.Append(s.listFailure(ctx, region, directory, err))
		return nil, "", diags
	}
	return selected(secrets, stringMap(model.Labels)), region.ValueString() + directory.String(), diags
}

// results shows secrets one by one, up to the limit and until Terraform stops reading.
// A warning says where the limit omits some, because a query that looks complete would
// leave them unmanaged. complete adds what is particular to a list resource.
func results(ctx context.Context, req list.ListRequest, from string, secrets []client.Secret, complete func(client.Secret, *list.ListResult)) iter.Seq[list.ListResult] {
	var truncated diag.Diagnostics
	if total := int64(len(secrets)); req.Limit > 0 && total > req.Limit {
		secrets = secrets[:req.Limit]
		truncated.Append(diagnostic.ListTruncated.On(from, fmt.Sprintf(
			"The list has %d results, and the query shows the first %d of them. To see all, set limit = %d in the list block. To see fewer, set path_prefix or labels in its config block.",
			total, req.Limit, total)))
	}
	return func(push func(list.ListResult) bool) {
		// First, because Terraform stops reading once it has as many results as it asked for.
		if len(truncated) > 0 && !push(list.ListResult{Diagnostics: truncated}) {
			return
		}
		for _, secret := range secrets {
			result := req.NewListResult(ctx)
			result.Diagnostics.Append(setIdentity(ctx, result.Identity, secret.ID)...)
			complete(secret, &result)
			if !push(result) {
				return
			}
		}
	}
}
