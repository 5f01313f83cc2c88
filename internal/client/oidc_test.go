package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// issuer is a reference server that issues access tokens, behind real HTTP.
type issuer struct {
	*refserver.Server
	url string
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	s := refserver.New(issuing())
	listener := httptest.NewServer(s)
	t.Cleanup(listener.Close)
	return &issuer{s, listener.URL}
}

func issuing() refserver.Config {
	return refserver.Config{OIDC: refserver.OIDC{
		Clients:         []refserver.OIDCClient{{ID: "ci", Secret: sentinel}},
		ServiceAccounts: []refserver.ServiceAccount{{ID: "sa-1", Organisation: "acme", SubjectTokens: []string{"job-1", "job-2"}}},
	}}
}

func (i *issuer) client(t *testing.T, credentials client.Credentials) *client.Client {
	t.Helper()
	return newClient(t, func(c *client.Config) { c.Endpoint, c.Credentials = i.url, credentials })
}

// asked are the operations that came, with the status of each answer.
func (i *issuer) asked() []string { return asked(i.Server) }

func asked(s *refserver.Server) []string {
	var operations []string
	for _, entry := range s.Journal() {
		operations = append(operations, fmt.Sprintf("%s %d", entry.Operation, entry.Status))
	}
	return operations
}

// identity is an identity token that does not change.
func identity(token string) client.IdentityToken {
	return func(context.Context) (string, error) { return token, nil }
}

// issues answers as a token endpoint does.
func issues(body string) answer {
	return says(http.StatusOK, body, "Content-Type", "application/json")
}

const aToken = `{"access_token":"eyJ.access","token_type":"Bearer","expires_in":3600}`

// Each grant is sent to the letter, and the token that comes of it is shown.
func TestTokenRequestsOnTheWire(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		credentials client.Credentials
		basic       []string
		form        url.Values
	}{
		"client credentials": {
			client.ClientCredentials("my ci", "s:cret+"),
			[]string{"Basic bXkrY2k6cyUzQWNyZXQlMkI="}, // my+ci:s%3Acret%2B
			url.Values{"grant_type": {"client_credentials"}},
		},
		"token exchange": {
			client.TokenExchange(client.ServiceAccount{Organisation: "acme", ID: "sa-1"}, identity("eyJ.job")), nil,
			url.Values{
				"grant_type":         {"urn:ietf:params:oauth:grant-type:token-exchange"},
				"subject_token":      {"eyJ.job"},
				"subject_token_type": {"urn:ietf:params:oauth:token-type:jwt"},
				"organisation_id":    {"acme"},
				"service_account_id": {"sa-1"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, issues(aToken), says(http.StatusOK, `{}`))
			c := s.client(func(c *client.Config) { c.Endpoint += "/gateway"; c.Credentials = tc.credentials })
			if _, err := c.KMSRegions(t.Context()); err != nil {
				t.Fatal(err)
			}
			got := s.requests()
			if got[0].Method != http.MethodPost || got[0].URI != "/gateway/oidc/token" || got[0].Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
				t.Errorf("sent %s %s as %s", got[0].Method, got[0].URI, got[0].Header.Get("Content-Type"))
			}
			form, err := url.ParseQuery(got[0].Body)
			if err != nil {
				t.Fatal(err)
			}
			same(t, form, tc.form)
			same(t, got[0].Header.Values("Authorization"), tc.basic)
			same(t, got[1].Header.Values("Authorization"), []string{"Bearer eyJ.access"})
		})
	}
}

