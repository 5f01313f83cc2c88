package refserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// threeVersions is a server with a secret that has the active versions 1 to 3.
func threeVersions(t *testing.T) *rig {
	t.Helper()
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	g.do("POST", putURL, putBody, 200)
	g.do("POST", putURL, putBody, 200)
	return g
}

func TestPutAnsweredWithAWrongVersion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		action   refserver.FaultAction
		version  string
		answered int
		done     bool
	}{
		{refserver.ActionWrongVersion, "current", 3, false},
		{refserver.ActionWrongVersion, "current-1", 2, false},
		{refserver.ActionWrongVersion, "current+1", 4, false}, // The right number of a put that was not done.
		{refserver.ActionWrongVersion, "1", 1, false},
		{refserver.ActionWrongVersion, "0", 0, false},
		{refserver.ActionWrongVersion, "current-9", -6, false},
		{refserver.ActionWrongVersionAfterCommit, "current", 3, true},
		{refserver.ActionWrongVersionAfterCommit, "current+7", 10, true},
		{refserver.ActionWrongVersionAfterCommit, "9000", 9000, true},
	} {
		g := threeVersions(t)
		before := g.events("secrets.put_value")
		g.setFaults(refserver.Fault{Operation: "putSecretValue", Action: tc.action, Version: tc.version})
		sameJSON(t, g.do("POST", putURL, putBody, 200).body, fmt.Sprintf(`{"path":"/app/db","version":%d}`, tc.answered))
		if done := g.events("secrets.put_value") == before+1; done != tc.done {
			t.Errorf("%s %s: done %t, want %t", tc.action, tc.version, done, tc.done)
		}
		if got := g.lastEntry(); got.Status != 200 || got.Fault != string(tc.action) {
			t.Errorf("%s: journal %+v", tc.action, got)
		}
	}
	// A put that is refused stays refused. One that is not done is answered all the same.
	g := newRig(t, refserver.Config{Faults: []refserver.Fault{
		{Operation: "putSecretValue", Action: refserver.ActionWrongVersionAfterCommit, Version: "current", Nth: 1},
		{Operation: "putSecretValue", Action: refserver.ActionWrongVersion, Version: "current", Nth: 2},
	}})
	g.do("POST", putURL, putBody, 404)
	sameJSON(t, g.do("POST", putURL, putBody, 200).body, `{"path":"/app/db","version":0}`)
}

// history is what the tests look at in the metadata of a secret.
type history struct {
	Path           string
	CurrentVersion int
	CreatedAt      *string
	Versions       []struct {
		Version   int
		Stage     string
		CreatedAt *string
	}
}

func (h history) String() string {
	rows := ""
	for _, v := range h.Versions {
		rows += fmt.Sprintf(" %d%s", v.Version, strings.TrimSuffix(v.Stage, "urrent"))
	}
	return fmt.Sprintf("%s %d:%s", h.Path, h.CurrentVersion, rows)
}

func TestInconsistentHistories(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault refserver.Fault
		want  string // of getSecret
	}{
		{refserver.Fault{Action: refserver.ActionDropVersionRow}, "/app/db 3: 2 1"},
		{refserver.Fault{Action: refserver.ActionDropVersionRow, Version: "current-1"}, "/app/db 3: 3c 1"},
		{refserver.Fault{Action: refserver.ActionDropVersionRow, Version: "1"}, "/app/db 3: 3c 2"},
		{refserver.Fault{Action: refserver.ActionWrongCurrentVersion, Version: "current-1"}, "/app/db 2: 3c 2 1"},
		{refserver.Fault{Action: refserver.ActionWrongCurrentVersion, Version: "current+1"}, "/app/db 4: 3c 2 1"},
		{refserver.Fault{Action: refserver.ActionWrongCurrentVersion, Version: "0"}, "/app/db 0: 3c 2 1"},
		{refserver.Fault{Action: refserver.ActionDropField, Field: "versions"}, "/app/db 3:"},
		{refserver.Fault{Action: refserver.ActionDropField, Field: "currentVersion"}, "/app/db 0: 3c 2 1"},
		{refserver.Fault{Action: refserver.ActionDropField, Field: "stage"}, "/app/db 3: 3 2 1"},
	} {
		g := threeVersions(t)
		tc.fault.Operation = "getSecret"
		g.setFaults(tc.fault)
		var got history
		r := g.do("GET", appDB+"?includeVersions=true", "", 200)
		if err := json.Unmarshal([]byte(r.body), &got); err != nil || got.String() != tc.want {
			t.Errorf("%+v: got %s, want %s, %v", tc.fault, got, tc.want, err)
		}
		g.do("GET", appDB+"x", "", 404) // A refusal stays what it is.
		g.ClearFaults()
		got = history{}
		if err := json.Unmarshal([]byte(g.do("GET", appDB+"?includeVersions=true", "", 200).body), &got); err != nil || got.String() != "/app/db 3: 3c 2 1" {
			t.Errorf("%+v changed the secret: %s, %v", tc.fault, got, err)
		}
	}
}

