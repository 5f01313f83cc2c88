package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

var _ list.ListResourceWithConfigure = (*secretList)(nil)

// secretList finds the secrets under a prefix.
type secretList struct{ resourceBase }

func newSecretList() list.ListResource { return &secretList{} }

// Metadata implements list.ListResource.
func (l *secretList) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_secret"
}

// ListResourceConfigSchema implements list.ListResource.
func (l *secretList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds the secrets under a prefix with one request, for `terraform query`. With `include_resource`, each result is what an import of the secret would leave in the state. " +
			"The caller is shown the secrets that it may list and read; no value is revealed.",
		Attributes: listAttributes(),
	}
}

// List implements list.ListResource.
func (l *secretList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	secrets, from, diags := l.listed(ctx, req.Config)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = results(ctx, req, from, secrets, func(secret client.Secret, result *list.ListResult) {
		result.DisplayName = secret.ID.String()
		if req.IncludeResource {
			result.Diagnostics.Append(l.asImported(ctx, result.Resource, secret)...)
		}
	})
}

// asImported fills in what an import and the read that follows it leave in the
// state, by the same code.
func (l *secretList) asImported(ctx context.Context, target *tfsdk.Resource, secret client.Secret) diag.Diagnostics {
	diags := beginImport(ctx, target, secret.ID)
	var state secretModel
	diags.Append(target.Get(ctx, &state)...)
	if diags.HasError() {
		return diags
	}
	now, more := l.refreshedSecret(ctx, secret.ID, secretRefresh{state: state}, secret)
	diags.Append(more...)
	diags.Append(target.Set(ctx, &now.state)...)
	return diags
}
