package provider_test

import (
	"encoding/json"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// An ephemeral value is read again during apply and may differ. The value of the apply
// is used, and the plan stays consistent.
func TestDetectedValueDiffersInApply(t *testing.T) {
	t.Parallel()
	type row struct {
		inPlan, inApply string
		more            string // arguments that change in the plan
		outside         bool   // another client puts before the plan
		version         int64
		value           string
	}
	rows := map[string]row{
		"changes-again":               {"two", "three", "", false, 3, "three"},
		"changes-back":                {"two", "one", "", false, 2, "one"},
		"changes-late":                {"one", "two", `deletion_policy = "destroy"`, false, 3, "two"},
		"changes-back-with-a-policy":  {"two", "one", `deletion_policy = "destroy"`, false, 2, "one"},
		"stays-with-a-policy":         {"one", "one", `deletion_policy = "destroy"`, false, 2, "one"},
		"adopted-changes-late":        {"one", "two", "", true, 4, "two"},
		"adopted-changes-back":        {"two", "one", "", true, 3, "theirs"},
		"adopted-stays":               {"one", "one", "", true, 3, "theirs"},
		"adopted-changes":             {"two", "two", "", true, 4, "two"},
		"adopted-with-a-policy":       {"one", "one", `deletion_policy = "destroy"`, true, 3, "theirs"},
		"overwritten-stays":           {"one", "one", `on_external_version = "overwrite"`, true, 4, "one"},
		"overwritten-changes-late":    {"one", "two", `on_external_version = "overwrite"`, true, 4, "two"},
		"overwritten-changes-back":    {"two", "one", `on_external_version = "overwrite"`, true, 4, "one"},
		"with-keepers-changes-late":   {"one", "two", `rotation = { keepers = { a = "b" } }`, false, 3, "two"},
		"with-retention-changes-late": {"one", "two", `retention = { keep = 0 }`, false, 3, "two"},
		"with-retention-changes-back": {"two", "one", `retention = { keep = 0 }`, false, 2, "one"},
	}
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	// give lets the environment give each row its value.
	give := func(value func(r row) string) {
		values := map[string]string{}
		for name, r := range rows {
			values[name] = value(r)
		}
		raw, err := json.Marshal(values)
		if err != nil {
			t.Fatal(err)
		}
		w.Env["TF_VAR_values"] = string(raw)
	}
	write := func(more func(r row) string) {
		w.Write("main.tf", "variable \"values\" {\n  type      = map(string)\n  ephemeral = true\n}\n"+tableConfig(rows, "", func(r row) string {
			return "detect_value_changes = true\nsecret_string_wo = var.values[\"NAME\"]\n" + more(r)
		}))
	}

	give(func(row) string { return "one" })
	write(func(row) string { return "" })
	w.Apply()
	for name, r := range rows {
		if r.outside {
			s.Put(tableID(name), "theirs")
		}
	}
	write(func(r row) string { return r.more })
	give(func(r row) string { return r.inPlan })
	plan := w.Plan()
	give(func(r row) string { return r.inApply })
	w.ApplyOnly("saved.plan")
	w.Apply() // A retention that was only recorded acts now, and the next plan is empty.
	for name, r := range rows {
		if plan.Change(tableAddress(name)).Actions.NoOp() {
			t.Errorf("%s: nothing is planned", name)
		}
		checkManagedVersion(t, w, name, r.version)
		if got := s.Reveal(tableID(name), s.Secret(tableID(name)).CurrentVersion); got != r.value {
			t.Errorf("%s: the current version holds %q, want %q", name, got, r.value)
		}
	}
}

// With "ignore", a value of another client is not compared at any time.
func TestDetectedValueIsIgnored(t *testing.T) {
	t.Parallel()
	s, w := timed(t)
	w.Env["TF_VAR_value"] = "one"
	w.Write("main.tf", detecting("secret_string_wo = var.value"))
	w.Apply()
	s.Put(dbID, "theirs")
	w.Write("main.tf", detecting("secret_string_wo = var.value\non_external_version = \"ignore\""))
	w.Env["TF_VAR_value"] = "two"
	if plan := w.Plan(); plan.Code != 2 {
		t.Errorf("exit code %d:\n%s", plan.Code, plan.Text())
	}
	w.Env["TF_VAR_value"] = "three"
	w.ApplyOnly("saved.plan")
	expectVersion(t, s, w, 2, "theirs")
}

// A value that is not known before apply is compared there.
func TestDetectedValueUnknownInPlan(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	config := func(value, trigger string) string {
		return emptyContainer + versionOf("detect_value_changes = true\nsecret_string_wo = terraform_data.u.output") +
			"resource \"terraform_data\" \"u\" {\n  input            = \"" + value + "\"\n  triggers_replace = \"" + trigger + "\"\n}\n"
	}
	w.Write("main.tf", config("one", "1"))
	w.Apply()
	w.Write("main.tf", config("one", "2"))
	plan := w.Plan()
	expectPut(t, plan)
	w.Apply("saved.plan")
	expectVersion(t, s, w, 2, "one")
	w.Write("main.tf", config("two", "3"))
	w.Apply()
	expectVersion(t, s, w, 3, "two")
}
