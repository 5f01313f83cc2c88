package refserver

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

// fuzzStart is when the clock of a fuzzed server stands.
var fuzzStart = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

// Rules that were understood are written as they are read, and can be carried out.
func FuzzParseFaults(f *testing.F) {
	for _, s := range []string{
		`[{"name":"n","operation":"putSecretValue","path":"/app/*","principal":"ci","nth":1,"times":2,"probability":0.5,"action":"status","status":429,"body":"html","retryAfter":"date:3"}]`,
		`[{"action":"delay","delay":"3s"},{"action":"redirect","location":"https://example.org"},{"action":"stale","operation":"getSecret"}]`,
		`[{"action":"status_after_commit","status":204,"body":"empty"}]`, `[{"action":"stall"},{"action":"oversize"},{"action":"truncate"}]`,
		`[{"action":"status","status":503,"retryAfter":"99999999999999999999"}]`, `[{"action":"status","status":500,"probability":1e-400}]`,
		`[{"operation":"getSecret","action":"other_client","otherClient":{"operation":"updateAccessPolicy","accessPolicy":{"conditions":[ ],"a<b":"\u2028"}}}]`,
		`[{"action":"commit_after_answer","status":504,"afterRequests":2},{"action":"change_date","date":"-5m","age":"9"},{"action":"drop_field","field":"createdAt"}]`,
		`[{"operation":"getSecret","action":"drop_version_row","version":"current-1"},{"action":"status_after_commit","status":302,"body":"original","location":"https://example.org"}]`,
		`[{"action":"garbage","times":-1}]`, `[{"action":"garbage","odds":1}]`, `[null]`, `[[]]`, `[] []`, `null`, `{}`, ``, `[{"path":"***","action":"garbage"}]`,
	} {
		f.Add(s, "/app/db")
	}
	f.Fuzz(func(t *testing.T, s, path string) {
		faults, err := ParseFaults([]byte(s))
		if err != nil {
			if faults != nil {
				t.Errorf("%s is both read and refused: %v", s, err)
			}
			return
		}
		encoded, err := json.Marshal(faults)
		if err != nil {
			t.Fatalf("%s cannot be written: %v", s, err)
		}
		if again, err := ParseFaults(encoded); err != nil || !reflect.DeepEqual(again, faults) {
			t.Errorf("%s came back from %s: %v", s, encoded, err)
		}
		for _, fault := range faults {
			fault.concerns(subject{opPut, path, "ci"})
			a := fault.setDate(fault.alterAnswer(answer{status: http.StatusNoContent}, fuzzStart), fuzzStart)
			if fault.wait() <= 0 || a.status != 0 && (a.status < 200 || a.status > 599) {
				t.Errorf("%s waits for %s and answers %d", s, fault.wait(), a.status)
			}
			told := a.header.Get("Retry-After")
			if _, err := strconv.Atoi(told); told != "" && err != nil {
				if _, err := http.ParseTime(told); err != nil {
					t.Errorf("%s tells to retry after %q", s, told)
				}
			}
		}
	})
}

// The server answers every request with a status and JSON, and is consistent
// afterwards.
func FuzzServe(f *testing.F) {
	for _, seed := range []struct{ method, target, body string }{
		{"POST", "/v1/secrets/nl-01/secrets", `{"path":"/app/db","kmsKeyIdentity":"kms-nl-01","secretString":"dg=="}`},
		{"POST", "/v1/secrets/nl-01/secrets", `{"path":"/app/db","kmsKeyIdentity":"kms-nl-01","generateSecret":{"byteLength":-1}}`},
		{"POST", "/v1/secrets/nl-01/secret/app/versions", `{"path":"/app","secretKeyValues":{"a":"dg=="}}`},
		{"POST", "/v1/secrets/nl-01/secret/app/value", `{"path":"/app","version":9223372036854775807}`},
		{"PUT", "/v1/secrets/nl-01/secret/app/policy", `{"accessPolicy":{"conditions":[{"type":"time","effect":"deny","startHour":25,"endHour":-1,"timezone":"../x"},{"type":"ip","cidrs":["10.0.0.0/33"]}]}}`},
		{"DELETE", "/v1/secrets/nl-01/secret/app/versions?version=1", ``},
		{"GET", "/v1/secrets/nl-01/secret/app?includeVersions=true", ``},
		{"GET", "/v1/secrets/nl-01/secrets?path=/", ``},
		{"POST", "/v1/kms/nl-01/keys", `{"name":"k","keyType":"aes256-gcm96"}`},
		{"PATCH", "/v1/kms/nl-01/keys/kms-nl-01/rotation", `{"keyRotationEnabled":true,"rotationPeriodInDays":-1}`},
		{"POST", "/oidc/token", `grant_type=client_credentials`},
		{"GET", "//", ``},
		{"OPTIONS", "/%zz", `[[[[`},
	} {
		f.Add(seed.method, seed.target, seed.body)
	}
	f.Fuzz(func(t *testing.T, method, target, body string) {
		s := New(Config{Clock: NewClock(fuzzStart), Seed: 1, Principals: []Principal{{Name: "root", Token: "t"}}})
		ask := func(method, target, body string) *httptest.ResponseRecorder {
			r, err := http.NewRequestWithContext(t.Context(), method, "http://server"+target, strings.NewReader(body))
			if err != nil {
				return nil // The input is not a valid request.
			}
			r.RequestURI, r.RemoteAddr = target, "192.0.2.1:1234"
			for name, value := range map[string]string{"Authorization": "Token t", "X-Organisation-Identity": "acme", "Content-Type": "application/json"} {
				r.Header.Set(name, value)
			}
			recorder := httptest.NewRecorder()
			s.ServeHTTP(recorder, r)
			return recorder
		}
		const app = `{"path":"/app","kmsKeyIdentity":"kms-nl-01","secretString":"dg=="}`
		if made := ask("POST", "/v1/secrets/nl-01/secrets", app); made.Code != http.StatusCreated {
			t.Fatalf("%d: %s", made.Code, made.Body)
		}
		got := ask(method, target, body)
		if got == nil {
			return
		}
		if got.Code < 200 || got.Code > 599 || got.Body.Len() > 0 && !json.Valid(got.Body.Bytes()) {
			t.Errorf("%s %q %q: %d %s", method, target, body, got.Code, got.Body)
		}
		if listed := ask("GET", "/v1/secrets/nl-01/secrets?pathPrefix=/", ""); listed.Code != http.StatusOK || !json.Valid(listed.Body.Bytes()) {
			t.Errorf("afterwards: %d %s", listed.Code, listed.Body)
		}
	})
}
