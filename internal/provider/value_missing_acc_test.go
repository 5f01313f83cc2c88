package provider_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

const (
	noValue   = "No value for the requested change"
	noTrigger = "Write-only value without a trigger"
)

// optionalValue is a value that the environment may forget.
const optionalValue = `
variable "value" {
  type      = string
  default   = null
  ephemeral = true
}
`

// sourceValue is an ephemeral resource whose pairs may lack the one that is used.
const sourceValue = `
ephemeral "thalassasecrets_secret_value" "source" {
  secret_id = "` + sourceID + `"
}
`

const sourceID = "nl-01/app/source"

// missingValueCase takes a version through a request that gives no value, and then one
// that gives it.
type missingValueCase struct {
	// before is applied with the value "one". asked asks for another version, in a world
	// without a value, and given in a world with the value "two". Where given is empty, it
	// is as asked.
	before, asked, given string
	// says is the beginning of the error's detail.
	says string
	// arguments that must be recorded as they were before.
	recorded string
}

var missingValueCases = map[string]missingValueCase{
	"forgotten": {
		before:   optionalValue + emptyContainer + versionOf("secret_string_wo = var.value\nvalue_wo_version = \"1\""),
		asked:    optionalValue + emptyContainer + versionOf("secret_string_wo = var.value\nvalue_wo_version = \"2\""),
		says:     `value_wo_version changed from "1" to "2", but no value is given: secret_string_wo is null (or left out by ignore_changes). Is a TF_VAR_… missing?`,
		recorded: "value_wo_version",
	},
	"forgotten beside a first counter": {
		before:   optionalValue + emptyContainer + versionOf("secret_string_wo = var.value\nrotation = { after = \"30d\" }"),
		asked:    optionalValue + emptyContainer + versionOf("secret_string_wo = var.value\nrotation = { after = \"30d\" }\nvalue_wo_version = \"1\""),
		says:     `value_wo_version changed from null to "1", but no value is given: secret_string_wo is null`,
		recorded: "value_wo_version",
	},
	"forgotten beside a keeper": {
		before:   optionalValue + emptyContainer + versionOf("secret_string_wo = var.value\nrotation = { keepers = { host = \"a\", port = \"1\" } }"),
		asked:    optionalValue + emptyContainer + versionOf("secret_string_wo = var.value\nrotation = { keepers = { host = \"b\", port = \"1\" } }"),
		says:     `rotation.keepers changed (host), but no value is given: secret_string_wo is null`,
		recorded: "rotation",
	},
	"a counter and a keeper": {
		before:   optionalValue + emptyContainer + versionOf("secret_string_wo = var.value\nvalue_wo_version = \"1\"\nrotation = { keepers = { host = \"a\" } }"),
		asked:    optionalValue + emptyContainer + versionOf("secret_string_wo = var.value\nvalue_wo_version = \"2\"\nrotation = { keepers = { host = \"b\" } }"),
		says:     `value_wo_version changed from "1" to "2" and rotation.keepers changed (host), but no value is given`,
		recorded: "value_wo_version",
	},
	"from an ephemeral resource that yields null": {
		before:   sourceValue + emptyContainer + versionOf("secret_string_wo = try(ephemeral.thalassasecrets_secret_value.source.secret_key_values[\"password\"], null)\nvalue_wo_version = \"1\""),
		asked:    sourceValue + emptyContainer + versionOf("secret_string_wo = try(ephemeral.thalassasecrets_secret_value.source.secret_key_values[\"password\"], null)\nvalue_wo_version = \"2\""),
		says:     `value_wo_version changed from "1" to "2", but no value is given: secret_string_wo is null`,
		recorded: "value_wo_version",
	},
	"under ignore_changes": {
		before:   optionalValue + emptyContainer + versionOf("secret_key_values_wo = { k = \"one\" }\nvalue_wo_version = \"1\""),
		asked:    optionalValue + emptyContainer + versionOf("secret_key_values_wo = { k = \"two\" }\nvalue_wo_version = \"2\"\nlifecycle {\n ignore_changes = [secret_key_values_wo]\n}"),
		given:    optionalValue + emptyContainer + versionOf("secret_string_wo = \"two\"\nvalue_wo_version = \"2\""),
		says:     `value_wo_version changed from "1" to "2", but no value is given: secret_key_values_wo is null (or left out by ignore_changes)`,
		recorded: "value_wo_version",
	},
	"without any value input": {
		before:   emptyContainer + versionOf("secret_binary_wo = \"b25l\"\nvalue_wo_version = \"1\""),
		asked:    emptyContainer + versionOf(`value_wo_version = "2"`),
		given:    emptyContainer + versionOf("secret_binary_wo = \"dHdv\"\nvalue_wo_version = \"2\""),
		says:     `value_wo_version changed from "1" to "2", but no value is given: secret_binary_wo is null`,
		recorded: "value_wo_version",
	},
	"instead of a value in state": {
		before:   emptyContainer + versionOf(`secret_string = "one"`),
		asked:    emptyContainer + versionOf(`value_wo_version = "1"`),
		given:    emptyContainer + versionOf("secret_string = \"two\"\nvalue_wo_version = \"1\""),
		says:     `value_wo_version changed from null to "1", but no value is given: secret_string is null`,
		recorded: "value_wo_version",
	},
}

