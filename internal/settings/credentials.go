package settings

import (
	"context"
	"fmt"
	"slices"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// method is a way to prove who is asking, with the settings that choose it.
type method struct {
	is Method
	// settings belong to it; any that is set in the block chooses it.
	settings []setting
	// exported are those that choose it where they are set in the environment, and
	// together those that choose it there only if all of them are.
	exported    []setting
	together    []setting
	credentials func(r *resolver) client.Credentials
}

// methodsOf are the ways that the block and the environment offer.
func methodsOf(b Block, organisation string) []method {
	token := setting{"token", "THALASSA_API_TOKEN", b.Token}
	accessToken := setting{"access_token", "THALASSA_ACCESS_TOKEN", b.AccessToken}
	id := setting{"client_id", "THALASSA_CLIENT_ID", b.ClientID}
	secret := setting{"client_secret", "THALASSA_CLIENT_SECRET", b.ClientSecret}
	identity := setting{"oidc_token", "THALASSA_OIDC_TOKEN", b.OIDCToken}
	file := setting{"oidc_token_file", "THALASSA_OIDC_TOKEN_FILE", b.OIDCTokenFile}
	// HCP Terraform has its own name for the identity of a run, and no hooks to change it.
	hosted := setting{"oidc_token", "TFC_WORKLOAD_IDENTITY_TOKEN", Value[string]{}}
	account := setting{"service_account_id", "THALASSA_SERVICE_ACCOUNT_ID", b.ServiceAccountID}
	return []method{
		{MethodToken, []setting{token}, []setting{token}, nil, func(r *resolver) client.Credentials { return client.Token(r.word(token)) }},
		{MethodAccessToken, []setting{accessToken}, []setting{accessToken}, nil, func(r *resolver) client.Credentials { return client.AccessToken(r.word(accessToken)) }},
		{MethodClient, []setting{id, secret}, []setting{id, secret}, nil, func(r *resolver) client.Credentials {
			if !r.complete(id, secret) {
				return nil
			}
			return client.ClientCredentials(r.word(id), r.word(secret))
		}},
		// The account alone is not a method in the environment, where other tools may need
		// it. In the block it is, so that the token may come from the environment.
		{MethodServiceAccount, []setting{identity, file, account}, []setting{identity, file}, []setting{account, hosted}, func(r *resolver) client.Credentials {
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
// whole: a token in the block and another in the environment do not conflict. Only
// what the block's method lacks comes from the environment.
func resolveCredentials(b Block, organisation string, r *resolver) (client.Credentials, Caller) {
	methods := methodsOf(b, organisation)
	if r.hasUnknownCredentials(methods) {
		return nil, Caller{} // An argument that is not known may turn out to be null.
	}
	chosen := choicesBy(methods, func(m method) []setting { return m.settings }, func(s setting) bool { return s.value.isSet() })
	if len(chosen) == 0 {
		chosen = choicesBy(methods, func(m method) []setting { return m.exported }, func(s setting) bool { return s.isExported(r) })
	}
	if len(chosen) == 0 {
		chosen = choicesTogether(methods, r)
	}
	switch len(chosen) {
	case 0:
		if r.getenv("THALASSA_SERVICE_ACCOUNT_ID") != "" {
			r.identityTokenMissing()
			return nil, Caller{}
		}
		r.refuse(CredentialsMissing,
			"Set token or access_token in the provider block (or THALASSA_API_TOKEN or THALASSA_ACCESS_TOKEN), "+
				"client_id and client_secret (or THALASSA_CLIENT_ID and THALASSA_CLIENT_SECRET), "+
				"or service_account_id with oidc_token or oidc_token_file (or THALASSA_SERVICE_ACCOUNT_ID with THALASSA_OIDC_TOKEN or THALASSA_OIDC_TOKEN_FILE).")
		return nil, Caller{}
	case 1:
		return chosen[0].credentials(r), Caller{chosen[0].is, chosen[0].by.source(), identityTokenAdvice(r.getenv)}
	}
	// As everywhere here, no error points at an attribute: Terraform would quote its line, and
	// with it perhaps a credential.
	if one, other := chosen[0].by, chosen[1].by; one.value.isSet() {
		r.refuse(CredentialsAmbiguous, fmt.Sprintf("%s and %s are both set. Keep the one that this provider should use.", one.name, other.name))
	} else {
		r.refuse(CredentialsAmbiguous, fmt.Sprintf(
			"The environment variables %s and %s are both set. Unset one of them, or choose in the provider block.", one.env, other.env))
	}
	return nil, Caller{}
}

// identityTokenMissing refuses a service account without an identity token, which a CI job has only
// if it asks for one.
func (r *resolver) identityTokenMissing() {
	r.refuse(CredentialsIncomplete, "service_account_id (or THALASSA_SERVICE_ACCOUNT_ID) is set, but there is no identity token for the service account. "+
		"Set oidc_token (or THALASSA_OIDC_TOKEN), or oidc_token_file (or THALASSA_OIDC_TOKEN_FILE). "+identityTokenAdvice(r.getenv))
}

// choice is a method, and the setting that chose it.
type choice struct {
	method
	by setting
}

// choicesBy are the methods of which one of the given settings is set.
func choicesBy(methods []method, settings func(method) []setting, isSet func(setting) bool) (chosen []choice) {
	for _, m := range methods {
		given := settings(m)
		if i := slices.IndexFunc(given, isSet); i >= 0 {
			chosen = append(chosen, choice{m, given[i]})
		}
	}
	return chosen
}

// choicesTogether are the methods that the environment chooses by several variables.
func choicesTogether(methods []method, r *resolver) (chosen []choice) {
	for _, m := range methods {
		if len(m.together) > 0 && !slices.ContainsFunc(m.together, func(s setting) bool { return !s.isExported(r) }) {
			chosen = append(chosen, choice{m, m.together[0]})
		}
	}
	return chosen
}

// hasUnknownCredentials notes the credentials that are known only after an apply.
func (r *resolver) hasUnknownCredentials(methods []method) (has bool) {
	for _, method := range methods {
		for _, s := range method.settings {
			known(r, s.name, s.value)
			has = s.value.unknown || has
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
	r.refuse(CredentialsIncomplete, fmt.Sprintf(
		"%s is set, but %s is not. Both must be set.", there, missing))
	return false
}

// oneOf picks the one of two settings that is set, in the block if any is set there.
func (r *resolver) oneOf(a, b setting) (setting, bool) {
	inBlock := func(s setting) bool { return s.value.isSet() }
	inEither := func(s setting) bool { return s.isSet(r) }
	for _, there := range []func(setting) bool{inBlock, inEither} {
		switch {
		case there(a) && there(b):
			r.refuse(IdentityTokenAmbiguous, fmt.Sprintf(
				"%s and %s are both set. Keep the one that this provider should use.", a, b))
			return setting{}, false
		case there(a):
			return a, true
		case there(b):
			return b, true
		}
	}
	r.identityTokenMissing()
	return setting{}, false
}
