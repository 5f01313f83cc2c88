package provider_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// The identity is there after every step of a resource's life, and never changes: it
// identifies the secret, for every version. The framework refuses an answer without
// one, a refresh that finds the secret gone included.
func TestIdentityStays(t *testing.T) {
	t.Parallel()
	protected := map[string]any{"path": "/app/db", "kms_key_id": acctest.KMSKey}
	unprotected := maps.Clone(protected)
	unprotected["deletion_protection"] = false
	for typeName, configs := range map[string][2]map[string]any{
		secretType: {protected, unprotected},
		versionType: {
			{"path": "/app/db", "secret_string_wo": "one", "value_wo_version": "1"}, {"path": "/app/db", "secret_string_wo": "two", "value_wo_version": "2"},
		},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			core, err := acctest.NewCore(t.Context(), s, typeName)
			if err != nil {
				t.Fatal(err)
			}
			if typeName == versionType {
				s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
			}
			expect := func(step string, at *acctest.Instance, err error) {
				t.Helper()
				if err != nil {
					t.Fatalf("%s: %v", step, err)
				}
				if got := acctest.IdentityOf(at.Identity); !maps.Equal(got, map[string]string{"region": "nl-01", "path": "/app/db"}) {
					t.Errorf("%s: the identity is %v", step, got)
				}
			}
			apply := func(step string, plan *acctest.CorePlan, err error) {
				t.Helper()
				if err != nil || plan.IsEmpty() {
					t.Fatalf("%s: %v is planned, %v", step, plan, err)
				}
				err = core.Apply(t.Context(), plan)
				expect(step, core.State, err)
			}
			plan, err := core.Plan(t.Context(), configs[0])
			apply("create", plan, err)
			refreshed, _, err := core.Refresh(t.Context())
			expect("read", refreshed, err)
			plan, err = core.Plan(t.Context(), configs[1])
			apply("update", plan, err)

			// A state of a CLI before 1.12 has none, and gets one.
			core.State.Identity = nil
			refreshed, _, err = core.Refresh(t.Context())
			expect("read without identity", refreshed, err)
			plan, err = core.PlanFrom(t.Context(), core.State, configs[0])
			apply("update without identity", plan, err)

			imported := core.Fork(nil)
			id := dbID
			if typeName == versionType {
				id += "@current"
			}
			err = imported.Import(t.Context(), id)
			expect("import by id", imported.State, err)
			identity := imported.State.Identity
			imported = core.Fork(nil)
			err = imported.ImportIdentity(t.Context(), identity)
			expect("import by identity", imported.State, err)
			imported = core.Fork(nil)
			err = imported.ImportIdentity(t.Context(), identityOf(t, "", "/app/db"))
			expect("import by identity, in the provider's region", imported.State, err)

			s.Delete(dbID)
			for _, known := range []*tfprotov6.ResourceIdentityData{identity, nil} {
				core.State.Identity = known
				if refreshed, _, err = core.Refresh(t.Context()); err != nil || refreshed != nil {
					t.Errorf("a refresh of what is gone finds %v, %v", refreshed, err)
				}
			}
			imported = core.Fork(nil)
			if err := imported.ImportIdentity(t.Context(), identity); err != nil || imported.State != nil {
				t.Errorf("an import of what is not there: %v, %v", imported.State, err)
			}
		})
	}
}

func identityOf(t *testing.T, region, path string) *tfprotov6.ResourceIdentityData {
	t.Helper()
	identity, err := acctest.Identity(region, path)
	if err != nil {
		t.Fatal(err)
	}
	return identity
}

// An identity that names no secret is refused with the rule that it breaks.
func TestIdentityInvalid(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	for _, typeName := range []string{secretType, versionType} {
		core, err := acctest.NewCore(t.Context(), s, typeName)
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct{ region, path, rule string }{
			{"nl-01", "app/db", `must start with "/"`}, {"NL", "/app/db", "region"}, {"nl-01", "", "must not be empty"},
		} {
			err := core.ImportIdentity(t.Context(), identityOf(t, test.region, test.path))
			if err == nil || !strings.Contains(err.Error(), "Invalid import identity") || !strings.Contains(err.Error(), test.rule) {
				t.Errorf("%s: the identity %q, %q is refused with %v", typeName, test.region, test.path, err)
			}
		}
	}
}
