package refserver_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// log is the journal since the entry after, as "principal operation status".
func (g *rig) log(after int) string {
	var lines []string
	for _, e := range g.Journal()[after:] {
		lines = append(lines, fmt.Sprintf("%s %s %d", e.Principal, e.Operation, e.Status))
	}
	return strings.Join(lines, ", ")
}

func TestWhatAnotherClientDoes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name      string
		operation string // whose request it meets
		other     refserver.OtherClient
		log       string
		events    string // of the other client, with the version
	}{
		{
			"a put before a destroy", "destroySecretVersion",
			refserver.OtherClient{Operation: "putSecretValue"},
			"other-client putSecretValue 200, root destroySecretVersion 204", "kms.encrypt 4, secrets.put_value 4",
		},
		{
			"a destroy of the current version before a destroy", "destroySecretVersion",
			refserver.OtherClient{Operation: "destroySecretVersion"},
			"other-client destroySecretVersion 204, root destroySecretVersion 204", "secrets.destroy_version 3",
		},
		{
			"a destroy of an older version", "getSecret",
			refserver.OtherClient{Operation: "destroySecretVersion", Version: "current-1"},
			"other-client destroySecretVersion 204, root getSecret 200", "secrets.destroy_version 2",
		},
		{
			"a destroy of a version that is not there", "getSecret",
			refserver.OtherClient{Operation: "destroySecretVersion", Version: "9"},
			"other-client destroySecretVersion 404, root getSecret 200", "",
		},
		{
			"a put after a read", "getSecret",
			refserver.OtherClient{Operation: "putSecretValue", When: "after", Principal: "colleague"},
			"colleague putSecretValue 200, root getSecret 200", "kms.encrypt 4, secrets.put_value 4",
		},
		{
			"a reveal after a put", "putSecretValue",
			refserver.OtherClient{Operation: "getSecretValue", When: "after"},
			"other-client getSecretValue 200, root putSecretValue 200", "kms.decrypt 4, secrets.get_value 4",
		},
		{
			"a reveal of a version", "putSecretValue",
			refserver.OtherClient{Operation: "getSecretValue", Version: "1"},
			"other-client getSecretValue 200, root putSecretValue 200", "kms.decrypt 1, secrets.get_value 1",
		},
		{
			"a deletion before a put", "putSecretValue",
			refserver.OtherClient{Operation: "deleteSecret"},
			"other-client deleteSecret 204, root putSecretValue 404", "secrets.delete 0",
		},
		{
			"another secret of the same path", "putSecretValue",
			refserver.OtherClient{Operation: "recreateSecret"},
			"other-client deleteSecret 204, other-client createSecret 201, root putSecretValue 200", "secrets.delete 0, kms.encrypt 1, secrets.create 1",
		},
		{
			"a creation before a creation", "createSecret",
			refserver.OtherClient{Operation: "createSecret"},
			"other-client createSecret 201, root createSecret 409", "kms.encrypt 1, secrets.create 1",
		},
		{
			"a policy", "putSecretValue",
			refserver.OtherClient{
				Operation: "updateAccessPolicy", AccessPolicy: `{"conditions":[{"type":"ip","effect":"deny","cidrs":["127.0.0.0/8"]}]}`,
			},
			"other-client updateAccessPolicy 200, root putSecretValue 403", "secrets.update_policy 0",
		},
		{
			"a disabled key", "putSecretValue",
			refserver.OtherClient{Operation: "disableKMSKey"},
			"other-client disableKMSKey 200, root putSecretValue 400", "",
		},
		{
			"a key that is to be deleted", "putSecretValue",
			refserver.OtherClient{Operation: "deleteKMSKey", KMSKeyIdentity: "kms-nl-01", When: "after"},
			"other-client deleteKMSKey 204, root putSecretValue 200", "",
		},
		{
			"a key that stays", "putSecretValue",
			refserver.OtherClient{Operation: "enableKMSKey"},
			"other-client enableKMSKey 200, root putSecretValue 200", "",
		},
		{
			"a deletion that was not scheduled", "putSecretValue",
			refserver.OtherClient{Operation: "cancelKMSKeyDeletion"},
			"other-client cancelKMSKeyDeletion 400, root putSecretValue 200", "",
		},
		{
			"a put that the client may not do", "getSecret",
			refserver.OtherClient{Operation: "putSecretValue", Principal: "reader"},
			"reader putSecretValue 403, root getSecret 200", "",
		},
		{
			"a put of another secret while a list is read", "listSecrets",
			refserver.OtherClient{Operation: "putSecretValue", Path: "/app/db"},
			"other-client putSecretValue 200, root listSecrets 200", "kms.encrypt 4, secrets.put_value 4",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := threeVersions(t)
			if err := g.AddPrincipal(refserver.Principal{Name: "reader", Token: "r", Grants: []refserver.Grant{{Permissions: []string{"read"}}}}); err != nil {
				t.Fatal(err)
			}
			entries, events := len(g.Journal()), len(g.Audit())
			g.setFaults(refserver.Fault{Operation: tc.operation, Action: refserver.ActionOtherClient, OtherClient: tc.other})
			switch tc.operation {
			case "destroySecretVersion":
				g.do("DELETE", putURL+"?version=3", "", 204)
			case "getSecret":
				g.do("GET", appDB, "", 200)
			case "putSecretValue":
				g.send(root, "POST", putURL, putBody)
			case "listSecrets":
				g.do("GET", secrets, "", 200)
			default:
				g.do("POST", secrets, `{"path":"/app/new","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`, 409)
			}
			if got := g.log(entries); got != tc.log {
				t.Errorf("journal: %s\nwant:    %s", got, tc.log)
			}
			var done []string
			for _, e := range g.Audit()[events:] {
				if e.Principal != "root" {
					done = append(done, fmt.Sprintf("%s %d", e.Event, e.Version))
				}
			}
			if got := strings.Join(done, ", "); got != tc.events {
				t.Errorf("audit: %s\nwant:  %s", got, tc.events)
			}
			if faults := g.Faults(); faults[0].Matched != 1 || faults[0].Fired != 1 {
				t.Errorf("the other client's request is counted: %+v", faults)
			}
		})
	}
}

