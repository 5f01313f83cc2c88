package provider

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// shows tells as whom credentials ask.
func shows(t *testing.T, credentials client.Credentials) string {
	t.Helper()
	var shown string
	c, err := client.New(client.Config{Organisation: "acme", Credentials: credentials, Transport: transport(func(r *http.Request) string {
		switch body, _ := io.ReadAll(r.Body); {
		case !strings.HasSuffix(r.URL.Path, "/oidc/token"):
			if shown == "" {
				shown = r.Header.Get("Authorization")
			}
		case r.Header.Get("Authorization") != "":
			id, secret, _ := r.BasicAuth()
			shown = "client " + id + ":" + secret
		default:
			form, _ := url.ParseQuery(string(body))
			shown = fmt.Sprintf("%s as %s of %s", form.Get("subject_token"), form.Get("service_account_id"), form.Get("organisation_id"))
		}
		return `{"access_token":"issued"}`
	})})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.KMSRegions(t.Context()); err != nil {
		return err.Error()
	}
	return shown
}

type transport func(*http.Request) string

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(f(r))), Request: r,
	}, nil
}

// Which method is taken, from where, and what is wrong with the rest.
func TestResolveCredentials(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("job-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text, unknown := types.StringValue, types.StringUnknown()
	type env map[string]string
	const apiToken, id, secret, identity, tokenFile, account = "THALASSA_API_TOKEN", "THALASSA_CLIENT_ID", "THALASSA_CLIENT_SECRET", //nolint:gosec // Names, no secrets.
		"THALASSA_OIDC_TOKEN", "THALASSA_OIDC_TOKEN_FILE", "THALASSA_SERVICE_ACCOUNT_ID"
	const hosted = "TFC_WORKLOAD_IDENTITY_TOKEN"
	for name, tc := range map[string]struct {
		block   providerModel
		env     env
		asks    string
		refusal string
	}{
		"token from the environment":   {env: env{}, asks: "Token t"},
		"access token":                 {env: env{apiToken: "", "THALASSA_ACCESS_TOKEN": "a"}, asks: "Bearer a"},
		"block beats environment":      {block: providerModel{AccessToken: text("b")}, asks: "Bearer b"},
		"client in the block":          {block: providerModel{ClientID: text("ci"), ClientSecret: text("s")}, asks: "client ci:s"},
		"client in the environment":    {env: env{apiToken: "", id: "ci", secret: "s"}, asks: "client ci:s"},
		"client, secret exported":      {block: providerModel{ClientID: text("ci")}, env: env{id: "other", secret: "s"}, asks: "client ci:s"},
		"client, id exported":          {block: providerModel{ClientSecret: text("s")}, env: env{id: "ci"}, asks: "client ci:s"},
		"exchange in the block":        {block: providerModel{OIDCToken: text("job"), ServiceAccountID: text("sa")}, asks: "job as sa of acme"},
		"exchange, from a file":        {block: providerModel{OIDCTokenFile: text(file), ServiceAccountID: text("sa")}, asks: "job-file as sa of acme"},
		"exchange, exported":           {env: env{apiToken: "", identity: "job", account: "sa"}, asks: "job as sa of acme"},
		"exchange, file exported":      {env: env{apiToken: "", tokenFile: file, account: "sa"}, asks: "job-file as sa of acme"},
		"exchange, account exported":   {block: providerModel{OIDCToken: text("job")}, env: env{account: "sa"}, asks: "job as sa of acme"},
		"exchange, token exported":     {block: providerModel{ServiceAccountID: text("sa")}, env: env{identity: "job"}, asks: "job as sa of acme"},
		"file in block beats token":    {block: providerModel{OIDCTokenFile: text(file)}, env: env{identity: "job", account: "sa"}, asks: "job-file as sa of acme"},
		"token in block beats file":    {block: providerModel{OIDCToken: text("job")}, env: env{tokenFile: file, account: "sa"}, asks: "job as sa of acme"},
		"account alone is no method":   {env: env{account: "sa"}, asks: "Token t"},
		"block beats two in the env":   {block: providerModel{Token: text("b")}, env: env{id: "ci", identity: "job"}, asks: "Token b"},
		"exchange, no file there yet":  {block: providerModel{OIDCTokenFile: text(file + ".none"), ServiceAccountID: text("sa")}, asks: "getKMSSummary: GET /v1/kms/summary: credentials: the identity token in the file \"" + file + ".none\": no such file or directory"},
		"hosted run":                   {env: env{apiToken: "", account: "sa", hosted: "run"}, asks: "run as sa of acme"},
		"hosted run, account in block": {block: providerModel{ServiceAccountID: text("sa")}, env: env{hosted: "run"}, asks: "run as sa of acme"},
		"hosted run, own token":        {env: env{apiToken: "", account: "sa", identity: "job", hosted: "run"}, asks: "job as sa of acme"},
		"hosted run, other method":     {env: env{account: "sa", hosted: "run"}, asks: "Token t"},

		"hosted run, no account":    {env: env{apiToken: "", hosted: "run"}, refusal: "Missing credentials: "},
		"none":                      {env: env{apiToken: ""}, refusal: "Missing credentials: Set token or access_token in the provider block"},
		"none but an account":       {env: env{apiToken: "", account: "sa"}, refusal: "Missing credentials: "},
		"two in the block":          {block: providerModel{Token: text("a"), ClientSecret: text("s")}, refusal: "Two credentials methods: token and client_secret are both set."},
		"two, one by its account":   {block: providerModel{AccessToken: text("a"), ServiceAccountID: text("sa")}, refusal: "Two credentials methods: access_token and service_account_id are both set."},
		"two in the environment":    {env: env{id: "ci", secret: "s"}, refusal: "Two credentials methods: The environment variables THALASSA_API_TOKEN and THALASSA_CLIENT_ID are both set."},
		"exchange and client":       {env: env{apiToken: "", secret: "s", tokenFile: file}, refusal: "Two credentials methods: The environment variables THALASSA_CLIENT_SECRET and THALASSA_OIDC_TOKEN_FILE are both set."},
		"client without secret":     {block: providerModel{ClientID: text("ci")}, refusal: "Incomplete credentials: client_id (or THALASSA_CLIENT_ID) is set, but client_secret (or THALASSA_CLIENT_SECRET) is not"},
		"client without id":         {env: env{apiToken: "", secret: "s"}, refusal: "Incomplete credentials: client_secret (or THALASSA_CLIENT_SECRET) is set, but client_id (or THALASSA_CLIENT_ID) is not"},
		"exchange without account":  {env: env{apiToken: "", identity: "job"}, refusal: "Incomplete credentials: oidc_token (or THALASSA_OIDC_TOKEN) is set, but service_account_id (or THALASSA_SERVICE_ACCOUNT_ID) is not"},
		"exchange without a token":  {block: providerModel{ServiceAccountID: text("sa")}, refusal: "Incomplete credentials: service_account_id is set, but neither oidc_token (or THALASSA_OIDC_TOKEN) nor oidc_token_file (or THALASSA_OIDC_TOKEN_FILE) is"},
		"two identity tokens":       {block: providerModel{OIDCToken: text("job"), OIDCTokenFile: text(file), ServiceAccountID: text("sa")}, refusal: "Two identity tokens: oidc_token (or THALASSA_OIDC_TOKEN) and oidc_token_file (or THALASSA_OIDC_TOKEN_FILE) are both set."},
		"two of them exported":      {block: providerModel{ServiceAccountID: text("sa")}, env: env{identity: "job", tokenFile: file}, refusal: "Two identity tokens: "},
		"empty secret":              {block: providerModel{ClientID: text("ci"), ClientSecret: text("")}, refusal: "Empty provider argument: client_secret must not be empty."},
		"unknown secret":            {block: providerModel{ClientID: text("ci"), ClientSecret: unknown}, refusal: "Unknown: client_secret"},
		"unknown file":              {block: providerModel{OIDCTokenFile: unknown, ServiceAccountID: text("sa")}, refusal: "Unknown: oidc_token_file"},
		"identity with a line end":  {block: providerModel{OIDCToken: text("job\n"), ServiceAccountID: text("sa")}, refusal: "Invalid provider argument: oidc_token (or THALASSA_OIDC_TOKEN) begins or ends with white space"},
		"exported with a line end":  {env: env{apiToken: "", id: "ci", secret: "s\n"}, refusal: "Invalid provider argument: client_secret (or THALASSA_CLIENT_SECRET) begins or ends with white space"},
		"unknown, and the rest not": {block: providerModel{ClientID: unknown}, env: env{secret: "s"}, refusal: "Unknown: client_id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, said := resolved(t, tc.block, tc.env)
			if tc.refusal != "" {
				if len(said) != 1 || !strings.HasPrefix(said[0], tc.refusal) {
					t.Errorf("said %q, want %q", said, tc.refusal)
				}
				return
			}
			if len(said) > 0 {
				t.Fatalf("said %q", said)
			}
			if asks := shows(t, s.credentials); asks != tc.asks {
				t.Errorf("asks as %q, want %q", asks, tc.asks)
			}
		})
	}
}
