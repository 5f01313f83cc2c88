package provider_test

import (
	"maps"
	"regexp"
	"strings"
	"testing"
)

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
			if strings.Contains(detail, "Remove the resource block of the thalassasecrets_secret as well") {
				m.Write("policy.tf", "")
			}
			m.arrives(newSecret, newVersion)
		})
	}
}

// A resource that its own provider cannot read either is forgotten by the command that
// the text prints, and imported.
func TestMoveRefusedAndUnreadable(t *testing.T) {
	t.Parallel()
	m := aMigration(t, func(rows vendorRows) {
		rows.attributes(oldSecret)["id"] = "broken"
		rows.attributes(oldSecret)["path"] = ""
	})
	detail := m.PlanFails().Failed(t, "Cannot move the state")
	command := regexp.MustCompile(`terraform (state rm) '(thalassa_secret)\.NAME\[INDEX\]'`).FindStringSubmatch(detail)
	if command == nil {
		t.Fatalf("no command in:\n%s", detail)
	}
	m.forgets(command[2] + ".db")
	m.steps[newSecret] = importBlock(newSecret, migratedID)
	m.write()
	m.arrives(newSecret, newVersion)
}

// policyTarget is the configuration of a user who mistakes an access policy for a
// secret.
const policyTarget = `
resource "thalassasecrets_secret" "policy" {
  path       = "/app/production/db/rules"
  kms_key_id = "kms-nl-01"
}
`
