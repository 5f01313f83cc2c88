package provider_test

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// What was deleted outside Terraform is created again, protected or not, with its
// value.
func TestDeletedOutside(t *testing.T) {
	t.Parallel()
	for _, protection := range []string{"true", "false"} {
		t.Run(protection, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", strings.Replace(emptyContainer, "false", protection, 1)+versionOf(firstPut("v")))
			w.Apply()
			s.Delete(dbID)
			plan := w.Plan()
			for _, address := range []string{secretAddress, versionAddress} {
				if !plan.Change(address).Actions.Create() {
					t.Errorf("%s is not created again:\n%s", address, plan.Text())
				}
			}
			w.Apply("saved.plan")
			if s.Reveal(dbID, 2) != "v" {
				t.Error("the value did not come back")
			}
			if protection == "true" {
				w.Run("destroy", "-auto-approve", "-json").Failed(t, "Secret is protected from deletion")
			}
		})
	}
}

// What ignore_changes leaves out of a plan is left out of the apply as well.
func TestIgnoreChanges(t *testing.T) {
	t.Parallel()
	config := func(ignored, arguments string) string {
		return container + versionOf(arguments+"\nlifecycle {\n ignore_changes = ["+ignored+"]\n}")
	}
	for name, tc := range map[string]struct {
		ignored, before, after string
		outside                bool
		version                int64
	}{
		"counter": {
			"value_wo_version", "secret_string_wo = \"v\"\nvalue_wo_version = \"1\"",
			"secret_string_wo = \"v\"\nvalue_wo_version = \"2\"\ndeletion_policy = \"destroy\"", false, 2,
		},
		"value in state": {"secret_string", `secret_string = "v"`, "secret_string = \"w\"\ndeletion_policy = \"destroy\"", false, 2},
		"put of an ignored value": {
			"secret_string", "secret_string = \"v\"\nvalue_wo_version = \"1\"",
			"secret_string = \"w\"\nvalue_wo_version = \"2\"", false, 3,
		},
		"write-only value": {
			"secret_string_wo", "secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\non_external_version = \"adopt\"",
			"secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\ndeletion_policy = \"destroy\"", true, 3,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", config(tc.ignored, tc.before))
			w.Apply()
			if tc.outside {
				s.Put(dbID, "theirs")
			}
			w.Write("main.tf", config(tc.ignored, tc.after))
			w.Plan()
			w.Apply("saved.plan")
			if got := stateVersion(t, w); got != tc.version {
				t.Errorf("version %d is managed, want %d", got, tc.version)
			}
			if tc.version == 3 && !tc.outside && s.Reveal(dbID, 3) != "v" {
				t.Error("an ignored value was put")
			}
		})
	}
}

// Whatever is not known before apply, the plan stays one that apply can keep.
func TestUnknownInPlan(t *testing.T) {
	t.Parallel()
	type row struct {
		arguments     string
		before, after string
		outside       bool
		version       int64
	}
	rows := map[string]row{
		"overwrite":      {"secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\non_external_version = terraform_data.NAME.output", "adopt", "overwrite", true, 4},
		"adopt":          {"secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\non_external_version = terraform_data.NAME.output", "overwrite", "adopt", true, 3},
		"ignore":         {"secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\non_external_version = terraform_data.NAME.output", "adopt", "ignore", true, 2},
		"input-kind":     {"secret_string = terraform_data.NAME.output != \"kv\" ? \"x\" : null\nsecret_key_values = terraform_data.NAME.output == \"kv\" ? { a = \"b\" } : null", "s", "kv", false, 3},
		"same-kind":      {"secret_string = terraform_data.NAME.output != \"kv\" ? \"x\" : null\nsecret_key_values = terraform_data.NAME.output == \"kv\" ? { a = \"b\" } : null", "s", "t", false, 2},
		"no-value":       {"secret_string_wo = terraform_data.NAME.output == \"v\" ? \"v\" : null\nvalue_wo_version = \"1\"", "v", "none", true, 3},
		"counter":        {"secret_string_wo = \"v\"\nvalue_wo_version = terraform_data.NAME.output", "1", "2", false, 3},
		"generate":       {"generate = { byte_length = tonumber(terraform_data.NAME.output) }", "16", "24", false, 3},
		"rotation":       {"generate = { byte_length = 16 }\nrotation = { after = terraform_data.NAME.output }", "30d", "20d", false, 2},
		"keepers":        {"generate = { byte_length = 16 }\nrotation = { keepers = { a = terraform_data.NAME.output } }", "1", "2", false, 3},
		"retention":      {"secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\nretention = { keep = tonumber(terraform_data.NAME.output) }", "1", "2", false, 2},
		"detect-changes": {"secret_string_wo = \"v\"\ndetect_value_changes = tobool(terraform_data.NAME.output)\nrotation = { after = \"300d\" }", "false", "true", false, 2},
	}
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	write := func(input func(r row) string) {
		sources := ""
		for name, r := range rows {
			sources += strings.NewReplacer("NAME", name, "INPUT", input(r)).Replace(`
resource "terraform_data" "NAME" {
  triggers_replace = "INPUT"
  input            = "INPUT"
}
`)
		}
		w.Write("main.tf", sources+rowsOf(rows, ownValue, func(r row) string { return r.arguments }))
	}
	write(func(r row) string { return r.before })
	w.Apply()
	for name, r := range rows {
		if r.outside {
			s.Put(rowID(name), "theirs")
		}
	}
	write(func(r row) string { return r.after })
	w.Plan()
	w.Apply("saved.plan")
	for name, r := range rows {
		rowManages(t, w, name, r.version)
	}
}

