package client_test

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// serveTLS serves with a certificate that no system trusts.
func serveTLS(t *testing.T, settings *tls.Config) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/oidc/token") {
			issues(aToken)(w)
			return
		}
		says(http.StatusOK, `{}`)(w)
	}))
	server.TLS = settings
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// certificateOf writes the server's certificate to a file.
func certificateOf(t *testing.T, server *httptest.Server) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	write(t, file, "The CA of a test.\n"+string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	return file
}

// trusting uses the certificates of a file.
func trusting(t *testing.T, server *httptest.Server) func(*client.Config) {
	t.Helper()
	pool, err := client.RootCAs(certificateOf(t, server))
	if err != nil {
		t.Fatal(err)
	}
	return func(c *client.Config) { c.Endpoint, c.RootCAs = server.URL, pool }
}

// The service and its token endpoint are trusted by the same certificates.
func TestCustomCA(t *testing.T) {
	t.Parallel()
	server := serveTLS(t, nil)
	for name, credentials := range map[string]client.Credentials{
		"token": client.Token("t"), "client credentials": client.ClientCredentials("ci", "secret"),
	} {
		use := func(c *client.Config) { c.Credentials = credentials }
		if _, err := newClient(t, trusting(t, server), use).KMSRegions(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		_, err := newClient(t, use, func(c *client.Config) { c.Endpoint = server.URL }).KMSRegions(t.Context())
		if err == nil || !strings.Contains(err.Error(), "certificate signed by unknown authority") {
			t.Errorf("%s, without the CA: %v", name, err)
		}
	}
}

// The client refuses versions before TLS 1.2, and the error says so.
func TestOldTLSIsRefused(t *testing.T) {
	t.Parallel()
	old := serveTLS(t, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}) //nolint:gosec // It is what must be refused.
	_, err := newClient(t, trusting(t, old)).KMSRegions(t.Context())
	if err == nil || !strings.Contains(err.Error(), "protocol version") {
		t.Errorf("got %v", err)
	}
	lowest := serveTLS(t, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS12}) //nolint:gosec // It allows what must not be used.
	if _, err := newClient(t, trusting(t, lowest)).KMSRegions(t.Context()); err != nil {
		t.Errorf("TLS 1.2: %v", err)
	}
}

func TestRootCAs(t *testing.T) {
	t.Parallel()
	server := serveTLS(t, nil)
	good, err := os.ReadFile(certificateOf(t, server))
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind, content string) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: []byte(content)}))
	}
	for name, tc := range map[string]struct{ content, problem string }{
		"one":              {string(good), ""},
		"with a key":       {block("PRIVATE KEY", sentinel) + string(good), ""},
		"empty":            {"", "holds no certificate in PEM form"},
		"text":             {sentinel, "holds no certificate in PEM form"},
		"a key alone":      {block("RSA PRIVATE KEY", sentinel), "holds a private key and no certificate"},
		"DER":              {string(server.Certificate().Raw), "holds a certificate in DER form: convert it to PEM"},
		"a broken one":     {string(good) + block("CERTIFICATE", sentinel), "holds a certificate that cannot be read, number 2"},
		"another PEM file": {block("PUBLIC KEY", sentinel), "holds no certificate in PEM form"},
	} {
		file := filepath.Join(t.TempDir(), "ca.pem")
		write(t, file, tc.content)
		pool, err := client.RootCAs(file)
		switch {
		case tc.problem == "" && (err != nil || pool == nil):
			t.Errorf("%s: %v", name, err)
		case tc.problem != "" && (err == nil || !strings.HasPrefix(err.Error(), `the file "`+file+`" `+tc.problem)):
			t.Errorf("%s: %v", name, err)
		case err != nil:
			noLeak(t, name, err.Error())
		}
	}
	if _, err := client.RootCAs(filepath.Join(t.TempDir(), "ca.pem")); err == nil || !strings.HasSuffix(err.Error(), "cannot be read: no such file or directory") {
		t.Errorf("a missing file: %v", err)
	}
}
