package provider_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// unfitKeys are keys that cannot encrypt a secret, each with the error of its plan.
var unfitKeys = map[string]struct {
	key           refserver.Key
	summary, says string
}{
	"disabled":          {refserver.Key{Status: refserver.KeyDisabled}, "KMS key refuses the planned secret", `The KMS key "kms-odd" is disabled and cannot encrypt values. Nothing was written. Enable the key, or set kms_key_id to another key.`},
	"pending deletion":  {refserver.Key{Status: refserver.KeyPendingDeletion}, "KMS key refuses the planned secret", `The KMS key "kms-odd" is pending deletion and cannot encrypt values. Nothing was written. Cancel its deletion, or set kms_key_id to another key.`},
	"asymmetric":        {refserver.Key{Type: "rsa-2048"}, "KMS key is not symmetric", `The KMS key "kms-odd" has the type "rsa-2048". Secrets need a symmetric key`},
	"missing":           {refserver.Key{Identity: "kms-other"}, "KMS key not found", `There is no KMS key "kms-odd" in the region nl-01.`},
	"of another region": {refserver.Key{Region: "nl-02"}, "KMS key not found", `There is no KMS key "kms-odd" in the region nl-01.`},
}

func addKey(t *testing.T, s *acctest.Server, key refserver.Key) {
	t.Helper()
	if key.Region == "" {
		key.Region = acctest.Region
	}
	if key.Identity == "" {
		key.Identity = "kms-odd"
	}
	if _, err := s.AddKey(key); err != nil {
		t.Fatal(err)
	}
}

