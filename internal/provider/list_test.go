package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

const (
	secretType  = "thalassasecrets_secret"
	versionType = "thalassasecrets_secret_version"
)

// listing is a server with secrets of every kind, created by another client, and a list
// of one type.
func listing(t *testing.T, typeName string) (*acctest.Server, *acctest.Core) {
	t.Helper()
	s := acctest.NewServer(t)
	s.AllowNoCurrent()
	deny := &client.AccessPolicy{Conditions: []client.Condition{{Type: "ip", Effect: "deny", CIDRs: []string{"192.0.2.0/24"}}}}
	for _, n := range []client.NewSecret{
		{ID: s.ID("nl-01/app/plain"), Value: client.BytesValue([]byte("v"))},
		{
			ID: s.ID("nl-01/app/full"), Value: client.BytesValue([]byte("v")), Description: "All of it", AccessPolicy: deny,
			Labels: map[string]string{"team": "a", "stage": "production"}, Annotations: map[string]string{"owner": "a${b}"},
		},
		{ID: s.ID("nl-01/app/deep/er"), Value: client.PairsValue(map[string]string{"user": "u"}), Labels: map[string]string{"team": "a"}},
		{ID: s.ID("nl-01/app/empty"), Value: client.GeneratedValue(32), Annotations: map[string]string{"thalassasecrets/placeholder": "1"}},
		{ID: s.ID("nl-01/app/void"), Value: client.BytesValue([]byte("v"))},
		{ID: s.ID("nl-01/application"), Value: client.BytesValue([]byte("v"))},
		{ID: s.ID("nl-02/app/elsewhere"), KMSKey: "kms-nl-02", Value: client.BytesValue([]byte("v"))},
	} {
		s.Create(n)
	}
	s.Put("nl-01/app/plain", "w")
	s.Destroy("nl-01/app/void", 1)
	core, err := acctest.NewCore(t.Context(), s, typeName)
	if err != nil {
		t.Fatal(err)
	}
	s.Mark()
	return s, core
}

func namesOf(found []acctest.Listed) []string {
	names := make([]string, 0, len(found))
	for _, listed := range found {
		names = append(names, listed.Name)
	}
	return names
}

// Every list costs one request. The test checks its results, their order and their
// identities.
func TestListFinds(t *testing.T) {
	t.Parallel()
	under := func(prefix string) map[string]any { return map[string]any{"path_prefix": prefix} }
	for name, test := range map[string]struct {
		query   acctest.Query
		secrets string // without the region
		// versions are set where they are not version 1.
		versions string
	}{
		"everything": {acctest.Query{}, "/app/deep/er /app/empty /app/full /app/plain /app/void /application", "/app/deep/er@1 /app/empty@1 /app/full@1 /app/plain@2 /application@1"},
		"a directory": {
			acctest.Query{Config: under("/app/")}, "/app/deep/er /app/empty /app/full /app/plain /app/void", "/app/deep/er@1 /app/empty@1 /app/full@1 /app/plain@2",
		},
		"one":           {acctest.Query{Config: under("/app/deep/")}, "/app/deep/er", "/app/deep/er@1"},
		"nothing there": {acctest.Query{Config: under("/none/")}, "", ""},
		"a label":       {acctest.Query{Config: map[string]any{"labels": map[string]string{"team": "a"}}}, "/app/deep/er /app/full", "/app/deep/er@1 /app/full@1"},
		"two labels": {
			acctest.Query{Config: map[string]any{"labels": map[string]string{"team": "a", "stage": "production"}}}, "/app/full", "/app/full@1",
		},
		"another label": {acctest.Query{Config: map[string]any{"labels": map[string]string{"team": ""}}}, "", ""},
		"a limit":       {acctest.Query{Limit: 2}, "/app/deep/er /app/empty", "/app/deep/er@1 /app/empty@1"},
		"a high limit":  {acctest.Query{Config: under("/app/deep/"), Limit: 100}, "/app/deep/er", "/app/deep/er@1"},
		"left early":    {acctest.Query{Take: 1, IncludeResource: true}, "/app/deep/er", "/app/deep/er@1"},
	} {
		for typeName, want := range map[string]string{secretType: test.secrets, versionType: test.versions} {
			t.Run(typeName+"/"+name, func(t *testing.T) {
				t.Parallel()
				s, core := listing(t, typeName)
				found, _, err := core.List(t.Context(), test.query)
				if err != nil {
					t.Fatal(err)
				}
				if got := strings.ReplaceAll(strings.Join(namesOf(found), " "), "nl-01", ""); got != want {
					t.Errorf("found %q, want %q", got, want)
				}
				for _, listed := range found {
					path, _, _ := strings.Cut(strings.TrimPrefix(listed.Name, "nl-01"), "@")
					if got := acctest.IdentityOf(listed.Identity); !maps.Equal(got, map[string]string{"region": "nl-01", "path": path}) {
						t.Errorf("%s has the identity %v", listed.Name, got)
					}
					if (listed.Resource != nil) != test.query.IncludeResource {
						t.Errorf("%s has a resource: %v", listed.Name, listed.Resource)
					}
				}
				if calls := s.Calls(); !maps.Equal(calls, map[string]int{"listSecrets": 1}) {
					t.Errorf("asked for %v, want one list", calls)
				}
			})
		}
	}
}

