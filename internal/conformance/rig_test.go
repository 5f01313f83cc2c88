package conformance

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

const (
	rootToken     = "token-of-root-4711"
	observerToken = "token-of-observer-4711" // of the test itself
	readerToken   = "token-of-reader-4711"
	clientSecret  = "client-secret-4711"
	jobToken      = "job-token-4711"
	testOrg       = "o-conformance"
	testProject   = "p-conformance"
)

// rig is a reference server with everything that a row may need, behind real HTTP.
type rig struct {
	t *testing.T
	*refserver.Server
	url string
}

// everything is the configuration of a server on which every row can be checked, with
// the exception of those about the method of the credentials, of which a run has one.
func everything() refserver.Config {
	return refserver.Config{
		Regions: []refserver.Region{{Slug: "nl-01"}, {Slug: "nl-02", NoKMS: true}},
		Keys: []refserver.Key{
			{Region: "nl-01", Identity: "kms-nl-01"},
			{Region: "nl-01", Identity: "kms-test"},
			{Region: "nl-01", Identity: "kms-off", Status: refserver.KeyDisabled},
			{Region: "nl-01", Identity: "kms-gone", Status: refserver.KeyPendingDeletion},
			{Region: "nl-01", Identity: "kms-rsa", Type: "rsa-2048"},
		},
		Principals: []refserver.Principal{
			{Name: "root", Token: rootToken},
			{Name: "observer", Token: observerToken},
			{Name: "reader", Token: readerToken, Kind: refserver.PersonalToken, Grants: []refserver.Grant{{Permissions: []string{"list", "read"}}}},
		},
		OIDC: refserver.OIDC{
			Clients:         []refserver.OIDCClient{{ID: "client", Secret: clientSecret, Principal: "root"}},
			ServiceAccounts: []refserver.ServiceAccount{{ID: "sa-1", Organisation: testOrg, SubjectTokens: []string{jobToken}, Principal: "root"}},
		},
		FeatureGates: []refserver.FeatureGate{{Organisation: "o-closed", Feature: "secrets"}},
		Faults:       []refserver.Fault{{Operation: "getSecret", Nth: 12, Action: refserver.ActionStatus, Status: http.StatusTooManyRequests, RetryAfter: "1"}},
	}
}

// newRig starts a server. What wrap makes of it is what the run talks to; nil leaves
// the server as it is.
func newRig(t *testing.T, c refserver.Config, wrap func(http.Handler) http.Handler) *rig {
	t.Helper()
	server := refserver.New(c)
	var handler http.Handler = server
	if wrap != nil {
		handler = wrap(server)
	}
	hs := httptest.NewServer(handler)
	t.Cleanup(hs.Close)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server's seed was %d", server.Seed())
		}
	})
	return &rig{t: t, Server: server, url: hs.URL}
}

// config is that of a run on the rig which can check every row.
func (g *rig) config() Config {
	g.t.Helper()
	reader, err := fixedToken(methodPersonal, "Token", given{env: "READER"}, func(string) string { return readerToken })
	if err != nil {
		g.t.Fatal(err)
	}
	return Config{
		Endpoint: g.url, Organisation: testOrg, Project: testProject, Region: "nl-01", Credentials: g.token(rootToken), Reader: reader,
		TestKMSKey: "kms-test", RotateTestKMSKey: true, OtherProject: "p-other", ClosedOrganisation: "o-closed", Version: "test",
		// Time passes on the server alone.
		Sleep: func(ctx context.Context, d time.Duration) error {
			g.Clock().Advance(d)
			return ctx.Err()
		},
	}
}

func (g *rig) token(token string) Credentials {
	g.t.Helper()
	credentials, err := FindCredentials(CredentialFlags{}, environment("THALASSA_API_TOKEN", token), testOrg)
	if err != nil {
		g.t.Fatal(err)
	}
	return credentials
}

// environment is an environment of pairs.
func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for pair := range slices.Chunk(pairs, 2) {
			if pair[0] == name {
				return pair[1]
			}
		}
		return ""
	}
}

// run checks the rig and makes sure that nothing is left.
func (g *rig) run(c Config) Report {
	g.t.Helper()
	report, err := Run(g.t.Context(), c)
	if err != nil {
		g.t.Fatal(err)
	}
	if len(report.Left) > 0 {
		g.t.Errorf("the run says that it leaves %q", report.Left)
	}
	g.isEmpty()
	return report
}

// isEmpty makes sure that no secret is left, and that the keys are as they were.
func (g *rig) isEmpty() {
	g.t.Helper()
	if n := g.Billing().ActiveVersions; n != 0 {
		g.t.Errorf("%d active versions are left", n)
	}
	if left := g.secrets(); len(left) > 0 {
		g.t.Errorf("%d secrets are left: %q", len(left), left)
	}
	for _, key := range g.Keys() {
		if key.Identity == "kms-test" && key.Status != refserver.KeyActive {
			g.t.Errorf("the test key is %s", key.Status)
		}
	}
}

// secrets are the paths of all secrets of the project.
func (g *rig) secrets() []string {
	g.t.Helper()
	request := httptest.NewRequestWithContext(g.t.Context(), http.MethodGet, "/v1/secrets/nl-01/secrets?pathPrefix=/", nil)
	request.Header.Set("Authorization", "Token "+observerToken)
	request.Header.Set(headerOrg, testOrg)
	request.Header.Set(headerProject, testProject)
	recorder := httptest.NewRecorder()
	g.Server.ServeHTTP(recorder, request)
	entries, ok := answer{body: recorder.Body.Bytes()}.list()
	if !ok {
		g.t.Fatalf("no list of secrets: %d %s", recorder.Code, recorder.Body)
	}
	return pathsOf(entries)
}

// outcome are the rows with an outcome, with their reasons.
func (r Report) outcome(outcome Outcome) map[string]string {
	found := map[string]string{}
	for _, row := range r.Rows {
		if row.Outcome == outcome {
			found[row.ID] = row.Text()
		}
	}
	return found
}

// unreached fails where a scenario has left a row out.
func unreached(t *testing.T, r Report) {
	t.Helper()
	for _, row := range r.Rows {
		if strings.Contains(row.Needs, notReached) {
			t.Errorf("no scenario judges %s", row.ID)
		}
	}
	if len(r.Rows) != len(Rows()) {
		t.Errorf("%d rows, want %d", len(r.Rows), len(Rows()))
	}
}
