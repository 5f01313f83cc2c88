package conformance

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
)

// CredentialFlags are the flags that name credentials. Files hold the secret ones,
// because other users of a machine can read a command line.
type CredentialFlags struct {
	TokenFile, AccessTokenFile, ClientID, ClientSecretFile, OIDCTokenFile, ServiceAccount string
}

const (
	grantClient   = "client_credentials"
	grantExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
	subjectType   = "urn:ietf:params:oauth:token-type:jwt"

	envToken        = "THALASSA_API_TOKEN"    //nolint:gosec // The name of a variable.
	envAccessToken  = "THALASSA_ACCESS_TOKEN" //nolint:gosec // The name of a variable.
	envClientID     = "THALASSA_CLIENT_ID"
	envClientSecret = "THALASSA_CLIENT_SECRET"   //nolint:gosec // The name of a variable.
	envOIDCToken    = "THALASSA_OIDC_TOKEN"      //nolint:gosec // The name of a variable.
	envOIDCFile     = "THALASSA_OIDC_TOKEN_FILE" //nolint:gosec // The name of a variable.
	envHosted       = "TFC_WORKLOAD_IDENTITY_TOKEN"
	flagOIDCFile    = "-oidc-token-file"
	envAccount      = "THALASSA_SERVICE_ACCOUNT_ID"
)

// FindCredentials takes exactly one method, by the rules of the provider: flags beat
// the environment as a whole, and only what the method of the flags lacks comes from
// the environment.
func FindCredentials(f CredentialFlags, getenv func(string) string, organisation string) (Credentials, error) {
	byFlag := map[string]bool{
		methodPersonal: f.TokenFile != "", methodAccess: f.AccessTokenFile != "",
		methodClient: f.ClientID != "" || f.ClientSecretFile != "", methodExchange: f.OIDCTokenFile != "" || f.ServiceAccount != "",
	}
	method, err := theOnly(byFlag, "flags")
	if err != nil {
		return Credentials{}, err
	}
	if method == "" {
		exchange := getenv(envOIDCToken) != "" || getenv(envOIDCFile) != ""
		byEnvironment := map[string]bool{
			methodPersonal: getenv(envToken) != "", methodAccess: getenv(envAccessToken) != "",
			methodClient: getenv(envClientID) != "" || getenv(envClientSecret) != "", methodExchange: exchange,
		}
		method, err = theOnly(byEnvironment, "environment variables")
		if err != nil {
			return Credentials{}, err
		}
		if method == "" && getenv(envHosted) != "" && getenv(envAccount) != "" {
			method = methodExchange
		}
	}
	switch method {
	case methodPersonal:
		return fixedToken(method, "Token", given{f.TokenFile, "-token-file", envToken}, getenv)
	case methodAccess:
		return fixedToken(method, "Bearer", given{f.AccessTokenFile, "-access-token-file", envAccessToken}, getenv)
	case methodClient:
		return clientCredentials(f, getenv)
	case methodExchange:
		return tokenExchange(f, getenv, organisation)
	}
	return Credentials{}, errors.New("no credentials were found: set THALASSA_API_TOKEN or THALASSA_ACCESS_TOKEN, THALASSA_CLIENT_ID and THALASSA_CLIENT_SECRET, " +
		"or THALASSA_SERVICE_ACCOUNT_ID and THALASSA_OIDC_TOKEN or THALASSA_OIDC_TOKEN_FILE; or use a flag (-help lists them)")
}

// ReaderCredentials are those of the role secrets:ReadAccess: a personal API token in
// a file. No file means none.
func ReaderCredentials(file string) (Credentials, error) {
	if file == "" {
		return Credentials{}, nil
	}
	return fixedToken(methodPersonal, "Token", given{file, "-reader-token-file", ""}, func(string) string { return "" })
}

