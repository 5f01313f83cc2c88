package conformance

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

const (
	person  = "jane.doe@example.com"
	machine = "db-7.internal.example.com:5432"
)

// telltale answers every refusal with what a careless service could let out: the
// credentials and the body that it got, the address of a person, the name of a machine,
// and the ids of the account. It gives a 400 to some requests that are in order, too.
type telltale struct {
	next http.Handler
	mu   sync.Mutex
	sent []string // values, as they came and decoded
	n    int
}

func (s *telltale) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	recorder := httptest.NewRecorder()
	s.next.ServeHTTP(recorder, r)
	s.keep(body)
	s.keep(recorder.Body.Bytes())
	s.n++
	code := recorder.Code
	if s.n > 40 && s.n%9 == 0 && code < 300 {
		code = http.StatusTeapot
	}
	if code >= 400 {
		message := strings.Join([]string{
			r.Header.Get("Authorization"), basicSecret(r), string(body), person, machine, "10.1.2.3", "[fd00::1]:443", testOrg, testProject, recorder.Body.String(),
		}, " ")
		recorder.Body.Reset()
		_, _ = fmt.Fprintf(recorder.Body, `{"message":%q}`, message)
	}
	w.Header().Set("Content-Type", "application/json; "+person)
	w.Header().Set("Date", recorder.Header().Get("Date"))
	w.WriteHeader(code)
	_, _ = w.Write(recorder.Body.Bytes())
}

func basicSecret(r *http.Request) string {
	_, secret, _ := r.BasicAuth()
	return secret
}

// keep notes the values in a body, encoded and decoded.
func (s *telltale) keep(body []byte) {
	d := answer{body: body}.doc()
	values := []string{d.text("secretString"), d.text("access_token")}
	for _, value := range d.pairs("secretKeyValues") {
		values = append(values, value)
	}
	for _, value := range values {
		decoded, _ := base64.StdEncoding.DecodeString(value)
		// Other values are texts such as "aGk", which are not secret.
		if len(value) > 12 && len(value) < 10_000 {
			s.sent = append(s.sent, value, string(decoded))
		}
	}
}

// outputs are all forms of a report, and its error.
func outputs(t *testing.T, report Report, err error) map[string]string {
	t.Helper()
	out := map[string]string{"error": fmt.Sprint(err)}
	for name, write := range map[string]func(io.Writer) error{"table": report.WriteTable, "JSON": report.WriteJSON, "Markdown": report.WriteMarkdown} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		out[name] = b.String()
	}
	return out
}

// TestNoSecretIsShown looks for every credential and every value in all output.
func TestNoSecretIsShown(t *testing.T) {
	t.Parallel()
	const wrong = "a-wrong-secret-4711"
	for name, pairs := range map[string][]string{
		"personal token":       {"THALASSA_API_TOKEN", rootToken},
		"access token":         {"THALASSA_ACCESS_TOKEN", rootToken},
		"client":               {"THALASSA_CLIENT_ID", "client", "THALASSA_CLIENT_SECRET", clientSecret},
		"exchange":             {"THALASSA_SERVICE_ACCOUNT_ID", "sa-1", "THALASSA_OIDC_TOKEN", jobToken},
		"wrong personal token": {"THALASSA_API_TOKEN", wrong},
		"wrong client":         {"THALASSA_CLIENT_ID", "client", "THALASSA_CLIENT_SECRET", wrong},
		"wrong job":            {"THALASSA_SERVICE_ACCOUNT_ID", "sa-1", "THALASSA_OIDC_TOKEN", wrong},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spy := &telltale{}
			g := newRig(t, everything(), func(next http.Handler) http.Handler {
				spy.next = next
				return spy
			})
			c := g.config()
			var err error
			if c.Credentials, err = FindCredentials(CredentialFlags{}, environment(pairs...), testOrg); err != nil {
				t.Fatal(err)
			}
			report, err := Run(t.Context(), c)
			if (err != nil) != strings.HasPrefix(name, "wrong") {
				t.Errorf("the run ends with %v", err)
			}
			secrets := append([]string{rootToken, readerToken, clientSecret, jobToken, wrong, person, "jane.doe"}, spy.sent...)
			if err == nil && len(spy.sent) < 100 {
				t.Errorf("only %d values were sent", len(spy.sent))
			}
			for form, text := range outputs(t, report, err) {
				for _, secret := range secrets {
					if found := formOf(text, secret); found != "" {
						t.Errorf("%s holds %q: …%s…", form, found, around(text, found))
					}
				}
				if form == "Markdown" {
					for _, private := range []string{testOrg, testProject, "internal.example.com", "10.1.2.3", "fd00::1"} {
						if strings.Contains(text, private) {
							t.Errorf("%s holds %s: …%s…", form, private, around(text, private))
						}
					}
					if err == nil && !strings.Contains(text, g.url) {
						t.Errorf("%s does not name the endpoint", form)
					}
				}
				if strings.Contains(fmt.Sprintf("%v %+v %#v", c, c, c.Credentials), rootToken) {
					t.Error("the configuration prints its token")
				}
			}
		})
	}
}