// revealed is the value of the current version.
func (g *rig) revealed(path string) string {
	g.t.Helper()
	var v struct{ SecretString []byte }
	if err := json.Unmarshal([]byte(g.do("POST", "/v1/secrets/nl-01/secret"+path+"/value", "", 200).body), &v); err != nil {
		g.t.Fatal(err)
	}
	return string(v.SecretString)
}

// The value is the rule's, or a generated one that shifts no value that the service
// generates.
func TestTheValueOfAnotherClient(t *testing.T) {
	t.Parallel()
	put := func(text string) (*rig, string) {
		g := newRig(t, refserver.Config{})
		g.create("/app/db")
		g.setFaults(refserver.Fault{
			Operation: "getSecret", Action: refserver.ActionOtherClient,
			OtherClient: refserver.OtherClient{Operation: "putSecretValue", Text: text},
		})
		g.do("GET", appDB, "", 200)
		g.ClearFaults()
		return g, g.revealed("/app/db")
	}
	if _, got := put("theirs"); got != "theirs" {
		t.Errorf("the value is %q", got)
	}
	g, generated := put("")
	_, again := put("")
	if len(generated) != 32 || again != generated {
		t.Errorf("generated %q, and then %q", base64.StdEncoding.EncodeToString([]byte(generated)), again)
	}
	const create = `{"path":"/app/generated","kmsKeyIdentity":"kms-nl-01","generateSecret":{"byteLength":16}}`
	g.do("POST", secrets, create, 201)
	undisturbed := newRig(t, refserver.Config{})
	undisturbed.do("POST", secrets, create, 201)
	if got, want := g.revealed("/app/generated"), undisturbed.revealed("/app/generated"); got != want {
		t.Errorf("the service generates %q, and %q without the other client", got, want)
	}
}

// A secret that is created again has the metadata from before, and one version.
func TestRecreatedByAnotherClient(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{Keys: []refserver.Key{{Region: "nl-01", Identity: "kms-app"}}})
	g.do("POST", secrets, `{"path":"/app/db","kmsKeyIdentity":"kms-app","secretString":"aGk=","description":"d","labels":{"l":"1"},
		"annotations":{"a":"2"},"accessPolicy":{"conditions":[{"type":"ip","effect":"allow","cidrs":["127.0.0.0/8"]}]}}`, 201)
	g.do("POST", putURL, putBody, 200)
	before := g.do("GET", appDB, "", 200).body
	g.setFaults(refserver.Fault{
		Operation: "getSecret", Action: refserver.ActionOtherClient,
		OtherClient: refserver.OtherClient{Operation: "recreateSecret", Text: "new"},
	})
	after := g.do("GET", appDB, "", 200).body
	sameJSON(t, after, strings.NewReplacer(`"currentVersion":2`, `"currentVersion":1`, `"objectVersion":2`, `"objectVersion":1`).Replace(before))
	g.ClearFaults()
	if got := g.revealed("/app/db"); got != "new" {
		t.Errorf("the value is %q", got)
	}
}
