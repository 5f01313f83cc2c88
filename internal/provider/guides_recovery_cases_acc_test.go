package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// recoverable is a protected secret by the name of its resource, with more arguments.
func recoverable(name, more string) string {
	return fmt.Sprintf("resource \"thalassasecrets_secret\" %q {\n  path       = \"/app/%s\"\n  kms_key_id = \"kms-nl-01\"\n%s\n}\n", name, name, more)
}

// recoverableVersion is the version of a recoverable secret.
func recoverableVersion(name, arguments string) string {
	return fmt.Sprintf("resource \"thalassasecrets_secret_version\" %q {\n  secret_id = thalassasecrets_secret.%s.id\n%s\n}\n", name, name, arguments)
}

// What refuses a create does not keep back that there is something to import: a key that
// is disabled, and a version without a value.
func TestRecoveryOfWhatCannotBeCreated(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	r := openRecovery(t, s)
	var config strings.Builder
	for name, arguments := range map[string]string{"disabled": firstPut("sentinel-ours"), "tracked": ""} {
		s.Create(client.NewSecret{ID: s.ID("nl-01/app/" + name), Value: client.BytesValue([]byte("sentinel-theirs"))})
		config.WriteString(recoverable(name, "") + recoverableVersion(name, arguments))
	}
	r.Write("main.tf", config.String())
	s.KeyStatus(refserver.KeyDisabled)
	s.Mark()
	r.recover(0, "Plan 1: 2 more to import.", "Plan 2: 2 more to import.", "The apply writes nothing")
	for _, id := range []string{"nl-01/app/disabled@1", "nl-01/app/tracked@current"} {
		if file := string(r.Read("recovered.tf")); !strings.Contains(file, fmt.Sprintf("  id = %q\n", id)) {
			t.Errorf("the file lacks %s:\n%s", id, file)
		}
	}
	r.apply()
	r.Settled()
}

// Other changes of the apply than the imports are listed, with a separate exit code.
func TestRecoverySaysWhatElseTheApplyDoes(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	r := openRecovery(t, s)
	const policy = "access_policy = { conditions = [{ type = \"ip\", effect = \"deny\", cidrs = [\"192.0.2.0/24\"] }] }"
	r.Write("main.tf", recoverable("guarded", policy)+recoverable("rotated", "")+recoverableVersion("rotated", "generate = { byte_length = 16 }")+recoverable("placeholder", ""))
	r.Apply()
	r.loseState()
	s.Clock().Advance(oneDay)
	r.Write("provider.tf", "provider \"thalassasecrets\" {\n  rotate_before = \""+s.Clock().Now().Format("2006-01-02T15:04:05Z")+"\"\n}\n")
	r.edit("192.0.2.0/24", "198.51.100.0/24")
	r.Write("more.tf", recoverable("new", "")+recoverableVersion("placeholder", firstPut("sentinel-ours")))
	r.Env["RECOVERY_DIR"], r.Env["RECOVERY_CLI"] = r.Dir, "terraform"
	s.Mark()
	r.recover(2, "The apply would also do this:",
		"\n  thalassasecrets_secret.new: create\n", "\n  thalassasecrets_secret.guarded: changes the access policy\n",
		"\n  thalassasecrets_secret_version.placeholder: create\n", "\n  thalassasecrets_secret_version.rotated: puts a version, or may put one\n")
	if file := string(r.Read("recovered.tf")); strings.Count(file, "import {") != 4 {
		t.Errorf("the file is\n%s", file)
	}
}

