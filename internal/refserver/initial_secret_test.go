package refserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

func initialSecrets(t *testing.T, text string) []refserver.InitialSecret {
	t.Helper()
	secrets, err := refserver.ParseSecrets([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return secrets
}

const initialDB = `{
	"organisation": "acme", "region": "nl-01", "path": "/app/db", "description": "the database",
	"labels": {"team": "shop"}, "annotations": {"runbook": "42"},
	"accessPolicy": {"conditions": [{"type": "ip", "effect": "allow", "cidrs": ["127.0.0.0/8"]}]},
	"versions": [
		{"createdAgo": "720h", "destroyedAgo": "240h"},
		{"text": "old", "createdAgo": "480h", "readAgo": "300h"},
		{"keyValues": {"user": "app", "password": "new"}, "createdAgo": "24h", "readAgo": "1h"}
	]}`

func TestInitialSecretOnTheWire(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{Secrets: initialSecrets(t, `[`+initialDB+`]`)})
	sameJSON(t, g.do("GET", appDB+"?includeVersions=true", "", 200).body, `{
		"path": "/app/db", "description": "the database", "labels": {"team": "shop"}, "annotations": {"runbook": "42"},
		"accessPolicy": {"conditions": [{"type": "ip", "effect": "allow", "cidrs": ["127.0.0.0/8"]}]},
		"createdAt": "2026-01-31T10:00:00Z", "updatedAt": "2026-03-01T10:00:00Z", "lastAccessedAt": "2026-03-02T09:00:00Z",
		"currentVersion": 3, "objectVersion": 4,
		"kmsKey": {"identity": "kms-nl-01", "name": "kms-nl-01", "keyType": "aes256-gcm96", "status": "active"},
		"region": {"identity": "region-nl-01", "slug": "nl-01", "name": "nl-01"},
		"versions": [
			{"version": 3, "status": "active", "stage": "current", "valueFormat": "keyValue", "createdAt": "2026-03-01T10:00:00Z", "lastAccessedAt": "2026-03-02T09:00:00Z"},
			{"version": 2, "status": "active", "valueFormat": "string", "createdAt": "2026-02-10T10:00:00Z", "lastAccessedAt": "2026-02-17T22:00:00Z"},
			{"version": 1, "status": "destroyed", "valueFormat": "string", "createdAt": "2026-01-31T10:00:00Z", "destroyedAt": "2026-02-20T10:00:00Z"}
		]}`)
	sameJSON(t, g.do("POST", appDB+"/value", "", 200).body, `{"path": "/app/db", "version": 3,
		"secretKeyValues": {"user": "YXBw", "password": "bmV3"}, "kmsKeyIdentity": "kms-nl-01", "kmsKeyVersion": "1"}`)
	if r := g.do("POST", appDB+"/value", `{"version":2}`, 200); !strings.Contains(r.body, `"b2xk"`) {
		t.Errorf("version 2 is %s", r.body)
	}
	g.do("POST", appDB+"/value", `{"version":1}`, 400)
	if r := g.do("POST", appDB+"/versions", `{"secretString":"aGk="}`, 200); !strings.Contains(r.body, `"version":4`) {
		t.Errorf("the next version is %s", r.body)
	}
}

func TestInitialSecretsAreBilledAndNotAudited(t *testing.T) {
	t.Parallel()
	younger := `{"organisation": "acme", "project": "p1", "region": "nl-02", "path": "/app/db", "versions": [{"generate": 16, "createdAgo": "600h"}]}`
	g := newRig(t, refserver.Config{Secrets: initialSecrets(t, `[`+initialDB+`,`+younger+`]`)})
	if audit := g.Audit(); len(audit) != 0 {
		t.Errorf("audit %+v", audit)
	}
	bill := g.Billing()
	var order []string
	for _, c := range bill.Charges {
		order = append(order, fmt.Sprintf("%s@%d %dh", c.Region, c.Version, c.Seconds/3600))
	}
	if got := strings.Join(order, ", "); got != "nl-01@1 480h, nl-02@1 600h, nl-01@2 480h, nl-01@3 24h" || bill.ActiveVersions != 3 {
		t.Errorf("%d active; %s", bill.ActiveVersions, got)
	}
	// What ends later ends on the bill too.
	g.do("DELETE", appDB+"/versions?version=2", "", 204)
	if got := g.Billing().ActiveVersions; got != 2 {
		t.Errorf("%d active after a destroy", got)
	}
}

func TestResetBringsInitialSecretsAndPaceBack(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{
		Secrets: initialSecrets(t, `[{"organisation": "acme", "region": "nl-01", "path": "/app/db", "versions": [{"generate": 16}]}]`),
		Pace:    refserver.Pace{RequestsPerSecond: 500},
	})
	before := g.do("POST", appDB+"/value", "", 200).body
	g.do("DELETE", appDB, "", 204)
	g.do("GET", appDB, "", 404)
	if err := g.SetPace(refserver.Pace{RequestsPerSecond: 900}); err != nil {
		t.Fatal(err)
	}
	g.Reset()
	if after := g.do("POST", appDB+"/value", "", 200).body; after != before {
		t.Error("a generated value differs after a reset, with one seed")
	}
	if got := g.Pace().RequestsPerSecond; got != 500 {
		t.Errorf("%g requests per second after a reset", got)
	}
}

