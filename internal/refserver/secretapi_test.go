package refserver_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

const (
	secrets = "/v1/secrets/nl-01/secrets" //nolint:gosec // A URL, no credential.
	appDB   = "/v1/secrets/nl-01/secret/app/db"
)

func TestTheLifeOfASecretOnTheWire(t *testing.T) {
	g := newRig(t, refserver.Config{})

	created := g.do("POST", secrets, `{
		"path":"/app/db","kmsKeyIdentity":"kms-nl-01","description":"Database","labels":{"team":"platform"},
		"annotations":{"example.org/ticket":"OPS-1"},"secretString":"aGk=",
		"accessPolicy":{"conditions":[{"type":"ip","effect":"allow","cidrs":["127.0.0.0/8","::1/128"]},
			{"type":"time","effect":"allow","startHour":0,"endHour":18,"timezone":"Europe/Amsterdam"}]}}`, 201)
	const metadata = `"path":"/app/db","description":"Database","labels":{"team":"platform"},
		"annotations":{"example.org/ticket":"OPS-1"},
		"kmsKey":{"identity":"kms-nl-01","name":"kms-nl-01","keyType":"aes256-gcm96","status":"active"},
		"region":{"identity":"region-nl-01","slug":"nl-01","name":"nl-01"},`
	const conditions = `"accessPolicy":{"conditions":[{"type":"ip","effect":"allow","cidrs":["127.0.0.0/8","::1/128"]},
		{"type":"time","effect":"allow","startHour":0,"endHour":18,"timezone":"Europe/Amsterdam"}]}`
	sameJSON(t, created.body, `{`+metadata+conditions+`,
		"createdAt":"2026-03-02T10:00:00Z","updatedAt":"2026-03-02T10:00:00Z","currentVersion":1,"objectVersion":1}`)
	if created.header.Get("Content-Type") != "application/json" || created.header.Get("X-Request-Id") == "" {
		t.Errorf("headers %v", created.header)
	}

	g.Clock().Advance(time.Hour)
	sameJSON(t, g.do("POST", appDB+"/versions", `{"path":"/app/db","secretKeyValues":{"user":"YWRtaW4=","password":"cHc="}}`, 200).body,
		`{"path":"/app/db","version":2}`)

	g.Clock().Advance(time.Hour)
	sameJSON(t, g.do("POST", appDB+"/value", "", 200).body,
		`{"path":"/app/db","version":2,"secretKeyValues":{"user":"YWRtaW4=","password":"cHc="},"kmsKeyIdentity":"kms-nl-01","kmsKeyVersion":"1"}`)
	sameJSON(t, g.do("POST", appDB+"/value", `{"path":"/app/db","version":1}`, 200).body,
		`{"path":"/app/db","version":1,"secretString":"aGk=","kmsKeyIdentity":"kms-nl-01","kmsKeyVersion":"1"}`)

	g.Clock().Advance(time.Hour)
	if r := g.do("DELETE", appDB+"/versions?version=2", "", 204); r.body != "" {
		t.Errorf("destroy answered %q", r.body)
	}
	sameJSON(t, g.do("PUT", appDB+"/policy", `{"accessPolicy":null}`, 200).body, `{`+metadata+`
		"createdAt":"2026-03-02T10:00:00Z","updatedAt":"2026-03-02T13:00:00Z","lastAccessedAt":"2026-03-02T12:00:00Z",
		"currentVersion":1,"objectVersion":4}`)
	sameJSON(t, g.do("GET", appDB+"?includeVersions=true", "", 200).body, `{`+metadata+`
		"createdAt":"2026-03-02T10:00:00Z","updatedAt":"2026-03-02T13:00:00Z","lastAccessedAt":"2026-03-02T12:00:00Z",
		"currentVersion":1,"objectVersion":4,"versions":[
		{"version":2,"status":"destroyed","valueFormat":"keyValue","createdAt":"2026-03-02T11:00:00Z","lastAccessedAt":"2026-03-02T12:00:00Z","destroyedAt":"2026-03-02T13:00:00Z"},
		{"version":1,"status":"active","stage":"current","valueFormat":"string","createdAt":"2026-03-02T10:00:00Z","lastAccessedAt":"2026-03-02T12:00:00Z"}]}`)

	g.do("POST", appDB+"/value", `{"version":2}`, 400)
	g.do("DELETE", appDB+"/versions?version=1", "", 204)
	g.do("POST", appDB+"/value", "", 404)
	if r := g.do("GET", appDB, "", 200); !strings.Contains(r.body, `"currentVersion":0`) {
		t.Errorf("without an active version: %s", r.body)
	}

	g.do("DELETE", appDB, "", 204)
	g.do("GET", appDB, "", 404)
	g.Clock().Advance(time.Hour)
	again := g.do("POST", secrets, `{"path":"/app/db","kmsKeyIdentity":"kms-nl-01","generateSecret":{"byteLength":32}}`, 201)
	sameJSON(t, again.body, `{"path":"/app/db","createdAt":"2026-03-02T14:00:00Z","updatedAt":"2026-03-02T14:00:00Z",
		"currentVersion":1,"objectVersion":1,
		"kmsKey":{"identity":"kms-nl-01","name":"kms-nl-01","keyType":"aes256-gcm96","status":"active"},
		"region":{"identity":"region-nl-01","slug":"nl-01","name":"nl-01"}}`)
}