// A list that omits secrets because of its limit says so, and how to see them.
func TestListSaysThatItStoppedAtItsLimit(t *testing.T) {
	t.Parallel()
	const summary = "List stopped at its limit: nl-01/"
	for typeName, total := range map[string]int64{secretType: 6, versionType: 5} {
		_, core := listing(t, typeName)
		for limit, want := range map[int64]string{
			0: "", total: "", total + 1: "",
			total - 1: fmt.Sprintf("%s: The list has %d results, and the query shows the first %d of them. To see all, set limit = %d in the list block. To see fewer, set path_prefix or labels in its config block.", summary, total, total-1, total),
		} {
			found, warnings, err := core.List(t.Context(), acctest.Query{Limit: limit})
			if err != nil {
				t.Fatal(err)
			}
			var said string
			for _, warning := range warnings {
				if strings.HasPrefix(warning, summary) {
					said += warning
				}
			}
			if shown := min(total, limit); said != want || limit > 0 && int64(len(found)) != shown {
				t.Errorf("%s with a limit of %d: %d found, and the warning %q, want %q", typeName, limit, len(found), said, want)
			}
		}
	}
}

// Another region than the provider's is the configuration's to choose.
func TestListElsewhere(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{secretType, versionType} {
		_, core := listing(t, typeName)
		found, _, err := core.List(t.Context(), acctest.Query{Config: map[string]any{"region": "nl-02"}})
		if err != nil || len(found) != 1 || acctest.IdentityOf(found[0].Identity)["region"] != "nl-02" {
			t.Errorf("%s: found %q, %v", typeName, namesOf(found), err)
		}
	}
}

// A version list says of which secrets there is no version.
func TestListSaysWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	_, core := listing(t, versionType)
	_, warnings, err := core.List(t.Context(), acctest.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if len(warnings) != 1 || !strings.HasPrefix(warnings[0], "Secrets without a current version: nl-01/: ") || !strings.Contains(warnings[0], "nl-01/app/void,") {
		t.Errorf("the warnings are %q", warnings)
	}
	if _, warnings, err = core.List(t.Context(), acctest.Query{Config: map[string]any{"path_prefix": "/app/deep/"}}); err != nil || len(warnings) > 0 {
		t.Errorf("nothing is left out, and the warnings are %q, %v", warnings, err)
	}
}

// A service that lists a secret twice makes no second resource of it.
func TestListTwice(t *testing.T) {
	t.Parallel()
	s, core := listing(t, secretType)
	s.ChangeLists(func(entry map[string]any) bool {
		if entry["path"] == "/application" {
			entry["path"] = "/app/plain"
		}
		return true
	})
	found, _, err := core.List(t.Context(), acctest.Query{})
	if got := namesOf(found); err != nil || len(got) != 5 || len(slices.Compact(got)) != 5 {
		t.Errorf("found %q, %v", got, err)
	}
}

// onlyTheHistoryTells are the attributes of a version that a list cannot know.
var onlyTheHistoryTells = []string{"created_at", "version_uid", "version_serial", "value_format"}

// With the resource, a list shows what an import leaves in the state, and the
// configuration that Terraform generates of it imports without a change: the plan
// is empty, and nothing is written.
func TestListedImportsCleanly(t *testing.T) {
	t.Parallel()
	for typeName, unknown := range map[string][]string{secretType: nil, versionType: onlyTheHistoryTells} {
		for name, provider := range map[string]map[string]any{
			"plain":          nil,
			"default labels": {"default_labels": map[string]string{"team": "a", "unrelated": "x"}},
			"project":        {"project_id": "p-1"},
		} {
			t.Run(typeName+"/"+name, func(t *testing.T) {
				t.Parallel()
				s, core := listing(t, typeName)
				if provider["project_id"] != nil {
					inProject(t, s)
				}
				core.Provider = provider
				found, _, err := core.List(t.Context(), acctest.Query{IncludeResource: true})
				if err != nil || len(found) == 0 {
					t.Fatalf("found %d, %v", len(found), err)
				}
				for _, listed := range found {
					importsCleanly(t, core.Fork(nil), listed, unknown)
				}
				if s.Writes() != 0 {
					t.Errorf("something was written: %v", s.Calls())
				}
			})
		}
	}
}