// theOnly is the one method that was chosen, or none.
func theOnly(chosen map[string]bool, by string) (string, error) {
	var found []string
	for _, method := range []string{methodPersonal, methodAccess, methodClient, methodExchange} {
		if chosen[method] {
			found = append(found, method)
		}
	}
	switch len(found) {
	case 0:
		return "", nil
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("the %s choose several methods: %s; keep one", by, strings.Join(found, ", "))
}

// given is a secret text: in the file that a flag names, or in an environment variable.
type given struct{ file, flag, env string }

// read returns the text and where it was found.
func (g given) read(getenv func(string) string) (text, source string, err error) {
	text, source = getenv(g.env), g.env
	if g.file != "" {
		source = g.flag
		if text, err = readSecretFile(g.file); err != nil {
			return "", "", fmt.Errorf("%s: %w", g.flag, err)
		}
	}
	if err := checkHeaderText(text); err != nil {
		return "", "", fmt.Errorf("%s %w", source, err)
	}
	return text, source, nil
}

func fixedToken(method, scheme string, from given, getenv func(string) string) (Credentials, error) {
	token, source, err := from.read(getenv)
	if err != nil {
		return Credentials{}, err
	}
	return newCredentials(method, source, held{scheme: scheme, token: token}), nil
}

func clientCredentials(f CredentialFlags, getenv func(string) string) (Credentials, error) {
	id, source := f.ClientID, "-client-id"
	if id == "" {
		id, source = getenv(envClientID), envClientID
	}
	if err := checkHeaderText(id); err != nil {
		return Credentials{}, fmt.Errorf("%s %w", source, err)
	}
	secret, secretSource, err := given{f.ClientSecretFile, "-client-secret-file", envClientSecret}.read(getenv)
	if err != nil {
		return Credentials{}, err
	}
	return newCredentials(methodClient, source+" and "+secretSource, held{
		form: url.Values{"grant_type": {grantClient}}, basic: [2]string{id, secret},
	}), nil
}

func tokenExchange(f CredentialFlags, getenv func(string) string, organisation string) (Credentials, error) {
	account, source := f.ServiceAccount, "-service-account-id"
	if account == "" {
		account, source = getenv(envAccount), envAccount
	}
	if err := checkHeaderText(account); err != nil {
		return Credentials{}, fmt.Errorf("%s %w", source, err)
	}
	h := held{form: url.Values{
		"grant_type": {grantExchange}, "subject_token_type": {subjectType},
		"organisation_id": {organisation}, "service_account_id": {account},
	}}
	var tokenSource string
	switch {
	case f.OIDCTokenFile != "":
		h.file, tokenSource = f.OIDCTokenFile, flagOIDCFile
	case getenv(envOIDCToken) != "" && getenv(envOIDCFile) != "":
		return Credentials{}, fmt.Errorf("%s and %s are both set; keep one", envOIDCToken, envOIDCFile)
	case getenv(envOIDCFile) != "":
		h.file, tokenSource = getenv(envOIDCFile), envOIDCFile
	default:
		tokenSource = envOIDCToken
		if getenv(tokenSource) == "" {
			tokenSource = envHosted
		}
		if err := checkHeaderText(getenv(tokenSource)); err != nil {
			return Credentials{}, fmt.Errorf("%s %w", tokenSource, err)
		}
		h.form.Set("subject_token", getenv(tokenSource))
	}
	return newCredentials(methodExchange, source+" and "+tokenSource, h), nil
}

// readSecretFile reads a file that holds one secret text. No error quotes the file or
// its name: the secret may have been given in place of the name.
func readSecretFile(name string) (string, error) {
	file, err := os.Open(name) //nolint:gosec // The user names the file.
	if err != nil {
		return "", withoutName(err)
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, 64<<10))
	if err != nil {
		return "", withoutName(err)
	}
	text := strings.TrimSpace(string(content))
	if text == "" || strings.ContainsAny(text, " \t\r\n") {
		return "", errors.New("the file must contain the secret text and nothing else")
	}
	return text, nil
}

// withoutName is why a file could not be read.
func withoutName(err error) error {
	var outer *os.PathError
	if errors.As(err, &outer) {
		err = outer.Err
	}
	return fmt.Errorf("the file cannot be read: %w", err)
}
