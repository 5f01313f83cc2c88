package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// getTrusting asks for a URL, with the authorities in a file or only the system's. It
// is answered with a status, in a version of HTTP.
func getTrusting(t *testing.T, url string, roots *x509.CertPool) (status, version int, err error) {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Token x")
	request.Header.Set("X-Organisation-Identity", "acme")
	response, err := transport.RoundTrip(request)
	if err != nil {
		return 0, 0, err
	}
	return response.StatusCode, response.ProtoMajor, response.Body.Close()
}

func TestTLS(t *testing.T) {
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	p := start(t, "-addr", "127.0.0.1:0", "-admin-addr", "localhost:0", "-token", "x", "-tls", "-tls-ca", ca)
	if p.said["ca"] != ca || !strings.HasPrefix(p.said["api"], "https://") || !strings.HasPrefix(p.said["admin"], "https://") {
		t.Fatalf("said %v", p.said)
	}
	roots, err := client.RootCAs(ca) // As the provider reads ca_certificate_file.
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(strings.TrimPrefix(p.said["api"], "https://"))
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{p.said["api"] + "/v1/kms/summary", "https://localhost:" + port + "/v1/kms/summary", p.said["admin"] + "/journal"} {
		if status, version, err := getTrusting(t, url, roots); err != nil || status != 200 || version != 1 {
			t.Errorf("%s: %d by HTTP/%d, %v", url, status, version, err)
		}
		if _, _, err := getTrusting(t, url, nil); err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("%s is trusted without the authority: %v", url, err)
		}
	}
	entries, err := os.ReadDir(dir)
	text, readErr := os.ReadFile(ca) //nolint:gosec // The test's own file.
	if err != nil || readErr != nil || len(entries) != 1 || strings.Contains(string(text), "KEY") {
		t.Errorf("on the disk: %v, %s, %v", entries, text, readErr)
	}
	if _, log := p.stop(); strings.Contains(log, "PRIVATE") {
		t.Errorf("log %s", log)
	}

	// The next run replaces the file, and the old authority is worth nothing any more.
	again := start(t, "-addr", "127.0.0.1:0", "-admin-addr", "", "-token", "x", "-tls", "-tls-ca", ca)
	if _, _, err := getTrusting(t, again.said["api"]+"/v1/kms/summary", roots); err == nil {
		t.Error("the authority of an earlier run signed this certificate")
	}
	newer, err := client.RootCAs(ca)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := getTrusting(t, again.said["api"]+"/v1/kms/summary", newer); err != nil {
		t.Error(err)
	}
}

// A user who passes an existing authority with -tls-ca by mistake does not lose the
// file.
func TestOtherFilesAreNotOverwritten(t *testing.T) {
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	start(t, "-addr", "127.0.0.1:0", "-admin-addr", "", "-tls", "-tls-ca", ca).stop()
	written, err := os.ReadFile(ca) //nolint:gosec // The test's own file.
	if err != nil {
		t.Fatal(err)
	}
	// Where it starts after all, it ends in a moment, and with another exit code.
	ended, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for name, text := range map[string]string{"text": "notes", "empty": "", "more": string(written) + "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"} {
		file := write(t, name, text)
		var log bytes.Buffer
		if code := run(ended, []string{"-addr", "127.0.0.1:0", "-admin-addr", "", "-tls", "-tls-ca", file}, noEnvironment, nil, io.Discard, &log); code != 1 || !strings.Contains(log.String(), "left as it is") {
			t.Errorf("%s: exit code %d, %s", name, code, &log)
		}
		if after, err := os.ReadFile(file); err != nil || string(after) != text { //nolint:gosec // The test's own file.
			t.Errorf("%s: %q, %v", name, after, err)
		}
	}
	link := filepath.Join(dir, "link.pem")
	if err := os.Symlink(ca, link); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{link, dir, filepath.Join(dir, "none", "ca.pem")} {
		if code := run(ended, []string{"-addr", "127.0.0.1:0", "-admin-addr", "", "-tls", "-tls-ca", file}, noEnvironment, nil, io.Discard, io.Discard); code != 1 {
			t.Errorf("%s: exit code %d", file, code)
		}
	}
}

func TestHostsOfTheCertificate(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:0": "localhost 127.0.0.1 ::1", "[::1]:0": "localhost 127.0.0.1 ::1",
		":8250": "localhost 127.0.0.1 ::1", "0.0.0.0:8250": "localhost 127.0.0.1 ::1",
		"192.0.2.1:8250": "localhost 127.0.0.1 ::1 192.0.2.1", "server.example:0": "localhost 127.0.0.1 ::1 server.example",
	} {
		if got := strings.Join(options{addr: addr}.hosts(), " "); got != want {
			t.Errorf("%s: %s, not %s", addr, got, want)
		}
	}
}
