package refserver_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

const keys = "/v1/kms/nl-01/keys"

func TestTheLifeOfAKeyOnTheWire(t *testing.T) {
	g := newRig(t, refserver.Config{Keys: []refserver.Key{}})
	created := g.do("POST", keys, `{"name":"App Secrets","description":"for apps","keyType":"chacha20-poly1305","labels":{"a":"b"}}`, 201)
	var k struct{ Identity string }
	if err := json.Unmarshal([]byte(created.body), &k); err != nil || !strings.HasPrefix(k.Identity, "kms-") {
		t.Fatalf("identity %q, %v", k.Identity, err)
	}
	fixed := `"identity":"` + k.Identity + `","name":"App Secrets","slug":"app-secrets","description":"for apps","labels":{"a":"b"},
		"keyType":"chacha20-poly1305","createdAt":"2026-03-02T10:00:00Z",`
	sameJSON(t, created.body, `{`+fixed+`"status":"active","keyRotationEnabled":false,"latestVersion":1,"objectVersion":1,
		"updatedAt":"2026-03-02T10:00:00Z","versions":[{"version":1,"status":"active","createdAt":"2026-03-02T10:00:00Z"}]}`)
	url := keys + "/" + k.Identity

	g.do("POST", secrets, `{"path":"/app/db","kmsKeyIdentity":"`+k.Identity+`","secretString":"b2xk"}`, 201)
	g.Clock().Advance(time.Hour)
	g.do("POST", url+"/rotate", "", 200)
	g.do("POST", appDB+"/versions", `{"secretString":"bmV3"}`, 200)
	sameJSON(t, g.do("POST", appDB+"/value", `{"version":1}`, 200).body,
		`{"path":"/app/db","version":1,"secretString":"b2xk","kmsKeyIdentity":"`+k.Identity+`","kmsKeyVersion":"1"}`)
	sameJSON(t, g.do("POST", appDB+"/value", ``, 200).body,
		`{"path":"/app/db","version":2,"secretString":"bmV3","kmsKeyIdentity":"`+k.Identity+`","kmsKeyVersion":"2"}`)

	g.do("PATCH", url+"/rotation", `{"keyRotationEnabled":true,"rotationPeriodInDays":90}`, 200)
	g.do("PATCH", url+"/rotation", `{"rotationPeriodInDays":0}`, 400)
	g.do("POST", url+"/disable", "", 200)
	g.do("POST", url+"/rotate", "", 400)
	g.do("POST", appDB+"/value", "", 400)
	g.do("POST", url+"/enable", "", 200)
	g.do("POST", appDB+"/value", "", 200)
	g.do("DELETE", url+"/cancel-deletion", "", 400)
	g.do("DELETE", url, "", 204)
	g.do("DELETE", url, "", 204)
	g.do("POST", appDB+"/value", "", 400)
	g.do("POST", url+"/enable", "", 400)
	sameJSON(t, g.do("GET", "/v1/kms/summary", "", 200).body, `{"featureEnabled":true,"regions":[
		{"identity":"region-nl-01","name":"nl-01","slug":"nl-01","kmsAvailable":true,"totalKeys":1,"activeKeys":0,"disabledKeys":0,"pendingDeletionKeys":1},
		{"identity":"region-nl-02","name":"nl-02","slug":"nl-02","kmsAvailable":true,"totalKeys":0,"activeKeys":0,"disabledKeys":0,"pendingDeletionKeys":0}]}`)
	g.do("DELETE", url+"/cancel-deletion", "", 204)
	g.do("POST", appDB+"/value", "", 200)

	want := `{` + fixed + `"status":"active","keyRotationEnabled":true,"rotationPeriodInDays":90,"latestVersion":2,"objectVersion":7,
		"updatedAt":"2026-03-02T11:00:00Z","versions":[{"version":2,"status":"active","createdAt":"2026-03-02T11:00:00Z"},
		{"version":1,"status":"active","createdAt":"2026-03-02T10:00:00Z"}]}`
	sameJSON(t, g.do("GET", url, "", 200).body, want)
	sameJSON(t, g.do("GET", keys+"?name=App%20Secrets", "", 200).body, `[`+want+`]`)
	sameJSON(t, g.do("GET", keys+"?name=other", "", 200).body, `[]`)
}

func TestRefusedKeyCalls(t *testing.T) {
	g := newRig(t, refserver.Config{})
	g.do("POST", keys, `{"name":"mine"}`, 201)
	g.do("POST", keys, `{"name":"mine"}`, 409)
	g.do("POST", keys, `{}`, 400)
	g.do("POST", keys, ``, 400)
	g.do("POST", keys, `{"name":"x","keyType":"des"}`, 400)
	g.do("POST", keys, `{"name":"x","rotationPeriodInDays":0}`, 400)
	g.do("POST", keys, `{"name":"asymmetric","keyType":"rsa-2048"}`, 201)
	g.do("GET", keys+"/none", "", 404)
	g.do("GET", "/v1/kms/nl-02/keys/kms-nl-01", "", 404)
	g.do("GET", "/v1/kms/xx-09/keys", "", 404)

	other := as("Token root-token", "other", "")
	sameJSON(t, g.doAs(other, "GET", keys+"?name=mine", "", 200).body, `[]`)
	g.doAs(other, "GET", keys+"/kms-nl-01", "", 200)

	if err := g.SetRegionKMS("nl-01", false); err != nil {
		t.Fatal(err)
	}
	g.do("GET", keys, "", 503)
	g.do("POST", keys, `{"name":"y"}`, 503)
	g.do("GET", keys+"/kms-nl-01", "", 503)
	g.do("POST", secrets, `{"path":"/app/db","kmsKeyIdentity":"none","secretString":"aGk="}`, 503)
	g.do("GET", secrets, "", 200)
	if r := g.do("GET", "/v1/kms/summary", "", 200); !strings.Contains(r.body, `"slug":"nl-01","kmsAvailable":false`) {
		t.Error(r.body)
	}
}

func TestEverySymmetricTypeSealsSecrets(t *testing.T) {
	for _, keyType := range []string{"aes128-gcm96", "aes256-gcm96", "chacha20-poly1305"} {
		g := newRig(t, refserver.Config{})
		identity, err := g.AddKey(refserver.Key{Region: "nl-01", Type: keyType})
		if err != nil {
			t.Fatal(err)
		}
		g.do("POST", secrets, `{"path":"/app/db","kmsKeyIdentity":"`+identity+`","secretKeyValues":{"k":"aGk="}}`, 201)
		if r := g.do("POST", appDB+"/value", "", 200); !strings.Contains(r.body, `"secretKeyValues":{"k":"aGk="}`) {
			t.Error(r.body)
		}
	}
}
