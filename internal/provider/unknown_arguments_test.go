package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

const unchecked = "Plan is not checked with the service"

// unknownBlocks are provider blocks with one argument, or a part of one, that is not known.
func unknownBlocks() map[string]map[string]any {
	blocks := map[string]map[string]any{
		"retry.max_attempts": {"retry": map[string]any{"max_attempts": acctest.Unknown}},
		"default_labels": {"default_labels": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String},
			map[string]tftypes.Value{"team": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)})},
	}
	for _, name := range []string{
		"endpoint", "organisation_id", "project_id", "region", "token", "access_token", "client_id", "client_secret", "oidc_token", "oidc_token_file",
		"service_account_id", "ca_certificate_file", "rotate_before", "request_timeout", "requests_per_second", "retry", "read_strategy",
	} {
		blocks[name] = map[string]any{name: acctest.Unknown}
	}
	return blocks
}

// unknownCases are the two resources, with a first and a second configuration.
func unknownCases(s *acctest.Server) map[string][2]map[string]any {
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
	version := map[string]any{"path": "/app/db", "secret_string_wo": "one", "value_wo_version": "1"}
	container := map[string]any{"path": "/app/new", "kms_key_id": acctest.KMSKey, "deletion_protection": false}
	return map[string][2]map[string]any{
		secretType:  {container, with(container, "deletion_protection", true)},
		versionType: {version, with(version, "value_wo_version", "2")},
	}
}

// While any provider argument is unknown, a plan that creates goes on without a request,
// and one warning names the argument. Once all is known, its apply creates.
func TestCreateWithUnknownArguments(t *testing.T) {
	t.Parallel()
	for argument, block := range unknownBlocks() {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			for typeName, configs := range unknownCases(s) {
				core, err := acctest.NewCore(t.Context(), s, typeName)
				if err != nil {
					t.Fatal(err)
				}
				s.Mark()
				core.Provider = block
				plan, err := core.Plan(t.Context(), configs[0])
				if err != nil {
					t.Fatalf("%s: %v", typeName, err)
				}
				if want := []string{unchecked}; !slices.Equal(plan.Warnings, want) || !strings.Contains(plan.Diagnostics[0].Detail, "the provider argument "+argument+" is not known") {
					t.Errorf("%s: warnings %q", typeName, plan.Warnings)
				}
				if calls := s.Calls(); len(calls) > 0 {
					t.Errorf("%s: the plan asked for %v", typeName, calls)
				}
				core.Provider = nil
				if err := core.Apply(t.Context(), plan); err != nil {
					t.Errorf("%s: %v", typeName, err)
				}
				if again, err := core.Plan(t.Context(), configs[0]); err != nil || !again.IsEmpty() {
					t.Errorf("%s: the plan after apply: %v", typeName, err)
				}
			}
		})
	}
}

// Every operation that reads needs all provider arguments: the error names the argument
// and what is to be read, and no request is sent.
func TestReadWithUnknownArguments(t *testing.T) {
	t.Parallel()
	for argument, block := range unknownBlocks() {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			for typeName, configs := range unknownCases(s) {
				core := appliedCore(t, s, typeName, configs[0])
				id := "nl-01" + configs[0]["path"].(string) //nolint:forcetypeassert // It is one.
				s.Mark()
				core.Provider = block
				refuses := func(what string, err error, of string) {
					t.Helper()
					refusedBy(t, typeName+", "+what, err, "Unknown provider argument", of, "the provider argument "+argument+" is not known", "-target=ADDRESS")
				}
				_, _, err := core.Refresh(t.Context())
				refuses("refresh", err, id)
				_, err = core.Plan(t.Context(), configs[1], acctest.NoRefresh)
				refuses("update without refresh", err, id)
				_, err = core.Plan(t.Context(), nil)
				refuses("removal", err, id)
				_, err = core.Plan(t.Context(), configs[0], acctest.DestroyAll, acctest.NoRefresh)
				refuses("destroy without refresh", err, id)
				imported := core.Fork(nil)
				form := map[string]string{secretType: "", versionType: "@current"}[typeName]
				refuses("import", imported.Import(t.Context(), id+form), id)
				refuses("import by identity", imported.ImportIdentity(t.Context(), identityOf(t, "", "/app/db")), "/app/db")
				_, _, err = core.List(t.Context(), acctest.Query{Config: map[string]any{"path_prefix": "/app/"}})
				refuses("list", err, "the secrets below /app/")
				if calls := s.Calls(); len(calls) > 0 {
					t.Errorf("%s asked for %v", typeName, calls)
				}
			}
			for action, config := range map[string]map[string]any{
				putAction: {"path": "/app/db", "byte_length": int64(16)}, restoreAction: {"path": "/app/db", "version": int64(1)}, destroyAction: {"path": "/app/db", "version": int64(1)},
			} {
				s.Mark()
				unknown := s.Action(action)
				unknown.Provider = block
				if err := unknown.Plan(t.Context(), config); err != nil {
					t.Errorf("the plan of %s: %v", action, err)
				}
				_, err := unknown.Invoke(t.Context(), config)
				refusedBy(t, action, err, "Unknown provider argument", "/app/db", argument)
				if calls := s.Calls(); len(calls) > 0 {
					t.Errorf("%s asked for %v", action, calls)
				}
			}
		})
	}
}