// putPairs puts pairs outside Terraform.
func putPairs(t *testing.T, s *acctest.Server, id string, pairs map[string]string) {
	t.Helper()
	if _, err := s.Outsider().PutValue(t.Context(), s.ID(id), client.PairsValue(pairs), client.Unguarded); err != nil {
		t.Fatal(err)
	}
}

// A change that asks for a value and gives none fails in the plan, and nothing of it is
// recorded: the same change with the value puts it.
func TestMissingValue(t *testing.T) {
	t.Parallel()
	for name, tc := range missingValueCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			s.AllowReveal()
			s.Create(client.NewSecret{ID: s.ID(sourceID), Value: client.PairsValue(map[string]string{"password": "one"})})
			w := acctest.NewWorkspace(t, s)
			w.Env["TF_VAR_value"] = "one"
			w.Write("main.tf", tc.before)
			w.Apply()
			before := string(w.Read("terraform.tfstate"))
			had := w.StateValue(versionAddress, tc.recorded)

			delete(w.Env, "TF_VAR_value")
			putPairs(t, s, sourceID, map[string]string{"passphrase": "two"})
			w.Write("main.tf", tc.asked)
			s.Mark()
			for _, failed := range []acctest.Result{w.PlanFails(), w.ApplyFails(), w.PlanFails("-refresh=false")} {
				if said := failed.Failed(t, noValue); !strings.HasPrefix(said, tc.says) || !strings.Contains(said, "Nothing was put in "+dbID+" and nothing was recorded.") {
					t.Errorf("the error says %q", said)
				}
			}
			if after := string(w.Read("terraform.tfstate")); after != before || s.Writes() != 0 {
				t.Errorf("%s was %v and is %v after %v", tc.recorded, had, w.StateValue(versionAddress, tc.recorded), s.Calls())
			}

			w.Env["TF_VAR_value"] = "two"
			putPairs(t, s, sourceID, map[string]string{"password": "two"})
			if tc.given != "" {
				w.Write("main.tf", tc.given)
			}
			w.Apply()
			expectVersion(t, s, w, 3, "two")
		})
	}
}

