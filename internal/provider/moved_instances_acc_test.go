package provider_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// withInstances makes instances of the version, with the numbers 2, 3 and so on.
func withInstances(t *testing.T, keys ...any) func(vendorRows) {
	t.Helper()
	return func(rows vendorRows) {
		text, err := json.Marshal(rows.instance(oldVersion, 0))
		if err != nil {
			t.Fatal(err)
		}
		var instances []any
		for i, key := range keys {
			var instance map[string]any
			if err := json.Unmarshal(text, &instance); err != nil {
				t.Fatal(err)
			}
			instance["index_key"] = key
			attributes, _ := instance["attributes"].(map[string]any)
			attributes["version"] = 2 + i
			attributes["id"] = fmt.Sprintf("%s/%d", migratedID, 2+i)
			instances = append(instances, instance)
		}
		rows[oldVersion]["instances"] = instances
	}
}

// severalVersions has two versions of one secret in one resource, of which the last has
// the highest number.
func severalVersions(t *testing.T, keys ...any) *migration {
	t.Helper()
	state := readVendorState(t, "mixed")
	s := vendorServer(t, state)
	s.Put(migratedID, "three")
	m := startMigration(t, s, state.rewrite(t, []string{oldSecret, oldVersion}, withInstances(t, keys...)), migratedConfig)
	m.usualSteps()
	delete(m.steps, oldPolicy)
	return m
}

// instanceOf is the address of an instance.
func instanceOf(address string, key any) string {
	if text, ok := key.(string); ok {
		return fmt.Sprintf("%s[%q]", address, text)
	}
	return fmt.Sprintf("%s[%v]", address, key)
}

// Of several versions of one secret, the one with the highest number is managed and the
// other ones are forgotten, in either of the two ways of the guide.
func TestMovedVersionsOfOneSecret(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]any{"count": {0, 1}, "for_each": {"old", "new"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("one is moved", func(t *testing.T) {
				t.Parallel()
				m := severalVersions(t, keys...)
				m.forgets(instanceOf(oldVersion, keys[0]))
				m.steps[oldVersion] = movedBlock(instanceOf(oldVersion, keys[1]), newVersion)
				m.write()
				m.arrives(newSecret, newVersion)
				if got := m.StateValue(newVersion, "version"); fmt.Sprint(got) != "3" {
					t.Errorf("version %v is managed, want 3", got)
				}
			})
			t.Run("all are forgotten and one is imported", func(t *testing.T) {
				t.Parallel()
				m := severalVersions(t, keys...)
				m.steps[oldVersion] = removedBlock(oldVersion) + importBlock(newVersion, migratedID+"@current")
				m.write()
				m.arrives(newSecret, newVersion)
				if got := m.StateValue(newVersion, "version"); fmt.Sprint(got) != "3" {
					t.Errorf("version %v is managed, want 3", got)
				}
			})
			t.Run("one is moved and the other is left", func(t *testing.T) {
				t.Parallel()
				m := severalVersions(t, keys...)
				m.steps[oldVersion] = movedBlock(instanceOf(oldVersion, keys[1]), newVersion)
				m.write()
				m.leavesOne(instanceOf(oldVersion, keys[0]))
			})
			t.Run("all are moved to one", func(t *testing.T) {
				t.Parallel()
				m := severalVersions(t, keys...)
				m.write()
				m.movesToOne(keys)
			})
		})
	}
}

// forgets takes an address out of the state.
func (m *migration) forgets(address string) {
	m.t.Helper()
	if removed := m.Run("state", "rm", address); removed.Code != 0 {
		m.t.Fatalf("%s%s", removed.Stdout, removed.Stderr)
	}
}

// leavesOne checks what happens to an old instance beside one that is moved. Either the
// CLI makes no plan, as Terraform, or the plan shows that the instance is destroyed, as
// that of OpenTofu. Once the instance is forgotten, either goes on.
func (m *migration) leavesOne(left string) {
	m.t.Helper()
	plan := m.Run("plan", "-json", "-out=saved.plan")
	switch said := fmt.Sprint(summaries(plan)); {
	case plan.Code != 0 && !strings.Contains(said, "no schema available for "+left):
		m.t.Errorf("it says %s", said)
	case plan.Code == 0:
		if shown := m.Run("show", "-no-color", "saved.plan").Stdout; !strings.Contains(shown, left+" will be destroyed") {
			m.t.Errorf("the plan does not destroy %s:\n%s", left, shown)
		}
	}
	m.Write("removed.tf", removedBlock(oldVersion))
	plan = m.Run("plan", "-json", "-out=saved.plan")
	if said := fmt.Sprint(summaries(plan)); plan.Code != 0 && !strings.Contains(said, "no schema available for "+left) {
		m.t.Errorf("beside a removed block it says %s", said)
	}
	m.Write("removed.tf", "")
	m.wroteNothing()
	m.forgets(left)
	m.arrives(newSecret, newVersion)
}

// summaries are what a command printed in the place of a title.
func summaries(r acctest.Result) []string {
	var all []string
	for _, d := range r.Diagnostics {
		all = append(all, d.Summary)
	}
	return all
}

// movesToOne checks what is said to a move of several instances to a resource without
// count and for_each, and follows it. Terraform does not refresh them, so the provider
// refuses. OpenTofu does, and its plan shows that a version is created.
func (m *migration) movesToOne(keys []any) {
	m.t.Helper()
	plan := m.Run("plan", "-json", "-out=saved.plan")
	if plan.Code != 0 {
		detail := plan.Failed(m.t, "Moved secret not refreshed")
		if !strings.Contains(detail, "run terraform state rm 'thalassa_secret_version.NAME[INDEX]' for all but the one with the highest number") ||
			!strings.Contains(detail, "from = thalassa_secret_version.NAME[INDEX]") {
			m.t.Errorf("it does not say what to do:\n%s", detail)
		}
	} else if shown := m.Run("show", "-no-color", "saved.plan").Stdout; !strings.Contains(shown, newVersion+" will be created") {
		m.t.Errorf("the plan does not show that a version is created:\n%s", shown)
	}
	m.forgets(instanceOf(oldVersion, keys[0]))
	m.steps[oldVersion] = movedBlock(instanceOf(oldVersion, keys[1]), newVersion)
	m.write()
	m.arrives(newSecret, newVersion)
}

