package provider_test

import (
	"encoding/pem"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// clientSecret has to be found nowhere.
const clientSecret = "sentinel-client-secret-Vt6rY1"

// issuingServer issues access tokens that act as Terraform.
func issuingServer(t *testing.T) *acctest.Server {
	t.Helper()
	return acctest.NewServerWith(t, refserver.Config{OIDC: refserver.OIDC{
		Clients:         []refserver.OIDCClient{{ID: "ci", Secret: clientSecret, Principal: "terraform"}},
		ServiceAccounts: []refserver.ServiceAccount{{ID: "sa-terraform", SubjectTokens: []string{"job-1", "job-2"}, Principal: "terraform"}},
	}})
}

// instead takes the token out of an environment and adds other variables.
func instead(environment, others map[string]string) map[string]string {
	environment = maps.Clone(environment)
	delete(environment, "THALASSA_API_TOKEN")
	maps.Copy(environment, others)
	return environment
}

// history reads the history of a secret, by a provider in the test's own process
// that is configured by its block and the environment. It returns the error.
func history(t *testing.T, block map[string]tftypes.Value, environment map[string]string) string {
	t.Helper()
	getenv := func(name string) string { return environment[name] }
	server, schemas := served(t, provider.WithEnvironment(getenv))
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: configuration(t, schemas.Provider, block),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(configured.Diagnostics) > 0 {
		return firstOf(configured.Diagnostics)
	}
	const name = "thalassasecrets_secret_versions"
	read, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: configuration(t, schemas.DataSourceSchemas[name],
		map[string]tftypes.Value{"secret_id": tftypes.NewValue(tftypes.String, dbID)})})
	if err != nil {
		t.Fatal(err)
	}
	return firstOf(read.Diagnostics)
}

func firstOf(diagnostics []*tfprotov6.Diagnostic) string {
	if len(diagnostics) == 0 {
		return ""
	}
	return diagnostics[0].Summary + ": " + diagnostics[0].Detail
}

// configuration is a block in which all that is not given is null.
func configuration(t *testing.T, schema *tfprotov6.Schema, given map[string]tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	object, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		t.Fatalf("the schema describes a %s", schema.ValueType())
	}
	values := map[string]tftypes.Value{}
	for name, attribute := range object.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	maps.Copy(values, given)
	made, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, values))
	if err != nil {
		t.Fatal(err)
	}
	return &made
}

// Every method of credentials works. If the service refuses them, the error names the
// reason and what to check, without a secret.
func TestCredentialsMethods(t *testing.T) {
	t.Parallel()
	s := issuingServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("v"))})
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	elsewhere := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(elsewhere.Close)
	for name, tc := range map[string]struct {
		env  map[string]string
		says []string // nothing: it works
	}{
		"client credentials": {map[string]string{"THALASSA_CLIENT_ID": "ci", "THALASSA_CLIENT_SECRET": clientSecret}, nil},
		"identity token":     {map[string]string{"THALASSA_OIDC_TOKEN": "job-1", "THALASSA_SERVICE_ACCOUNT_ID": "sa-terraform"}, nil},
		"identity file":      {map[string]string{"THALASSA_OIDC_TOKEN_FILE": file("good", "job-2\n"), "THALASSA_SERVICE_ACCOUNT_ID": "sa-terraform"}, nil},

		"wrong secret": {map[string]string{"THALASSA_CLIENT_ID": "ci", "THALASSA_CLIENT_SECRET": clientSecret + "x"}, []string{
			"The provider could not get an access token, because the service rejected the client \"ci\". Check client_id and client_secret",
			"Cause: the token endpoint responded 401 Unauthorized: invalid_client: the client credentials are not valid",
		}},
		"wrong identity": {map[string]string{"THALASSA_OIDC_TOKEN": "sentinel-identity-Jw9", "THALASSA_SERVICE_ACCOUNT_ID": "sa-terraform"}, []string{
			"the service rejected the identity token for the service account \"sa-terraform\"", "invalid_grant",
		}},
		"wrong account": {map[string]string{"THALASSA_OIDC_TOKEN": "job-1", "THALASSA_SERVICE_ACCOUNT_ID": "sa-other"}, []string{"the service account \"sa-other\""}},
		"empty file": {map[string]string{"THALASSA_OIDC_TOKEN_FILE": file("empty", ""), "THALASSA_SERVICE_ACCOUNT_ID": "sa-terraform"}, []string{
			"there is no identity token. Check oidc_token_file (or THALASSA_OIDC_TOKEN_FILE)", "empty\": the file is empty",
		}},
		"wrong endpoint": {map[string]string{"THALASSA_API_ENDPOINT": elsewhere.URL, "THALASSA_CLIENT_ID": "ci", "THALASSA_CLIENT_SECRET": clientSecret}, []string{
			"the response did not come from the token endpoint of the service. Check endpoint", "Cause: the token endpoint responded 404 Not Found",
		}},
		"no endpoint": {map[string]string{"THALASSA_API_ENDPOINT": "http://localhost:1", "THALASSA_CLIENT_ID": "ci", "THALASSA_CLIENT_SECRET": clientSecret}, []string{
			"the token endpoint of the service gave no usable response.", "connection refused",
		}},
		"wrong token": {map[string]string{"THALASSA_API_TOKEN": "sentinel-token"}, []string{"The service rejected the personal API token from the environment variable THALASSA_API_TOKEN.", "Cause: 401"}},
		"wrong access token": {map[string]string{"THALASSA_ACCESS_TOKEN": "sentinel-access"}, []string{
			"The service rejected the access token from the environment variable THALASSA_ACCESS_TOKEN.", "Cause: 401",
		}},
		"account without a token, in GitLab": {map[string]string{"THALASSA_SERVICE_ACCOUNT_ID": "sa-terraform", "GITLAB_CI": "true"}, []string{
			"Incomplete credentials", "there is no identity token for the service account", "In GitLab CI, declare the token in the job: id_tokens",
		}},
		"plain http": {map[string]string{"THALASSA_API_ENDPOINT": "http://192.0.2.1", "THALASSA_CLIENT_ID": "ci", "THALASSA_CLIENT_SECRET": clientSecret}, []string{
			"Invalid provider configuration", "must use https",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := history(t, map[string]tftypes.Value{"retry": once}, instead(s.Environment(), tc.env))
			if (said == "") != (tc.says == nil) {
				t.Fatalf("said %q", said)
			}
			for _, part := range tc.says {
				if !strings.Contains(said, part) {
					t.Errorf("said %q, want %q in it", said, part)
				}
			}
			for _, secret := range []string{"sentinel", "job-1", "job-2"} {
				if strings.Contains(said, secret) {
					t.Errorf("the error shows %s: %s", secret, said)
				}
			}
		})
	}
}