// formOf is the form of a secret that a text holds, if any.
func formOf(text, secret string) string {
	for _, form := range []string{
		secret, url.QueryEscape(secret), base64.RawStdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
	} {
		if len(form) > 5 && strings.Contains(text, form) {
			return form
		}
	}
	return ""
}

func around(text, part string) string {
	at := strings.Index(text, part)
	return text[max(0, at-80):min(len(text), at+len(part)+20)]
}

func TestScrubberHidesForms(t *testing.T) {
	t.Parallel()
	var s scrubber
	s.hide("hunter2+hunter2")
	s.hide("short")
	got := s.clean("hunter2+hunter2 hunter2%2Bhunter2 aHVudGVyMitodW50ZXIy jane@example.com short")
	if want := "(hidden) (hidden) (hidden) (hidden) short"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestReportHasNoMachines(t *testing.T) {
	t.Parallel()
	r := Report{Doctor: Doctor{Organisation: "acme", Project: "p-123456"}}
	for text, want := range map[string]string{
		"dial tcp 10.0.0.7:443: connect: connection refused": "dial tcp (host): connect: connection refused",
		"lookup api.internal.example on [fd00::53]:53":       "lookup (host) on (host)",
		"expected status 400, got 201":                       "expected status 400, got 201",
		"of acme and p-123456":                               "of ac… and p-12…",
		`expected "secrets.create", got ["kms.encrypt"]`:     `expected "secrets.create", got ["kms.encrypt"]`,
		"createdAt 2026-11-26T01:02:03.123456Z":              "createdAt 2026-11-26T01:02:03.123456Z",
	} {
		if got := r.redacted(text); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestCellStaysInItsTable(t *testing.T) {
	t.Parallel()
	if got, want := cell("a|b <c>\nd"), `a\|b &lt;c&gt; d`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestExamine is about what a run says of the account.
func TestExamine(t *testing.T) {
	t.Parallel()
	t.Run("clock, keys and limits", func(t *testing.T) {
		t.Parallel()
		clock := refserver.RealClock()
		clock.Advance(90_000_000_000) // 90 s
		config := everything()
		config.Clock = clock
		g := newRig(t, config, nil)
		c := g.config()
		c.ReadOnly = true
		c.Sleep = nil
		report := g.run(c)
		d := report.Doctor
		if !strings.Contains(d.Clock, "by +90.") && !strings.Contains(d.Clock, "by +89.") {
			t.Errorf("clock: %s", d.Clock)
		}
		if d.KMS != "5 keys: 3 active, 1 disabled, 1 pending deletion" || d.KMSKey != "kms-nl-01 (chosen: the first active symmetric key of the region)" {
			t.Errorf("KMS: %s; %s", d.KMS, d.KMSKey)
		}
		if d.Median <= 0 || d.Longest < d.Median || d.Requests < 20 {
			t.Errorf("latency %s, %s of %d requests", d.Median, d.Longest, d.Requests)
		}
		if d.Credentials != methodPersonal || d.FoundIn != "THALASSA_API_TOKEN" {
			t.Errorf("credentials: %s from %s", d.Credentials, d.FoundIn)
		}
		for _, p := range d.Permissions {
			want := permissionNotTried
			if slices.Contains([]Need{needList, needRead, needReveal}, p.Name) {
				want = permissionGranted
			}
			if p.State != want {
				t.Errorf("%s is %s, want %s", p.Name, p.State, want)
			}
		}
	})
	t.Run("all permissions", func(t *testing.T) {
		t.Parallel()
		g := newRig(t, everything(), nil)
		report := g.run(g.config())
		for _, p := range report.Doctor.Permissions {
			if p.State != permissionGranted {
				t.Errorf("%s is %s: %s", p.Name, p.State, p.Said)
			}
		}
		if report.Doctor.RateLimited != 1 {
			t.Errorf("%d rate limits", report.Doctor.RateLimited)
		}
	})
	for name, tc := range map[string]struct {
		change func(c *Config)
		says   string
	}{
		"unknown region": {func(c *Config) { c.Region = "de-09" }, `the region "de-09" does not exist; the service has nl-01, nl-02`},
		"bad token": {func(c *Config) {
			c.Credentials = newCredentials(methodPersonal, "-token-file", held{scheme: "Token", token: "not-known"})
		}, "the service does not accept the credentials (personal API token from -token-file): 401"},
		"nobody there": {func(c *Config) { c.Endpoint = "http://127.0.0.1:1" }, "connection refused"},
		"plain http":   {func(c *Config) { c.Endpoint = "http://example.com" }, "must use https"},
		"root prefix":  {func(c *Config) { c.Prefix = "/" }, "must not be the root"},
		"no directory": {func(c *Config) { c.Prefix = "/app" }, `must end with "/"`},
		"no region":    {func(c *Config) { c.Region = "" }, "THALASSA_REGION"},
		"odd key":      {func(c *Config) { c.KMSKey = "a/b" }, "must be an identity"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newRig(t, everything(), nil)
			c := g.config()
			tc.change(&c)
			report, err := Run(t.Context(), c)
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %v, want %s", err, tc.says)
			}
			if code := report.ExitCode(); code != 2 {
				t.Errorf("the exit code is %d", code)
			}
			g.isEmpty()
		})
	}
}
