package provider_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

const copyID = "nl-01/app/copy"

// copied reveals a value by the given arguments and puts what the expression makes
// of it into another secret, where a test can find it: nothing else may hold an
// ephemeral value.
func copied(arguments, value string) string {
	return "ephemeral \"thalassasecrets_secret_value\" \"db\" {\n" + arguments + "\n}\n" + `
resource "thalassasecrets_secret" "copy" {
  path                = "/app/copy"
  kms_key_id          = "kms-nl-01"
  deletion_protection = false
}
resource "thalassasecrets_secret_version" "copy" {
  secret_id = thalassasecrets_secret.copy.id
  ` + value + `
}
`
}

// everyForm are all results of the ephemeral resource, as pairs of text.
const everyForm = `secret_key_values_wo = merge({
    secret_id = ephemeral.thalassasecrets_secret_value.db.secret_id
    region    = ephemeral.thalassasecrets_secret_value.db.region
    path      = ephemeral.thalassasecrets_secret_value.db.path
    version   = tostring(ephemeral.thalassasecrets_secret_value.db.version)
    format    = ephemeral.thalassasecrets_secret_value.db.value_format
    key       = "${ephemeral.thalassasecrets_secret_value.db.kms_key_id} ${ephemeral.thalassasecrets_secret_value.db.kms_key_version}"
    string    = ephemeral.thalassasecrets_secret_value.db.secret_string == null ? "null" : "=${ephemeral.thalassasecrets_secret_value.db.secret_string}"
    base64    = ephemeral.thalassasecrets_secret_value.db.secret_base64 == null ? "null" : "=${ephemeral.thalassasecrets_secret_value.db.secret_base64}"
    hex       = ephemeral.thalassasecrets_secret_value.db.secret_hex == null ? "null" : "=${ephemeral.thalassasecrets_secret_value.db.secret_hex}"
    pairs     = ephemeral.thalassasecrets_secret_value.db.secret_key_values == null ? "null" : jsonencode(ephemeral.thalassasecrets_secret_value.db.secret_key_values)
  })
  value_wo_version = "1"`

// revealing is a server on which Terraform may reveal, with a secret whose version
// 1 is pairs, 2 is text and 3, the current one, is not text.
func revealing(t *testing.T) (*acctest.Server, *acctest.Workspace) {
	t.Helper()
	s := acctest.NewServer(t)
	s.AllowReveal()
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.PairsValue(map[string]string{"user": "ü", "password": "p"})})
	s.Put(dbID, "text, ünïcode")
	s.Put(dbID, "\x00\xff\xfe")
	return s, acctest.NewWorkspace(t, s)
}

