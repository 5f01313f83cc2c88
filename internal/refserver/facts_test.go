package refserver_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

func TestJournalHasEveryRequest(t *testing.T) {
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	g.Clock().Advance(time.Minute)
	g.do("GET", "/v1/secrets/nl-01/secret?path=/app/db&includeVersions=true", "", 200)
	g.do("GET", "/v1/secrets/nl-01/secret/app%2Fdb", "", 200)
	g.do("DELETE", appDB+"/versions?version=9", "", 404)
	g.doAs(as("Token wrong", "acme", ""), "GET", secrets, "", 401)
	g.do("DELETE", appDB+"/versions", "", 400)
	g.do("GET", "/nowhere", "", 404)

	later := start.Add(time.Minute)
	want := []refserver.Entry{
		{Time: start, Operation: "createSecret", Method: "POST", Path: secrets, Status: 201, Principal: "root"},
		{Time: later, Operation: "getSecret", Method: "GET", Path: "/v1/secrets/nl-01/secret?path=/app/db&includeVersions=true", Status: 200, Principal: "root"},
		{Time: later, Operation: "getSecret", Method: "GET", Path: appDB, Status: 200, Principal: "root"},
		{Time: later, Operation: "destroySecretVersion", Method: "DELETE", Path: appDB + "/versions", Status: 404, Principal: "root"},
		{Time: later, Operation: "listSecrets", Method: "GET", Path: secrets, Status: 401},
		{Time: later, Operation: "unknown", Method: "DELETE", Path: appDB + "/versions", Status: 400, Principal: "root"},
		{Time: later, Operation: "unknown", Method: "GET", Path: "/nowhere", Status: 404, Principal: "root"},
	}
	if got := g.Journal(); !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	b, err := json.Marshal(want[0])
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, string(b), `{"time":"2026-03-02T10:00:00Z","operation":"createSecret","method":"POST","path":"/v1/secrets/nl-01/secrets","status":201,"principal":"root"}`)
	g.Journal()[0].Path = "changed"
	if g.Journal()[0].Path == "changed" {
		t.Error("the journal was changed from outside")
	}
}

func TestAuditHasWhatHappened(t *testing.T) {
	g := newRig(t, refserver.Config{})
	h := as("Token root-token", "acme", "p1")
	g.doAs(h, "POST", secrets, `{"path":"/app/db","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`, 201)
	g.doAs(h, "POST", appDB+"/versions", `{"secretString":"aGk="}`, 200)
	g.doAs(h, "POST", appDB+"/value", `{"version":1}`, 200)
	g.doAs(h, "PUT", appDB+"/policy", `{"accessPolicy":{"conditions":[{"type":"ip","effect":"deny","cidrs":["0.0.0.0/0","::/0"]}]}}`, 200)
	g.doAs(h, "POST", appDB+"/value", "", 403)
	g.doAs(h, "DELETE", appDB+"/versions?version=1", "", 204)
	g.doAs(h, "DELETE", appDB+"/versions?version=1", "", 204)
	g.doAs(h, "GET", appDB, "", 200)
	g.doAs(h, "DELETE", appDB, "", 204)
	var got []string
	for _, e := range g.Audit() {
		if e.Organisation != "acme" || e.Project != "p1" || e.Principal != "root" || e.Region != "nl-01" || e.Path != "/app/db" || !e.Time.Equal(start) {
			t.Errorf("%+v", e)
		}
		got = append(got, fmt.Sprintf("%s %d", e.Event, e.Version))
	}
	want := []string{
		"kms.encrypt 1", "secrets.create 1", "kms.encrypt 2", "secrets.put_value 2", "kms.decrypt 1", "secrets.get_value 1",
		"secrets.update_policy 0", "secrets.destroy_version 1", "secrets.delete 0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	b, err := json.Marshal(g.Audit()[1])
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, string(b), `{"time":"2026-03-02T10:00:00Z","event":"secrets.create","organisation":"acme","project":"p1","principal":"root","region":"nl-01","path":"/app/db","version":1}`)
}

