package provider

import (
	"crypto/tls"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

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
			MarkdownDescription: "Id of an OIDC client, to which the service issues access tokens. Goes with `client_secret`. Environment: `THALASSA_CLIENT_ID`.",
			Optional:            true,
		},
		"client_secret": schema.StringAttribute{
			MarkdownDescription: "Secret of the OIDC client. Goes with `client_id`. Environment: `THALASSA_CLIENT_SECRET`.",
			Optional:            true,
			Sensitive:           true,
		},
		"oidc_token": schema.StringAttribute{
			MarkdownDescription: "Identity token (a JWT) of the job or machine that runs Terraform, issued by its CI system or platform. The service exchanges it for access tokens of the service account. " +
				"Goes with `service_account_id`; conflicts with `oidc_token_file`. Environment: `THALASSA_OIDC_TOKEN`; where neither of the two is set, the token that HCP Terraform gives to a run, `TFC_WORKLOAD_IDENTITY_TOKEN`.",
			Optional:  true,
			Sensitive: true,
		},
		"oidc_token_file": schema.StringAttribute{
			MarkdownDescription: "File with an identity token, as `oidc_token` is. The file is read again for each exchange, so that it may be rotated. " +
				"Goes with `service_account_id`; conflicts with `oidc_token`. Environment: `THALASSA_OIDC_TOKEN_FILE`.",
			Optional: true,
		},
		"service_account_id": schema.StringAttribute{
			MarkdownDescription: "Service account to act as, which has to trust the identity token. Goes with `oidc_token` or `oidc_token_file`. Environment: `THALASSA_SERVICE_ACCOUNT_ID`, which on its own chooses nothing.",
			Optional:            true,
		},
	}
}

// credentialsRemedy explains a failure to get an access token, or to be let in with
// the credentials, and names what to check. It is empty for any other failure.
// Whatever method is in use, the client's error tells enough of it.
func credentialsRemedy(err error) string {
	var identity *client.IdentityTokenError
	var token *client.TokenError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &certificate):
		return "The service could not be reached. The certificate that it showed is not trusted. If its authority is your own, give the authority's certificate with ca_certificate_file (or THALASSA_CA_CERTIFICATE_FILE); " +
			"otherwise check endpoint (or THALASSA_API_ENDPOINT)."
	case errors.As(err, &identity):
		return "Getting an access token failed, because there is no identity token to exchange. " +
			"Check oidc_token_file (or THALASSA_OIDC_TOKEN_FILE): the file has to hold the token and nothing else before Terraform runs."
	case errors.As(err, &token):
		return "Getting an access token failed. " + tokenRemedy(token)
	case client.IsUnauthorized(err):
		return "The credentials are not accepted: they may be wrong, expired or revoked. Check token or access_token and the matching environment variable. " +
			"Where the service issues access tokens to the provider, check that the client or service account may act in this organisation."
	}
	return ""
}

// credentialsSaid quotes a failure to get an access token. It is empty for any other.
func credentialsSaid(err error) string {
	var identity *client.IdentityTokenError
	var token *client.TokenError
	switch {
	case errors.As(err, &identity):
		return "Error: " + identity.Error()
	case errors.As(err, &token) && token.Status != 0:
		return "The token endpoint said: " + token.Said()
	case errors.As(err, &token):
		return "Error: " + token.Error()
	}
	return ""
}

// tokenRemedy says what to check when the token endpoint gives no token.
func tokenRemedy(e *client.TokenError) string {
	switch {
	case e.Status == 0 || e.Status == 429 || e.Status >= 500:
		return "The service's token endpoint gave no usable answer. Check endpoint (or THALASSA_API_ENDPOINT) and the network, and try again."
	case e.Status != 400 && e.Status != 401 && e.Status != 403:
		return "What answered is not the token endpoint of the service. Check endpoint (or THALASSA_API_ENDPOINT)."
	case e.ServiceAccount != "":
		return fmt.Sprintf("The service did not accept the identity token for the service account %q. Check service_account_id (or THALASSA_SERVICE_ACCOUNT_ID) and organisation_id, "+
			"that the account trusts the token's issuer, subject and audience, and that the token has not expired.", e.ServiceAccount)
	}
	return fmt.Sprintf("The service did not accept the client %q. Check client_id and client_secret (or THALASSA_CLIENT_ID and THALASSA_CLIENT_SECRET), "+
		"and that the secret has not been replaced.", e.ClientID)
}
