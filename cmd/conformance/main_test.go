package main

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/conformance"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

const token = "token-of-the-program-4711"

// serve starts a reference server behind a handler.
func serve(t *testing.T, wrap func(http.Handler) http.Handler) (server *refserver.Server, url string) {
	t.Helper()
	server = refserver.New(refserver.Config{Principals: []refserver.Principal{{Name: "root", Token: token}}})
	var handler http.Handler = server
	if wrap != nil {
		handler = wrap(server)
	}
	hs := httptest.NewServer(handler)
	t.Cleanup(hs.Close)
	return server, hs.URL
}

// environment is what the program finds in its environment.
func environment(url string) map[string]string {
	return map[string]string{
		"THALASSA_API_ENDPOINT": url, "THALASSA_API_TOKEN": token, "THALASSA_ORGANISATION": "o-program", "THALASSA_REGION": "nl-01",
	}
}

// play runs the program in this process.
func play(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, complaints bytes.Buffer
	code = run(t.Context(), args, func(name string) string { return env[name] }, &out, &complaints)
	for _, text := range []string{out.String(), complaints.String()} {
		if strings.Contains(text, token) {
			t.Errorf("the program shows its token: %s", text)
		}
	}
	return code, out.String(), complaints.String()
}

func TestTableForPeople(t *testing.T) {
	t.Parallel()
	server, url := serve(t, nil)
	code, stdout, stderr := play(t, environment(url))
	if code != 0 {
		t.Errorf("the exit code is %d: %s", code, stderr)
	}
	for _, want := range []string{
		"credentials                personal API token from THALASSA_API_TOKEN\n",
		"permission delete          granted\n",
		"D  versions.numbers-never-reused",
		" 0 do not hold, ",
		"not checked: needs a second project (-other-project)\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the output has no %q:\n%s", want, stdout)
		}
	}
	if n := server.Billing().ActiveVersions; n != 0 {
		t.Errorf("%d active versions are left", n)
	}
}

func TestJSONAndReport(t *testing.T) {
	t.Parallel()
	// A service that answers a create with 200 instead of 201.
	_, url := serve(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			recorder := httptest.NewRecorder()
			next.ServeHTTP(recorder, r)
			if recorder.Code == http.StatusCreated {
				recorder.Code = http.StatusOK
			}
			for name, values := range recorder.Header() {
				w.Header()[name] = values
			}
			w.WriteHeader(recorder.Code)
			_, _ = w.Write(recorder.Body.Bytes())
		})
	})
	file := filepath.Join(t.TempDir(), "report.md")
	code, stdout, stderr := play(t, environment(url), "-json", "-report", file)
	if code != 1 || stderr != "" {
		t.Errorf("the exit code is %d: %s", code, stderr)
	}
	var report conformance.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for _, row := range report.Rows {
		if row.Outcome == conformance.Fails {
			failed++
			if row.ID != "create.status-201" || row.Expected != "status 201" || row.Got != "200" {
				t.Errorf("%+v", row)
			}
		}
	}
	if failed != 1 {
		t.Errorf("%d rows do not hold", failed)
	}
	b, err := os.ReadFile(file) //nolint:gosec // The test's own file.
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for _, want := range []string{"| `create.status-201` | D | does not hold: expected status 201, got 200 |", "| endpoint | " + url + " |", "| organisation | o-pr… |"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report has no %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "o-program") || strings.Contains(text, token) {
		t.Errorf("the report tells too much:\n%s", text)
	}
}

func TestWhatCannotBegin(t *testing.T) {
	t.Parallel()
	_, url := serve(t, nil)
	with := func(name, value string) map[string]string {
		env := environment(url)
		env[name] = value
		return env
	}
	for name, tc := range map[string]struct {
		env  map[string]string
		args []string
		says string
	}{
		"unknown flag":     {environment(url), []string{"-token", token}, "flag provided but not defined: -token"},
		"an argument":      {environment(url), []string{"-read-only", token}, "unexpected argument after the flags: number 2"},
		"a token, no file": {environment(url), []string{"-token-file", token}, "-token-file: the file cannot be read"},
		"no credentials":   {with("THALASSA_API_TOKEN", ""), nil, "no credentials were found"},
		"bad credentials":  {with("THALASSA_API_TOKEN", "another"), nil, "does not accept the credentials"},
		"no organisation":  {with("THALASSA_ORGANISATION", ""), nil, "the organisation is missing"},
		"unknown region":   {environment(url), []string{"-region", "de-01"}, `the region "de-01" does not exist`},
		"no certificate":   {environment(url), []string{"-ca-certificate-file", "/nowhere.pem"}, "cannot be read"},
		"no time":          {environment(url), []string{"-timeout", "0s"}, "must be above zero"},
		"too little time":  {environment(url), []string{"-timeout", "1ns"}, "the run took longer than 1ns"},
		"no reader":        {environment(url), []string{"-reader-token-file", "/nowhere"}, "-reader-token-file: the file cannot be read"},
		"no report":        {environment(url), []string{"-read-only", "-report", "/nowhere/report.md"}, "-report: open"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := play(t, tc.env, tc.args...)
			if code != 2 || !strings.Contains(stderr, tc.says) {
				t.Errorf("got exit code %d and %q, want 2 and %q", code, stderr, tc.says)
			}
		})
	}
}

// A service with an authority of its own is checked once that authority is named.
func TestCertificateOfOnesOwn(t *testing.T) {
	t.Parallel()
	server := refserver.New(refserver.Config{Principals: []refserver.Principal{{Name: "root", Token: token}}})
	hs := httptest.NewUnstartedServer(server)
	hs.Config.ErrorLog = log.New(io.Discard, "", 0) // Of the handshake that fails.
	hs.StartTLS()
	defer hs.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: hs.Certificate().Raw})
	if err := os.WriteFile(file, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := play(t, environment(hs.URL), "-read-only", "-request-timeout", "5s"); code != 2 || !strings.Contains(stderr, "certificate") {
		t.Errorf("without the authority: %d %s", code, stderr)
	}
	env := environment(hs.URL)
	env["THALASSA_CA_CERTIFICATE_FILE"] = file
	if code, _, stderr := play(t, env, "-read-only"); code != 0 {
		t.Errorf("with the authority: %d %s", code, stderr)
	}
}

func TestWhatNeedsNoService(t *testing.T) {
	t.Parallel()
	if code, stdout, _ := play(t, nil, "-version"); code != 0 || stdout != "conformance dev\n" {
		t.Errorf("-version: %d %q", code, stdout)
	}
	if code, stdout, _ := play(t, nil, "-rows"); code != 0 || !strings.HasPrefix(stdout, "# What the API does, row by row\n") {
		t.Errorf("-rows: %d %q", code, stdout)
	}
	code, _, stderr := play(t, nil, "-help")
	if code != 0 || !strings.Contains(stderr, "Exit code: 0 if all that was checked holds") {
		t.Errorf("-help: %d %q", code, stderr)
	}
}