// A value that is not known in the plan may turn out to be none in the apply. It fails
// there with the same words, and the state stays as it was.
func TestMissingValueInApply(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	config := func(source, counter string) string {
		return emptyContainer + versionOf("secret_string_wo = terraform_data.source.output == \"none\" ? null : terraform_data.source.output\n"+counter) +
			"resource \"terraform_data\" \"source\" {\n  input            = \"" + source + "\"\n  triggers_replace = \"" + source + "\"\n}\n"
	}
	for name, counter := range map[string]string{
		"value":             `value_wo_version = "2"`,
		"value and counter": `value_wo_version = "${terraform_data.source.output == "" ? 0 : 2}"`,
	} {
		w.Write("main.tf", config("one", `value_wo_version = "1"`))
		w.ApplyOnly()
		version := stateVersion(t, w)
		w.Write("main.tf", config("none", counter))
		plan := w.Plan()
		expectPut(t, plan)
		s.Mark()
		said := w.ApplyFails("saved.plan").Failed(t, noValue)
		if !strings.HasPrefix(said, `value_wo_version changed from "1" to "2", but no value is given: secret_string_wo is null`) {
			t.Errorf("%s: the error says %q", name, said)
		}
		if got := w.StateValue(versionAddress, "value_wo_version"); got != "1" || stateVersion(t, w) != version || s.Writes() != 0 {
			t.Errorf("%s: value_wo_version is recorded as %v after %v", name, got, s.Calls())
		}
		w.Write("main.tf", config("two", counter))
		w.Apply()
		expectVersion(t, s, w, version+1, "two")
	}
}

// What asks for no value, or says that nothing is put for it, is recorded.
func TestRequestsThatNeedNoValue(t *testing.T) {
	t.Parallel()
	type row struct {
		before, after string
		warns         bool
		imported      bool
	}
	rows := map[string]row{
		"value-and-counter-go": {before: firstPut("one"), after: ""},
		"value-goes":           {before: firstPut("one"), after: `value_wo_version = "1"`},
		"value-and-keepers-go": {before: "secret_string_wo = \"one\"\nrotation = { keepers = { a = \"1\" } }", after: ""},
		"counter-goes":         {before: `value_wo_version = "1"`, after: "", imported: true},
		"first-keepers":        {before: "generate = { byte_length = 16 }\nrotation = { keepers = {} }", after: "generate = { byte_length = 16 }\nrotation = { keepers = { a = \"1\" } }"},
		"last-keepers":         {before: "generate = { byte_length = 16 }\nrotation = { keepers = { a = \"1\" } }", after: "generate = { byte_length = 16 }\nrotation = { keepers = {} }"},
		"ignored": {
			before: firstPut("one") + "\non_external_version = \"ignore\"", after: "value_wo_version = \"2\"\non_external_version = \"ignore\"", warns: true,
		},
		"imported": {before: "", after: `value_wo_version = "1"`, imported: true, warns: true},
	}
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	imports := ""
	for name, r := range rows {
		if r.imported {
			s.Create(client.NewSecret{ID: s.ID(tableID(name)), Value: client.BytesValue([]byte("theirs"))})
			s.Put(tableID(name), "theirs again")
			imports += "import {\n  to = " + tableAddress(name) + "\n  id = \"" + tableID(name) + "@current\"\n}\n" +
				"import {\n  to = " + strings.Replace(tableAddress(name), "_version", "", 1) + "\n  id = \"" + tableID(name) + "\"\n}\n"
		}
	}
	w.Write("imports.tf", imports)
	w.Write("main.tf", tableConfig(rows, "", func(r row) string { return r.before }))
	w.ApplyOnly()
	w.Write("imports.tf", "")
	w.Write("main.tf", tableConfig(rows, "", func(r row) string { return r.after }))
	s.Mark()
	plan := w.Plan()
	warned := map[string]bool{}
	for _, summary := range plan.Warnings() {
		if id, ok := strings.CutPrefix(summary, "Configured value not written: "); ok {
			warned[id] = true
		}
	}
	want := map[string]bool{}
	for name, r := range rows {
		if r.warns {
			want[tableID(name)] = true
		}
	}
	if !maps.Equal(warned, want) {
		t.Errorf("the plan warns about %v, want %v", warned, want)
	}
	w.Apply("saved.plan")
	if s.Writes() != 0 {
		t.Errorf("something was written: %v", s.Calls())
	}
	for name := range rows {
		checkManagedVersion(t, w, name, 2)
	}
}