func TestBillingRunsWhileAVersionIsActive(t *testing.T) {
	g := newRig(t, refserver.Config{})
	g.create("/app/db") // version 1, hour 0
	g.Clock().Advance(time.Hour)
	g.do("POST", appDB+"/versions", `{"secretString":"aGk="}`, 200) // version 2, hour 1
	g.create("/app/other")
	g.Clock().Advance(time.Hour)
	g.do("DELETE", appDB+"/versions?version=1", "", 204) // hour 2
	g.Clock().Advance(time.Hour)
	g.do("DELETE", appDB+"/versions?version=1", "", 204) // Destroying again bills nothing more.
	g.do("DELETE", appDB, "", 204)                       // hour 3
	g.Clock().Advance(time.Hour)
	g.create("/app/db") // hour 4
	g.Clock().Advance(time.Hour)

	b, err := json.Marshal(g.Billing())
	if err != nil {
		t.Fatal(err)
	}
	const of = `"organisation":"acme","project":"","region":"nl-01"`
	sameJSON(t, string(b), `{"activeVersions":2,"seconds":32400,"charges":[
		{`+of+`,"path":"/app/db","version":1,"from":"2026-03-02T10:00:00Z","until":"2026-03-02T12:00:00Z","seconds":7200},
		{`+of+`,"path":"/app/db","version":2,"from":"2026-03-02T11:00:00Z","until":"2026-03-02T13:00:00Z","seconds":7200},
		{`+of+`,"path":"/app/other","version":1,"from":"2026-03-02T11:00:00Z","seconds":14400},
		{`+of+`,"path":"/app/db","version":1,"from":"2026-03-02T14:00:00Z","seconds":3600}]}`)
	*g.Billing().Charges[0].Until = start
	if g.Billing().Charges[0].Seconds != 7200 {
		t.Error("the bill was changed from outside")
	}
}

func TestResetGoesBackToTheConfiguration(t *testing.T) {
	g := newRig(t, refserver.Config{})
	play := func() (string, []refserver.Entry) {
		g.create("/app/db")
		r := g.do("POST", "/v1/kms/nl-01/keys", `{"name":"new"}`, 201)
		return r.header.Get("X-Request-Id") + r.body, g.Journal()
	}
	first, journal := play()
	if err := g.AddPrincipal(refserver.Principal{Name: "late", Token: "late"}); err != nil {
		t.Fatal(err)
	}
	if err := g.SetRegionKMS("nl-01", false); err != nil {
		t.Fatal(err)
	}
	g.Reset()
	if len(g.Journal())+len(g.Audit())+len(g.Billing().Charges) != 0 {
		t.Error("something was remembered")
	}
	again, journalAgain := play()
	if first != again || !slices.Equal(journal, journalAgain) {
		t.Errorf("the run did not replay:\n%s\n%s", first, again)
	}
	g.doAs(as("Token late", "acme", ""), "GET", secrets, "", 401)
}

func TestClientIP(t *testing.T) {
	for _, tc := range []struct {
		header []string
		inside bool
	}{
		{nil, false},
		{[]string{"X-Forwarded-For", "10.1.1.1"}, true},
		{[]string{"X-Forwarded-For", " 10.1.1.1 ,192.0.2.1"}, true},
		{[]string{"X-Forwarded-For", "10.1.1.1:4711"}, true},
		{[]string{"X-Forwarded-For", "::ffff:10.1.1.1"}, true},
		{[]string{"X-Forwarded-For", "192.0.2.1", "X-Real-Ip", "10.1.1.1"}, false},
		{[]string{"X-Real-Ip", "10.1.1.1"}, true},
		{[]string{"X-Forwarded-For", "unknown", "X-Real-Ip", "10.1.1.1"}, true},
	} {
		g := newRig(t, refserver.Config{})
		g.create("/app/db")
		g.do("PUT", appDB+"/policy", `{"accessPolicy":{"conditions":[{"type":"ip","effect":"allow","cidrs":["10.0.0.0/8"]}]}}`, 200)
		r := g.send(as("Token root-token", "acme", "", tc.header...), "POST", appDB+"/value", "")
		if (r.status == 200) != tc.inside {
			t.Errorf("%v: %d %s", tc.header, r.status, r.body)
		}
	}
}

