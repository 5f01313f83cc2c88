package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// vendorRows are the resources of a state, by address, for tests that change them.
type vendorRows map[string]map[string]any

// rewrite is a state with the resources that are named, as change leaves them. The
// other ones are gone.
func (v vendorState) rewrite(t *testing.T, addresses []string, change func(vendorRows)) string {
	t.Helper()
	var state map[string]any
	if err := json.Unmarshal(v.raw, &state); err != nil {
		t.Fatal(err)
	}
	rows := vendorRows{}
	all, _ := state["resources"].([]any)
	for _, one := range all {
		if row, ok := one.(map[string]any); ok {
			rows[fmt.Sprintf("%s.%s", row["type"], row["name"])] = row
		}
	}
	maps.DeleteFunc(rows, func(address string, _ map[string]any) bool { return !slices.Contains(addresses, address) })
	change(rows)
	kept := []any{}
	for _, address := range slices.Sorted(maps.Keys(rows)) {
		kept = append(kept, rows[address])
	}
	state["resources"] = kept
	text, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// instance is an instance of a resource.
func (v vendorRows) instance(address string, index int) map[string]any {
	instances, _ := v[address]["instances"].([]any)
	instance, _ := instances[index].(map[string]any)
	return instance
}

// attributes are those of the only instance.
func (v vendorRows) attributes(address string) map[string]any {
	attributes, _ := v.instance(address, 0)["attributes"].(map[string]any)
	return attributes
}

const (
	oldSecret  = "thalassa_secret.db"
	oldVersion = "thalassa_secret_version.db"
	oldPolicy  = "thalassa_secret_access_policy.db"
	newSecret  = "thalassasecrets_secret.db"
	newVersion = "thalassasecrets_secret_version.db"

	migratedID = "nl-01/app/production/db/password"
)

// migratedConfig is what becomes of the resources whose name is db.
const migratedConfig = `
resource "thalassasecrets_secret" "db" {
  path        = "/app/production/db/password"
  kms_key_id  = "kms-nl-01"
  description = "Database password"
  labels      = { team = "platform" }
  annotations = { "example.org/ticket" = "OPS-1" }
}
resource "thalassasecrets_secret_version" "db" {
  secret_id        = thalassasecrets_secret.db.id
  secret_string_wo = "another value"
  value_wo_version = "1"
}
`

// migration is a workspace on its way from the vendor's provider to this one.
type migration struct {
	*acctest.Workspace
	s *acctest.Server
	t *testing.T
	// steps are the moved, removed and import blocks, by the address that they begin
	// with.
	steps map[string]string
}

// startMigration has a state of the vendor's provider beside the new configuration.
func startMigration(t *testing.T, s *acctest.Server, state, config string) *migration {
	t.Helper()
	m := &migration{Workspace: acctest.NewWorkspace(t, s, acctest.MovedAcrossTypes, acctest.WriteOnly), s: s, t: t, steps: map[string]string{}}
	m.UseVendor()
	m.Write("terraform.tfstate", state)
	m.Write("main.tf", config)
	return m
}

func movedBlock(from, to string) string {
	return fmt.Sprintf("moved {\n  from = %s\n  to = %s\n}\n", from, to)
}

func removedBlock(from string) string {
	return fmt.Sprintf("removed {\n  from = %s\n  lifecycle { destroy = false }\n}\n", from)
}

func importBlock(to, id string) string {
	return fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", to, id)
}

// write writes the steps.
func (m *migration) write() {
	m.t.Helper()
	var all strings.Builder
	for _, from := range slices.Sorted(maps.Keys(m.steps)) {
		all.WriteString(m.steps[from])
	}
	m.Write("steps.tf", all.String())
}

// printedBlock is a block in the detail of a diagnostic: what begins with two blanks,
// up to the brace that closes it.
var printedBlock = regexp.MustCompile(`(?ms)^  (removed|import) \{\n.*?^  \}\n?`)

// follow does what a refused move says, to the letter: its blocks take the place of the
// moved block.
func (m *migration) follow(detail, name string) {
	m.t.Helper()
	blocks := printedBlock.FindAllString(detail, -1)
	if len(blocks) == 0 || !strings.HasPrefix(blocks[0], "  removed {") {
		m.t.Fatalf("no removed block to put in the place of the moved block:\n%s", detail)
	}
	text := strings.NewReplacer(".NAME", "."+name, "REGION/PATH", migratedID).Replace(strings.Join(blocks, ""))
	from := regexp.MustCompile(`from = (\S+)`).FindStringSubmatch(text)[1]
	if !strings.HasPrefix(m.steps[from], "moved {") {
		m.t.Fatalf("no moved block starts from %s, which the text names", from)
	}
	m.steps[from] = text
	m.write()
}

// arrives applies, and checks that the state has the addresses and no other ones, and
// that nothing was written: no create, no put, no destroy, no delete, no policy.
func (m *migration) arrives(addresses ...string) {
	m.t.Helper()
	m.Apply()
	m.holds(addresses...)
	m.wroteNothing()
}

// holds checks which addresses the state has.
func (m *migration) holds(addresses ...string) {
	m.t.Helper()
	got := strings.Fields(m.Run("state", "list").Stdout)
	slices.Sort(got)
	slices.Sort(addresses)
	if !slices.Equal(got, addresses) {
		m.t.Errorf("the state holds %q, want %q", got, addresses)
	}
}

func (m *migration) wroteNothing() {
	m.t.Helper()
	if m.s.Writes() != 0 {
		m.t.Errorf("something was written: %v", m.s.Calls())
	}
}

// The stand-in for the vendor's provider deletes as that provider does, so that a test
// in which nothing is deleted says something. Taking a moved block out and importing is
// what does harm.
func TestMovedBlockTakenOut(t *testing.T) {
	t.Parallel()
	state := readVendorState(t, "mixed")
	s := vendorServer(t, state)
	m := startMigration(t, s, state.rewrite(t, []string{oldSecret, oldVersion, oldPolicy}, func(vendorRows) {}), migratedConfig)
	m.steps[newSecret] = importBlock(newSecret, migratedID)
	m.steps[newVersion] = importBlock(newVersion, migratedID+"@current")
	m.write()
	if plan := m.Plan(); !plan.Change(oldSecret).Actions.Delete() || !plan.Change(oldVersion).Actions.Delete() || !plan.Change(oldPolicy).Actions.Delete() {
		t.Errorf("the plan deletes nothing:\n%s", plan.Text())
	}
	m.ApplyOnly()
	calls := s.Calls()
	for _, operation := range []string{"updateAccessPolicy", "destroySecretVersion", "deleteSecret"} {
		if calls[operation] != 1 {
			t.Errorf("%s was called %d times: %v", operation, calls[operation], calls)
		}
	}
}

// Every refusal of a move names blocks. Put in the place of the moved block, they lead
// to a state that manages the same secret, without a write.
func TestMoveRefusedIsFollowed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change   func(vendorRows)
		fork     string            // the provider that the old resources belong to, empty for the vendor's
		later    string            // of the vendor's resources, whose schema has another version
		from, to string            // of the moved block that is refused
		beside   map[string]string // steps that are not the usual ones
		says     string
	}{
		"a secret of another provider": {
			change: func(rows vendorRows) {
				rows[oldSecret]["provider"] = `provider["registry.terraform.io/example/thalassa"]`
			},
			fork: "example/thalassa", from: oldSecret, to: newSecret, says: "example/thalassa.\n",
		},
		"a secret as a version": {
			from: oldSecret, to: newVersion, says: "Only a thalassa_secret_version of",
			beside: map[string]string{oldVersion: removedBlock(oldVersion), newSecret: importBlock(newSecret, migratedID)},
		},
		"a version as a secret": {
			from: oldVersion, to: newSecret, says: "Only a thalassa_secret of",
			beside: map[string]string{oldSecret: removedBlock(oldSecret), newVersion: importBlock(newVersion, migratedID+"@current")},
		},
		"an access policy": {from: oldPolicy, to: "thalassasecrets_secret.policy", says: "There is nothing to import"},
		"a secret of a later schema": {
			change: func(rows vendorRows) { rows.instance(oldSecret, 0)["schema_version"] = 1 },
			later:  "secret", from: oldSecret, to: newSecret, says: "has version 1 of its schema",
		},
		"a version of a later schema": {
			change: func(rows vendorRows) { rows.instance(oldVersion, 0)["schema_version"] = 1 },
			later:  "secret_version", from: oldVersion, to: newVersion, says: "has version 1 of its schema",
		},
		"a secret that cannot be read": {
			change: func(rows vendorRows) { rows.attributes(oldSecret)["description"] = true },
			from:   oldSecret, to: newSecret, says: "cannot be read",
		},
		"a version that cannot be read": {
			change: func(rows vendorRows) { rows.attributes(oldVersion)["version"] = "2" },
			from:   oldVersion, to: newVersion, says: "cannot be read",
		},
		"a secret without a name": {
			change: func(rows vendorRows) { rows.attributes(oldSecret)["path"] = "" },
			from:   oldSecret, to: newSecret, says: "names no secret",
		},
		"a version without a name": {
			change: func(rows vendorRows) { rows.attributes(oldVersion)["region"] = nil },
			from:   oldVersion, to: newVersion, says: "names no secret",
		},
		"a version without a number": {
			change: func(rows vendorRows) { rows.attributes(oldVersion)["version"] = nil },
			from:   oldVersion, to: newVersion, says: "does not say which version of " + migratedID,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vendor := readVendorState(t, "mixed")
			s := vendorServer(t, vendor)
			change := tc.change
			if change == nil {
				change = func(vendorRows) {}
			}
			m := startMigration(t, s, vendor.rewrite(t, []string{oldSecret, oldVersion, oldPolicy}, change), migratedConfig)
			if tc.fork != "" {
				m.UseVendorAs(tc.fork)
			}
			m.LaterVendor(tc.later)
			m.usualSteps()
			maps.Copy(m.steps, tc.beside)
			m.steps[tc.from] = movedBlock(tc.from, tc.to)
			m.write()
			if tc.from == oldPolicy {
				m.Write("policy.tf", policyTarget)
			}

			detail := m.PlanFails().Failed(t, "Cannot move the state")
			if !strings.Contains(detail, tc.says) {
				t.Errorf("it does not say %q:\n%s", tc.says, detail)
			}
			m.follow(detail, "db")
			if strings.Contains(detail, "Take out the resource block of the thalassasecrets_secret as well") {
				m.Write("policy.tf", "")
			}
			m.arrives(newSecret, newVersion)
		})
	}
}

// policyTarget is what somebody writes who takes an access policy for a secret.
const policyTarget = `
resource "thalassasecrets_secret" "policy" {
  path       = "/app/production/db/rules"
  kms_key_id = "kms-nl-01"
}
`

// usualSteps move the secret and its version, and forget the policy.
func (m *migration) usualSteps() {
	m.steps = map[string]string{oldSecret: movedBlock(oldSecret, newSecret), oldVersion: movedBlock(oldVersion, newVersion), oldPolicy: removedBlock(oldPolicy)}
}
