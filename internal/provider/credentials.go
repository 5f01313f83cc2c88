package provider

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
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
			MarkdownDescription: "Identity token (a JWT) that somebody else issued to the job or machine that runs Terraform. The service exchanges it for access tokens of the service account. " +
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

// method is a way to prove who is asking.
type method struct {
	// settings belong to it; any that is set in the block chooses it.
	settings []setting
	// exported are those that choose it where they are set in the environment, and
	// together those that choose it there only if all of them are.
	exported    []setting
	together    []setting
	credentials func(r *resolver) client.Credentials
}

func methodsOf(m providerModel, organisation string) []method {
	token := setting{"token", "THALASSA_API_TOKEN", m.Token}
	accessToken := setting{"access_token", "THALASSA_ACCESS_TOKEN", m.AccessToken}
	id := setting{"client_id", "THALASSA_CLIENT_ID", m.ClientID}
	secret := setting{"client_secret", "THALASSA_CLIENT_SECRET", m.ClientSecret}
	identity := setting{"oidc_token", "THALASSA_OIDC_TOKEN", m.OIDCToken}
	file := setting{"oidc_token_file", "THALASSA_OIDC_TOKEN_FILE", m.OIDCTokenFile}
	// HCP Terraform has its own name for the identity of a run, and no hooks to change it.
	hosted := setting{"oidc_token", "TFC_WORKLOAD_IDENTITY_TOKEN", types.StringNull()}
	account := setting{"service_account_id", "THALASSA_SERVICE_ACCOUNT_ID", m.ServiceAccountID}
	return []method{
		{[]setting{token}, []setting{token}, nil, func(r *resolver) client.Credentials { return client.Token(r.word(token)) }},
		{[]setting{accessToken}, []setting{accessToken}, nil, func(r *resolver) client.Credentials { return client.AccessToken(r.word(accessToken)) }},
		{[]setting{id, secret}, []setting{id, secret}, nil, func(r *resolver) client.Credentials {
			if !r.complete(id, secret) {
				return nil
			}
			return client.ClientCredentials(r.word(id), r.word(secret))
		}},
		// The account alone is no method in the environment, where other tools may need
		// it. In the block it is, so that the token may come from the environment.
		{[]setting{identity, file, account}, []setting{identity, file}, []setting{account, hosted}, func(r *resolver) client.Credentials {
			source, ok := hosted, true
			if identity.isSet(r) || file.isSet(r) || !hosted.isExported(r) {
				source, ok = r.oneOf(identity, file)
			}
			if !ok || !r.complete(source, account) {
				return nil
			}
			as := client.ServiceAccount{Organisation: organisation, ID: r.word(account)}
			if source.name == file.name {
				// Whether the file is there shows with the first exchange, because it may be
				// written, or rotated, until then.
				return client.TokenExchange(as, client.IdentityTokenFile(r.text(file)))
			}
			token := r.word(source)
			return client.TokenExchange(as, func(context.Context) (string, error) { return token, nil })
		}},
	}
}

// resolveCredentials takes exactly one method. Configuration beats environment as a
// whole: a token in the block and another in the environment are no clash. Only
// what the block's method lacks comes from the environment.
func resolveCredentials(m providerModel, organisation string, r *resolver) client.Credentials {
	methods := methodsOf(m, organisation)
	if r.hasUnknownCredentials(methods) {
		return nil // An argument that is not known may turn out to be null.
	}
	var chosen []method
	var because []setting
	for _, method := range methods {
		for _, s := range method.settings {
			if !s.value.IsNull() {
				chosen, because = append(chosen, method), append(because, s)
				break
			}
		}
	}
	if len(chosen) > 1 {
		// As everywhere here, no error points at an attribute: Terraform would quote its
		// line, and with it perhaps a credential.
		r.diags.Append(diagnostic.CredentialsAmbiguous.With(fmt.Sprintf(
			"%s and %s are both set. Keep the one that this provider should use.", because[0].name, because[1].name)))
		return nil
	}
	if len(chosen) == 0 {
		for _, method := range methods {
			for _, s := range method.exported {
				if s.isExported(r) {
					chosen, because = append(chosen, method), append(because, s)
					break
				}
			}
		}
	}
	if len(chosen) == 0 {
		for _, method := range methods {
			if len(method.together) > 0 && !slices.ContainsFunc(method.together, func(s setting) bool { return !s.isExported(r) }) {
				chosen = append(chosen, method)
			}
		}
	}
	switch len(chosen) {
	case 1:
		return chosen[0].credentials(r)
	case 0:
		r.diags.Append(diagnostic.CredentialsMissing.With(
			"Set token or access_token in the provider block (or THALASSA_API_TOKEN or THALASSA_ACCESS_TOKEN), " +
				"client_id and client_secret (or THALASSA_CLIENT_ID and THALASSA_CLIENT_SECRET), " +
				"or service_account_id with oidc_token or oidc_token_file (or THALASSA_SERVICE_ACCOUNT_ID with THALASSA_OIDC_TOKEN or THALASSA_OIDC_TOKEN_FILE)."))
	default:
		r.diags.Append(diagnostic.CredentialsAmbiguous.With(fmt.Sprintf(
			"The environment variables %s and %s are both set. Unset one of them, or choose in the provider block.", because[0].env, because[1].env)))
	}
	return nil
}

// hasUnknownCredentials notes the credentials that are known only after an apply.
func (r *resolver) hasUnknownCredentials(methods []method) (has bool) {
	for _, method := range methods {
		for _, s := range method.settings {
			has = r.isUnknown(path.Root(s.name), s.value) || has
		}
	}
	return has
}

// complete checks that both halves of a method are there.
func (r *resolver) complete(a, b setting) bool {
	there, missing := a, b
	if !a.isSet(r) {
		there, missing = b, a
	}
	if missing.isSet(r) {
		return true
	}
	r.diags.Append(diagnostic.CredentialsIncomplete.With(fmt.Sprintf(
		"%s is set, but %s is not, and one is of no use without the other.", there, missing)))
	return false
}

// oneOf picks the one of two settings that is set, in the block if any is set there.
func (r *resolver) oneOf(a, b setting) (setting, bool) {
	inBlock := func(s setting) bool { return !s.value.IsNull() }
	inEither := func(s setting) bool { return s.isSet(r) }
	for _, there := range []func(setting) bool{inBlock, inEither} {
		switch {
		case there(a) && there(b):
			r.diags.Append(diagnostic.IdentityTokenAmbiguous.With(fmt.Sprintf(
				"%s and %s are both set. Keep the one that this provider should use.", a, b)))
			return setting{}, false
		case there(a):
			return a, true
		case there(b):
			return b, true
		}
	}
	r.diags.Append(diagnostic.CredentialsIncomplete.With(fmt.Sprintf(
		"service_account_id is set, but neither %s nor %s is, and the service account needs one of them to exchange.", a, b)))
	return setting{}, false
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