// limitWithoutKeys lets Terraform do everything with secrets and nothing with keys.
func limitWithoutKeys(t *testing.T, s *acctest.Server) {
	t.Helper()
	err := s.AddPrincipal(refserver.Principal{Name: "terraform", Token: acctest.Token, Grants: []refserver.Grant{
		{Permissions: []string{"list", "create", "read", "putSecretValue", "delete", "update"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// A plan does not create or replace a secret with a key that cannot encrypt it. For a
// caller who may not read keys, a warning names the missing permission, and the service
// refuses the key.
func TestKeyPreflightOfSecret(t *testing.T) {
	t.Parallel()
	odd := strings.Replace(emptyContainer, `"kms-nl-01"`, "\"kms-odd\"\n  on_immutable_change = \"replace\"", 1)
	for name, tc := range unfitKeys {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			addKey(t, s, tc.key)
			w.Write("main.tf", odd)
			if said := w.PlanFails().Failed(t, tc.summary); !strings.Contains(said, tc.says) {
				t.Errorf("the error says %q, want %q in it", said, tc.says)
			}
			limitWithoutKeys(t, s)
			plan := w.Plan()
			if said := plan.Warned(t, "KMS key is not checked"); !plan.Change(secretAddress).Actions.Create() || !strings.Contains(said, "needs the permission kmsRead on kms-odd") {
				t.Errorf("without the permission to read keys the plan says %q:\n%s", said, plan.Text())
			}
			if said := w.ApplyFails("saved.plan").Failed(t, "Cannot create the secret"); !strings.Contains(said, `The KMS key "kms-odd"`) {
				t.Errorf("the error says %q", said)
			}
			s.Unlimit()

			w.Write("main.tf", emptyContainer)
			w.Apply()
			s.Mark()
			w.Write("main.tf", odd)
			w.PlanFails().Failed(t, tc.summary)
			limitWithoutKeys(t, s)
			if said := w.Plan().Warned(t, "KMS key is not checked"); !strings.Contains(said, "A replacement deletes the former secret before that.") {
				t.Errorf("the plan of a replacement says %q", said)
			}
			if s.Writes() != 0 {
				t.Errorf("something was written: %v", s.Calls())
			}
		})
	}
}

// A key that is not known before apply is not looked up, and one that fails
// between plan and apply stops the apply before it writes.
func TestKeyPreflightLater(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", "resource \"terraform_data\" \"key\" {\n  input = \"kms-nl-01\"\n}\n"+
		strings.Replace(emptyContainer, `"kms-nl-01"`, "terraform_data.key.output", 1))
	w.Plan()
	if got := s.Calls()["getKMSKey"]; got != 0 {
		t.Errorf("%d lookups of a key that is not known", got)
	}
	s.KeyStatus(refserver.KeyDisabled)
	w.ApplyFails("saved.plan").Failed(t, "KMS key refuses the planned secret")
	if s.Writes() != 0 {
		t.Errorf("something was written: %v", s.Calls())
	}
}

// A first version is not planned for an existing secret whose key is blocked, whether
// the configuration manages the secret or only names it, and whether the caller may
// read keys or only the secret.
func TestKeyPreflightOfFirstVersion(t *testing.T) {
	t.Parallel()
	const byPath = "resource \"thalassasecrets_secret_version\" \"db\" {\n  path = \"/app/db\"\n  secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\n}\n"
	for name, tc := range map[string]struct {
		before, after string
		status        refserver.KeyStatus
		words         string
		limited       bool
	}{
		"secret managed":              {emptyContainer, emptyContainer + versionOf(firstPut("v")), refserver.KeyDisabled, "disabled", false},
		"secret named":                {"", byPath, refserver.KeyPendingDeletion, "pending deletion", false},
		"secret managed, keys unseen": {emptyContainer, emptyContainer + versionOf(`generate = { byte_length = 32 }`), refserver.KeyPendingDeletion, "pending deletion", true},
		"secret named, keys unseen":   {"", byPath, refserver.KeyDisabled, "disabled", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			if tc.before == "" {
				s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
			} else {
				w.Write("main.tf", tc.before)
				w.Apply()
			}
			s.KeyStatus(tc.status)
			if tc.limited {
				limitWithoutKeys(t, s)
			}
			s.Mark()
			w.Write("main.tf", tc.after)
			said := w.PlanFails().Failed(t, "KMS key refuses the planned version")
			for _, part := range []string{`A new version of nl-01/app/db is planned, but its KMS key "kms-nl-01" is ` + tc.words, "-target", "terraform destroy -refresh=false"} {
				if !strings.Contains(said, part) {
					t.Errorf("the error says %q, want %q in it", said, part)
				}
			}
			if s.Writes() != 0 {
				t.Errorf("something was written: %v", s.Calls())
			}
			s.KeyStatus(refserver.KeyActive)
			s.Unlimit()
			w.Apply()
		})
	}
}

// A put that the user asks for fails in the plan while the key is blocked. A put that
// became due, or follows an event, waits with a warning and succeeds once the key is
// active again. Refreshing works all the time.
func TestKeyPreflightOfUpdates(t *testing.T) {
	t.Parallel()
	const (
		value = "secret_string_wo = \"ours\"\n"
		once  = value + "value_wo_version = \"1\"\n"
	)
	for name, tc := range map[string]struct {
		before, after string
		outside       string // the action of another client, by its name in the drift table
		fails         bool
		warning, says string
		reason        string // of the put once the key is back
	}{
		"value":           {once, value + `value_wo_version = "2"`, "nothing", true, "", "", "value"},
		"value in state":  {`secret_string = "one"`, `secret_string = "two"`, "nothing", true, "", "", "value"},
		"keeper":          {value + `rotation = { keepers = { a = "1" } }`, value + `rotation = { keepers = { a = "2" } }`, "nothing", true, "", "", "keeper"},
		"value, overtook": {once, value + `value_wo_version = "2"`, "newer version", true, "", "", "value"},
		"overwrite": {
			once + `on_external_version = "overwrite"`, once + `on_external_version = "overwrite"`, "newer version", false, "New version put outside Terraform",
			`A new version would be put, but the KMS key "kms-nl-01" is disabled. This plan writes nothing, and the put stays due. Enable the key to allow the put.`, "overwritten",
		},
		"overwrite a rollback": {
			once + `on_external_version = "overwrite"`, once + `on_external_version = "overwrite"`, "rollback", false, "Version destroyed outside Terraform",
			"This plan writes nothing, and the put stays due.", "overwritten",
		},
		"heal": {
			once, once, "nothing active", false, "No active version",
			"This plan writes nothing, and the put stays due.", "healed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", container+versionOf(tc.before))
			w.Apply()
			outside[tc.outside](s, dbID)
			s.KeyStatus(refserver.KeyDisabled)
			s.Mark()
			if w.Run("apply", "-refresh-only", "-auto-approve").Code != 0 {
				t.Error("the refresh does not work")
			}
			w.Write("main.tf", container+versionOf(tc.after))
			if tc.fails {
				if said := w.PlanFails().Failed(t, "KMS key refuses the planned version"); !strings.Contains(said, `its KMS key "kms-nl-01" is disabled`) {
					t.Errorf("the error says %q", said)
				}
			} else {
				plan := w.Plan()
				if said := plan.Warned(t, tc.warning+": "+dbID); plan.Code != 0 || !strings.Contains(said, tc.says) {
					t.Errorf("exit code %d, the warning says %q, want %q in it", plan.Code, said, tc.says)
				}
				w.Apply()
			}
			if s.Writes() != 0 {
				t.Errorf("something was written: %v", s.Calls())
			}
			s.KeyStatus(refserver.KeyActive)
			plan := w.Plan()
			if got := plannedValue(plan, versionAddress, "last_change"); got != tc.reason {
				t.Errorf("with the key back the reason is %v, want %q:\n%s", got, tc.reason, plan.Text())
			}
			w.Apply("saved.plan")
			if got := s.Calls()["putSecretValue"]; got != 1 {
				t.Errorf("%d puts, want one", got)
			}
		})
	}
}