// once is the argument retry of a provider that repeats nothing.
var once = tftypes.NewValue(
	tftypes.Object{AttributeTypes: map[string]tftypes.Type{"max_attempts": tftypes.Number, "min_wait": tftypes.String, "max_wait": tftypes.String}},
	map[string]tftypes.Value{
		"max_attempts": tftypes.NewValue(tftypes.Number, 1), "min_wait": tftypes.NewValue(tftypes.String, nil), "max_wait": tftypes.NewValue(tftypes.String, nil),
	},
)

// The limits in the provider block reach the client.
func TestLimitsReachTheClient(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	var asked atomic.Int64
	s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		asked.Add(1)
		select {
		case <-release:
		case <-r.Context().Done():
		}
		return true
	})
	block := map[string]tftypes.Value{"retry": once, "request_timeout": tftypes.NewValue(tftypes.String, "20ms"), "requests_per_second": tftypes.NewValue(tftypes.Number, 1000)}
	if said := history(t, block, s.Environment()); !strings.Contains(said, "20ms") || asked.Load() != 1 {
		t.Errorf("asked %d times, and said %q", asked.Load(), said)
	}
}

// A certificate of a private authority is trusted once the authority is configured. The
// error before that names the argument.
func TestCustomCA(t *testing.T) {
	t.Parallel()
	s := issuingServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("v"))})
	listener := httptest.NewUnstartedServer(s.Server)
	listener.Config.ErrorLog = log.New(io.Discard, "", 0)
	listener.StartTLS()
	t.Cleanup(listener.Close)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: listener.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, env := range map[string]map[string]string{
		"token":              {"THALASSA_API_TOKEN": acctest.Token},
		"client credentials": {"THALASSA_CLIENT_ID": "ci", "THALASSA_CLIENT_SECRET": clientSecret},
	} {
		env = instead(s.Environment(), env)
		env["THALASSA_API_ENDPOINT"] = listener.URL
		if said := history(t, nil, env); !strings.Contains(said, "set ca_certificate_file (or THALASSA_CA_CERTIFICATE_FILE) to the certificate of the authority") {
			t.Errorf("%s: an unknown certificate made it say %q", name, said)
		}
		env["THALASSA_CA_CERTIFICATE_FILE"] = file
		if said := history(t, nil, env); said != "" {
			t.Errorf("%s: with the authority it says %q", name, said)
		}
	}
}

// A client works through a whole life, its tokens revoked on the way, and its secret
// is left nowhere.
func TestClientCredentials(t *testing.T) {
	t.Parallel()
	s := issuingServer(t)
	w := acctest.NewWorkspace(t, s).Built()
	w.Env = instead(w.Env, map[string]string{"THALASSA_CLIENT_ID": "ci", "THALASSA_CLIENT_SECRET": clientSecret})
	w.Env["TF_LOG"], w.Env["TF_LOG_PATH"] = "TRACE", filepath.Join(w.Dir, "trace.log")
	w.Write("main.tf", container+versionOf(firstPut("v")))
	w.Plan()
	s.RevokeIssuedTokens()
	w.Apply("saved.plan")
	for name, content := range everythingWritten(t, w.Dir) {
		if strings.Contains(content, clientSecret) {
			t.Errorf("the client's secret is in %s", name)
		}
	}
}

// The guide's job: its token is another one for the apply, and what each mistake
// says is in the guide.
func TestGuideIdentityTokens(t *testing.T) {
	t.Parallel()
	s := issuingServer(t)
	g := openGuide(t, s, "identity-tokens")
	g.Built() // The path is relative to where the CLI runs.
	g.Env = instead(g.Env, map[string]string{"THALASSA_OIDC_TOKEN_FILE": "identity-token"})
	g.Write("identity-token", "job-1\n")
	g.Plan()
	s.RevokeIssuedTokens()
	g.Write("identity-token", "job-2\n")
	g.Apply("saved.plan")

	g.Write("identity-token", "yesterday's")
	g.quotesError(g.PlanFails(), "Cannot read the secret")
	if err := os.Remove(filepath.Join(g.Dir, "identity-token")); err != nil {
		t.Fatal(err)
	}
	g.quotesError(g.PlanFails(), "Cannot read the secret")
	g.Env["THALASSA_OIDC_TOKEN_FILE"] = ""
	g.quotesError(g.PlanFails(), "Incomplete credentials")
	g.edit(`service_account_id = "sa-terraform"`, "")
	maps.Copy(g.Env, map[string]string{"THALASSA_OIDC_TOKEN_FILE": "identity-token", "THALASSA_SERVICE_ACCOUNT_ID": "sa-terraform", "THALASSA_API_TOKEN": acctest.Token})
	g.quotesError(g.PlanFails(), "Conflicting credentials")
}