// A version that another client puts between the two commands is adopted and not
// replaced, for every on_external_version.
func TestRecoveryBesideAnotherClient(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	r := openRecovery(t, s)
	var config strings.Builder
	for _, choice := range []string{"adopt", "overwrite", "ignore"} {
		config.WriteString(recoverable(choice, "") + recoverableVersion(choice, firstPut("sentinel-ours")+"\non_external_version = \""+choice+"\""))
	}
	r.Write("main.tf", config.String())
	r.Apply()
	r.loseState()
	s.Mark()
	r.recover(0, "recovered.tf holds 6 imports")
	for _, choice := range []string{"adopt", "overwrite", "ignore"} {
		s.Put("nl-01/app/"+choice, "theirs")
	}
	r.apply()
	for _, choice := range []string{"adopt", "overwrite", "ignore"} {
		r.manages("thalassasecrets_secret_version."+choice, 3)
	}
	r.Settled()
	// The value comes back as the guide says.
	s.Mark()
	r.edit(`value_wo_version = "1"`, `value_wo_version = "2"`)
	r.Apply()
	if got := s.Calls()["putSecretValue"]; got != 2 { // An ignored version takes no value.
		t.Errorf("a changed counter made %v", s.Calls())
	}
}

// A caller who may not list learns of twelve secrets in each plan.
func TestRecoveryWithoutList(t *testing.T) {
	t.Parallel()
	const secrets = 30
	s := acctest.NewServer(t)
	for i := range secrets {
		s.Create(client.NewSecret{ID: s.ID(fmt.Sprintf("nl-01/app/%d", i)), Value: client.BytesValue([]byte("theirs"))})
	}
	s.Limit("read")
	r := openRecovery(t, s)
	r.Write("main.tf", manySecrets(secrets))
	s.Mark()
	r.recover(0, "Plan 1: 12 more to import.", "Plan 3: 6 more to import.", "recovered.tf holds 30 imports")
	r.apply()
	r.Settled()
}

// A plan that fails for another reason says so. The results until then are kept.
func TestRecoveryFails(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), Description: "theirs", Value: client.BytesValue([]byte("sentinel-theirs"))})
	r := openRecovery(t, s)
	r.Write("main.tf", protectedContainer+versionOf(firstPut("sentinel-ours")))
	s.Mark()
	r.recover(1, "Plan 2: 0 more to import.", "Error: Secret is protected from replacement", "with thalassasecrets_secret.db", "run this again")
	r.edit(`"kms-nl-01"`, "\"kms-nl-01\"\n  description = \"theirs\"")
	r.recover(0, "Plan 1: 1 more to import.", "recovered.tf holds 2 imports")

	r.Env["RECOVERY_FILE"] = "recovered.txt"
	r.recover(1, "RECOVERY_FILE has to end in .tf")
	r.Env["RECOVERY_FILE"], r.Env["THALASSA_API_TOKEN"] = "other.tf", "sentinel-wrong-token"
	r.recover(1, "Plan 1: 0 more to import.", "run this again")
	if _, err := os.Stat(filepath.Join(r.Dir, "other.tf")); !os.IsNotExist(err) {
		t.Errorf("there is a file without an import: %v", err)
	}
}

// The import blocks of the guide find what exists by the data source. Secrets that do
// not exist are created, and a placeholder is not imported as a value.
func TestRecoveryByDataSource(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	s.Create(client.NewSecret{ID: s.ID("nl-01/app/production/ledger"), Value: client.BytesValue([]byte("theirs"))})
	s.Put("nl-01/app/production/ledger", "newer")
	g := openGuide(t, s, "recovering-a-lost-state")
	s.Mark()
	plan := g.Plan()
	for address, action := range map[string]string{
		`thalassasecrets_secret.database["ledger"]`: "no-op", `thalassasecrets_secret_version.database["ledger"]`: "update",
		`thalassasecrets_secret.database["orders"]`: "create", `thalassasecrets_secret_version.database["orders"]`: "create",
	} {
		if change := plan.Change(address); string(change.Actions[0]) != action || (change.Importing == nil) != (action == "create") {
			t.Errorf("the plan proposes %v for %s, want %s", change.Actions, address, action)
		}
	}
	g.Apply("saved.plan")
	g.manages(`thalassasecrets_secret_version.database["ledger"]`, 2)
	g.active("nl-01/app/production/ledger", 2, 1)
}