func TestWrongCurrentVersionInListings(t *testing.T) {
	t.Parallel()
	g := threeVersions(t)
	for operation, query := range map[string]string{"listSecrets": "?pathPrefix=/app/", "browseSecrets": "?path=/app/"} { //nolint:gosec // Names of operations, no credentials.
		g.setFaults(refserver.Fault{Operation: operation, Action: refserver.ActionWrongCurrentVersion, Version: "current-2"})
		if r := g.do("GET", secrets+query, "", 200); !strings.Contains(r.body, `"currentVersion":1,`) {
			t.Errorf("%s: %s", operation, r.body)
		}
	}
}

// A dropped createdAt is gone from the secret and from all its versions, and nothing
// else is.
func TestDroppedCreatedAt(t *testing.T) {
	t.Parallel()
	g := threeVersions(t)
	whole := g.do("GET", appDB+"?includeVersions=true", "", 200).body
	g.setFaults(refserver.Fault{Action: refserver.ActionDropField, Field: "createdAt"})
	sameJSON(t, g.do("GET", appDB+"?includeVersions=true", "", 200).body,
		strings.NewReplacer(`"createdAt":"2026-03-02T10:00:00Z",`, "", `,"createdAt":"2026-03-02T10:00:00Z"`, "").Replace(whole))
	for _, query := range []string{"?pathPrefix=/", "?path=/app"} {
		if r := g.do("GET", secrets+query, "", 200); !strings.Contains(r.body, `"updatedAt"`) || strings.Contains(r.body, "createdAt") {
			t.Errorf("%s: %s", query, r.body)
		}
	}
}

func TestAListingWithoutASecret(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{})
	for _, path := range []string{"/app/a", "/app/b", "/app/deep/c"} {
		g.create(path)
	}
	for _, tc := range []struct{ omitted, list, browse string }{
		{"/app/a", "/app/b /app/deep/c", "/app/b /app/deep/"},
		{"/app/deep/*", "/app/a /app/b", "/app/a /app/b"},
		{"*", "", ""},
		{"/elsewhere", "/app/a /app/b /app/deep/c", "/app/a /app/b /app/deep/"},
	} {
		g.setFaults(
			refserver.Fault{Operation: "listSecrets", Action: refserver.ActionOmitSecret, OmittedPath: tc.omitted},
			refserver.Fault{Operation: "browseSecrets", Action: refserver.ActionOmitSecret, OmittedPath: tc.omitted},
		)
		var list []history
		if err := json.Unmarshal([]byte(g.do("GET", secrets+"?pathPrefix=/app/", "", 200).body), &list); err != nil {
			t.Fatal(err)
		}
		var level struct {
			Prefixes []string
			Secrets  []history
		}
		if err := json.Unmarshal([]byte(g.do("GET", secrets+"?path=/app", "", 200).body), &level); err != nil {
			t.Fatal(err)
		}
		paths := func(of []history, more ...string) string {
			var all []string
			for _, s := range of {
				all = append(all, s.Path)
			}
			return strings.Join(append(all, more...), " ")
		}
		if got := paths(list); got != tc.list {
			t.Errorf("without %s the list has %s", tc.omitted, got)
		}
		if got := paths(level.Secrets, level.Prefixes...); got != tc.browse {
			t.Errorf("without %s the level has %s", tc.omitted, got)
		}
		g.do("GET", "/v1/secrets/nl-01/secret/app/a", "", 200)
	}
}

