package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

var _ list.ListResourceWithConfigure = (*secretVersionList)(nil)

// secretVersionList finds the current version of each secret under a prefix.
type secretVersionList struct{ resourceBase }

func newSecretVersionList() list.ListResource { return &secretVersionList{} }

// Metadata implements list.ListResource.
func (l *secretVersionList) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_secret_version"
}

// ListResourceConfigSchema implements list.ListResource.
func (l *secretVersionList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds the current version of each secret under a prefix with one request, for `terraform query`. A secret without a current version is left out, and a warning names it. " +
			"With `include_resource`, each result is what an import of the version would leave in the state, but for `created_at`, `version_uid`, `version_serial` and `value_format`, which only the history of the secret tells: they are null here. " +
			"The caller is shown the secrets that it may list and read; no value is revealed.",
		Attributes: listAttributes(),
	}
}

// List implements list.ListResource.
func (l *secretVersionList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	secrets, from, diags := l.listed(ctx, req.Config)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	var empty []string
	secrets = slices.DeleteFunc(secrets, func(secret client.Secret) bool {
		if secret.CurrentVersion == 0 {
			empty = append(empty, secret.ID.String())
		}
		return secret.CurrentVersion == 0
	})
	versions := results(ctx, req, from, secrets, func(secret client.Secret, result *list.ListResult) {
		result.DisplayName = secret.ID.Version(secret.CurrentVersion).String()
		if req.IncludeResource {
			result.Diagnostics.Append(l.asImported(ctx, result.Resource, secret)...)
		}
	})
	stream.Results = func(push func(list.ListResult) bool) {
		// First, because Terraform listens no longer once it has what it asked for.
		if len(empty) > 0 && !push(list.ListResult{Diagnostics: withoutCurrent(from, empty)}) {
			return
		}
		versions(push)
	}
}

// withoutCurrent names the secrets of which there is nothing to import.
func withoutCurrent(from string, ids []string) diag.Diagnostics {
	const most = 10
	named, rest := ids, ""
	if len(ids) > most {
		named, rest = ids[:most], fmt.Sprintf(" and %d more", len(ids)-most)
	}
	return diag.Diagnostics{diagnostic.ListWithoutCurrent.On(from, fmt.Sprintf(
		"The list names no current version of %s%s, so there is no version to import. Put a value into a secret that should have one.", strings.Join(named, ", "), rest))}
}

// asImported fills in what an import of the current version and the read that
// follows it leave in the state, by the same code. The entry of a list has no
// history, so the time, the triggers and the format of the version stay null.
func (l *secretVersionList) asImported(ctx context.Context, target *tfsdk.Resource, secret client.Secret) diag.Diagnostics {
	diags := beginVersionImport(ctx, target, secret.ID)
	var state versionModel
	diags.Append(target.Get(ctx, &state)...)
	if diags.HasError() {
		return diags
	}
	secret.Versions = []client.Version{{Number: secret.CurrentVersion, Status: client.VersionActive, Current: true}}
	done, more := l.refreshedVersion(secret.ID, versionRefresh{state: state, record: version.Imported(0)}, l.snapshotOf(secret))
	diags.Append(more...)
	if done != nil {
		diags.Append(target.Set(ctx, &done.state)...)
	}
	return diags
}