// Where the secret's metadata does not say what state its key is in, a put that
// the user asks for looks the key up.
func TestKeyPreflightWithoutStatus(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	answerWithout(t, s, "/secret/app/db", "kmsKey", "status")
	w.Write("main.tf", container+versionOf(firstPut("one")))
	w.Apply()
	s.Mark()
	w.Plan()
	if got := s.Calls()["getKMSKey"]; got != 0 {
		t.Errorf("%d lookups of the key in an empty plan", got)
	}
	w.Write("main.tf", container+versionOf("secret_string_wo = \"two\"\nvalue_wo_version = \"2\""))
	s.KeyStatus(refserver.KeyDisabled)
	w.PlanFails().Failed(t, "KMS key refuses the planned version")
	s.KeyStatus(refserver.KeyActive)
	w.Apply()
	if got := stateVersion(t, w); got != 3 {
		t.Errorf("version %d is managed, want 3", got)
	}
}

// Ten secrets under two keys cost two lookups in a run, and none where there is nothing
// to encrypt.
func TestKeyLookupsAreShared(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	addKey(t, s, refserver.Key{})
	w.Write("main.tf", `
resource "thalassasecrets_secret" "fleet" {
  count               = 10
  path                = "/fleet/${count.index}"
  kms_key_id          = count.index < 5 ? "kms-nl-01" : "kms-odd"
  deletion_protection = false
}
resource "thalassasecrets_secret_version" "fleet" {
  count     = 10
  secret_id = thalassasecrets_secret.fleet[count.index].id
  generate  = { byte_length = 32 }
}
`)
	w.Plan()
	if got := s.Calls()["getKMSKey"]; got != 2 {
		t.Errorf("the plan looked up %d keys, want 2", got)
	}
	s.Mark()
	w.ApplyOnly("saved.plan")
	if got := s.Calls()["getKMSKey"]; got > 2 {
		t.Errorf("the apply looked up %d keys, want 2 at most", got)
	}
	s.Mark()
	w.Settled()
	if got := s.Calls()["getKMSKey"]; got != 0 {
		t.Errorf("a run without changes looked up %d keys", got)
	}
}

// The advice of the error works: a secret with a blocked key can be destroyed.
func TestDestroyWithBlockedKey(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	s.AllowNoCurrent()
	const arguments = "secret_string_wo = \"v\"\ndeletion_policy = \"destroy\"\n"
	w.Write("main.tf", emptyContainer+versionOf(arguments+`value_wo_version = "1"`))
	w.Apply()
	s.KeyStatus(refserver.KeyPendingDeletion)
	w.Write("main.tf", emptyContainer+versionOf(arguments+`value_wo_version = "2"`))
	w.PlanFails().Failed(t, "KMS key refuses the planned version")
	if result := w.Run("destroy", "-auto-approve", "-refresh=false", "-json"); result.Code != 0 {
		t.Errorf("the destruction is blocked: %v", result.Diagnostics)
	}
	if _, err := s.Outsider().GetSecret(t.Context(), s.ID(dbID)); !client.IsNotFound(err) {
		t.Errorf("the secret is still there: %v", err)
	}
}

// A value that is only compared in apply cannot fail in the plan. It fails there
// with the same words, and waits like any other where it is only due.
func TestKeyPreflightOfDetectedValue(t *testing.T) {
	t.Parallel()
	s, w := timed(t)
	config := func(more string) string {
		return emptyContainer + ephemeralValue + versionOf("secret_string_wo = var.value\ndetect_value_changes = true\nrotation = { after = \"30d\" }\n"+more)
	}
	w.Env["TF_VAR_value"] = "one"
	w.Write("main.tf", config(""))
	w.Apply()
	s.KeyStatus(refserver.KeyDisabled)
	s.Mark()
	w.Env["TF_VAR_value"] = "two"
	w.Plan()
	w.ApplyFails("saved.plan").Failed(t, "KMS key refuses the planned version")
	if got := stateVersion(t, w); got != 2 || s.Writes() != 0 {
		t.Errorf("version %d is managed after %v", got, s.Calls())
	}

	w.Env["TF_VAR_value"] = "one"
	s.Clock().Advance(30 * oneDay)
	if plan := w.Plan(); plan.Code != 0 {
		t.Errorf("a rotation that has to wait makes a plan:\n%s", plan.Text())
	} else {
		plan.Warned(t, "Rotation waits for its KMS key")
	}
	w.Write("main.tf", config(`deletion_policy = "destroy"`))
	w.Plan()
	w.Apply("saved.plan")
	if got := stateVersion(t, w); got != 2 || s.Writes() != 0 {
		t.Errorf("version %d is managed after %v", got, s.Calls())
	}
	s.KeyStatus(refserver.KeyActive)
	w.Apply()
	if got := w.StateValue(versionAddress, "last_change"); got != "rotation" || stateVersion(t, w) != 3 {
		t.Errorf("with the key back version %d is managed because of %v", stateVersion(t, w), got)
	}
}
