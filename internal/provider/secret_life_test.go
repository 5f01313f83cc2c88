package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// strangers are the creation marks of a secret that another client creates in the second
// in which the managed one was: none, and that of another run of this provider.
var strangers = map[string]string{"unmarked": "", "of another run": "ANOTHER"}

// takePathAtOnce is takePath in the same second, by a clock that stands still.
func takePathAtOnce(s *acctest.Server, mark string) {
	s.Delete(dbID)
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("another team's")), Creation: mark})
}

// isTheirs checks that the secret of the other team is as they have made it.
func isTheirs(t *testing.T, s *acctest.Server) {
	t.Helper()
	secret := s.Secret(dbID)
	if len(secret.Versions) != 1 || secret.Versions[0].Status != client.VersionActive || secret.AccessPolicy != nil || s.Reveal(dbID, 1) != "another team's" {
		t.Errorf("the secret of the other team is %+v now", secret)
	}
}

// A secret that is created again in the very second in which the managed one was has
// the same dates. The creation mark distinguishes them: nothing that was planned before
// is applied to it.
func TestLivesOfOneSecondAreToldApart(t *testing.T) {
	t.Parallel()
	deny := map[string]any{"conditions": []any{map[string]any{"type": "ip", "effect": "deny", "cidrs": []string{"192.0.2.0/24"}}}}
	container := map[string]any{"path": "/app/db", "kms_key_id": acctest.KMSKey, "deletion_protection": false, "initial_value": map[string]any{"secret_string_wo": "ours"}}
	value := func(counter string) map[string]any {
		return map[string]any{"path": "/app/db", "secret_string_wo": "ours", "value_wo_version": counter, "deletion_policy": "destroy"}
	}
	for name, tc := range map[string]struct {
		typeName      string
		before, after map[string]any // a nil after destroys
		warns         string         // where the apply goes through and does nothing
	}{
		"delete the secret":   {secretType, container, nil, ""},
		"change the policy":   {secretType, container, with(container, "access_policy", deny), ""},
		"put":                 {versionType, value("1"), value("2"), ""},
		"destroy the version": {versionType, value("1"), nil, "Version of a re-created secret not destroyed: " + dbID},
	} {
		for who, mark := range strangers {
			t.Run(name+", "+who, func(t *testing.T) {
				t.Parallel()
				s := acctest.NewServer(t)
				s.AllowNoCurrent()
				core := appliedCore(t, s, secretType, container)
				if tc.typeName == versionType {
					core = appliedCore(t, s, versionType, tc.before)
				}
				plan, err := core.Plan(t.Context(), tc.after)
				if err != nil || plan.IsEmpty() {
					t.Fatalf("%s is planned, %v", plan.Action, err)
				}
				takePathAtOnce(s, mark)
				err = core.Apply(t.Context(), plan)
				if tc.warns == "" {
					refusedBy(t, "the apply", err, "Not done: "+dbID, "was deleted and created again")
				} else if got := strings.Join(core.Warned, ", "); err != nil || got != tc.warns {
					t.Errorf("the apply: %v, warnings %q, want %q", err, got, tc.warns)
				}
				isTheirs(t, s)
			})
		}
	}
}

// with is a configuration with one more argument.
func with(config map[string]any, name string, value any) map[string]any {
	changed := map[string]any{name: value}
	for key, had := range config {
		if key != name {
			changed[key] = had
		}
	}
	return changed
}

// appliedCore is a resource after its first apply.
func appliedCore(t *testing.T, s *acctest.Server, typeName string, config map[string]any) *acctest.Core {
	t.Helper()
	core, err := acctest.NewCore(t.Context(), s, typeName)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := core.Plan(t.Context(), config)
	if err == nil {
		err = core.Apply(t.Context(), plan)
	}
	if err != nil {
		t.Fatal(err)
	}
	return core
}

// A plan says that the secret was created again, although no date has changed, and the
// plan after the apply is empty.
func TestRefreshOfLivesOfOneSecond(t *testing.T) {
	t.Parallel()
	for who, mark := range strangers {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", emptyContainer+versionOf(firstPut("ours")))
			w.Apply()
			takePathAtOnce(s, mark)
			plan := w.Plan()
			if said := plan.Warned(t, "Secret re-created outside Terraform: "+dbID); !strings.Contains(said, "deleted, with all its versions, and created again, within the same second") {
				t.Errorf("the warning says %q", said)
			}
			plan.Warned(t, "Version lost with a re-created secret: "+dbID)
			w.Apply("saved.plan")
			isTheirs(t, s)
		})
	}
}

// A list confirms a secret only where it shows the mark that is known, so that a secret
// that was created again within a second is found by both ways to read.
func TestListConfirmsTheMark(t *testing.T) {
	t.Parallel()
	const others = 12 // They are read before the list is worth it, or with it.
	for name, tc := range map[string]struct {
		hides    bool // the list shows no annotations
		requests int  // most of a steady refresh
	}{
		"shown":  {false, others},
		"hidden": {true, 3 * others},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			f := beginFleet(t, s)
			for i := range others {
				if err := f.add(t.Context(), f.container, map[string]any{"path": fmt.Sprintf("/app/%d", i), "kms_key_id": acctest.KMSKey}); err != nil {
					t.Fatal(err)
				}
			}
			for _, add := range []struct {
				core   *acctest.Core
				config map[string]any
			}{
				{f.container, map[string]any{"path": "/app/db", "kms_key_id": acctest.KMSKey}},
				{f.version, map[string]any{"path": "/app/db", "secret_string_wo": "ours", "value_wo_version": "1"}},
			} {
				if err := f.add(t.Context(), add.core, add.config); err != nil {
					t.Fatal(err)
				}
			}
			s.ChangeLists(func(entry map[string]any) bool {
				if tc.hides {
					delete(entry, "annotations")
				}
				return true
			})
			look := func() []glance {
				t.Helper()
				run, err := f.run(t.Context(), "auto")
				if err != nil {
					t.Fatal(err)
				}
				s.Mark()
				return f.look(t.Context(), run, f.inOrder(), true)
			}
			for i, g := range look() {
				if g.err != nil || !g.plan.IsEmpty() {
					t.Errorf("the plan of %d: %v", i, g.err)
				}
			}
			if got := len(s.Calls()); got > tc.requests {
				t.Errorf("a steady plan made %d requests, want at most %d", got, tc.requests)
			}
			takePathAtOnce(s, "")
			s.Put(dbID, "another team's second") // So that the number is that of the state.
			glances := look()
			container, version := glances[others], glances[others+1]
			if got := strings.Join(container.warnings, ""); !strings.HasPrefix(got, "Secret re-created outside Terraform: "+dbID) {
				t.Errorf("the refresh of the secret warns %q", got)
			}
			if version.err != nil || version.plan.IsEmpty() {
				t.Errorf("the plan of the version is empty: %v", version.err)
			}
		})
	}
}