// No log, journal, audit event, bill or error message has a value that a caller has
// sent or read.
func TestValuesAndTokensLeakNowhere(t *testing.T) {
	var log bytes.Buffer
	g := newRig(t, refserver.Config{
		Logger: slog.New(slog.NewJSONHandler(&log, nil)),
		OIDC:   refserver.OIDC{Clients: []refserver.OIDCClient{{ID: "id", Secret: "SENTINEL-client"}}},
	})
	if err := g.AddPrincipal(refserver.Principal{Name: "ci", Token: "SENTINEL-token"}); err != nil {
		t.Fatal(err)
	}
	admin := httptest.NewServer(g.Admin())
	t.Cleanup(admin.Close)
	h := as("Token SENTINEL-token", "acme", "")
	const sentinel = "U0VOVElORUw=" // "SENTINEL" in base64
	const body = `"kmsKeyIdentity":"kms-nl-01","secretString":"` + sentinel + `"`
	g.doAs(h, "POST", secrets, `{"path":"/app/db",`+body+`}`, 201)
	var refused []string
	for _, r := range []reply{
		g.send(h, "POST", secrets, `{"path":"/app/db",`+body+`}`),
		g.send(h, "POST", secrets, `{"path":"/app/x",`+body),
		g.send(h, "POST", secrets, `{"path":"/app/x",`+body+`,"generateSecret":{"byteLength":32}}`),
		g.send(h, "POST", secrets, `{"path":"/app/x","kmsKeyIdentity":"kms-nl-01","secretString":"SENTINEL!"}`),
		g.send(h, "POST", secrets, `{"path":"/app/x","kmsKeyIdentity":"kms-nl-01","secretString":["SENTINEL"]}`),
		g.send(h, "POST", secrets, `{"path":"/app/x","kmsKeyIdentity":"kms-nl-01","secretKeyValues":{"k":"SENTINEL!"}}`),
		g.send(h, "POST", secrets, `SENTINEL`),
		g.send(h, "POST", appDB+"/versions", `{"secretString":"`+sentinel+`","path":"/SENTINEL"}`),
		g.send(as("Token SENTINEL-wrong", "acme", ""), "GET", secrets, ""),
		g.send(as("SENTINEL", "acme", ""), "GET", secrets, ""),
		g.send(as("", "", "", "Content-Type", "application/x-www-form-urlencoded"), "POST", "/oidc/token", "grant_type=client_credentials&client_id=id&client_secret=SENTINEL"),
	} {
		if r.status < 400 {
			t.Errorf("accepted: %s", r.body)
		}
		refused = append(refused, r.body)
	}
	g.doAs(h, "POST", appDB+"/versions", `{"secretKeyValues":{"k":"`+sentinel+`"}}`, 200)
	for _, version := range []string{"1", "2"} {
		if r := g.doAs(h, "POST", appDB+"/value", `{"version":`+version+`}`, 200); !strings.Contains(r.body, sentinel) {
			t.Errorf("the value was lost: %s", r.body)
		}
	}
	g.doAs(as("", "", "", "Content-Type", "application/x-www-form-urlencoded"), "POST", "/oidc/token", "grant_type=client_credentials&client_id=id&client_secret=SENTINEL-client", 200)

	places := map[string]string{"log": log.String(), "refusals": strings.Join(refused, "\n"), "metadata": g.doAs(h, "GET", appDB+"?includeVersions=true", "", 200).body}
	for _, path := range []string{"/journal", "/audit", "/billing", "/principals", "/gates", "/keys", "/regions", "/clock"} {
		r := g.adminCall(admin.URL, "GET", path, "", 200)
		places[path] = r.body
	}
	for where, text := range places {
		if text == "" || strings.Contains(text, "SENTINEL") || strings.Contains(text, sentinel) {
			t.Errorf("%s: %q", where, text)
		}
	}
}

func (g *rig) adminCall(base, method, path, body string, want int) reply {
	g.t.Helper()
	other := &rig{t: g.t, Server: g.Server, url: base}
	return other.doAs(http.Header{}, method, path, body, want)
}
