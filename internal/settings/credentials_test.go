package settings

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// shows tells as whom credentials ask.
func shows(t *testing.T, credentials client.Credentials) string {
	t.Helper()
	var shown string
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"access_token":"issued"}`)
	}))
	defer service.Close()
	c, err := client.New(client.Config{Endpoint: service.URL, Organisation: "acme", Credentials: credentials})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.KMSRegions(t.Context()); err != nil {
		return err.Error()
	}
	return shown
}

// Which method is taken, from where, and what is wrong with the rest.
func TestResolveCredentials(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("job-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text, unknown := Known[string], Unknown[string]()
	type env map[string]string
	const apiToken, id, secret, identity, tokenFile, account = "THALASSA_API_TOKEN", "THALASSA_CLIENT_ID", "THALASSA_CLIENT_SECRET", //nolint:gosec // Names, no secrets.
		"THALASSA_OIDC_TOKEN", "THALASSA_OIDC_TOKEN_FILE", "THALASSA_SERVICE_ACCOUNT_ID"
	const hosted = "TFC_WORKLOAD_IDENTITY_TOKEN"
	const noIdentity = "incomplete credentials: service_account_id (or THALASSA_SERVICE_ACCOUNT_ID) is set, but there is no identity token for the service account. " +
		"Set oidc_token (or THALASSA_OIDC_TOKEN), or oidc_token_file (or THALASSA_OIDC_TOKEN_FILE). "
	for name, tc := range map[string]struct {
		block   Block
		env     env
		asks    string
		refusal string
	}{
		"token from the environment":   {env: env{}, asks: "Token t"},
		"access token":                 {env: env{apiToken: "", "THALASSA_ACCESS_TOKEN": "a"}, asks: "Bearer a"},
		"block beats environment":      {block: Block{AccessToken: text("b")}, asks: "Bearer b"},
		"client in the block":          {block: Block{ClientID: text("ci"), ClientSecret: text("s")}, asks: "client ci:s"},
		"client in the environment":    {env: env{apiToken: "", id: "ci", secret: "s"}, asks: "client ci:s"},
		"client, secret exported":      {block: Block{ClientID: text("ci")}, env: env{id: "other", secret: "s"}, asks: "client ci:s"},
		"client, id exported":          {block: Block{ClientSecret: text("s")}, env: env{id: "ci"}, asks: "client ci:s"},
		"exchange in the block":        {block: Block{OIDCToken: text("job"), ServiceAccountID: text("sa")}, asks: "job as sa of acme"},
		"exchange, from a file":        {block: Block{OIDCTokenFile: text(file), ServiceAccountID: text("sa")}, asks: "job-file as sa of acme"},
		"exchange, exported":           {env: env{apiToken: "", identity: "job", account: "sa"}, asks: "job as sa of acme"},
		"exchange, file exported":      {env: env{apiToken: "", tokenFile: file, account: "sa"}, asks: "job-file as sa of acme"},
		"exchange, account exported":   {block: Block{OIDCToken: text("job")}, env: env{account: "sa"}, asks: "job as sa of acme"},
		"exchange, token exported":     {block: Block{ServiceAccountID: text("sa")}, env: env{identity: "job"}, asks: "job as sa of acme"},
		"file in block beats token":    {block: Block{OIDCTokenFile: text(file)}, env: env{identity: "job", account: "sa"}, asks: "job-file as sa of acme"},
		"token in block beats file":    {block: Block{OIDCToken: text("job")}, env: env{tokenFile: file, account: "sa"}, asks: "job as sa of acme"},
		"account alone is no method":   {env: env{account: "sa"}, asks: "Token t"},
		"block beats two in the env":   {block: Block{Token: text("b")}, env: env{id: "ci", identity: "job"}, asks: "Token b"},
		"exchange, no file there yet":  {block: Block{OIDCTokenFile: text(file + ".none"), ServiceAccountID: text("sa")}, asks: "getKMSSummary: GET /v1/kms/summary: credentials: the identity token in the file \"" + file + ".none\": no such file or directory"},
		"hosted run":                   {env: env{apiToken: "", account: "sa", hosted: "run"}, asks: "run as sa of acme"},
		"hosted run, account in block": {block: Block{ServiceAccountID: text("sa")}, env: env{hosted: "run"}, asks: "run as sa of acme"},
		"hosted run, own token":        {env: env{apiToken: "", account: "sa", identity: "job", hosted: "run"}, asks: "job as sa of acme"},
		"hosted run, other method":     {env: env{account: "sa", hosted: "run"}, asks: "Token t"},

		"hosted run, no account":    {env: env{apiToken: "", hosted: "run"}, refusal: "missing credentials: "},
		"none":                      {env: env{apiToken: ""}, refusal: "missing credentials: Set token or access_token in the provider block"},
		"none but an account":       {env: env{apiToken: "", account: "sa"}, refusal: noIdentity + gitLabIdentityToken + " " + gitHubIdentityToken},
		"none but one, in GitLab":   {env: env{apiToken: "", account: "sa", identity: "", "GITLAB_CI": "true"}, refusal: noIdentity + gitLabIdentityToken},
		"none but one, in GitHub":   {block: Block{ServiceAccountID: text("sa")}, env: env{"GITHUB_ACTIONS": "true"}, refusal: noIdentity + gitHubIdentityToken},
		"two in the block":          {block: Block{Token: text("a"), ClientSecret: text("s")}, refusal: "two credentials methods: token and client_secret are both set."},
		"two, one by its account":   {block: Block{AccessToken: text("a"), ServiceAccountID: text("sa")}, refusal: "two credentials methods: access_token and service_account_id are both set."},
		"two in the environment":    {env: env{id: "ci", secret: "s"}, refusal: "two credentials methods: The environment variables THALASSA_API_TOKEN and THALASSA_CLIENT_ID are both set."},
		"exchange and client":       {env: env{apiToken: "", secret: "s", tokenFile: file}, refusal: "two credentials methods: The environment variables THALASSA_CLIENT_SECRET and THALASSA_OIDC_TOKEN_FILE are both set."},
		"client without secret":     {block: Block{ClientID: text("ci")}, refusal: "incomplete credentials: client_id (or THALASSA_CLIENT_ID) is set, but client_secret (or THALASSA_CLIENT_SECRET) is not"},
		"client without id":         {env: env{apiToken: "", secret: "s"}, refusal: "incomplete credentials: client_secret (or THALASSA_CLIENT_SECRET) is set, but client_id (or THALASSA_CLIENT_ID) is not"},
		"exchange without account":  {env: env{apiToken: "", identity: "job"}, refusal: "incomplete credentials: oidc_token (or THALASSA_OIDC_TOKEN) is set, but service_account_id (or THALASSA_SERVICE_ACCOUNT_ID) is not"},
		"exchange without a token":  {block: Block{ServiceAccountID: text("sa")}, refusal: noIdentity},
		"two identity tokens":       {block: Block{OIDCToken: text("job"), OIDCTokenFile: text(file), ServiceAccountID: text("sa")}, refusal: "two identity tokens: oidc_token (or THALASSA_OIDC_TOKEN) and oidc_token_file (or THALASSA_OIDC_TOKEN_FILE) are both set."},
		"two of them exported":      {block: Block{ServiceAccountID: text("sa")}, env: env{identity: "job", tokenFile: file}, refusal: "two identity tokens: "},
		"empty secret":              {block: Block{ClientID: text("ci"), ClientSecret: text("")}, refusal: "empty argument: client_secret must not be empty."},
		"unknown secret":            {block: Block{ClientID: text("ci"), ClientSecret: unknown}, refusal: "unknown: client_secret"},
		"unknown file":              {block: Block{OIDCTokenFile: unknown, ServiceAccountID: text("sa")}, refusal: "unknown: oidc_token_file"},
		"identity with a line end":  {block: Block{OIDCToken: text("job\n"), ServiceAccountID: text("sa")}, refusal: "invalid argument: oidc_token (or THALASSA_OIDC_TOKEN) begins or ends with white space"},
		"exported with a line end":  {env: env{apiToken: "", id: "ci", secret: "s\n"}, refusal: "invalid argument: client_secret (or THALASSA_CLIENT_SECRET) begins or ends with white space"},
		"unknown, and the rest not": {block: Block{ClientID: unknown}, env: env{secret: "s"}, refusal: "unknown: client_id"},
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
			if asks := shows(t, s.Client.Credentials); asks != tc.asks {
				t.Errorf("asks as %q, want %q", asks, tc.asks)
			}
		})
	}
}

// What messages say of the credentials names their source and holds nothing of them.
func TestCallerNamesTheSource(t *testing.T) {
	t.Parallel()
	text := Known[string]
	for name, tc := range map[string]struct {
		block  Block
		env    map[string]string
		method Method
		source string
	}{
		"token, exported":        {Block{}, map[string]string{"THALASSA_API_TOKEN": "t"}, MethodToken, "the environment variable THALASSA_API_TOKEN"},
		"token, in the block":    {Block{Token: text("t")}, nil, MethodToken, "the argument token of the provider block"},
		"access token":           {Block{}, map[string]string{"THALASSA_API_TOKEN": "", "THALASSA_ACCESS_TOKEN": "a"}, MethodAccessToken, "the environment variable THALASSA_ACCESS_TOKEN"},
		"client":                 {Block{ClientID: text("ci"), ClientSecret: text("s")}, nil, MethodClient, "the argument client_id of the provider block"},
		"identity token, hosted": {Block{}, map[string]string{"THALASSA_API_TOKEN": "", "THALASSA_SERVICE_ACCOUNT_ID": "sa", "TFC_WORKLOAD_IDENTITY_TOKEN": "run"}, MethodServiceAccount, "the environment variable THALASSA_SERVICE_ACCOUNT_ID"},
	} {
		s, said := resolved(t, tc.block, tc.env)
		if len(said) > 0 || s.Caller.Method != tc.method || s.Caller.Source != tc.source {
			t.Errorf("%s: %+v, %q", name, s.Caller, said)
		}
	}
}