// One of fifty cannot be moved. It is forgotten and imported alone, or all are.
func TestMovedFleetWithoutOne(t *testing.T) {
	t.Parallel()
	const refused, arrives = "thalassa_secret_version.app", "thalassasecrets_secret_version.app"
	for name, tc := range map[string]struct {
		says   string
		follow func(m *migration, ids []string)
	}{
		"one": {
			"To forget only one, or if the plan cannot read the old resource: keep the moved block, run terraform state rm 'thalassa_secret_version.NAME[INDEX]', and import that one.",
			func(m *migration, ids []string) {
				m.forgets(refused + "[7]")
				m.steps[refused] = importBlock(arrives+"[7]", ids[7]+"@current")
			},
		},
		"all": {
			"With count or for_each, the removed block forgets all instances, so import each of them.",
			func(m *migration, ids []string) {
				m.Write("main.tf", strings.Replace(movedFleet, "moved {\n  from = thalassa_secret_version.app\n  to   = thalassasecrets_secret_version.app\n}\n", "", 1))
				m.steps[refused] = removedBlock(refused)
				for i, id := range ids {
					m.steps[refused] += importBlock(fmt.Sprintf("%s[%d]", arrives, i), id+"@current")
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := readVendorState(t, "fifty")
			s := vendorServer(t, state)
			ids := make([]string, 50)
			text := state.rewrite(t, []string{"thalassa_secret.app", refused}, func(rows vendorRows) {
				for i := range ids {
					attributes, _ := rows.instance(refused, i)["attributes"].(map[string]any)
					var index int
					if _, err := fmt.Sscan(fmt.Sprint(rows.instance(refused, i)["index_key"]), &index); err != nil {
						t.Fatal(err)
					}
					ids[index] = fmt.Sprint(attributes["region"], attributes["path"])
					if index == 7 {
						attributes["version"] = nil
					}
				}
			})
			m := startMigration(t, s, text, movedFleet)
			detail := m.PlanFails().Failed(t, "Cannot move the state")
			for _, said := range []string{`id = "` + ids[7] + `@current"`, tc.says} {
				if !strings.Contains(detail, said) {
					t.Errorf("it does not say %q:\n%s", said, detail)
				}
			}
			tc.follow(m, ids)
			m.write()
			m.Apply()
			m.wroteNothing()
			if got := len(strings.Fields(m.Run("state", "list").Stdout)); got != 100 {
				t.Errorf("the state holds %d resources, want 100", got)
			}
		})
	}
}

// The guide's script finds the version with the highest number, and what it prints is
// what there is to do, for instances of one resource.
func TestGuideFindsTheNewestVersion(t *testing.T) {
	t.Parallel()
	needsProgram(t, "jq")
	for name, keys := range map[string][]any{"count": {0, 1}, "for_each": {"old", "new"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := severalVersions(t, keys...)
			text := read(t, "../../templates/guides/migrating-from-thalassa.md.tmpl")
			g := &guide{Workspace: m.Workspace, s: m.s, t: t, text: oneLine(text)}
			g.shell("migrating-from-thalassa", "versions.sh")
			code, said := g.script("versions.sh")
			newest, oldest := instanceOf(oldVersion, keys[1]), instanceOf(oldVersion, keys[0])
			want := fmt.Sprintf("moved { from = %s } # version 3 of %s\nterraform state rm '%s' # version 2\n", newest, migratedID, oldest)
			if code != 0 || said != want {
				t.Fatalf("it ends with %d and prints\n%swant\n%s", code, said, want)
			}
			command := regexp.MustCompile(`(?m)^terraform state rm .*$`).FindString(said)
			if code, said := g.bash("-c", command); code != 0 {
				t.Fatalf("%q ends with %d: %s", command, code, said)
			}
			m.steps[oldVersion] = movedBlock(newest, newVersion)
			m.write()
			m.arrives(newSecret, newVersion)
		})
	}
}

// Versions of one secret in different resources are moved and forgotten in one change.
// The plan then holds the value of what it forgets, as the guide says.
func TestMovedBesideAForgottenVersion(t *testing.T) {
	t.Parallel()
	state := readVendorState(t, "mixed")
	s := vendorServer(t, state)
	s.Put(migratedID, "three")
	const older = "thalassa_secret_version.older"
	m := startMigration(t, s, state.rewrite(t, []string{oldSecret, oldVersion}, func(rows vendorRows) {
		withInstances(t, nil, nil)(rows)
		instances, _ := rows[oldVersion]["instances"].([]any)
		other := map[string]any{}
		for key, value := range rows[oldVersion] {
			other[key] = value
		}
		other["name"], other["instances"] = "older", instances[:1]
		rows[oldVersion]["instances"] = instances[1:]
		rows[older] = other
	}), migratedConfig)
	m.usualSteps()
	m.steps[oldPolicy] = removedBlock(older)
	m.write()
	plan := m.Plan()
	if plan.Code != 2 {
		t.Errorf("the plan ends with %d", plan.Code)
	}
	if !holdsVendorsValue(t, m.Workspace, "saved.plan") {
		t.Error("the plan does not hold the value of what it forgets, and the guide says that it does")
	}
	m.arrives(newSecret, newVersion)
}
