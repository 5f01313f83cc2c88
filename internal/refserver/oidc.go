package refserver

import (
	"encoding/base64"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// OIDC says whom the token endpoint issues access tokens to.
type OIDC struct {
	Clients         []OIDCClient     `json:"clients,omitempty"`
	ServiceAccounts []ServiceAccount `json:"serviceAccounts,omitempty"`
	// TokenLifetimeSeconds is how long a token is valid by the server's clock,
	// unless the caller asks for another lifetime; zero means an hour.
	TokenLifetimeSeconds int `json:"tokenLifetimeSeconds,omitempty"`
}

// OIDCClient may get tokens with its id and secret.
type OIDCClient struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
	// Principal names the principal that the tokens act as; empty means one
	// that may do everything and has the client's id as its name.
	Principal string `json:"principal,omitempty"`
}

// ServiceAccount may get tokens in exchange for the identity of, say, a CI job.
type ServiceAccount struct {
	ID           string `json:"id"`
	Organisation string `json:"organisation,omitempty"` // empty: any
	// SubjectTokens are the tokens that are accepted, compared as they are. No
	// signature is checked and no claim is read, so any string will do.
	SubjectTokens []string `json:"subjectTokens"`
	// Principal names the principal that the tokens act as; empty means one
	// that may do everything and has the account's id as its name.
	Principal string `json:"principal,omitempty"`
}

// issuedToken is an access token that the endpoint gave out.
type issuedToken struct {
	principal Principal
	expires   time.Time
}

const (
	grantClient       = "client_credentials"
	grantExchange     = "urn:ietf:params:oauth:grant-type:token-exchange"
	subjectTypeJWT    = "urn:ietf:params:oauth:token-type:jwt"
	formType          = "application/x-www-form-urlencoded"
	defaultLifetime   = time.Hour
	errInvalidRequest = "invalid_request"
	errInvalidClient  = "invalid_client"
	errInvalidGrant   = "invalid_grant"
	errUnsupported    = "unsupported_grant_type"
)

func (o OIDC) clone() OIDC {
	o.Clients = slices.Clone(o.Clients)
	o.ServiceAccounts = slices.Clone(o.ServiceAccounts)
	for i := range o.ServiceAccounts {
		o.ServiceAccounts[i].SubjectTokens = slices.Clone(o.ServiceAccounts[i].SubjectTokens)
	}
	return o
}

func (o OIDC) validate(known principals) error {
	for _, c := range o.Clients {
		if c.ID == "" || c.Secret == "" {
			return fmt.Errorf("the OIDC client %q needs an id and a secret", c.ID)
		}
		if c.Principal != "" && !known.has(c.Principal) {
			return fmt.Errorf("the OIDC client %q acts as the unknown principal %q", c.ID, c.Principal)
		}
	}
	for _, a := range o.ServiceAccounts {
		if a.ID == "" || len(a.SubjectTokens) == 0 || slices.Contains(a.SubjectTokens, "") {
			return fmt.Errorf("the service account %q needs an id and subject tokens", a.ID)
		}
		if a.Principal != "" && !known.has(a.Principal) {
			return fmt.Errorf("the service account %q acts as the unknown principal %q", a.ID, a.Principal)
		}
	}
	if o.TokenLifetimeSeconds < 0 {
		return fmt.Errorf("the lifetime of access tokens is negative: %d seconds", o.TokenLifetimeSeconds)
	}
	return nil
}

// tokenJSON is the body of issueToken's answer.
type tokenJSON struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"`
}

// issueToken is the token endpoint. It is not authorized like other operations: who
// calls it has no access token yet.
func (st *store) issueToken(c *call) answer {
	form, p := c.readForm()
	if p != nil {
		return p.answer()
	}
	lifetime := defaultLifetime
	if st.oidc.TokenLifetimeSeconds > 0 {
		lifetime = time.Duration(st.oidc.TokenLifetimeSeconds) * time.Second
	}
	switch form.Get("grant_type") {
	case grantClient:
		c.principal, p = st.clientPrincipal(c, form)
	case grantExchange:
		if lifetime, p = requestedLifetime(form.Get("access_token_lifetime"), lifetime); p == nil {
			c.principal, p = st.accountPrincipal(form)
		}
	default:
		p = tokenProblem(http.StatusBadRequest, errUnsupported, "grant_type must be %s or %s", grantClient, grantExchange)
	}
	if p != nil {
		return p.answer()
	}
	token := st.random.accessToken()
	st.issued[token] = issuedToken{principal: c.principal.clone(), expires: c.now.Add(lifetime)}
	return answer{
		status: http.StatusOK,
		header: http.Header{"Cache-Control": {"no-store"}},
		body:   tokenJSON{token, "Bearer", int64(lifetime / time.Second)},
	}
}