// Several unknown arguments are named together, and the warning comes once in a run.
func TestUnknownArgumentsAreNamedOnce(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	core, err := acctest.NewCore(t.Context(), s, secretType)
	if err != nil {
		t.Fatal(err)
	}
	core.Provider = map[string]any{"token": acctest.Unknown, "endpoint": acctest.Unknown, "region": acctest.Unknown}
	run, err := core.NewRun(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for i := range 3 {
		plan, err := core.Fork(run).Plan(t.Context(), map[string]any{"path": fmt.Sprintf("/app/%d", i), "kms_key_id": acctest.KMSKey})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range plan.Diagnostics {
			said = append(said, d.Summary+": "+d.Detail)
		}
	}
	if len(said) != 1 || !strings.Contains(said[0], "the provider arguments endpoint, region and token are not known") {
		t.Errorf("three plans in one run warn %q", said)
	}
}

// The provider is configured by a resource that the same apply creates. Later a change
// of that resource makes the argument unknown again, and the advice of the error works.
func TestProviderConfiguredByAResource(t *testing.T) {
	t.Parallel()
	for argument, value := range map[string]func(*acctest.Server) string{
		"endpoint":        func(s *acctest.Server) string { return s.URL },
		"organisation_id": func(*acctest.Server) string { return acctest.Organisation },
		"project_id":      func(*acctest.Server) string { return "p-1" },
		"region":          func(*acctest.Server) string { return acctest.Region },
		"token":           func(*acctest.Server) string { return acctest.Token },
	} {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			config := func(round, more string) string {
				return fmt.Sprintf("resource \"terraform_data\" \"x\" {\n  input = { round = %s, value = %q }\n}\nprovider \"thalassasecrets\" {\n  %s = terraform_data.x.output.value\n}\n",
					round, value(s), argument) + emptyContainer + versionOf(firstPut("ours")) + more
			}
			w.Write("main.tf", config("1", ""))
			plan := w.Plan()
			if said := plan.Warned(t, unchecked); !strings.Contains(said, "the provider argument "+argument+" is not known") || !slices.Equal(plan.Warnings(), []string{unchecked}) {
				t.Errorf("the plan warns %q: %q", plan.Warnings(), said)
			}
			if calls := s.Calls(); len(calls) > 0 {
				t.Errorf("the plan asked for %v", calls)
			}
			w.Apply("saved.plan")

			w.Write("main.tf", config("2", ""))
			if said := w.PlanFails().Failed(t, "Unknown provider argument"); !strings.Contains(said, dbID) || !strings.Contains(said, argument) {
				t.Errorf("the error says %q", said)
			}
			w.ApplyOnly("-target=terraform_data.x")
			w.Settled()
			for what, more := range map[string]string{ //nolint:gosec // They name secrets only.
				"the secrets below /":  "data \"thalassasecrets_secrets\" \"all\" {\n  path_prefix = \"/\"\n}\n",
				"/app/other":           "data \"thalassasecrets_secret\" \"other\" {\n  path = \"/app/other\"\n}\n",
				"nl-01/app/revealed":   "ephemeral \"thalassasecrets_secret_value\" \"other\" {\n  secret_id = \"nl-01/app/revealed\"\n}\n",
				"nl-01/app/imported":   "import {\n  to = thalassasecrets_secret.other\n  id = \"nl-01/app/imported\"\n}\nresource \"thalassasecrets_secret\" \"other\" {\n  path = \"/app/imported\"\n  kms_key_id = \"k\"\n}\n",
				"nl-01/app/db/history": "data \"thalassasecrets_secret_versions\" \"other\" {\n  secret_id = \"nl-01/app/db/history\"\n}\n",
			} {
				w.Write("main.tf", config("3", more))
				details := ""
				for _, d := range w.PlanFails().Diagnostics {
					if d.Summary == "Unknown provider argument" {
						details += d.Detail
					}
				}
				if !strings.Contains(details, what+", because the provider argument "+argument+" is not known") {
					t.Errorf("nothing says that %s cannot be read: %q", what, details)
				}
			}
			if argument != "endpoint" {
				return
			}
			w.Write("main.tf", config("2", ""))
			if result := w.Run("destroy", "-auto-approve", "-no-color"); result.Code != 0 {
				t.Errorf("destroy: %s%s", result.Stdout, result.Stderr)
			}
		})
	}
}

// The tables have every argument of the provider block.
func TestUnknownBlocksAreComplete(t *testing.T) {
	t.Parallel()
	_, schemas := served(t)
	blocks := unknownBlocks()
	for _, attribute := range schemas.Provider.Block.Attributes {
		if attribute.Name == "acknowledged_warnings" {
			continue // What is not known yet hides nothing, and no request depends on it.
		}
		if blocks[attribute.Name] == nil {
			t.Errorf("%s is never unknown", attribute.Name)
		}
	}
}
