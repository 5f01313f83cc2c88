package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// aMigration has one secret with a version, and a policy.
func aMigration(t *testing.T, change func(vendorRows)) *migration {
	t.Helper()
	state := readVendorState(t, "mixed")
	s := vendorServer(t, state)
	m := startMigration(t, s, state.rewrite(t, []string{oldSecret, oldVersion, oldPolicy}, change), migratedConfig)
	m.usualSteps()
	m.write()
	return m
}

func asItIs(vendorRows) {}

// What stays with the vendor's provider for a while.
const (
	oldBlock = `
resource "thalassa_secret" "db" {
  region        = "nl-01"
  path          = "/app/production/db/password"
  kms_key_id    = "kms-nl-01"
  description   = "Database password"
  labels        = { team = "platform" }
  annotations   = { "example.org/ticket" = "OPS-1" }
  secret_string = "plaintext-in-vendor-state-secret"
}
`
	oldVersionBlock = `
resource "thalassa_secret_version" "db" {
  region        = "nl-01"
  path          = "/app/production/db/password"
  secret_string = "plaintext-in-vendor-state-version"
}
`
)

// partOf is one resource of the new configuration.
func partOf(t *testing.T, resource string) string {
	t.Helper()
	block := regexp.MustCompile(`(?ms)^resource "` + resource + `" .*?^\}\n`).FindString(migratedConfig)
	if block == "" {
		t.Fatalf("no %s in the configuration", resource)
	}
	return block
}

// A migration that is made in two applies writes nothing in either order.
func TestMovedInTwoApplies(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]struct {
		config string
		moved  [2]string // what is moved first
		later  [2]string
	}{
		"the secret first":  {partOf(t, "thalassasecrets_secret") + oldVersionBlock, [2]string{oldSecret, newSecret}, [2]string{oldVersion, newVersion}},
		"the version first": {oldBlock + strings.Replace(partOf(t, "thalassasecrets_secret_version"), newSecret, oldSecret, 1), [2]string{oldVersion, newVersion}, [2]string{oldSecret, newSecret}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := aMigration(t, asItIs)
			m.Write("main.tf", first.config)
			m.steps = map[string]string{oldPolicy: removedBlock(oldPolicy), first.moved[0]: movedBlock(first.moved[0], first.moved[1])}
			m.write()
			m.arrives(first.moved[1], first.later[0])

			m.Write("main.tf", migratedConfig)
			m.usualSteps()
			m.write()
			m.arrives(newSecret, newVersion)
		})
	}
}

// An apply that fails half-way has moved everything, and the next one completes it.
func TestMovedByAnInterruptedApply(t *testing.T) {
	t.Parallel()
	m := aMigration(t, asItIs)
	const interrupts = `
resource "terraform_data" "fails" {
  provisioner "local-exec" {
    command = "exit 1"
  }
}
`
	m.Write("main.tf", strings.Replace(migratedConfig, `value_wo_version = "1"`, "value_wo_version = \"1\"\n  depends_on = [terraform_data.fails]", 1)+interrupts)
	m.ApplyFails()
	m.holds(newSecret, newVersion, "terraform_data.fails")
	m.wroteNothing()

	m.Write("main.tf", migratedConfig)
	m.arrives(newSecret, newVersion)
}

// Where the new address is in the state already, because someone has imported it, the
// CLI does not move the old one and plans to destroy it. Forgetting it, by the address
// that the warning prints, leaves nothing to destroy.
func TestMovedToWhatIsImported(t *testing.T) {
	t.Parallel()
	m := aMigration(t, asItIs)
	for _, imported := range [][]string{{newSecret, migratedID}, {newVersion, migratedID + "@current"}} {
		if result := m.Run(append([]string{"import"}, imported...)...); result.Code != 0 {
			t.Fatalf("%s%s", result.Stdout, result.Stderr)
		}
	}
	plan := m.Plan()
	if !plan.Change(oldSecret).Actions.Delete() {
		t.Errorf("the plan does not destroy the old secret:\n%s", plan.Text())
	}
	detail := plan.Warned(t, "Unresolved resource instance address changes")
	left := regexp.MustCompile(`(?m)^ *- (\S+) could not move to \S+$`).FindAllStringSubmatch(detail, -1)
	if len(left) != 2 {
		t.Fatalf("it names %q:\n%s", left, detail)
	}
	for _, address := range left {
		m.forgets(address[1])
	}
	m.arrives(newSecret, newVersion)
}

// A move that the CLI refuses does not change the state. Its advice, or the guide's if
// it has none, works without a write.
func TestMovedAsTheCLISays(t *testing.T) {
	t.Parallel()
	t.Run("targets", func(t *testing.T) {
		t.Parallel()
		m := aMigration(t, asItIs)
		detail := m.PlanFails("-target="+newSecret).Failed(t, "Moved resource instances excluded by targeting")
		args := []string{"-target=" + newSecret}
		for _, option := range regexp.MustCompile(`-target="(.+)"`).FindAllStringSubmatch(detail, -1) {
			args = append(args, "-target="+option[1])
		}
		m.ApplyOnly(args...)
		m.arrives(newSecret, newVersion)
	})
	t.Run("no resource block", func(t *testing.T) {
		t.Parallel()
		m := aMigration(t, asItIs)
		m.Write("main.tf", "")
		// Terraform 1.11 and OpenTofu 1.12 know no schema then. A CLI that does has to be
		// refused by the provider.
		said := fmt.Sprint(summaries(m.PlanFails()))
		if !strings.Contains(said, "no schema available for "+newSecret) && !strings.Contains(said, "Moved secret not refreshed") && !strings.Contains(said, "Secret is protected from deletion") {
			t.Errorf("it says %s", said)
		}
		m.Write("main.tf", migratedConfig)
		m.arrives(newSecret, newVersion)
	})
	t.Run("the old block is still there", func(t *testing.T) {
		t.Parallel()
		m := aMigration(t, asItIs)
		m.Write("old.tf", oldBlock)
		m.PlanFails().Failed(t, "Moved object still exists")
		m.Write("old.tf", "")
		m.arrives(newSecret, newVersion)
	})
	t.Run("the vendor's provider is gone", func(t *testing.T) {
		t.Parallel()
		m := aMigration(t, asItIs)
		m.WithoutStandIns()
		m.PlanFails()
		m.UseVendor()
		m.arrives(newSecret, newVersion)
	})
}
