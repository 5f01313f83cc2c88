package refserver_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

func TestAdminCallsOnTheWire(t *testing.T) {
	g := newRig(t, refserver.Config{})
	admin := httptest.NewServer(g.Admin())
	t.Cleanup(admin.Close)
	call := func(method, path, body string, want int) string {
		t.Helper()
		return g.adminCall(admin.URL, method, path, body, want).body
	}
	for _, path := range []string{"/journal", "/audit", "/gates"} {
		sameJSON(t, call("GET", path, "", 200), `[]`)
	}
	sameJSON(t, call("GET", "/billing", "", 200), `{"activeVersions":0,"seconds":0,"charges":[]}`)

	sameJSON(t, call("GET", "/clock", "", 200), `{"now":"2026-03-02T10:00:00Z"}`)
	sameJSON(t, call("PUT", "/clock", `{"advance":"72h"}`, 200), `{"now":"2026-03-05T10:00:00Z"}`)
	sameJSON(t, call("PUT", "/clock", `{"now":"2026-04-01T02:00:00+02:00"}`, 200), `{"now":"2026-04-01T00:00:00Z"}`)
	for _, body := range []string{``, `{}`, `{"advance":"3d"}`, `{"now":"2026-04-01T00:00:00Z","advance":"1h"}`, `{"then":1}`, `{"advance":"1h"} 2`} {
		call("PUT", "/clock", body, 400)
	}

	call("POST", "/principals", `{"name":"ci","token":"hush","kind":"access","organisations":["acme"],"projects":["p1"],"grants":[{"permissions":["read","list"],"paths":["/app/*"]}]}`, 204)
	sameJSON(t, call("GET", "/principals", "", 200), `[{"name":"root"},{"name":"ci","kind":"access","organisations":["acme"],"projects":["p1"],"grants":[{"permissions":["read","list"],"paths":["/app/*"]}]}]`)
	g.doAs(as("Bearer hush", "acme", "p1"), "GET", secrets+"?path=/app/", "", 200)
	call("POST", "/principals", `{"token":"x"}`, 400)
	call("POST", "/principals", `{"name":"x","password":"x"}`, 400)

	sameJSON(t, call("PUT", "/gates", `{"organisation":"acme","feature":"secrets","on":false}`, 200), `[{"organisation":"acme","feature":"secrets"}]`)
	g.do("GET", secrets, "", 403)
	sameJSON(t, call("PUT", "/gates", `{"organisation":"acme","feature":"secrets","on":true}`, 200), `[]`)
	call("PUT", "/gates", `{"organisation":"acme","feature":"secrets"}`, 400)
	call("PUT", "/gates", `{"organisation":"acme","feature":"dns","on":true}`, 400)

	sameJSON(t, call("POST", "/keys", `{"region":"nl-01","identity":"kms-x","type":"rsa-2048","status":"disabled","organisation":"acme"}`, 200), `{"identity":"kms-x"}`)
	sameJSON(t, call("GET", "/keys", "", 200), `[
		{"region":"nl-01","identity":"kms-nl-01","name":"kms-nl-01","type":"aes256-gcm96","status":"active"},
		{"region":"nl-01","identity":"kms-x","name":"kms-x","type":"rsa-2048","status":"disabled","organisation":"acme"},
		{"region":"nl-02","identity":"kms-nl-02","name":"kms-nl-02","type":"aes256-gcm96","status":"active"}]`)
	for _, body := range []string{`{"region":"nl-01","identity":"kms-x"}`, `{"region":"xx-09"}`, `{"region":"nl-01","type":"des"}`, `{"region":"nl-01","identity":"a/b"}`} {
		call("POST", "/keys", body, 400)
	}
	call("PUT", "/keys", `{"region":"nl-01","identity":"kms-nl-01","status":"pending_deletion"}`, 204)
	g.do("POST", secrets, `{"path":"/app/db","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`, 400)
	call("PUT", "/keys", `{"region":"nl-01","identity":"kms-nl-01","status":"lost"}`, 400)
	call("PUT", "/keys", `{"region":"nl-01","identity":"kms-nl-01"}`, 400)
	call("PUT", "/keys", `{"region":"nl-01","identity":"none","status":"active"}`, 400)

	sameJSON(t, call("PUT", "/regions", `{"slug":"nl-02","kmsAvailable":false}`, 200), `[
		{"slug":"nl-01","identity":"region-nl-01","name":"nl-01"},{"slug":"nl-02","identity":"region-nl-02","name":"nl-02","noKms":true}]`)
	call("PUT", "/regions", `{"slug":"xx-09","kmsAvailable":false}`, 400)
	call("PUT", "/regions", `{"slug":"nl-02"}`, 400)

	if journal := call("GET", "/journal", "", 200); !strings.Contains(journal, `"operation":"createSecret"`) || strings.Contains(journal, "/principals") {
		t.Errorf("the journal is about the API only: %s", journal)
	}
	call("POST", "/reset", "", 204)
	sameJSON(t, call("GET", "/journal", "", 200), `[]`)
	call("GET", "/elsewhere", "", 404)
	if r := g.adminCall(admin.URL, "DELETE", "/journal", "", 404); r.message() == "" {
		t.Errorf("no message: %s", r.body)
	}

	page := &rig{t: t, Server: g.Server, url: admin.URL}
	page.doAs(http.Header{"Origin": {"https://example.org"}}, "POST", "/reset", "", 403)
}