// A write-only input needs a trigger for another value, from its first plan on, also if
// it is imported or unknown. An unknown trigger is accepted.
func TestWriteOnlyValueNeedsATrigger(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
	const (
		imported = "import {\n  to = thalassasecrets_secret_version.db\n  id = \"nl-01/app/db@1\"\n}\n"
		source   = "resource \"terraform_data\" \"source\" {\n  input = \"1\"\n}\n"
	)
	byID := func(arguments string) string {
		return strings.Replace(versionOf(arguments), secretAddress+".id", `"`+dbID+`"`, 1)
	}
	for name, tc := range map[string]struct{ config, input string }{
		"text":               {byID(`secret_string_wo = "v"`), "secret_string_wo"},
		"bytes":              {byID(`secret_binary_wo = "AAEC"`), "secret_binary_wo"},
		"pairs":              {byID(`secret_key_values_wo = { a = "b" }`), "secret_key_values_wo"},
		"no detection":       {byID("secret_string_wo = \"v\"\ndetect_value_changes = false"), "secret_string_wo"},
		"an empty rotation":  {byID("secret_string_wo = \"v\"\nrotation = { keepers = {} }"), "secret_string_wo"},
		"imported":           {byID(`secret_string_wo = "v"`) + imported, "secret_string_wo"},
		"left to others":     {byID("secret_string_wo = \"v\"\non_external_version = \"ignore\""), "secret_string_wo"},
		"not known":          {byID(`secret_string_wo = terraform_data.source.output`) + source, "secret_string_wo"},
		"counter":            {byID(firstPut("v")), ""},
		"detection":          {byID("secret_string_wo = \"v\"\ndetect_value_changes = true"), ""},
		"age":                {byID("secret_string_wo = \"v\"\nrotation = { after = \"30d\" }"), ""},
		"keepers":            {byID("secret_string_wo = \"v\"\nrotation = { keepers = { a = \"b\" } }"), ""},
		"counter not known":  {byID("secret_string_wo = \"v\"\nvalue_wo_version = terraform_data.source.output") + source, ""},
		"keepers not known":  {byID("secret_string_wo = \"v\"\nrotation = { keepers = { a = terraform_data.source.output } }") + source, ""},
		"rotation not known": {byID("secret_string_wo = \"v\"\nrotation = terraform_data.source.output == \"1\" ? { after = \"30d\" } : null") + source, ""},
		"generated":          {byID(`generate = { byte_length = 16 }`), ""},
		"in state":           {byID(`secret_string = "v"`), ""},
		"no value":           {byID("") + imported, ""},
	} {
		w.Write("main.tf", tc.config)
		if tc.input == "" {
			w.Plan()
			continue
		}
		said := w.PlanFails().Failed(t, noTrigger)
		for _, part := range []string{tc.input + " is write-only", `value_wo_version = "1"`, "detect_value_changes = true", `rotation = { after = "30d" }`} {
			if !strings.Contains(said, part) {
				t.Errorf("%s: the error says %q, want %q in it", name, said, part)
			}
		}
	}
	if s.Writes() != 0 {
		t.Errorf("something was written: %v", s.Calls())
	}
}

// A keeper without a value is named.
func TestKeeperIsNull(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, acctest.NewServer(t))
	w.Write("main.tf", emptyContainer+versionOf("generate = { byte_length = 16 }\nrotation = { keepers = { host = \"a\", port = null } }"))
	if said := w.PlanFails().Failed(t, "Null value in a map"); !strings.Contains(said, `rotation.keepers has no value for "port"`) {
		t.Errorf("the error says %q", said)
	}
}