// A listed resource in full, so that a list and an import that agree are both right.
func TestListedResource(t *testing.T) {
	t.Parallel()
	str := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	pairs := func(pairs map[string]string) tftypes.Value {
		elements := map[string]tftypes.Value{}
		for key, value := range pairs {
			elements[key] = str(value)
		}
		return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, elements)
	}
	condition := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"type": tftypes.String, "effect": tftypes.String, "cidrs": tftypes.Set{ElementType: tftypes.String},
		"start_hour": tftypes.Number, "end_hour": tftypes.Number, "timezone": tftypes.String,
	}}
	conditions := tftypes.List{ElementType: condition}
	policy := tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"conditions": conditions}}, map[string]tftypes.Value{
		"conditions": tftypes.NewValue(conditions, []tftypes.Value{tftypes.NewValue(condition, map[string]tftypes.Value{
			"type": str("ip"), "effect": str("deny"), "cidrs": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{str("192.0.2.0/24")}),
			"start_hour": tftypes.NewValue(tftypes.Number, nil), "end_hour": tftypes.NewValue(tftypes.Number, nil), "timezone": tftypes.NewValue(tftypes.String, nil),
		})}),
	})
	for typeName, want := range map[string]map[string]tftypes.Value{
		secretType: {
			"access_policy": policy, "id": str("nl-01/app/full"), "region": str("nl-01"), "path": str("/app/full"), "kms_key_id": str("kms-nl-01"), "description": str("All of it"),
			"labels": pairs(map[string]string{"team": "a", "stage": "production"}), "annotations": pairs(map[string]string{"owner": "a${b}"}),
			"deletion_protection": tftypes.NewValue(tftypes.Bool, true), "created_at": str("2026-11-01T09:00:00Z"), "organisation_id": str(acctest.Organisation),
		},
		versionType: {
			"id": str("nl-01/app/full@1"), "secret_id": str("nl-01/app/full"), "region": str("nl-01"), "path": str("/app/full"), "version": tftypes.NewValue(tftypes.Number, 1),
			"status": str("active"), "last_change": str("imported"), "on_external_version": str("adopt"), "deletion_policy": str("retain"), "organisation_id": str(acctest.Organisation),
		},
	} {
		_, core := listing(t, typeName)
		found, _, err := core.List(t.Context(), acctest.Query{Config: map[string]any{"labels": map[string]string{"stage": "production"}}, IncludeResource: true})
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: found %q, %v", typeName, namesOf(found), err)
		}
		for name, shown := range attributes(t, *found[0].Resource) {
			if value, ok := want[name]; ok && !shown.Equal(value) || !ok && !shown.IsNull() {
				t.Errorf("%s: %s is %s, want %s", typeName, name, shown, value)
			}
		}
	}
}

// inProject creates a secret of a project, which others do not see.
func inProject(t *testing.T, s *acctest.Server) {
	t.Helper()
	c, err := client.New(client.Config{
		Endpoint: s.URL, Organisation: acctest.Organisation, Project: "p-1", Credentials: client.Token("token-of-outsider"),
	})
	if err != nil {
		t.Fatal(err)
	}
	n := client.NewSecret{ID: s.ID("nl-01/app/of-project"), KMSKey: acctest.KMSKey, Value: client.BytesValue([]byte("v"))}
	if _, err := c.CreateSecret(t.Context(), n); err != nil {
		t.Fatal(err)
	}
}

func importsCleanly(t *testing.T, core *acctest.Core, listed acctest.Listed, unknown []string) {
	t.Helper()
	if listed.Resource == nil || listed.Resource.IsNull() {
		t.Errorf("%s has no resource", listed.Name)
		return
	}
	if err := core.ImportIdentity(t.Context(), listed.Identity); err != nil {
		t.Errorf("%s: %v", listed.Name, err)
		return
	}
	state := core.State
	if got, want := acctest.IdentityOf(state.Identity), acctest.IdentityOf(listed.Identity); !maps.Equal(got, want) {
		t.Errorf("%s is imported with the identity %v, want %v", listed.Name, got, want)
	}
	for name, imported := range attributes(t, state.Value) {
		shown := acctest.Attribute(*listed.Resource, name)
		if slices.Contains(unknown, name) {
			if !shown.IsNull() || imported.IsNull() {
				t.Errorf("%s: %s is listed as %s and imported as %s", listed.Name, name, shown, imported)
			}
		} else if !shown.Equal(imported) {
			t.Errorf("%s: %s is listed as %s and imported as %s", listed.Name, name, shown, imported)
		}
	}
	config, err := core.Generated(t.Context(), *listed.Resource)
	if err != nil {
		t.Errorf("%s: %v", listed.Name, err)
		return
	}
	plan, err := core.Plan(t.Context(), config)
	if err != nil {
		t.Errorf("%s: the generated configuration is refused: %v", listed.Name, err)
		return
	}
	// The list marks a secret that has only a placeholder, managed or not.
	said := slices.DeleteFunc(plan.Warnings, func(summary string) bool { return summary == "No value has been put yet: nl-01/app/empty" })
	if !plan.IsEmpty() || len(said) > 0 {
		t.Errorf("%s: the plan of the generated configuration changes %s and warns %q", listed.Name, plan.Changes(), said)
	}
}

func attributes(t *testing.T, object tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	found := map[string]tftypes.Value{}
	if err := object.As(&found); err != nil {
		t.Fatal(err)
	}
	return found
}
