package provider_test

import (
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// Every input can give the first value and follow every other: what changes is
// put, in place.
func TestVersionInputs(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	steps := []struct{ arguments, format, value, reason string }{
		{`generate = { byte_length = 16 }`, "string", "", "created"},
		{`generate = { byte_length = 24 }`, "string", "", "value"},
		{"generate = { byte_length = 24 }\nvalue_wo_version = \"1\"", "string", "", "value"},
		{`secret_string = "plain"`, "string", "plain", "value"},
		{`secret_string = "changed"`, "string", "changed", "value"},
		{`secret_key_values = { user = "u" }`, "keyValue", "", "value"},
		{`secret_key_values = { user = "v" }`, "keyValue", "", "value"},
		{"secret_binary_wo = \"AAEC\"\nvalue_wo_version = \"1\"", "string", "\x00\x01\x02", "value"},
		{"secret_key_values_wo = { user = \"w\" }\nvalue_wo_version = \"1\"", "keyValue", "", "value"},
		{firstPut("last"), "string", "last", "value"},
	}
	w := acctest.NewWorkspace(t, s)
	for i, step := range steps {
		number := int64(i + 2)
		w.Write("main.tf", emptyContainer+versionOf(step.arguments))
		plan := w.Plan()
		if actions := plan.Change(versionAddress).Actions; i == 0 && !actions.Create() || i > 0 && !actions.Update() {
			t.Errorf("%s: the plan would %s", step.arguments, actions)
		}
		if got := plannedValue(plan, versionAddress, "last_change"); got != step.reason {
			t.Errorf("%s: the plan gives the reason %v, want %s", step.arguments, got, step.reason)
		}
		w.Apply("saved.plan")
		if got, format := stateVersion(t, w), w.StateValue(versionAddress, "value_format"); got != number || format != step.format {
			t.Errorf("%s: version %d of the format %s, want %d of %s", step.arguments, got, format, number, step.format)
		}
		if step.value != "" && s.Reveal(dbID, number) != step.value {
			t.Errorf("version %d is not the value of %s", number, step.arguments)
		}
	}
}

// Taking a value out of the state writes no version of it, with or without the
// first value_wo_version; taking another one out does.
func TestValueMovesOutOfState(t *testing.T) {
	t.Parallel()
	type row struct {
		before, after string
		version       int64
	}
	rows := map[string]row{
		"same-text":               {`secret_string = "v"`, "secret_string_wo = \"v\"\nrotation = { after = \"30d\" }", 2},
		"same-text-with-a-number": {`secret_string = "v"`, firstPut("v"), 2},
		"other-text":              {`secret_string = "v"`, firstPut("w"), 3},
		"same-pairs":              {`secret_key_values = { a = "b" }`, "secret_key_values_wo = { a = \"b\" }\nrotation = { after = \"30d\" }", 2},
		"other-pairs":             {`secret_key_values = { a = "b" }`, "secret_key_values_wo = { a = \"c\" }\nvalue_wo_version = \"1\"", 3},
		"another-format":          {`secret_string = "v"`, "secret_key_values_wo = { a = \"v\" }\nvalue_wo_version = \"1\"", 3},
	}
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", tableConfig(rows, "", func(r row) string { return r.before }))
	w.Apply()
	w.Write("main.tf", tableConfig(rows, "", func(r row) string { return r.after }))
	w.Apply()
	for name, r := range rows {
		checkManagedVersion(t, w, name, r.version)
		if w.StateValue(tableAddress(name), "secret_string") != nil || w.StateValue(tableAddress(name), "secret_key_values") != nil {
			t.Errorf("%s: the value is still in the state", name)
		}
	}
}

// A value that is not known before apply is decided during it: only a different
// one is put.
func TestValueUnknownInPlan(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	config := func(trigger, value string) string {
		return emptyContainer + `
resource "terraform_data" "source" {
  triggers_replace = "` + trigger + `"
  input            = "` + value + `"
}
` + versionOf(`secret_string = terraform_data.source.output`)
	}
	w.Write("main.tf", config("1", "v"))
	w.Apply()
	w.Write("main.tf", config("2", "v"))
	plan := w.Plan()
	if unknown, _ := plan.Change(versionAddress).AfterUnknown.(map[string]any); unknown["version"] != true || unknown["last_change"] != true {
		t.Errorf("the plan claims to know what it cannot:\n%s", plan.Text())
	}
	w.Apply("saved.plan")
	if got := stateVersion(t, w); got != 2 {
		t.Errorf("an unchanged value was put as version %d", got)
	}
	w.Write("main.tf", config("3", "w"))
	w.Apply()
	if got := stateVersion(t, w); got != 3 || s.Reveal(dbID, 3) != "w" {
		t.Errorf("version %d is managed, want 3 with the new value", got)
	}
}