func TestDateAndAge(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault     refserver.Fault
		date, age string
		status    int
	}{
		{refserver.Fault{Action: refserver.ActionChangeDate, Date: "missing"}, "", "", 200},
		{refserver.Fault{Action: refserver.ActionChangeDate, Date: "invalid"}, "not a date", "", 200},
		{refserver.Fault{Action: refserver.ActionChangeDate, Date: "-5m"}, "Mon, 02 Mar 2026 09:55:00 GMT", "", 200},
		{refserver.Fault{Action: refserver.ActionChangeDate, Date: "36h"}, "Tue, 03 Mar 2026 22:00:00 GMT", "", 200},
		{refserver.Fault{Action: refserver.ActionChangeDate, Age: "300"}, "Mon, 02 Mar 2026 10:00:00 GMT", "300", 200},
		{refserver.Fault{Action: refserver.ActionChangeDate, Date: "-5m", Age: "300"}, "Mon, 02 Mar 2026 09:55:00 GMT", "300", 200},
		{refserver.Fault{Action: refserver.ActionStale, Operation: "getSecret", Date: "-1h", Age: "3600"}, "Mon, 02 Mar 2026 09:00:00 GMT", "3600", 200},
		{refserver.Fault{Action: refserver.ActionStatus, Status: 503, Date: "missing"}, "", "", 503},
		{refserver.Fault{Action: refserver.ActionStatusAfterCommit, Status: 503, Date: "-1h"}, "Mon, 02 Mar 2026 09:00:00 GMT", "", 503},
	} {
		g := threeVersions(t)
		g.setFaults(tc.fault)
		r := g.do("GET", appDB, "", tc.status)
		if r.header.Get("Date") != tc.date || r.header.Get("Age") != tc.age {
			t.Errorf("%+v: Date %q, Age %q", tc.fault, r.header.Get("Date"), r.header.Get("Age"))
		}
		if _, there := r.header["Date"]; there != (tc.date != "") {
			t.Errorf("%+v: %v", tc.fault, r.header)
		}
	}
}

// Every form of body that comes with a status, with and without the work.
func TestAnotherStatus(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault       refserver.Fault
		contentType string
		body        string
	}{
		{refserver.Fault{Status: 404, Body: "text"}, "text/plain; charset=utf-8", "404 Not Found\n"},
		{refserver.Fault{Status: 200, Body: "html"}, "text/html; charset=utf-8", "<html><head><title>200 OK</title></head><body><h1>200 OK</h1></body></html>\n"},
		{refserver.Fault{Status: 502, Body: "other_json"}, "application/json", `{"error":{"code":502,"status":"Bad Gateway"}}` + "\n"},
		{refserver.Fault{Status: 409, Body: "truncated"}, "application/json", `{"message":"disturbed on`},
		{refserver.Fault{Status: 408}, "application/json", `{"message":"disturbed on purpose: 408 Request Timeout"}` + "\n"},
		{refserver.Fault{Status: 425, Body: "json"}, "application/json", `{"message":"disturbed on purpose: 425 Too Early"}` + "\n"},
		{refserver.Fault{Status: 499, Body: "empty"}, "", ""},
		{refserver.Fault{Status: 302, Body: "empty", Location: "https://login.example.org/"}, "", ""},
		{refserver.Fault{Status: 201, Body: "original"}, "application/json", `{"path":"/app/db","version":4}` + "\n"},
		{refserver.Fault{Status: 404, Body: "original"}, "application/json", `{"path":"/app/db","version":4}` + "\n"},
	} {
		for _, action := range []refserver.FaultAction{refserver.ActionStatus, refserver.ActionStatusAfterCommit} {
			if tc.fault.Body == "original" && action == refserver.ActionStatus {
				continue
			}
			g := threeVersions(t)
			before := g.events("secrets.put_value")
			tc.fault.Action = action
			g.setFaults(tc.fault)
			r := g.do("POST", putURL, putBody, tc.fault.Status)
			if r.body != tc.body || r.header.Get("Content-Type") != tc.contentType || r.header.Get("Location") != tc.fault.Location {
				t.Errorf("%+v: %q %v", tc.fault, r.body, r.header)
			}
			if done := g.events("secrets.put_value") > before; done != (action == refserver.ActionStatusAfterCommit) {
				t.Errorf("%+v: done %t", tc.fault, done)
			}
		}
	}
}

// Half a body in a response that HTTP takes for whole.
func TestTruncatedJSON(t *testing.T) {
	t.Parallel()
	g := threeVersions(t)
	whole := g.do("GET", appDB, "", 200).body
	g.setFaults(refserver.Fault{Action: refserver.ActionTruncateJSON})
	r, err := g.try(t.Context(), http.MethodGet, appDB, "")
	if err != nil || r.status != 200 || r.body != whole[:len(whole)/2] || r.header.Get("Content-Type") != "application/json" {
		t.Errorf("%d %q %v, %v", r.status, r.body, r.header, err)
	}
	if r := g.do("DELETE", appDB, "", 200); r.body != "{" {
		t.Errorf("a deletion is answered with %q", r.body)
	}
}