// A value comes in every form that its bytes allow, named by id or by path, the
// current version or an older one.
func TestSecretValueForms(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		arguments string
		want      map[string]string
	}{
		"current, no text": {
			`secret_id = "nl-01/app/db"`,
			map[string]string{"version": "3", "format": "string", "string": "null", "base64": "=AP/+", "hex": "=00fffe", "pairs": "null"},
		},
		"version by path": {
			"path = \"/app/db\"\nversion = 2",
			map[string]string{
				"version": "2", "format": "string", "string": "=text, ünïcode", "base64": "=dGV4dCwgw7xuw69jb2Rl",
				"hex": "=746578742c20c3bc6ec3af636f6465", "pairs": "null",
			},
		},
		"pairs by region and path": {
			"region = \"nl-01\"\npath = \"/app/db\"\nversion = 1",
			map[string]string{"version": "1", "format": "keyValue", "string": "null", "base64": "null", "hex": "null", "pairs": `{"password":"p","user":"ü"}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, w := revealing(t)
			w.Write("main.tf", copied(tc.arguments, everyForm))
			w.Apply()
			revealed, err := s.Outsider().RevealValue(t.Context(), s.ID(copyID), 2)
			if err != nil {
				t.Fatal(err)
			}
			tc.want["secret_id"], tc.want["region"], tc.want["path"], tc.want["key"] = dbID, "nl-01", "/app/db", "kms-nl-01 1"
			for form, want := range tc.want {
				if got := string(revealed.Pairs()[form]); got != want {
					t.Errorf("%s is %q, want %q", form, got, want)
				}
			}
			if len(revealed.Pairs()) != len(tc.want) {
				t.Errorf("%d results, want %d", len(revealed.Pairs()), len(tc.want))
			}
		})
	}
}

// A pair that is not text is null, because Terraform's strings are text.
func TestSecretValueOfBinaryPair(t *testing.T) {
	t.Parallel()
	s, w := revealing(t)
	written, err := s.Outsider().PutValue(t.Context(), s.ID(dbID), client.PairsValue(map[string]string{"user": "u", "key": "\xff\x00"}), client.Unguarded)
	if err != nil {
		t.Fatal(err)
	}
	w.Write("main.tf", copied(`secret_id = "nl-01/app/db"`, everyForm))
	w.Apply()
	revealed, err := s.Outsider().RevealValue(t.Context(), s.ID(copyID), 2)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(revealed.Pairs()["pairs"]); got != `{"key":null,"user":"u"}` || written.Version != 4 {
		t.Errorf("the pairs of version %d are %s", written.Version, got)
	}
}

// A version that cannot be revealed is an error that says why and what to do. If the
// metadata is enough to know it, no value is requested.
func TestSecretValueErrors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		arguments     string
		prepare       func(t *testing.T, s *acctest.Server)
		summary, says string
		asked         int // times that the value was asked for
	}{
		"placeholder": {
			`secret_id = "nl-01/app/new"`,
			func(t *testing.T, s *acctest.Server) {
				t.Helper()
				s.Create(client.NewSecret{ID: s.ID("nl-01/app/new"), Annotations: map[string]string{"thalassasecrets/placeholder": "1"}, Value: client.GeneratedValue(32)})
			},
			"No value to reveal", "No value has been put yet: version 1 of nl-01/app/new is only the placeholder", 0,
		},
		"placeholder, retired": {
			"secret_id = \"nl-01/app/new\"\nversion = 1",
			func(t *testing.T, s *acctest.Server) {
				t.Helper()
				s.Create(client.NewSecret{ID: s.ID("nl-01/app/new"), Annotations: map[string]string{"thalassasecrets/placeholder": "1"}, Value: client.GeneratedValue(32)})
				s.Put("nl-01/app/new", "a value")
				s.Destroy("nl-01/app/new", 1)
			},
			"No value to reveal", "Version 1 of nl-01/app/new was destroyed and can never be read again. Its current version is 2.", 0,
		},
		"destroyed":      {"path = \"/app/db\"\nversion = 2", func(_ *testing.T, s *acctest.Server) { s.Destroy(dbID, 2) }, "No value to reveal", "Version 2 of nl-01/app/db was destroyed and can never be read again. Its current version is 3.", 0},
		"never put":      {"path = \"/app/db\"\nversion = 4", nil, "No value to reveal", "nl-01/app/db has no version 4. Its current version is 3.", 0},
		"nothing active": {`path = "/app/db"`, func(_ *testing.T, s *acctest.Server) { destroyAll(s) }, "No value to reveal", "No version of nl-01/app/db is active. Put a value first.", 0},
		"disabled key": {
			`path = "/app/db"`, func(_ *testing.T, s *acctest.Server) { s.KeyStatus(refserver.KeyDisabled) },
			"Cannot reveal the secret value", `could not reveal version 3 of nl-01/app/db. The KMS key "kms-nl-01" is disabled. Enable the key and try again.`, 1,
		},
		"key pending deletion": {
			`path = "/app/db"`, func(_ *testing.T, s *acctest.Server) { s.KeyStatus(refserver.KeyPendingDeletion) },
			"Cannot reveal the secret value", `The KMS key "kms-nl-01" is pending deletion. Cancel its deletion and try again.`, 1,
		},
		"gone since the metadata was read": {
			`path = "/app/db"`, func(_ *testing.T, s *acctest.Server) { answerPosts(s, "/value", http.StatusNotFound) },
			"Cannot reveal the secret value", `Version 3 of nl-01/app/db does not exist for the organisation "o-acc", without a project`, 0,
		},
		"access policy": {
			`path = "/app/db"`, func(t *testing.T, s *acctest.Server) { t.Helper(); setPolicy(t, s, byNetwork("deny", "127.0.0.0/8")) },
			"Cannot reveal the secret value", "and the access policy of the secret must allow the address of the caller", 1,
		},
		"permission":     {`path = "/app/db"`, func(_ *testing.T, s *acctest.Server) { s.Limit("read") }, "Cannot reveal the secret value", "The caller needs the permission getSecretValue on /app/db", 1},
		"no metadata":    {`path = "/app/db"`, func(_ *testing.T, s *acctest.Server) { s.Limit("getSecretValue") }, "Cannot read the secret", "The caller needs the permission read on /app/db", 0},
		"missing":        {`path = "/app/none"`, nil, "Cannot read the secret", "The secret does not exist in the region nl-01", 0},
		"no name":        {"", nil, "Missing secret", "One of secret_id and path is needed", 0},
		"two names":      {"secret_id = \"nl-01/app/db\"\npath = \"/app/other\"", nil, "Conflicting names of the secret", `secret_id names nl-01/app/db, but path is "/app/other"`, 0},
		"version 0":      {"path = \"/app/db\"\nversion = 0", nil, "Invalid Attribute Value", "version value must be at least 1", 0},
		"malformed path": {`path = "app/db"`, nil, "Invalid secret path", `must start with "/"`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, w := revealing(t)
			if tc.prepare != nil {
				tc.prepare(t, s)
			}
			w.Write("main.tf", "ephemeral \"thalassasecrets_secret_value\" \"db\" {\n"+tc.arguments+"\n}\n")
			if said := w.PlanFails().Failed(t, tc.summary); !strings.Contains(said, tc.says) {
				t.Errorf("the error says %q, want %q in it", said, tc.says)
			}
			if got := s.Calls()["getSecretValue"]; got != tc.asked {
				t.Errorf("the value was asked for %d times, want %d", got, tc.asked)
			}
		})
	}
}

func destroyAll(s *acctest.Server) {
	for _, number := range s.ActiveVersions(dbID) {
		s.Destroy(dbID, number)
	}
}

// A path alone names no secret where the provider has no region either.
func TestSecretValueWithoutRegion(t *testing.T) {
	t.Parallel()
	_, w := revealing(t)
	delete(w.Env, "THALASSA_REGION")
	w.Write("main.tf", "ephemeral \"thalassasecrets_secret_value\" \"db\" {\n  path = \"/app/db\"\n}\n")
	if said := w.PlanFails().Failed(t, "Missing region"); !strings.Contains(said, "THALASSA_REGION") {
		t.Errorf("the error says %q", said)
	}
}

// Reading leaves its trace at the service, where it belongs, and nowhere else: not
// in state, plan or log.
func TestSecretValueLeavesNoTrace(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	s.AllowReveal()
	w := acctest.NewWorkspace(t, s).Built()
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte(sentinels["text"]))})
	s.Put(dbID, "newer")
	s.Clock().Advance(time.Hour)
	w.Env["TF_LOG"] = "TRACE"
	w.Env["TF_LOG_PATH"] = filepath.Join(w.Dir, "trace.log")
	w.Write("main.tf", copied("path = \"/app/db\"\nversion = 1", "secret_string_wo = ephemeral.thalassasecrets_secret_value.db.secret_string\nvalue_wo_version = \"1\""))
	plan := w.Plan()
	if got := s.Calls()["getSecretValue"]; got != 1 {
		t.Errorf("the plan revealed %d times, want once", got)
	}
	applied := w.ApplyOnly("saved.plan")
	w.Write("printed.txt", plan.Stdout+plan.Stderr+string(plan.Raw())+applied.Stdout+applied.Stderr)
	if got := s.Reveal(copyID, 2); got != sentinels["text"] {
		t.Error("the copy is not the value")
	}
	for _, v := range s.Secret(dbID).Versions {
		if read := v.LastAccessedAt.Equal(acctest.Start.Add(time.Hour)); read != (v.Number == 1) {
			t.Errorf("version %d was last read at %v", v.Number, v.LastAccessedAt)
		}
	}
	if leaks := searchLeaks(t, w.Dir); len(leaks) > 0 {
		t.Errorf("values are in %q", leaks)
	}
	if !strings.Contains(string(w.Read("trace.log")), "getSecretValue") {
		t.Error("the log tells nothing of the request, so it proves nothing")
	}
}

// A value whose version is put by the same apply is opened after the put, and its
// consumer gets what was put: value and trigger stay in sync.
func TestSecretValueOfPlannedVersion(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	s.AllowReveal()
	w := acctest.NewWorkspace(t, s)
	config := func(number int) string {
		return emptyContainer + versionOf(fmt.Sprintf("secret_string_wo = \"value %d\"\nvalue_wo_version = \"%d\"", number, number)) +
			copied("secret_id = thalassasecrets_secret.db.id\nversion = thalassasecrets_secret_version.db.version",
				"secret_string_wo = ephemeral.thalassasecrets_secret_value.db.secret_string\nvalue_wo_version = thalassasecrets_secret_version.db.version_uid")
	}
	for number := 1; number <= 3; number++ {
		w.Write("main.tf", config(number))
		s.Mark()
		w.Plan()
		if got := s.Calls()["getSecretValue"]; got != 0 {
			t.Errorf("the plan of value %d revealed %d times before it was put", number, got)
		}
		w.ApplyOnly("saved.plan")
		if got := s.Calls()["getSecretValue"]; got != 1 {
			t.Errorf("value %d was revealed %d times, want once", number, got)
		}
		w.Settled()
		if got, want := s.Reveal(copyID, int64(number+1)), fmt.Sprintf("value %d", number); got != want {
			t.Errorf("the consumer got %q, want %q", got, want)
		}
	}
}

// Metadata may come without the history. The service knows whether there is a
// value, so it is asked.
func TestSecretValueWithoutHistory(t *testing.T) {
	t.Parallel()
	s, w := revealing(t)
	answerWithout(t, s, "/secret/app/db", "versions")
	w.Write("main.tf", copied("path = \"/app/db\"\nversion = 2", "secret_string_wo = ephemeral.thalassasecrets_secret_value.db.secret_string\nvalue_wo_version = \"1\""))
	w.Apply()
	if got := s.Reveal(copyID, 2); got != "text, ünïcode" {
		t.Errorf("the copy is %q", got)
	}
}
