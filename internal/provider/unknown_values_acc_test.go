package provider_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// Unknown values of any argument lead to a plan that the apply can keep.
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
		w.Write("main.tf", sources+tableConfig(rows, ownValue, func(r row) string { return r.arguments }))
	}
	write(func(r row) string { return r.before })
	w.Apply()
	for name, r := range rows {
		if r.outside {
			s.Put(tableID(name), "theirs")
		}
	}
	write(func(r row) string { return r.after })
	w.Plan()
	w.Apply("saved.plan")
	for name, r := range rows {
		checkManagedVersion(t, w, name, r.version)
	}
}

// Unknown values may become null, so they cause neither errors nor warnings.
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