// A module may take both names of a secret and be given one, and configuration
// that Terraform generates gives all three.
func TestNamesMayBeUnknownOrRedundant(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", `
variable "secret_id" {
  type    = string
  default = null
}
variable "path" {
  type    = string
  default = null
}
`+container+`
resource "thalassasecrets_secret_version" "db" {
  secret_id        = var.secret_id
  path             = var.path
  secret_string_wo = "v"
  value_wo_version = "1"
  depends_on       = [thalassasecrets_secret.db]
}
`)
	if result := w.Run("validate", "-no-color"); result.Code != 0 {
		t.Errorf("validate: %s%s", result.Stdout, result.Stderr)
	}
	w.Env["TF_VAR_path"] = "/app/db"
	w.Apply()
	w.Env["TF_VAR_secret_id"] = dbID
	w.Settled()
}

// What is not known may turn out to be nothing, so nothing is refused or hinted at
// because of it.
func TestUnknownInputsAreNotJudged(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, acctest.NewServer(t))
	variables := ""
	for name, of := range map[string]string{"text": "string", "counter": "string", "hour": "number", "networks": "list(string)", "generate": "object({ byte_length = number })"} {
		variables += "variable \"" + name + "\" {\n  type    = " + of + "\n  default = null\n}\n"
	}
	for name, config := range map[string]string{
		"rotation": container + versionOf(`
			secret_string = var.text
			generate      = var.generate
			rotation      = { after = "30d" }`),
		"detection": container + versionOf(`
			secret_string_wo     = "v"
			secret_string        = var.text
			detect_value_changes = true
			value_wo_version     = var.counter`),
		"overwriting": container + versionOf(`
			secret_string_wo    = var.text
			generate            = var.generate
			on_external_version = "overwrite"`),
		"networks": strings.Replace(container, "deletion_", `access_policy = { conditions = [{
			type = "ip", effect = "allow", cidrs = ["10.0.0.0/8"], start_hour = var.hour, end_hour = var.hour, timezone = var.text }] }
			deletion_`, 1),
		"hours": strings.Replace(container, "deletion_", `access_policy = { conditions = [{
			type = "time", effect = "deny", start_hour = 1, end_hour = 2, timezone = "UTC", cidrs = var.networks }] }
			deletion_`, 1),
	} {
		w.Write("main.tf", variables+config)
		if result := w.Run("validate", "-no-color"); result.Code != 0 || strings.Contains(result.Stdout+result.Stderr, "Warning:") {
			t.Errorf("%s: %s%s", name, result.Stdout, result.Stderr)
		}
	}
}

// An answer that lags behind is not taken for a secret that was re-created.
func TestStaleHistory(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", container+versionOf(firstPut("v")))
	w.Apply()
	stale := httptest.NewRecorder()
	get := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/secrets/nl-01/secret/app/db?includeVersions=true", nil)
	get.Header.Set("Authorization", "Token "+acctest.Token)
	get.Header.Set("X-Organisation-Identity", acctest.Organisation)
	s.ServeHTTP(stale, get)
	withoutHistory := map[string]any{}
	if err := json.Unmarshal(stale.Body.Bytes(), &withoutHistory); err != nil {
		t.Fatal(err)
	}
	delete(withoutHistory, "versions")

	answerWith := func(body []byte) {
		s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/secret/app/db") {
				return false
			}
			_, err := w.Write(body)
			return err == nil
		})
	}
	answerWith(stale.Body.Bytes())
	w.Write("main.tf", container+versionOf("secret_string_wo = \"w\"\nvalue_wo_version = \"2\""))
	w.ApplyOnly().Warned(t, "Version not confirmed: "+dbID)
	if got := stateVersion(t, w); got != 3 || w.StateValue(versionAddress, "status") != "active" {
		t.Errorf("version %d is managed with the status %v", got, w.StateValue(versionAddress, "status"))
	}
	if plan := w.Plan(); plan.Code != 0 {
		t.Errorf("a stale answer makes a plan:\n%s", plan.Text())
	} else {
		plan.Warned(t, "History incomplete")
	}
	body, err := json.Marshal(withoutHistory)
	if err != nil {
		t.Fatal(err)
	}
	answerWith(body)
	if plan := w.Plan(); plan.Code != 0 {
		t.Errorf("an answer without a history makes a plan:\n%s", plan.Text())
	}
	s.Intercept(nil)
	w.Apply("-refresh-only")
	if w.StateValue(versionAddress, "created_at") == nil {
		t.Error("the refresh did not complete the state")
	}
}

// A path that sounds like a reason is not taken for one.
func TestPathIsNoReason(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", `
resource "thalassasecrets_secret_version" "kms" {
  path             = "/app/kms/db"
  secret_string_wo = "v"
  value_wo_version = "1"
}
`)
	if said := w.ApplyFails().Failed(t, "Cannot write the secret value"); !strings.Contains(said, "The secret does not exist in the region nl-01") {
		t.Errorf("the error says %q", said)
	}
	s.Limit("read")
	w.Write("main.tf", `
resource "thalassasecrets_secret" "feature" {
  path       = "/app/feature"
  kms_key_id = "kms-nl-01"
}
`)
	if said := w.ApplyFails().Failed(t, "Cannot create the secret"); !strings.Contains(said, "The caller needs the permission create on /app/feature") {
		t.Errorf("the error says %q", said)
	}
}

// Nothing that never reached the service is reported as perhaps done.
func TestNeverSent(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	tls := httptest.NewUnstartedServer(s)
	tls.Config.ErrorLog = log.New(io.Discard, "", 0) // It would tell of each refused handshake.
	tls.StartTLS()
	t.Cleanup(tls.Close)
	w := acctest.NewWorkspace(t, s)
	w.Env["THALASSA_API_ENDPOINT"] = tls.URL
	w.Write("main.tf", emptyContainer)
	if said := w.ApplyFails().Failed(t, "Cannot create the secret"); !strings.Contains(said, "The service could not be reached.") || !strings.Contains(said, "certificate") {
		t.Errorf("the error says %q", said)
	}
	w.Env["THALASSA_API_ENDPOINT"] = s.URL
	w.Env["THALASSA_API_TOKEN"] = acctest.Token + "\n"
	w.ApplyFails().Failed(t, "Invalid provider argument")
}

// A placeholder is no value to go back to.
func TestRolledBackToPlaceholder(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer)
	w.Apply()
	s.Limit("read", "putSecretValue")
	w.Write("main.tf", emptyContainer+versionOf(firstPut("v")))
	w.ApplyOnly()
	s.Unlimit()
	s.Destroy(dbID, 2)
	plan := w.Plan()
	if said := plan.Warned(t, "Version destroyed outside Terraform: "+dbID); plannedValue(plan, versionAddress, "last_change") != "healed" || !strings.Contains(said, "only the placeholder") {
		t.Errorf("the warning says %q:\n%s", said, plan.Text())
	}
	w.Apply("saved.plan")
	if s.Reveal(dbID, 3) != "v" {
		t.Error("the value did not come back")
	}
}