func TestPutAfterADestroyNeverReusesANumber(t *testing.T) {
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	put := func(want string) {
		t.Helper()
		sameJSON(t, g.do("POST", appDB+"/versions", `{"secretString":""}`, 200).body, `{"path":"/app/db","version":`+want+`}`)
	}
	put("2")
	g.do("DELETE", appDB+"/versions?version=2", "", 204)
	g.do("DELETE", appDB+"/versions?version=2", "", 204) // A retry of a call that was answered.
	put("3")
	sameJSON(t, g.do("POST", appDB+"/value", "{}", 200).body,
		`{"path":"/app/db","version":3,"secretString":"","kmsKeyIdentity":"kms-nl-01","kmsKeyVersion":"1"}`)
}

func TestLengthsOfGeneratedValues(t *testing.T) {
	for input, want := range map[string]int{`{}`: 32, `{"byteLength":16}`: 16, `{"byteLength":4096}`: 4096} {
		g := newRig(t, refserver.Config{})
		g.do("POST", secrets, `{"path":"/app/db","kmsKeyIdentity":"kms-nl-01","generateSecret":`+input+`}`, 201)
		var value struct{ SecretString []byte }
		if err := json.Unmarshal([]byte(g.do("POST", appDB+"/value", "", 200).body), &value); err != nil {
			t.Fatal(err)
		}
		if len(value.SecretString) != want {
			t.Errorf("%s generates %d bytes, want %d", input, len(value.SecretString), want)
		}
	}
}

func TestGeneratedValuesHaveTheLengthAndReplayWithTheSeed(t *testing.T) {
	generate := func(seed uint64) string {
		g := newRig(t, refserver.Config{Seed: seed})
		g.do("POST", secrets, `{"path":"/app/db","kmsKeyIdentity":"kms-nl-01","generateSecret":{"byteLength":48}}`, 201)
		var value struct{ SecretString []byte }
		if err := json.Unmarshal([]byte(g.do("POST", appDB+"/value", "", 200).body), &value); err != nil {
			t.Fatal(err)
		}
		if len(value.SecretString) != 48 {
			t.Errorf("%d bytes", len(value.SecretString))
		}
		return string(value.SecretString)
	}
	if a, b := generate(7), generate(7); a != b {
		t.Error("one seed gave two values")
	}
	if a, b := generate(7), generate(8); a == b {
		t.Error("two seeds gave one value")
	}
}

