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

// migrationHeader names both providers, as the guide says to.
const migrationHeader = `terraform {
  required_providers {
    thalassa        = { source = "thalassa-cloud/thalassa" }
    thalassasecrets = { source = "thalassasecrets/thalassasecrets" }
  }
}
provider "thalassa" {}
`

// startMigration has a state of the vendor's provider beside the new configuration.
func startMigration(t *testing.T, s *acctest.Server, state, config string) *migration {
	t.Helper()
	m := &migration{Workspace: acctest.NewWorkspace(t, s, acctest.MovedAcrossTypes, acctest.WriteOnly), s: s, t: t, steps: map[string]string{}}
	m.UseVendor()
	m.Write("terraform.tfstate", state)
	m.Write("terraform.tf", migrationHeader)
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

// usualSteps move the secret and its version, and forget the policy.
func (m *migration) usualSteps() {
	m.steps = map[string]string{oldSecret: movedBlock(oldSecret, newSecret), oldVersion: movedBlock(oldVersion, newVersion), oldPolicy: removedBlock(oldPolicy)}
}
