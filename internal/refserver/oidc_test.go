package refserver_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

const exchange = "urn:ietf:params:oauth:grant-type:token-exchange"

func oidcRig(t *testing.T) *rig {
	t.Helper()
	return newRig(t, refserver.Config{
		Principals: []refserver.Principal{{Name: "reader", Grants: []refserver.Grant{{Permissions: []string{"list", "read"}}}}},
		OIDC: refserver.OIDC{
			Clients: []refserver.OIDCClient{{ID: "cli ent", Secret: "s:cret+"}, {ID: "limited", Secret: "x", Principal: "reader"}},
			ServiceAccounts: []refserver.ServiceAccount{
				{ID: "sa-1", Organisation: "acme", SubjectTokens: []string{"job-token"}, Principal: "reader"},
			},
		},
	})
}

func (g *rig) token(h http.Header, form url.Values, want int) reply {
	g.t.Helper()
	h.Set("Content-Type", "application/x-www-form-urlencoded")
	return g.doAs(h, "POST", "/oidc/token", form.Encode(), want)
}

func accessToken(t *testing.T, r reply, lifetime int64) string {
	t.Helper()
	var body struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int64  `json:"expires_in"`
	}
	if err := json.Unmarshal([]byte(r.body), &body); err != nil || body.AccessToken == "" || body.TokenType != "Bearer" || body.ExpiresIn != lifetime {
		t.Fatalf("got %s, %v", r.body, err)
	}
	if r.header.Get("Cache-Control") != "no-store" {
		t.Error("a token may be cached")
	}
	return body.AccessToken
}

func TestClientCredentials(t *testing.T) {
	g := oidcRig(t)
	basic := func(id, secret string) http.Header {
		return as("Basic "+base64.StdEncoding.EncodeToString([]byte(id+":"+secret)), "", "")
	}
	grant := url.Values{"grant_type": {"client_credentials"}}
	inForm := url.Values{"grant_type": {"client_credentials"}, "client_id": {"cli ent"}, "client_secret": {"s:cret+"}}
	for name, r := range map[string]reply{
		"form":  g.token(http.Header{}, inForm, 200),
		"basic": g.token(basic("cli+ent", "s%3Acret%2B"), grant, 200),
	} {
		token := accessToken(t, r, 3600)
		g.doAs(as("Bearer "+token, "acme", ""), "GET", secrets, "", 200)
		g.doAs(as("Token "+token, "acme", ""), "GET", secrets, "", 401)
		if j := g.Journal(); j[len(j)-2].Principal != "cli ent" {
			t.Errorf("%s: the journal names %q", name, j[len(j)-2].Principal)
		}
	}
	limited := accessToken(t, g.token(basic("limited", "x"), grant, 200), 3600)
	g.doAs(as("Bearer "+limited, "acme", ""), "DELETE", appDB, "", 403)

	sameJSON(t, g.token(basic("limited", "wrong"), grant, 401).body,
		`{"message":"the client credentials are not valid","error":"invalid_client","error_description":"the client credentials are not valid"}`)
	g.token(http.Header{}, grant, 401)
}

func TestAccessTokensExpireByTheServersClock(t *testing.T) {
	g := oidcRig(t)
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"limited"}, "client_secret": {"x"}}
	h := as("Bearer "+accessToken(t, g.token(http.Header{}, form, 200), 3600), "acme", "")
	g.Clock().Advance(time.Hour - time.Second)
	g.doAs(h, "GET", secrets, "", 200)
	g.Clock().Advance(time.Second)
	if r := g.doAs(h, "GET", secrets, "", 401); r.message() != "the access token has expired" {
		t.Error(r.body)
	}
}

func TestTokenExchange(t *testing.T) {
	g := oidcRig(t)
	form := func(changes ...string) url.Values {
		f := url.Values{
			"grant_type": {exchange}, "subject_token": {"job-token"}, "subject_token_type": {"urn:ietf:params:oauth:token-type:jwt"},
			"organisation_id": {"acme"}, "service_account_id": {"sa-1"},
		}
		for pair := range slices.Chunk(changes, 2) {
			f.Set(pair[0], pair[1])
		}
		return f
	}
	accessToken(t, g.token(http.Header{}, form(), 200), 3600)
	accessToken(t, g.token(http.Header{}, form("access_token_lifetime", "60"), 200), 60)
	token := accessToken(t, g.token(http.Header{}, form("access_token_lifetime", "39600s"), 200), 39600)
	g.doAs(as("Bearer "+token, "acme", ""), "GET", secrets, "", 200)
	g.doAs(as("Bearer "+token, "acme", ""), "DELETE", appDB, "", 403)
	g.doAs(as("Bearer "+token, "other", ""), "GET", secrets, "", 403)

	for _, tc := range []struct {
		form   url.Values
		status int
		code   string
	}{
		{form("grant_type", "password"), 400, "unsupported_grant_type"},
		{form("subject_token", "forged"), 401, "invalid_grant"},
		{form("service_account_id", "sa-2"), 401, "invalid_grant"},
		{form("organisation_id", "other"), 401, "invalid_grant"},
		{form("subject_token", ""), 400, "invalid_request"},
		{form("subject_token_type", "saml"), 400, "invalid_request"},
		{form("access_token_lifetime", "-1"), 400, "invalid_request"},
		{form("access_token_lifetime", "soon"), 400, "invalid_request"},
		{form("access_token_lifetime", "+3600"), 400, "invalid_request"},
		{form("access_token_lifetime", "+3600s"), 400, "invalid_request"},
		{form("access_token_lifetime", " 3600"), 400, "invalid_request"},
		{form("access_token_lifetime", "03600"), 400, "invalid_request"},
	} {
		r := g.token(http.Header{}, tc.form, tc.status)
		if !strings.Contains(r.body, `"error":"`+tc.code+`"`) || strings.Contains(r.body, "forged") {
			t.Errorf("%v: %s", tc.form, r.body)
		}
	}
	g.doAs(as("", "", "", "Content-Type", "application/json"), "POST", "/oidc/token", `{}`, 400)
	g.doAs(root, "GET", "/oidc/token", "", 405)
}