func tokenProblem(status int, code, format string, args ...any) *problem {
	p := refuse(status, format, args...)
	p.code = code
	return p
}

func (c *call) readForm() (url.Values, *problem) {
	if mediaType, _, err := mime.ParseMediaType(c.contentType); err != nil || mediaType != formType {
		return nil, tokenProblem(http.StatusBadRequest, errInvalidRequest, "the body must be a form (%s)", formType)
	}
	form, err := url.ParseQuery(string(c.body))
	if err != nil || c.bodyTooLong {
		return nil, tokenProblem(http.StatusBadRequest, errInvalidRequest, "the form is malformed")
	}
	return form, nil
}

// clientPrincipal is whom a client acts as, if its id and secret are right.
func (st *store) clientPrincipal(c *call, form url.Values) (Principal, *problem) {
	id, secret, ok := basicCredentials(c.authorization)
	if !ok {
		id, secret = form.Get("client_id"), form.Get("client_secret")
	}
	for _, client := range st.oidc.Clients {
		if client.ID == id && client.Secret == secret {
			return st.actingAs(client.Principal, client.ID), nil
		}
	}
	return Principal{}, tokenProblem(http.StatusUnauthorized, errInvalidClient, "the client credentials are not valid")
}

// accountPrincipal is whom a service account acts as, if the subject token is
// one it accepts. The token that comes of it works in one organisation only.
func (st *store) accountPrincipal(form url.Values) (Principal, *problem) {
	for _, field := range []string{"subject_token", "organisation_id", "service_account_id"} {
		if form.Get(field) == "" {
			return Principal{}, tokenProblem(http.StatusBadRequest, errInvalidRequest, "%s is missing", field)
		}
	}
	if form.Get("subject_token_type") != subjectTypeJWT {
		return Principal{}, tokenProblem(http.StatusBadRequest, errInvalidRequest, "subject_token_type must be %s", subjectTypeJWT)
	}
	organisation := form.Get("organisation_id")
	for _, account := range st.oidc.ServiceAccounts {
		if account.ID != form.Get("service_account_id") || !slices.Contains(account.SubjectTokens, form.Get("subject_token")) {
			continue
		}
		p := st.actingAs(account.Principal, account.ID)
		if account.Organisation != "" && account.Organisation != organisation || !p.inOrganisation(organisation) {
			continue
		}
		p.Organisations = []string{organisation}
		return p, nil
	}
	return Principal{}, tokenProblem(http.StatusUnauthorized, errInvalidGrant, "the subject token is not accepted for this service account and organisation")
}

func (st *store) actingAs(name, fallback string) Principal {
	if p, ok := st.principals.named(name); ok {
		return p.clone()
	}
	return Principal{Name: fallback}
}

// basicCredentials reads an HTTP basic header. OAuth form-encodes both halves
// before they are joined; clients that do not are understood as well.
func basicCredentials(authorization string) (id, secret string, ok bool) {
	scheme, encoded, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	b, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", "", false
	}
	id, secret, ok = strings.Cut(string(b), ":")
	for _, half := range []*string{&id, &secret} {
		if plain, err := url.QueryUnescape(*half); err == nil {
			*half = plain
		}
	}
	return id, secret, ok
}

// requestedLifetime reads a lifetime such as "39600s" or "39600".
func requestedLifetime(s string, otherwise time.Duration) (time.Duration, *problem) {
	if s == "" {
		return otherwise, nil
	}
	if isDecimal(s) {
		s += "s"
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < time.Second || s[0] == '+' {
		return 0, tokenProblem(http.StatusBadRequest, errInvalidRequest, `access_token_lifetime must be a duration of a second or more, such as "3600s"`)
	}
	return d, nil
}