// A secret outlives what becomes of its key, and a stale read knows it.
func TestInitialSecretOfADisabledKey(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{
		Keys:    []refserver.Key{{Region: "nl-01", Identity: "kms-x", Status: refserver.KeyDisabled}},
		Secrets: initialSecrets(t, `[{"organisation": "acme", "region": "nl-01", "path": "/app/db", "kmsKeyIdentity": "kms-x", "versions": [{"text": ""}]}]`),
		Faults:  []refserver.Fault{{Operation: "getSecret", Action: refserver.ActionStale}},
	})
	if r := g.do("GET", appDB, "", 200); !strings.Contains(r.body, `"status":"disabled"`) {
		t.Errorf("stale read %s", r.body)
	}
	g.do("POST", appDB+"/value", "", 400)
}

func TestMistakesInInitialSecrets(t *testing.T) {
	t.Parallel()
	with := func(versions string) string {
		return `[{"organisation": "acme", "region": "nl-01", "path": "/app/db", "versions": [` + versions + `]}]`
	}
	for text, want := range map[string]string{
		`{}`:            "not a JSON array of secrets",
		`null`:          "not a JSON array of secrets",
		"[\n\"SENTINEL": "not a JSON array of secrets: it breaks in line 2",
		`[{"organisation": "acme", "pth": "/x"}]`:                                                           `secret 1: json: unknown field "pth"`,
		`[{"region": "nl-01", "path": "/app/db"}]`:                                                          "secret 1 (/app/db): the organisation is missing",
		`[{"organisation": "acme", "region": "NL", "path": "/app/db"}]`:                                     "region",
		`[{"organisation": "acme", "region": "nl-01", "path": "app"}]`:                                      "must start with",
		`[{"organisation": "acme", "region": "nl-01", "path": "/app/db"}]`:                                  "it has no versions",
		`[{"organisation": "acme", "region": "nl-01", "path": "/a", "accessPolicy": {"conditions": [{}]}}]`: "invalid access policy",
		with(`{}`): "version 1: exactly one of text, keyValues and generate must be given, not 0",
		with(`{"text": "SENTINEL", "generate": 16}`):                                 "must be given, not 2",
		with(`{"generate": 4}`):                                                      "generate must be from 16 to 4096 bytes, not 4",
		with(`{"generate": "SENTINEL"}`):                                             "cannot unmarshal string",
		with(`{"text": 4711}`):                                                       "cannot unmarshal number",
		with(`{"keyValues": {"SENTINEL": 4711}}`):                                    "cannot unmarshal number",
		with(`{"keyValues": {}}`):                                                    "at least one key",
		with(`{"text": "SENTINEL` + strings.Repeat("x", 64<<10) + `"}`):              "at most 65536 are possible",
		with(`{"text": "SENTINEL", "createdAgo": "3d"}`):                             `createdAgo must be a duration such as "720h"`,
		with(`{"text": "SENTINEL", "createdAgo": "-1h"}`):                            "not negative",
		with(`{"text": "SENTINEL", "createdAgo": "1h", "readAgo": "2h"}`):            "read or destroyed before it was created",
		with(`{"createdAgo": "9h", "readAgo": "1h", "destroyedAgo": "2h"}`):          "read after it was destroyed",
		with(`{"text": "a", "createdAgo": "1h"}, {"text": "b", "createdAgo": "2h"}`): "version 2: it was created before the version ahead of it",
	} {
		_, err := refserver.ParseSecrets([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "SENTINEL") || strings.Contains(err.Error(), "4711") {
			t.Errorf("%.80s: %v, want %s", text, err, want)
		}
	}

	one := initialSecrets(t, with(`{"keyValues": {"user": "SENTINEL"}}`))
	for want, config := range map[string]refserver.Config{
		`secret 1 (/app/db): unknown region "nl-01"`: {Regions: []refserver.Region{{Slug: "nl-02"}}, Secrets: one},
		`no symmetric KMS key "kms-nl-01"`:           {Keys: []refserver.Key{{Region: "nl-01", Identity: "kms-nl-01", Type: "ed25519"}}, Secrets: one},
		`the organisation "acme" has no`:             {Keys: []refserver.Key{{Region: "nl-01", Identity: "kms-nl-01", Organisation: "other"}}, Secrets: one},
		`secret 2 (/app/db): is there twice`:         {Secrets: append(one, one...)},
		"must not be negative":                       {Pace: refserver.Pace{Latency: -1}},
	} {
		if err := config.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
		if text := fmt.Sprintf("%v %+v %#v", config, config, config); strings.Contains(text, "SENTINEL") {
			t.Errorf("a configuration prints values: %s", text)
		}
	}
}
