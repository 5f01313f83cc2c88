package conformance

import (
	"maps"
	"slices"
	"testing"
)

// The rows that a run cannot check with its method of credentials.
var methods = map[string][]string{
	methodPersonal: {"oidc.client-credentials", "oidc.token-exchange"},
	methodAccess:   {"oidc.client-credentials", "oidc.token-exchange"},
	methodClient:   {"oidc.token-exchange"},
	methodExchange: {"gates.message-names-feature", "gates.off-403", "oidc.client-credentials"}, // A token for one organisation.
}

// TestReferenceServerHolds checks the reference server with each method of
// credentials. Every row holds in at least one of the runs.
func TestReferenceServerHolds(t *testing.T) {
	t.Parallel()
	held := map[string]bool{}
	for method, getenv := range map[string]func(string) string{
		methodPersonal: environment("THALASSA_API_TOKEN", rootToken),
		methodAccess:   environment("THALASSA_ACCESS_TOKEN", rootToken),
		methodClient:   environment("THALASSA_CLIENT_ID", "client", "THALASSA_CLIENT_SECRET", clientSecret),
		methodExchange: environment("THALASSA_SERVICE_ACCOUNT_ID", "sa-1", "THALASSA_OIDC_TOKEN", jobToken),
	} {
		g := newRig(t, everything(), nil)
		c := g.config()
		var err error
		if c.Credentials, err = FindCredentials(CredentialFlags{}, getenv, testOrg); err != nil {
			t.Fatal(err)
		}
		if c.Credentials.Method != method {
			t.Errorf("the method is %q, want %q", c.Credentials.Method, method)
		}
		report := g.run(c)
		unreached(t, report)
		for id, text := range report.outcome(Fails) {
			t.Errorf("%s: %s %s", method, id, text)
		}
		missed := report.outcome(NotChecked)
		if got := slices.Sorted(maps.Keys(missed)); !slices.Equal(got, methods[method]) {
			t.Errorf("%s: not checked are %v", method, missed)
		}
		for id := range report.outcome(Holds) {
			held[id] = true
		}
		if report.ExitCode() != 0 {
			t.Errorf("%s: the exit code is %d", method, report.ExitCode())
		}
		t.Logf("%s: %s, %d requests", method, report.summary(), report.Doctor.Requests)
	}
	for _, row := range Rows() {
		if !held[row.ID] {
			t.Errorf("%s holds in no run", row.ID)
		}
	}
}