func TestFaultRulesOnTheAdminAPI(t *testing.T) {
	g := oidcRig(t)
	admin := httptest.NewServer(g.Admin())
	t.Cleanup(admin.Close)
	call := func(method, path, body string, want int) reply {
		t.Helper()
		return g.adminCall(admin.URL, method, path, body, want)
	}
	sameJSON(t, call("GET", "/faults", "", 200).body, `[]`)
	sameJSON(t, call("PUT", "/faults", `[{"name":"once","action":"status","status":429,"retryAfter":"1","nth":1}]`, 200).body,
		`[{"name":"once","action":"status","status":429,"retryAfter":"1","nth":1,"matched":0,"fired":0}]`)
	sameJSON(t, call("POST", "/faults", `{"operation":"getSecret","path":"/app/*","principal":"root","times":1,"probability":1,"action":"garbage"}`, 200).body,
		`[{"name":"once","action":"status","status":429,"retryAfter":"1","nth":1,"matched":0,"fired":0},
		  {"operation":"getSecret","path":"/app/*","principal":"root","times":1,"probability":1,"action":"garbage","matched":0,"fired":0}]`)
	g.do("GET", secrets, "", 429)
	g.do("GET", secrets, "", 200)
	sameJSON(t, call("GET", "/faults", "", 200).body,
		`[{"name":"once","action":"status","status":429,"retryAfter":"1","nth":1,"matched":2,"fired":1},
		  {"operation":"getSecret","path":"/app/*","principal":"root","times":1,"probability":1,"action":"garbage","matched":0,"fired":0}]`)
	if journal := call("GET", "/journal", "", 200).body; strings.Count(journal, `"fault":"status"`) != 1 {
		t.Errorf("journal %s", journal)
	}

	for _, tc := range []struct{ method, body, message string }{
		{"PUT", `{"action":"garbage"}`, "not a JSON array of fault rules"},
		{"PUT", `[{"action":"garbage"},{"action":"garbage","odds":1}]`, `fault rule 2: json: unknown field "odds"`},
		{"PUT", `[{"action":"garbage"},{"name":"x","action":"boom"}]`, `fault rule 2 (x): unknown action "boom"`},
		{"POST", `{"action":"garbage","odds":1}`, `unknown field "odds"`},
		{"POST", `{"action":"delay"}`, `action "delay" needs a delay`},
		{"POST", `[]`, "the body is not as expected"},
		{"POST", ``, "the body is not as expected"},
	} {
		if r := call(tc.method, "/faults", tc.body, 400); !strings.Contains(r.message(), tc.message) {
			t.Errorf("%s %s: %s, want %s", tc.method, tc.body, r.body, tc.message)
		}
	}
	if got := len(g.Faults()); got != 2 {
		t.Errorf("%d rules after mistakes", got)
	}
	call("DELETE", "/faults", "", 204)
	sameJSON(t, call("GET", "/faults", "", 200).body, `[]`)
	sameJSON(t, call("PUT", "/faults", `[]`, 200).body, `[]`)

	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"limited"}, "client_secret": {"x"}}
	h := as("Bearer "+accessToken(t, g.token(http.Header{}, form, 200), 3600), "acme", "")
	g.doAs(h, "GET", secrets, "", 200)
	call("POST", "/tokens/revoke", "", 204)
	g.doAs(h, "GET", secrets, "", 401)
}
