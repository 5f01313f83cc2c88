package provider

import "github.com/hashicorp/terraform-plugin-framework/provider/schema"

// credentialsAttributes are the arguments that say who is asking.
func credentialsAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"token": schema.StringAttribute{
			MarkdownDescription: "Personal API token. Environment: `THALASSA_API_TOKEN`.",
			Optional:            true,
			Sensitive:           true,
		},
		"access_token": schema.StringAttribute{
			MarkdownDescription: "Access token that was issued elsewhere. It is used as it is, until it expires. Environment: `THALASSA_ACCESS_TOKEN`.",
			Optional:            true,
			Sensitive:           true,
		},
		"client_id": schema.StringAttribute{
			MarkdownDescription: "Id of an OIDC client, to which the service issues access tokens. Requires `client_secret`. Environment: `THALASSA_CLIENT_ID`.",
			Optional:            true,
		},
		"client_secret": schema.StringAttribute{
			MarkdownDescription: "Secret of the OIDC client. Requires `client_id`. Environment: `THALASSA_CLIENT_SECRET`.",
			Optional:            true,
			Sensitive:           true,
		},
		"oidc_token": schema.StringAttribute{
			MarkdownDescription: "Identity token (a JWT) of the job or machine that runs Terraform, issued by its CI system or platform. The service exchanges it for access tokens of the service account. " +
				"Requires `service_account_id`; conflicts with `oidc_token_file`. Environment: `THALASSA_OIDC_TOKEN`. If neither of the two is set, the token of a run in HCP Terraform, `TFC_WORKLOAD_IDENTITY_TOKEN`.",
			Optional:  true,
			Sensitive: true,
		},
		"oidc_token_file": schema.StringAttribute{
			MarkdownDescription: "File with an identity token, like `oidc_token`. The file is read again for each exchange, so another program may renew it. " +
				"Requires `service_account_id`; conflicts with `oidc_token`. Environment: `THALASSA_OIDC_TOKEN_FILE`.",
			Optional: true,
		},
		"service_account_id": schema.StringAttribute{
			MarkdownDescription: "Service account to act as. It must trust the identity token. Requires `oidc_token` or `oidc_token_file`. Environment: `THALASSA_SERVICE_ACCOUNT_ID`. If this variable alone is set, another credentials method is used, if there is one.",
			Optional:            true,
		},
	}
}
