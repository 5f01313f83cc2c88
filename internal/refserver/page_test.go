package refserver_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// loadPage asks for the page as a browser on this machine does.
func loadPage(t *testing.T, s *refserver.Server) reply {
	t.Helper()
	return askForPage(t, s.Page(false), http.MethodGet, "/", "127.0.0.1:50000", "127.0.0.1:8250", nil)
}

func askForPage(t *testing.T, page http.Handler, method, path, from, host string, h http.Header) reply {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	request.RemoteAddr, request.Host = from, host
	for name, values := range h {
		request.Header[name] = values
	}
	recorder := httptest.NewRecorder()
	page.ServeHTTP(recorder, request)
	return reply{recorder.Code, recorder.Header(), recorder.Body.String()}
}

// shown is the text of a page, a line for each line of its source that has some.
func shown(page string) string {
	page = regexp.MustCompile(`(?s)<style>.*</style>`).ReplaceAllString(page, "")
	page = regexp.MustCompile(`</(td|th|dt)>`).ReplaceAllString(page, " ")
	page = html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, ""))
	var lines []string
	for line := range strings.Lines(page) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func TestPage(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{Secrets: initialSecrets(t, `[`+initialDB+`,
		{"organisation": "acme", "project": "p1", "region": "nl-02", "path": "/db", "versions": [{"generate": 16, "createdAgo": "90m"}]}]`)})
	g.create("/app/mail/account")
	g.doAs(as("Token root-token", "beta", ""), "POST", "/v1/secrets/nl-01/secrets", `{"path":"/gone","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`, 201)
	g.Clock().Advance(25 * time.Hour)
	g.doAs(as("Token root-token", "beta", ""), "DELETE", "/v1/secrets/nl-01/secret/gone", "", 204)
	g.do("DELETE", "/v1/secrets/nl-01/secret/app/mail/account/versions?version=1", "", 204)
	if err := g.SetKeyStatus("nl-02", "kms-nl-02", refserver.KeyPendingDeletion); err != nil {
		t.Fatal(err)
	}

	r := loadPage(t, g.Server)
	want := `Reference server: secrets
Reference server
What it knows of its secrets at 2026-03-03 11:00:00 UTC. Values are never shown. A line is the life of a version, and the mark on it its last read.
3 secrets
3 billable versions
46 d 6 h billed
acme nl-01
/app/
db
the database
3 current
key/value, created 2026-03-01 10:00:00, last read 2026-03-02 09:00:00
2 active
text, created 2026-02-10 10:00:00, last read 2026-02-17 22:00:00
1 destroyed
text, created 2026-01-31 10:00:00, destroyed 2026-02-20 10:00:00
key kms-nl-01
label team shop
annotation runbook 42
access policy allow ip in 127.0.0.0/8
mail/
account no active version
1 destroyed
text, created 2026-03-02 10:00:00, destroyed 2026-03-03 11:00:00
key kms-nl-01
acme / p1 nl-02
/
db key pending deletion
1 current
text, created 2026-03-02 08:30:00
key kms-nl-02
beta nl-01
No secret is shown here.
Billable versions
Organisation Project Region Now So far
acme – nl-01 2 44 d 3 h
acme p1 nl-02 1 1 d 2 h
beta – nl-01 0 1 d 1 h
Audit log
2026-03-03 11:00:00 secrets.destroy_version nl-01/app/mail/account@1 by root in acme
2026-03-03 11:00:00 secrets.delete nl-01/gone by root in beta
2026-03-02 10:00:00 secrets.create nl-01/gone@1 by root in beta
2026-03-02 10:00:00 kms.encrypt nl-01/gone@1 by root in beta
2026-03-02 10:00:00 secrets.create nl-01/app/mail/account@1 by root in acme
2026-03-02 10:00:00 kms.encrypt nl-01/app/mail/account@1 by root in acme`
	if got := shown(r.body); r.status != 200 || got != want {
		t.Errorf("%d, the page shows\n%s\nand not\n%s", r.status, got, want)
	}
	// A version that was destroyed ends on the line where it was destroyed.
	if line := `<rect class="life" x="0.00" width="64.43" height="8"/>`; !strings.Contains(r.body, line) {
		t.Errorf("version 1 has another place on the line:\n%s", r.body)
	}
	if g.Reset(); !strings.Contains(shown(loadPage(t, refserver.New(refserver.Config{})).body), "No secret yet") {
		t.Error("an empty server does not say so")
	}
}

func TestPageIsSafe(t *testing.T) {
	t.Parallel()
	r := loadPage(t, refserver.New(refserver.Config{}))
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(r.body)
	if style == nil || len(style[1]) < 100 {
		t.Fatalf("no style in %s", r.body)
	}
	sum := sha256.Sum256([]byte(style[1]))
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8",
		"Content-Security-Policy": "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":       "nosniff",
		"Cache-Control":                "no-store",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s: %q, not %q", name, got, want)
		}
	}
	for _, active := range []string{"<script", "javascript:", "http:", "https:", "href", "src=", "url(", "@import", `style="`, "<form"} {
		if strings.Contains(r.body, active) {
			t.Errorf("the page has %s", active)
		}
	}
}