func TestRefusedBodies(t *testing.T) {
	g := newRig(t, refserver.Config{Keys: []refserver.Key{
		{Region: "nl-01", Identity: "kms-nl-01"},
		{Region: "nl-01", Identity: "rsa", Type: "rsa-2048"},
		{Region: "nl-01", Identity: "off", Status: refserver.KeyDisabled},
		{Region: "nl-01", Identity: "theirs", Organisation: "other"},
	}})
	g.create("/app/taken")
	big := base64.StdEncoding.EncodeToString(make([]byte, 64<<10+1))
	fits := base64.StdEncoding.EncodeToString(make([]byte, 64<<10))
	for _, tc := range []struct {
		body    string
		status  int
		message string
	}{
		{``, 400, "the body is empty"},
		{`{"path":`, 400, "not a valid JSON object"},
		{`{"path":"/a"} {}`, 400, "not a valid JSON object"},
		{`[]`, 400, "not a valid JSON object"},
		{`{"path":"app","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`, 400, `must start with "/"`},
		{`{"path":"/app/versions","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`, 400, `must not end in the segment "versions"`},
		{`{"path":"/a","secretString":"aGk="}`, 400, "kmsKeyIdentity is missing"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01"}`, 400, "exactly one of secretString, secretKeyValues and generateSecret must be given, not 0"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","secretString":"aGk=","generateSecret":{"byteLength":32}}`, 400, "not 2"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","secretString":"aGk"}`, 400, "secretString is not standard, padded base64"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","secretString":"aGl="}`, 400, "secretString is not standard, padded base64"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","secretString":"aG\nk="}`, 400, "secretString is not standard, padded base64"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","secretString":"_-8="}`, 400, "secretString is not standard, padded base64"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","secretString":5}`, 400, `the field "secretString" in the body has the wrong JSON type`},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","secretString":"` + big + `"}`, 400, "65537 bytes"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","secretKeyValues":{}}`, 400, "at least one key"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","secretKeyValues":{"user":"x"}}`, 400, `the key "user" is not`},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","secretKeyValues":{"k":"` + fits + `"}}`, 400, "65537 bytes"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","generateSecret":{"byteLength":"32"}}`, 400, `the field "byteLength" in the body has the wrong JSON type`},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","generateSecret":{"byteLength":32.5}}`, 400, `the field "byteLength"`},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","generateSecret":{"byteLength":3.2e1}}`, 400, `the field "byteLength"`},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","generateSecret":{"byteLength":+32}}`, 400, "not a valid JSON object"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","generateSecret":{"byteLength":032}}`, 400, "not a valid JSON object"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","generateSecret":{"byteLength":15}}`, 400, "byteLength must be from 16 to 4096, not 15"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","generateSecret":{"byteLength":4097}}`, 400, "not 4097"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","secretString":"aGk=","description":"` + strings.Repeat("é", 1025) + `"}`, 400, "1025 characters"},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","secretString":"aGk=","accessPolicy":{"conditions":[{"type":"day","effect":"deny"}]}}`, 400, `conditions[0]: type must be "ip" or "time", not "day"`},
		{`{"path":"/a","kmsKeyIdentity":"kms-nl-01","secretString":"aGk=","description":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "longer than 1048576 bytes"},
		{`{"path":"/app/taken","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`, 409, "already exists at /app/taken"},
		{`{"path":"/a","kmsKeyIdentity":"none","secretString":"aGk="}`, 404, `KMS key "none" not found in the region "nl-01"`},
		{`{"path":"/a","kmsKeyIdentity":"theirs","secretString":"aGk="}`, 404, `KMS key "theirs" not found`},
		{`{"path":"/a","kmsKeyIdentity":"rsa","secretString":"aGk="}`, 400, "secrets need a symmetric key"},
		{`{"path":"/a","kmsKeyIdentity":"off","secretString":"aGk="}`, 400, `KMS key "off" is not operational: its status is disabled`},
	} {
		r := g.send(root, "POST", secrets, tc.body)
		if r.status != tc.status || !strings.Contains(r.message(), tc.message) {
			t.Errorf("%.120s: got %d %s, want %d %s", tc.body, r.status, r.body, tc.status, tc.message)
		}
	}
	g.do("POST", secrets, `{"path":"/a","kmsKeyIdentity":"kms-nl-01","secretString":"`+fits+`","description":"`+strings.Repeat("é", 1024)+`"}`, 201)
}

