package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestFindCredentials(t *testing.T) {
	t.Parallel()
	file := func(content string) string {
		t.Helper()
		name := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	token := file("from-a-file\n")
	for name, tc := range map[string]struct {
		flags          CredentialFlags
		env            []string
		method, source string
		says           string // an error
	}{
		"token":                    {env: []string{"THALASSA_API_TOKEN", "t"}, method: methodPersonal, source: "THALASSA_API_TOKEN"},
		"access token":             {env: []string{"THALASSA_ACCESS_TOKEN", "t"}, method: methodAccess, source: "THALASSA_ACCESS_TOKEN"},
		"client":                   {env: []string{"THALASSA_CLIENT_ID", "c", "THALASSA_CLIENT_SECRET", "s"}, method: methodClient, source: "THALASSA_CLIENT_ID and THALASSA_CLIENT_SECRET"},
		"exchange":                 {env: []string{"THALASSA_OIDC_TOKEN", "t", "THALASSA_SERVICE_ACCOUNT_ID", "sa"}, method: methodExchange, source: "THALASSA_SERVICE_ACCOUNT_ID and THALASSA_OIDC_TOKEN"},
		"exchange by file":         {env: []string{"THALASSA_OIDC_TOKEN_FILE", token, "THALASSA_SERVICE_ACCOUNT_ID", "sa"}, method: methodExchange, source: "THALASSA_SERVICE_ACCOUNT_ID and THALASSA_OIDC_TOKEN_FILE"},
		"hosted run":               {env: []string{"TFC_WORKLOAD_IDENTITY_TOKEN", "t", "THALASSA_SERVICE_ACCOUNT_ID", "sa"}, method: methodExchange, source: "THALASSA_SERVICE_ACCOUNT_ID and TFC_WORKLOAD_IDENTITY_TOKEN"},
		"hosted run without":       {env: []string{"TFC_WORKLOAD_IDENTITY_TOKEN", "t"}, says: "no credentials were found"},
		"hosted run with a token":  {env: []string{"TFC_WORKLOAD_IDENTITY_TOKEN", "t", "THALASSA_SERVICE_ACCOUNT_ID", "sa", "THALASSA_API_TOKEN", "t"}, method: methodPersonal, source: "THALASSA_API_TOKEN"},
		"flag beats environment":   {flags: CredentialFlags{TokenFile: token}, env: []string{"THALASSA_ACCESS_TOKEN", "t"}, method: methodPersonal, source: "-token-file"},
		"access token by flag":     {flags: CredentialFlags{AccessTokenFile: token}, method: methodAccess, source: "-access-token-file"},
		"client by flags":          {flags: CredentialFlags{ClientID: "c", ClientSecretFile: token}, method: methodClient, source: "-client-id and -client-secret-file"},
		"half by flag":             {flags: CredentialFlags{ClientID: "c"}, env: []string{"THALASSA_CLIENT_SECRET", "s"}, method: methodClient, source: "-client-id and THALASSA_CLIENT_SECRET"},
		"exchange by flags":        {flags: CredentialFlags{OIDCTokenFile: token, ServiceAccount: "sa"}, method: methodExchange, source: "-service-account-id and -oidc-token-file"},
		"nothing":                  {says: "no credentials were found: set THALASSA_API_TOKEN"},
		"two in the environment":   {env: []string{"THALASSA_API_TOKEN", "t", "THALASSA_ACCESS_TOKEN", "t"}, says: "the environment variables choose several methods: personal API token, access token"},
		"two by flag":              {flags: CredentialFlags{TokenFile: token, ClientID: "c"}, says: "the flags choose several methods"},
		"two identity tokens":      {env: []string{"THALASSA_OIDC_TOKEN", "t", "THALASSA_OIDC_TOKEN_FILE", token, "THALASSA_SERVICE_ACCOUNT_ID", "sa"}, says: "are both set"},
		"client without a secret":  {env: []string{"THALASSA_CLIENT_ID", "c"}, says: "THALASSA_CLIENT_SECRET is empty"},
		"exchange without account": {env: []string{"THALASSA_OIDC_TOKEN", "t"}, says: "THALASSA_SERVICE_ACCOUNT_ID is empty"},
		"line break":               {env: []string{"THALASSA_API_TOKEN", "t\n"}, says: "THALASSA_API_TOKEN begins or ends with white space"},
		"no file":                  {flags: CredentialFlags{TokenFile: token + "-missing"}, says: "-token-file: the file cannot be read: no such file"},
		"a token for a file":       {flags: CredentialFlags{TokenFile: "SENTINEL"}, says: "the file cannot be read"},
		"a whole answer in a file": {flags: CredentialFlags{TokenFile: file(`{"token": "SENTINEL"}`)}, says: "-token-file: the file must contain the secret text and nothing else"},
	} {
		found, err := FindCredentials(tc.flags, environment(tc.env...), testOrg)
		switch {
		case tc.says != "":
			if err == nil || !strings.Contains(err.Error(), tc.says) || strings.Contains(err.Error(), "SENTINEL") {
				t.Errorf("%s: got %v, want %s", name, err, tc.says)
			}
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case found.Method != tc.method || found.Source != tc.source:
			t.Errorf("%s: got %s, want %s from %s", name, found, tc.method, tc.source)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"3": 3 * time.Second, "0": 0, "Mon, 02 Mar 2026 10:00:05 GMT": 5 * time.Second, "Mon, 02 Mar 2026 09:00:00 GMT": 0,
	} {
		if got, ok := retryAfter(header, now); !ok || got != want {
			t.Errorf("%q: got %s %t, want %s", header, got, ok, want)
		}
	}
	for _, header := range []string{"", "soon", "-1", "1.5"} {
		if _, ok := retryAfter(header, now); ok {
			t.Errorf("%q is taken for a form of Retry-After", header)
		}
	}
}

// TestRunsNextToAnExpiringToken has tokens that expire during the run.
func TestRunsNextToAnExpiringToken(t *testing.T) {
	t.Parallel()
	config := everything()
	config.OIDC.TokenLifetimeSeconds = 1
	g := newRig(t, config, nil)
	c := g.config()
	var err error
	if c.Credentials, err = FindCredentials(CredentialFlags{}, environment("THALASSA_CLIENT_ID", "client", "THALASSA_CLIENT_SECRET", clientSecret), testOrg); err != nil {
		t.Fatal(err)
	}
	if failed := g.run(c).outcome(Fails); len(failed) > 0 {
		t.Errorf("these do not hold: %v", failed)
	}
}