// hostile is text that would be markup, or end some, in one place or another.
const hostile = `</bdi></style><script>alert(1)</script><img src=x onerror=alert(2)>"'` + "`" + `{{.}}&lt;<!--]]>`

func TestPageEscapesWhatCallersSay(t *testing.T) {
	t.Parallel()
	inJSON := strings.NewReplacer(`"`, `\"`).Replace(hostile)
	g := newRig(t, refserver.Config{Keys: []refserver.Key{{Region: "nl-01", Identity: "kms-<b>\"x"}}})
	if err := g.AddPrincipal(refserver.Principal{Name: hostile, Token: "other"}); err != nil {
		t.Fatal(err)
	}
	g.doAs(as("Token other", hostile, hostile), "POST", "/v1/secrets/nl-01/secrets", fmt.Sprintf(
		`{"path":"/app/a+b","kmsKeyIdentity":"kms-<b>\"x","secretString":"aGk=","description":"%[1]s","labels":{"%[1]s":"%[1]s"},"annotations":{"%[1]s":"%[1]s"}}`, inJSON), 201)
	r := loadPage(t, g.Server)
	plain := regexp.MustCompile(`(?s)<style>.*?</style>`).ReplaceAllString(r.body, "")
	for _, markup := range []string{"<script", "<img", "<!--", "<b>\"", "onerror=alert(2)>", `"'`} {
		if strings.Contains(plain, markup) {
			t.Errorf("%s is in the page as it stands:\n%s", markup, plain)
		}
	}
	text := html.UnescapeString(plain)
	if got := strings.Count(text, hostile); got != 15 {
		// Organisation and project in the heading, on the bill and in two events, who
		// it was in these, the description, and two names with their texts.
		t.Errorf("the text is there %d times:\n%s", got, plain)
	}
}

// The page has no value, of any format and from any source.
func TestPageShowsNoValue(t *testing.T) {
	t.Parallel()
	const value, other, third, token = "SENTINEL-one", "SENTINEL-two", "SENTINEL-three", "SENTINEL-token"
	b64 := base64.StdEncoding.EncodeToString
	g := newRig(t, refserver.Config{
		Principals: []refserver.Principal{{Name: "ci", Token: token}},
		Secrets: initialSecrets(t, `[{"organisation": "acme", "region": "nl-01", "path": "/app/initial", "versions": [
			{"text": "`+value+`"}, {"keyValues": {"SENTINEL-key": "`+other+`"}}, {"text": "`+third+`", "destroyedAgo": "0s"}, {"generate": 24}]}]`),
	})
	h := as("Token "+token, "acme", "")
	g.doAs(h, "POST", secrets, `{"path":"/app/db","kmsKeyIdentity":"kms-nl-01","secretString":"`+b64([]byte(value))+`"}`, 201)
	g.doAs(h, "POST", appDB+"/versions", `{"secretKeyValues":{"SENTINEL-key":"`+b64([]byte(other))+`"}}`, 200)
	generated := g.doAs(h, "POST", "/v1/secrets/nl-01/secret/app/initial/value", "", 200).body
	generated = regexp.MustCompile(`"secretString":"([^"]*)"`).FindStringSubmatch(generated)[1]
	raw, err := base64.StdEncoding.DecodeString(generated)
	if err != nil || len(raw) != 24 {
		t.Fatalf("generated %q, %v", generated, err)
	}
	r := loadPage(t, g.Server)
	if !strings.Contains(r.body, "initial") || !strings.Contains(r.body, "key/value") {
		t.Fatalf("the secrets are not on the page:\n%s", r.body)
	}
	forms := []string{"SENTINEL", generated, string(raw), hex.EncodeToString(raw)}
	for _, v := range []string{value, other, third, token, "SENTINEL-key"} {
		// Base64 of a longer text has a value in one of three forms.
		for _, before := range []string{"", "x", "xx"} {
			encoded := b64([]byte(before + v))
			forms = append(forms, encoded[4:len(encoded)-4])
		}
		forms = append(forms, hex.EncodeToString([]byte(v)))
	}
	for _, form := range forms {
		if strings.Contains(r.body, form) {
			t.Errorf("the page has %q", form)
		}
	}
}

