package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// withoutSummary answers the summary of regions with a refusal.
func withoutSummary(w http.ResponseWriter, r *http.Request) bool {
	if !strings.HasSuffix(r.URL.Path, "/kms/summary") {
		return false
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusForbidden)
	_, _ = w.Write([]byte(`{"message":"missing permission"}`))
	return true
}

// For every operation in an unknown region the error has the same summary. It names the
// existing regions, or says that the service did not list them.
func TestUnknownRegionIsCalledThat(t *testing.T) {
	t.Parallel()
	const id = "nl-99/app/db"
	inRegion := func(typeName string) map[string]any {
		if typeName == versionType {
			return map[string]any{"region": "nl-99", "path": "/app/db", "secret_string_wo": "one", "value_wo_version": "1"}
		}
		return map[string]any{"region": "nl-99", "path": "/app/db", "kms_key_id": acctest.KMSKey}
	}
	type operation func(t *testing.T, core *acctest.Core, typeName string) error
	operations := map[string]operation{
		"import": func(t *testing.T, core *acctest.Core, typeName string) error {
			t.Helper()
			return core.Import(t.Context(), id+map[string]string{versionType: "@current"}[typeName])
		},
		"import by identity": func(t *testing.T, core *acctest.Core, _ string) error {
			t.Helper()
			return core.ImportIdentity(t.Context(), identityOf(t, "nl-99", "/app/db"))
		},
		"list": func(t *testing.T, core *acctest.Core, _ string) error {
			t.Helper()
			_, _, err := core.List(t.Context(), acctest.Query{Config: map[string]any{"region": "nl-99", "path_prefix": "/app/"}})
			return err
		},
		"create": func(t *testing.T, core *acctest.Core, typeName string) error {
			t.Helper()
			plan, err := core.Plan(t.Context(), inRegion(typeName))
			if err != nil {
				return err
			}
			return core.Apply(t.Context(), plan) // The plan could not tell.
		},
	}
	for _, knows := range []bool{true, false} {
		s := acctest.NewServer(t)
		regions := "There is no region \"nl-99\". The service has nl-01, nl-02."
		if !knows {
			s.Intercept(withoutSummary)
			regions = "The service did not say which regions it has."
		}
		for _, typeName := range []string{secretType, versionType} {
			for name, try := range operations {
				core, err := acctest.NewCore(t.Context(), s, typeName)
				if err != nil {
					t.Fatal(err)
				}
				says := regions
				if knows && strings.HasPrefix(name, "import") {
					says = "The service has nl-01, nl-02."
				}
				refusedBy(t, name+" of "+typeName, try(t, core, typeName), "Unknown region", `no region "nl-99"`, says)
			}
		}
		for action, config := range map[string]map[string]any{
			putAction: {"byte_length": int64(16)}, restoreAction: {"version": int64(1)}, destroyAction: {"version": int64(1)},
		} {
			_, err := s.Action(action).Run(t.Context(), with(config, "secret_id", id))
			refusedBy(t, action, err, "Unknown region", `There is no region "nl-99".`, regions)
		}
		if s.Writes() != 0 {
			t.Errorf("something was written: %v", s.Calls())
		}
	}
}

// A resource in an unknown region stays in the state, for every operation.
func TestUnknownRegionOfAState(t *testing.T) {
	t.Parallel()
	elsewhere := acctest.NewServerWith(t, refserver.Config{Regions: []refserver.Region{{Slug: "de-01"}}})
	deny := map[string]any{"conditions": []any{map[string]any{"type": "ip", "effect": "deny", "cidrs": []string{"192.0.2.0/24"}}}}
	container := map[string]any{"path": "/app/db", "kms_key_id": acctest.KMSKey, "deletion_protection": false}
	version := map[string]any{"path": "/app/db", "secret_string_wo": "one", "value_wo_version": "1", "deletion_policy": "destroy"}
	for name, tc := range map[string]struct {
		typeName      string
		before, after map[string]any // a nil after destroys
	}{
		"delete":            {secretType, container, nil},
		"update the policy": {secretType, container, with(container, "access_policy", deny)},
		"put":               {versionType, version, with(version, "value_wo_version", "2")},
		"destroy":           {versionType, version, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			core := appliedCore(t, s, secretType, container)
			if tc.typeName == versionType {
				core = appliedCore(t, s, versionType, tc.before)
			}
			plan, err := core.Plan(t.Context(), tc.after)
			if err != nil {
				t.Fatal(err)
			}
			core.Provider = map[string]any{"endpoint": elsewhere.URL}
			_, _, err = core.Refresh(t.Context())
			refusedBy(t, "the refresh", err, "Unknown region", `The service has no region "nl-01"`, "The service has de-01.")
			refusedBy(t, "the apply", core.Apply(t.Context(), plan), "Unknown region", `no region "nl-01"`, "The service has de-01.")
			if core.State == nil {
				t.Error("the state is empty")
			}
		})
	}
}

// The errors of data sources and of the ephemeral resource.
func TestUnknownRegionOfData(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	for name, config := range map[string]string{ //nolint:gosec // They name secrets only.
		"secret":    "data \"thalassasecrets_secret\" \"db\" {\n  secret_id = \"nl-99/app/db\"\n}\n",
		"versions":  "data \"thalassasecrets_secret_versions\" \"db\" {\n  region = \"nl-99\"\n  path = \"/app/db\"\n}\n",
		"secrets":   "data \"thalassasecrets_secrets\" \"all\" {\n  region = \"nl-99\"\n  path_prefix = \"/\"\n}\n",
		"browse":    "data \"thalassasecrets_secrets\" \"all\" {\n  region = \"nl-99\"\n  path_prefix = \"/\"\n  recursive = false\n}\n",
		"ephemeral": "ephemeral \"thalassasecrets_secret_value\" \"db\" {\n  secret_id = \"nl-99/app/db\"\n}\n",
	} {
		w.Write("main.tf", config)
		if said := w.PlanFails().Failed(t, "Unknown region"); !strings.Contains(said, `There is no region "nl-99". The service has nl-01, nl-02.`) || !strings.Contains(said, "Check region") {
			t.Errorf("%s: the error says %q", name, said)
		}
	}
}
