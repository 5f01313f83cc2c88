package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// A moved state that the first refresh refuses stays where it is, and what the error
// says to do leads on without a write.
func TestMovedSecretIsElsewhere(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change  func(vendorRows)
		setting string
		wrong   string
		right   string
		summary string
		says    string
	}{
		"another project": {
			change: asItIs, setting: "THALASSA_PROJECT_ID", wrong: "p-other", right: "",
			summary: "Moved secret not found", says: "THALASSA_PROJECT_ID) to those of the vendor's provider",
		},
		"another organisation": {
			change:  func(rows vendorRows) { rows.attributes(oldSecret)["organisation_id"] = acctest.Organisation },
			setting: "THALASSA_ORGANISATION", wrong: "o-other", right: acctest.Organisation,
			summary: "Wrong organisation", says: "THALASSA_ORGANISATION) to the state's organisation",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := aMigration(t, tc.change)
			m.Env[tc.setting] = tc.wrong
			if detail := m.PlanFails().Failed(t, tc.summary); !strings.Contains(detail, tc.says) {
				t.Errorf("it does not say %q:\n%s", tc.says, detail)
			}
			m.Env[tc.setting] = tc.right
			m.arrives(newSecret, newVersion)
		})
	}
}

// The error about a secret that was deleted says how to forget it. Nothing creates it
// again.
func TestMovedSecretIsDeleted(t *testing.T) {
	t.Parallel()
	m := aMigration(t, asItIs)
	m.s.Delete(migratedID)
	detail := m.PlanFails().Failed(t, "Moved secret not found")
	const says = `If nl-01/app/production/db/password was deleted: take its moved and resource blocks out of the configuration, and run terraform state rm with the address after "from".`
	if !strings.Contains(detail, says) {
		t.Errorf("it does not say %q:\n%s", says, detail)
	}
	for _, address := range []string{oldSecret, oldVersion} {
		from := regexp.MustCompile(`from = (\S+)`).FindStringSubmatch(m.steps[address])
		m.forgets(from[1])
		delete(m.steps, address)
	}
	m.write()
	m.Write("main.tf", "")
	m.arrives()
}

// A plan without a refresh is refused, and with one it is made.
func TestMovedSecretIsNotRefreshed(t *testing.T) {
	t.Parallel()
	m := aMigration(t, asItIs)
	if detail := m.PlanFails("-refresh=false").Failed(t, "Moved secret not refreshed"); !strings.Contains(detail, "Plan again, without -refresh=false.") {
		t.Errorf("it says %s", detail)
	}
	m.arrives(newSecret, newVersion)
}

// A secret that was described differently in the vendor's provider, which accepts such a
// change and applies nothing, is moved with what the service has.
func TestMovedAfterADescriptionChange(t *testing.T) {
	t.Parallel()
	m := aMigration(t, asItIs)
	const described = `description   = "Database password"`
	changed := strings.Replace(oldBlock, described, `description   = "Another text"`, 1)
	m.Write("main.tf", changed+oldVersionBlock)
	m.steps = map[string]string{oldPolicy: removedBlock(oldPolicy)}
	m.write()
	m.ApplyOnly()
	if plan := m.Plan(); !plan.Change(oldSecret).Actions.Update() {
		t.Errorf("the vendor's plan is empty after all:\n%s", plan.Text())
	}

	m.usualSteps()
	m.write()
	m.Write("main.tf", strings.Replace(migratedConfig, "Database password", "Another text", 1))
	m.PlanFails().Failed(t, "Secret is protected from replacement")
	m.Write("main.tf", migratedConfig)
	m.arrives(newSecret, newVersion)
}
