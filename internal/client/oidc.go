package client

import (
	"context"
	"errors"
	"net/url"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

const (
	grantExchange  = "urn:ietf:params:oauth:grant-type:token-exchange"
	subjectTypeJWT = "urn:ietf:params:oauth:token-type:jwt"
)

// ClientCredentials makes credentials of an OIDC client. The service issues access
// tokens to it, which are renewed in time.
func ClientCredentials(id, secret string) Credentials { //nolint:revive // OAuth calls the grant so.
	return unbound{ask: func(ctx context.Context, at tokenEndpoint) (*oauth2.Token, error) {
		token, err := at.ask(ctx, clientcredentials.Config{
			ClientID: id, ClientSecret: secret, AuthStyle: oauth2.AuthStyleInHeader,
		})
		if err != nil {
			return nil, explain(err, TokenError{ClientID: id}, secret)
		}
		return token, nil
	}}
}

// ServiceAccount names an account of an organisation that programs act as.
type ServiceAccount struct{ Organisation, ID string }

// IdentityToken proves to the service which job or machine is asking. It is called for
// each exchange.
type IdentityToken func(context.Context) (string, error)

// TokenExchange makes credentials of an identity that a third party confirms, such as a
// CI system for its job. The service exchanges it for access tokens of the account,
// which are renewed in time.
func TokenExchange(account ServiceAccount, identity IdentityToken) Credentials {
	return unbound{ask: func(ctx context.Context, at tokenEndpoint) (*oauth2.Token, error) {
		subject, err := identity(ctx)
		if err != nil {
			return nil, err
		}
		token, err := at.ask(ctx, clientcredentials.Config{
			AuthStyle: oauth2.AuthStyleInParams,
			EndpointParams: url.Values{
				"grant_type":         {grantExchange},
				"subject_token":      {subject},
				"subject_token_type": {subjectTypeJWT},
				"organisation_id":    {account.Organisation},
				"service_account_id": {account.ID},
			},
		})
		if err != nil {
			return nil, explain(err, TokenError{ServiceAccount: account.ID}, subject)
		}
		return token, nil
	}}
}

// ask makes one token request.
func (at tokenEndpoint) ask(ctx context.Context, request clientcredentials.Config) (*oauth2.Token, error) {
	request.TokenURL = at.url
	return request.Token(context.WithValue(ctx, oauth2.HTTPClient, at.http))
}

// unbound are credentials without a token endpoint. A function holds their secret,
// because fmt does not print what a function holds.
type unbound struct {
	unprintable

	ask func(context.Context, tokenEndpoint) (*oauth2.Token, error)
}

var _ exchanger = unbound{}

func (u unbound) bind(from tokenEndpoint) Credentials {
	return &issued{ask: func(ctx context.Context) (*oauth2.Token, error) { return u.ask(ctx, from) }}
}

// Authorization implements Credentials, for a client that binds them first.
func (unbound) Authorization(context.Context) (string, error) {
	return "", errors.New("these credentials belong to no client yet")
}