// However many callers there are, they share one token.
func TestOneTokenForAllCallers(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	c := i.client(t, client.ClientCredentials("ci", sentinel))
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := c.ListSecrets(t.Context(), "nl-01", mustPrefix(t, "/")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	requests := i.asked()
	tokens := len(slices.DeleteFunc(slices.Clone(requests), func(r string) bool { return r != "issueToken 200" }))
	if tokens != 1 || len(requests) != 51 {
		t.Errorf("asked for %d tokens in %d requests", tokens, len(requests))
	}
}

// A revoked token is replaced without an error, even for a put.
func TestRevokedTokenIsReplaced(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	c := i.client(t, client.ClientCredentials("ci", sentinel))
	id := mustID(t, "nl-01/app/db")
	if _, err := c.CreateSecret(t.Context(), client.NewSecret{ID: id, KMSKey: "kms-nl-01", Value: client.BytesValue([]byte("v"))}); err != nil {
		t.Fatal(err)
	}
	i.RevokeIssuedTokens()
	if written, err := c.PutValue(t.Context(), id, client.BytesValue([]byte("w")), client.JustSeen(id, 1)); err != nil || written.Version != 2 {
		t.Errorf("got %+v, %v", written, err)
	}
	same(t, i.asked(), []string{"issueToken 200", "createSecret 201", "putSecretValue 401", "issueToken 200", "getSecret 200", "putSecretValue 200"})
}

// Of many callers whose token was revoked, each is let in again, and the token is
// replaced once.
func TestRevokedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	c := i.client(t, client.ClientCredentials("ci", sentinel))
	list := func() {
		if _, err := c.ListSecrets(t.Context(), "nl-01", mustPrefix(t, "/")); err != nil {
			t.Error(err)
		}
	}
	list()
	i.RevokeIssuedTokens()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(list)
	}
	wg.Wait()
	tokens := 0
	for _, request := range i.asked() {
		if request == "issueToken 200" {
			tokens++
		}
	}
	if tokens != 2 {
		t.Errorf("asked for %d tokens, want 2", tokens)
	}
}

// A service that lets no token in is not asked for ever more.
func TestRefusedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	refusal := says(http.StatusUnauthorized, `{"message":"go away"}`)
	second := `{"access_token":"eyJ.second"}`
	s := serve(t, issues(aToken), refusal, issues(second), refusal)
	c := s.client(func(c *client.Config) { c.Credentials = client.ClientCredentials("ci", "secret") })
	if _, err := c.KMSRegions(t.Context()); !client.IsUnauthorized(err) {
		t.Errorf("got %v", err)
	}
	got := s.requests()
	if len(got) != 4 || got[3].Header.Get("Authorization") != "Bearer eyJ.second" {
		t.Errorf("%d requests came", len(got))
	}
}

// A token without an end is used until it is refused.
func TestTokenWithoutExpiry(t *testing.T) {
	t.Parallel()
	s := serve(t, issues(`{"access_token":"eyJ.first"}`), says(http.StatusOK, `{}`), says(http.StatusOK, `{}`),
		says(http.StatusUnauthorized, ""), issues(`{"access_token":"eyJ.second","token_type":"bearer"}`), says(http.StatusOK, `{}`))
	c := s.client(func(c *client.Config) { c.Credentials = client.ClientCredentials("ci", "secret") })
	for range 3 {
		if _, err := c.KMSRegions(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var shown []string
	for _, r := range s.requests() {
		if r.Method == http.MethodGet {
			shown = append(shown, r.Header.Get("Authorization"))
		}
	}
	same(t, shown, []string{"Bearer eyJ.first", "Bearer eyJ.first", "Bearer eyJ.first", "Bearer eyJ.second"})
}

// The issuer of the identity token may rotate it: each exchange reads it again.
func TestRotatedIdentityToken(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	file := filepath.Join(t.TempDir(), "token")
	c := i.client(t, client.TokenExchange(client.ServiceAccount{Organisation: "acme", ID: "sa-1"}, client.IdentityTokenFile(file)))
	for _, token := range []string{"job-1\n", "job-2"} {
		write(t, file, token)
		if _, err := c.KMSRegions(t.Context()); err != nil {
			t.Errorf("with %q: %v", token, err)
		}
		i.RevokeIssuedTokens()
	}
	write(t, file, "somebody-else")
	_, err := c.KMSRegions(t.Context())
	var refused *client.TokenError
	if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized || refused.ServiceAccount != "sa-1" {
		t.Errorf("another identity: %v", err)
	}
	write(t, file, "job-1")
	if _, err := c.KMSRegions(t.Context()); err != nil {
		t.Errorf("after a refusal: %v", err)
	}
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// No printer shows the secret.
func TestIssuedCredentialsArePrintedNowhere(t *testing.T) {
	t.Parallel()
	type holder struct{ Credentials client.Credentials }
	own := client.ClientCredentials("ci", sentinel)
	exchange := client.TokenExchange(client.ServiceAccount{Organisation: "acme", ID: "sa-1"}, identity(sentinel))
	for name, v := range map[string]any{
		"client credentials": own, "held": holder{own}, "token exchange": exchange, "held exchange": holder{exchange},
		"client": newClient(t, func(c *client.Config) { c.Credentials = own }),
	} {
		for printer, text := range printed(t, v) {
			noLeak(t, printer+" of the "+name, text)
		}
	}
}