func TestRefusedValueAndPolicyCalls(t *testing.T) {
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	for _, tc := range []struct {
		method, url, body string
		status            int
		message           string
	}{
		{"POST", appDB + "/value", `{"version":7}`, 404, "has no version 7"},
		{"POST", appDB + "/value", `{"version":0}`, 400, "1 or more"},
		{"POST", appDB + "/value", `{"version":"1"}`, 400, `the field "version"`},
		{"POST", appDB + "/value", `{"version":1.0}`, 400, `the field "version"`},
		{"POST", appDB + "/value", `{"version":+1}`, 400, "not a valid JSON object"},
		{"POST", appDB + "/value", `{"version":01}`, 400, "not a valid JSON object"},
		{"DELETE", appDB + "/versions?version=%2B1", "", 400, "in digits alone"},
		{"POST", appDB + "/value", `{"path":"/app/other"}`, 400, "the path in the body is not the path in the URL"},
		{"POST", appDB + "x/value", ``, 404, "secret /app/dbx not found"},
		{"POST", appDB + "/versions", ``, 400, "the body is empty"},
		{"POST", appDB + "/versions", `{"path":"/app/other","secretString":"aGk="}`, 400, "the path in the body"},
		{"POST", appDB + "x/versions", `{"secretString":"aGk="}`, 404, "secret /app/dbx not found"},
		{"DELETE", appDB + "/versions?version=7", ``, 404, "has no version 7"},
		{"DELETE", appDB + "x/versions?version=1", ``, 404, "not found"},
		{"DELETE", appDB + "x", ``, 404, "not found"},
		{"PUT", appDB + "/policy", `{}`, 400, "accessPolicy is missing; null clears the policy"},
		{"PUT", appDB + "/policy", `{"accessPolicy":[]}`, 400, "invalid access policy"},
		{"PUT", appDB + "/policy", `{"accessPolicy":{"conditions":[{"type":"ip","effect":"Allow","cidrs":["::/0"]}]}}`, 400, `effect must be "allow" or "deny", not "Allow"`},
		{"PUT", appDB + "x/policy", `{"accessPolicy":null}`, 404, "not found"},
	} {
		r := g.send(root, tc.method, tc.url, tc.body)
		if r.status != tc.status || !strings.Contains(r.message(), tc.message) {
			t.Errorf("%s %s %s: got %d %s, want %d %s", tc.method, tc.url, tc.body, r.status, r.body, tc.status, tc.message)
		}
	}
	if r := g.do("GET", appDB, "", 200); !strings.Contains(r.body, `"objectVersion":1`) {
		t.Errorf("refused calls changed the secret: %s", r.body)
	}
}

func TestPolicyOfOlderClientsIsKeptAsEmpty(t *testing.T) {
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	r := g.do("PUT", appDB+"/policy", `{"accessPolicy":{"statements":[{"effect":"Allow","actions":["getSecretValue"]}]}}`, 200)
	if !strings.Contains(r.body, `"accessPolicy":{"conditions":[]}`) {
		t.Error(r.body)
	}
	g.do("POST", appDB+"/value", "", 200)
}

func TestPolicyGatesValuesOnly(t *testing.T) {
	g := newRig(t, refserver.Config{})
	g.create("/app/db")
	g.do("PUT", appDB+"/policy", `{"accessPolicy":{"conditions":[{"type":"ip","effect":"allow","cidrs":["10.0.0.0/8"]}]}}`, 200)
	inside := as("Token root-token", "acme", "", "X-Forwarded-For", "10.1.2.3, 192.0.2.1")
	g.doAs(inside, "POST", appDB+"/value", "", 200)
	g.doAs(inside, "POST", appDB+"/versions", `{"secretString":"aGk="}`, 200)
	outside := as("Token root-token", "acme", "", "X-Forwarded-For", "192.0.2.1, 10.1.2.3")
	for _, url := range []string{"/value", "/versions"} {
		r := g.doAs(outside, "POST", appDB+url, `{"secretString":"aGk="}`, 403)
		if !strings.Contains(r.message(), "the access policy of /app/db refuses") {
			t.Error(r.body)
		}
	}
	g.do("GET", appDB, "", 200)
	g.do("DELETE", appDB+"/versions?version=1", "", 204)
	g.do("PUT", appDB+"/policy", `{"accessPolicy":null}`, 200)
	g.doAs(outside, "POST", appDB+"/value", "", 200)
}
