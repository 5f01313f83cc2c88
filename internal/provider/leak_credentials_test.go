package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// leakClient is not secret: errors name it, so that the user knows which client to
// check.
const leakClient = `client-id"<b>&'%41+/=`

// credentialSecrets are credentials, each of another method, that must be found
// nowhere. The last one is in a file.
var credentialSecrets = map[string]string{ //nolint:gosec // They are for these tests only.
	"token":         `Wd8xB5-token"<b>&'%41+/=`,
	"access_token":  `Lk2rF9-access-token"<b>&'%41+/=`,
	"client_secret": `Vm7cQ3-client-secret"<b>&'%41+/=`,
	"oidc_token":    `Na9pG1-oidc-token"<b>&'%41+/=`,
	"oidc_file":     `Ue5wD2-oidc-token-file"<b>&'%41+/=`,
}

// sensitiveCredentials are given by sensitive variables, as many people do it, and
// not by ephemeral ones.
var sensitiveCredentials = []string{"access_token", "client_secret"}

const (
	leakAccount  = "sa-leaks"
	identityFile = "identity-token"
)

// credentialsServer accepts all of the credentials, and records the access tokens that
// it issues. Tests may intercept requests to other endpoints.
func credentialsServer(t *testing.T, intercept ...func(http.ResponseWriter, *http.Request) bool) (s *acctest.Server, issued func() []string) {
	t.Helper()
	const name = "leaks"
	s = acctest.NewServerWith(t, refserver.Config{
		Principals: []refserver.Principal{
			{Name: name},
			{Name: name + "-token", Token: credentialSecrets["token"]},
			{Name: name + "-access", Token: credentialSecrets["access_token"]},
		},
		OIDC: refserver.OIDC{
			Clients: []refserver.OIDCClient{{ID: leakClient, Secret: credentialSecrets["client_secret"], Principal: name}},
			ServiceAccounts: []refserver.ServiceAccount{{
				ID: leakAccount, SubjectTokens: []string{credentialSecrets["oidc_token"], credentialSecrets["oidc_file"]}, Principal: name,
			}},
		},
	})
	var mu sync.Mutex
	var tokens []string
	s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/oidc/token") {
			return len(intercept) > 0 && intercept[0](w, r)
		}
		answer := httptest.NewRecorder()
		s.Server.ServeHTTP(answer, r)
		var token struct {
			AccessToken string `json:"access_token"`
		}
		if json.Unmarshal(answer.Body.Bytes(), &token) == nil && token.AccessToken != "" {
			mu.Lock()
			tokens = append(tokens, token.AccessToken)
			mu.Unlock()
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
		return true
	})
	return s, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(tokens)
	}
}

// quickly makes a provider that does not wait between attempts.
const quickly = "  retry = { max_attempts = 3, min_wait = \"1ms\", max_wait = \"4ms\" }\n"

// methodsByBlock are the arguments of each method, by the alias of its provider.
func methodsByBlock() map[string]string {
	return map[string]string{ //nolint:gosec // Names, no secrets.
		"token":        "token = var.token",
		"access_token": "access_token = var.access_token",
		"client":       "client_id = " + strconv.Quote(leakClient) + "\n  client_secret = var.client_secret",
		"oidc":         "service_account_id = \"" + leakAccount + "\"\n  oidc_token = var.oidc_token",
		"oidc_file":    "service_account_id = \"" + leakAccount + "\"\n  oidc_token_file = \"${path.module}/" + identityFile + "\"",
	}
}

// providersByBlock are providers with credentials from ephemeral and from sensitive
// variables, one for each method, and one without, which the environment configures.
func providersByBlock(t *testing.T) string {
	t.Helper()
	config := "provider \"thalassasecrets\" {\n" + quickly + "}\n"
	for alias, arguments := range methodsByBlock() {
		config += fmt.Sprintf("provider \"thalassasecrets\" {\n  alias = %q\n  %s\n%s}\n", alias, arguments, quickly)
	}
	for name := range credentialSecrets {
		kind := "ephemeral"
		if slices.Contains(sensitiveCredentials, name) {
			kind = "sensitive"
		}
		config += fmt.Sprintf("variable %q {\n  type = string\n  %s = true\n}\n", name, kind)
	}
	return config
}

// environments are the variables of each method.
func environments() map[string]map[string]string {
	return map[string]map[string]string{
		"token":        {"THALASSA_API_TOKEN": credentialSecrets["token"]},
		"access token": {"THALASSA_ACCESS_TOKEN": credentialSecrets["access_token"]},
		"client":       {"THALASSA_CLIENT_ID": leakClient, "THALASSA_CLIENT_SECRET": credentialSecrets["client_secret"]},
		"oidc":         {"THALASSA_SERVICE_ACCOUNT_ID": leakAccount, "THALASSA_OIDC_TOKEN": credentialSecrets["oidc_token"]},
		"oidc file":    {"THALASSA_SERVICE_ACCOUNT_ID": leakAccount, "THALASSA_OIDC_TOKEN_FILE": identityFile},
	}
}

// The credentials that the environment gives are left nowhere, whether the service
// takes them or not, and no access token that it hands out for them.
func TestNoCredentialLeaks(t *testing.T) {
	t.Parallel()
	for name, env := range environments() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, issued := credentialsServer(t)
			r := newLeakRun(t, s)
			r.Env = instead(r.Env, env)
			r.Write(identityFile, credentialSecrets["oidc_file"]+"\n")
			r.Write("main.tf", "provider \"thalassasecrets\" {\n"+quickly+"}\n"+emptyContainer+versionOf(firstPut("v")))
			r.run(0, "apply", "-auto-approve")
			// The server does not know these credentials.
			for variable, value := range env {
				if strings.HasSuffix(variable, "TOKEN") || strings.HasSuffix(variable, "SECRET") {
					r.Env[variable] = value + "x"
				}
			}
			r.Write(identityFile, credentialSecrets["oidc_file"]+"x\n")
			r.run(1, "plan")
			if err := s.SetFaults(refserver.Fault{Action: refserver.ActionStatus, Status: 500}); err != nil {
				t.Fatal(err)
			}
			r.run(1, "plan", "-json")
			for _, leak := range r.search(hunted(credentialSecrets, issued()...)) {
				if !isByDesign(leak) {
					t.Errorf("found %s", leak)
				}
			}
		})
	}
}

// The search knows an access token, which is random, when it sees one.
func TestIssuedTokensAreSeen(t *testing.T) {
	t.Parallel()
	s, issued := credentialsServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("v"))})
	for _, method := range []string{"client", "oidc"} {
		if said := history(t, nil, instead(s.Environment(), environments()[method])); said != "" {
			t.Fatal(said)
		}
	}
	tokens := issued()
	if len(tokens) != 2 {
		t.Fatalf("%d tokens were seen, want 2", len(tokens))
	}
	leaks := acctest.NewLeaks(t, hunted(nil, tokens...))
	for _, token := range tokens {
		if found := leaks.In("Bearer " + token); len(found) == 0 {
			t.Errorf("%d tokens are hunted, and one of them is not found", len(tokens))
		}
	}
}