func TestWhoSeesThePage(t *testing.T) {
	t.Parallel()
	s := refserver.New(refserver.Config{Principals: []refserver.Principal{
		{Name: "root", Token: "root-token"},
		{Name: "acme", Token: "acme-token", Organisations: []string{"acme"}},
		{Name: "project", Token: "project-token", Projects: []string{"p1"}},
		{Name: "reader", Token: "reader-token", Grants: []refserver.Grant{{Permissions: []string{"*"}}}},
		{Name: "nobody"},
	}})
	basic := func(token string) http.Header {
		return http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("any:"+token))}}
	}
	for _, tc := range []struct {
		from, host string
		header     http.Header
		alone      int // without -allow-remote
		remote     int // with it
	}{
		{"127.0.0.1:1", "127.0.0.1:8250", nil, 200, 200},
		{"127.9.9.9:1", "LOCALHOST", nil, 200, 200},
		{"[::1]:1", "[::1]:8250", nil, 200, 200},
		{"[::ffff:127.0.0.1]:1", "[::1]", nil, 200, 200},
		{"127.0.0.1:1", "rebound.example:8250", nil, 403, 401},
		{"127.0.0.1:1", "localhost.example", nil, 403, 401},
		{"127.0.0.1:1", "", nil, 403, 401},
		{"127.0.0.1:1", "localhost", http.Header{"X-Forwarded-For": {"192.0.2.1"}}, 403, 401},
		{"127.0.0.1:1", "localhost", http.Header{"Forwarded": {"for=192.0.2.1"}}, 403, 401},
		{"127.0.0.1:1", "localhost", http.Header{"Via": {"1.1 proxy"}}, 403, 401},
		{"192.0.2.1:1", "localhost", nil, 403, 401},
		{"192.0.2.1:1", "server.example", basic("root-token"), 403, 200},
		{"192.0.2.1:1", "server.example", basic("acme-token"), 403, 401},
		{"192.0.2.1:1", "server.example", basic("project-token"), 403, 401},
		{"192.0.2.1:1", "server.example", basic("reader-token"), 403, 401},
		{"192.0.2.1:1", "server.example", basic(""), 403, 401},
		{"192.0.2.1:1", "server.example", basic("wrong"), 403, 401},
		{"192.0.2.1:1", "server.example", http.Header{"Authorization": {"Token root-token"}}, 403, 401},
		{"nonsense", "localhost", nil, 403, 401},
	} {
		for remote, want := range map[bool]int{false: tc.alone, true: tc.remote} {
			r := askForPage(t, s.Page(remote), "GET", "/", tc.from, tc.host, tc.header)
			if r.status != want || (want != 200) == strings.Contains(r.body, "Reference server") {
				t.Errorf("%+v, remote %t: %d %s", tc, remote, r.status, r.body)
			}
			if challenge := r.header.Get("WWW-Authenticate"); (want == 401) != strings.HasPrefix(challenge, "Basic ") {
				t.Errorf("%+v, remote %t: challenge %q", tc, remote, challenge)
			}
		}
	}
	for _, tc := range []struct {
		method, path string
		want         int
	}{{"HEAD", "/", 200}, {"POST", "/", 405}, {"DELETE", "/", 405}, {"GET", "/v1/kms/summary", 404}, {"GET", "//", 404}} {
		if r := askForPage(t, s.Page(false), tc.method, tc.path, "127.0.0.1:1", "localhost", nil); r.status != tc.want || r.header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s %s: %d", tc.method, tc.path, r.status)
		}
	}
}

func TestWhatAsksForThePage(t *testing.T) {
	t.Parallel()
	const browser = "text/html,application/xhtml+xml,*/*;q=0.8"
	for _, tc := range []struct {
		method, url, accept, authorization string
		want                               bool
	}{
		{"GET", "/", browser, "", true},
		{"HEAD", "/?x=1", browser, "", true},
		{"GET", "/", browser, "basic eDp5", true},
		{"GET", "/", "", "", false},
		{"GET", "/", "*/*", "", false},
		{"GET", "/", "application/json", "", false},
		{"GET", "/", browser, "Bearer x", false},
		{"GET", "/", browser, "Token x", false},
		{"POST", "/", browser, "", false},
		{"GET", "/v1/secrets/nl-01/secrets", browser, "", false},
	} {
		request := httptest.NewRequestWithContext(t.Context(), tc.method, tc.url, nil)
		request.Header.Set("Accept", tc.accept)
		request.Header.Set("Authorization", tc.authorization)
		if got := refserver.AsksForPage(request); got != tc.want {
			t.Errorf("%+v: %t", tc, got)
		}
	}
}

// A page of a large store stays short, and says what it leaves out.
func TestPageIsBounded(t *testing.T) {
	t.Parallel()
	var all []refserver.InitialSecret
	for n := range 230 {
		one := refserver.InitialSecret{Organisation: "acme", Region: "nl-01", Path: fmt.Sprintf("/app/%03d", n)}
		for range 1 + 29*min(1, max(0, 1-n)) { // The first has 30 versions.
			one.Versions = append(one.Versions, refserver.InitialVersion{Generate: 16})
		}
		all = append(all, one)
	}
	g := newRig(t, refserver.Config{Secrets: all})
	for range 110 {
		g.do("POST", "/v1/secrets/nl-01/secret/app/000/value", "", 200) // Two events each.
	}
	page := loadPage(t, g.Server).body
	if got := strings.Count(page, `<li class="active">`); got != 24 {
		t.Errorf("%d versions of the first secret beside the current one", got)
	}
	text := shown(page)
	for _, want := range []string{"230 secrets", "30 more secrets are not shown", "259 billable versions", "5 earlier versions are not shown", "120 earlier events are not shown"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if got := strings.Count(text, "secrets.get_value") + strings.Count(text, "kms.decrypt"); got != 100 {
		t.Errorf("%d events", got)
	}
}
