package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// The key rotates by age, its predecessor stays readable and the one before that goes.
// No value is revealed.
func TestGuideRotatingKeyMaterial(t *testing.T) {
	t.Parallel()
	const id, address = "nl-01/app/production/signing-key", "thalassasecrets_secret_version.signing_key"
	s := acctest.NewServer(t)
	g := openGuide(t, s, "rotating-key-material")
	g.Apply()
	g.active(id, 2)

	s.Clock().Advance(30 * oneDay)
	plan := g.due(address, "rotation")
	g.quotesWarning(plan.Result, "Rotation due: "+id)
	g.Apply("saved.plan")
	g.active(id, 3, 2)

	s.Clock().Advance(30 * oneDay)
	plan = g.due(address, "rotation")
	// Terraform compares a list that keeps its length place by place, and OpenTofu does not.
	const goes, inOpenTofu = "~ active_versions = [ ~ 2 -> 3, ~ 3 -> (known after apply), ]", "~ active_versions = [ - 2, 3, + (known after apply), ]"
	g.shows(goes)
	if text := oneLine(plan.Text()); !strings.Contains(text, goes) && !strings.Contains(text, inOpenTofu) {
		t.Errorf("the plan does not show what goes:\n%s", plan.Text())
	}
	g.Apply("saved.plan")
	g.active(id, 4, 3)

	s.Clock().Advance(time.Hour)
	g.Env["THALASSA_ROTATE_BEFORE"] = s.Clock().Now().Format(time.RFC3339)
	g.due(address, "rotation")
	g.Apply("saved.plan")
	g.active(id, 5, 4, 3) // Version 3 is not idle yet.
	s.Clock().Advance(time.Hour)
	g.Settled()
}

const (
	databaseID      = "nl-01/app/production/database"
	databaseAddress = "thalassasecrets_secret_version.database"
	roleAddress     = "postgresql_role.app"
)

// openDatabaseGuide has applied the example once.
func openDatabaseGuide(t *testing.T) (*guide, *acctest.Database) {
	t.Helper()
	s := acctest.NewServer(t)
	s.AllowReveal()
	g := openGuide(t, s, "rotating-a-database-password")
	database := g.UseDatabase()
	return g, database
}

// agree checks that the database knows the password that readers of the secret get.
func (g *guide) agree(database *acctest.Database, want bool) {
	g.t.Helper()
	current := g.s.Reveal(databaseID, g.s.Secret(databaseID).CurrentVersion)
	if got := database.Password("app") == current; got != want {
		g.t.Errorf("the database and the secret agree: %v, want %v", got, want)
	}
}

// The database gets the password that was put, in the same apply and after a
// failure.
func TestGuideRotatingADatabasePassword(t *testing.T) {
	t.Parallel()
	g, database := openDatabaseGuide(t)
	g.Apply()
	g.agree(database, true)
	first := database.Password("app")

	g.s.Clock().Advance(30 * oneDay)
	plan := g.due(databaseAddress, "rotation")
	if !plan.Change(roleAddress).Actions.Update() {
		t.Errorf("the plan does not change the role:\n%s", plan.Text())
	}
	g.Apply("saved.plan")
	g.agree(database, true)
	if database.Password("app") == first {
		t.Error("the password did not change")
	}
	g.keepsNowhere(first)
	g.keepsNowhere(database.Password("app"))

	// The database fails after the secret has the new password.
	g.s.Clock().Advance(30 * oneDay)
	database.FailOnce(false)
	g.ApplyFails().Failed(t, "Cannot change the role")
	g.manages(databaseAddress, 4)
	g.agree(database, false)
	plan = g.Plan()
	if !plan.Change(roleAddress).Actions.Update() || !plan.Change(databaseAddress).Actions.NoOp() {
		t.Errorf("the plan does not change the role alone:\n%s", plan.Text())
	}
	g.Apply("saved.plan")
	g.agree(database, true)
	g.active(databaseID, 4, 3)

	// It fails once more, and its provider records the trigger all the same.
	g.s.Clock().Advance(30 * oneDay)
	database.FailOnce(true)
	g.ApplyFails().Failed(t, "Cannot change the role")
	g.Settled()
	g.agree(database, false)
	const again = `password_wo_version = "${thalassasecrets_secret_version.database.version_uid}-again"`
	g.shows(again)
	g.edit(`password_wo_version = thalassasecrets_secret_version.database.version_uid`, again)
	g.Apply()
	g.agree(database, true)
	g.manages(databaseAddress, 5)
}

// One random password for both parts them: the run that repeats the failed half
// has another password.
func TestGuideOneRandomPasswordForBoth(t *testing.T) {
	t.Parallel()
	g, database := openDatabaseGuide(t)
	g.edit("ephemeral.thalassasecrets_secret_value.database.secret_string", "ephemeral.random_password.database.result")
	g.Apply()
	g.agree(database, true)
	g.s.Clock().Advance(30 * oneDay)
	database.FailOnce(false)
	g.ApplyFails()
	g.Apply()
	g.agree(database, false)
}

// The primary rotates and the copy follows, in one plan and one apply; a copy that
// failed follows later.
func TestGuideSeveralRegions(t *testing.T) {
	t.Parallel()
	const (
		primary, primaryAddress = "nl-01/app/production/signing-key", "thalassasecrets_secret_version.primary"
		replica, replicaAddress = "nl-02/app/production/signing-key", `thalassasecrets_secret_version.copy["nl-02"]`
	)
	s := acctest.NewServer(t)
	s.AllowReveal()
	g := openGuide(t, s, "several-regions")
	equal := func(want bool) {
		t.Helper()
		got := s.Reveal(primary, s.Secret(primary).CurrentVersion) == s.Reveal(replica, s.Secret(replica).CurrentVersion)
		if got != want {
			t.Errorf("the regions have the same value: %v, want %v", got, want)
		}
	}
	g.Apply()
	equal(true)

	s.Clock().Advance(30 * oneDay)
	plan := g.due(primaryAddress, "rotation")
	if unknown, _ := plan.Change(replicaAddress).AfterUnknown.(map[string]any); unknown["version"] != true || unknown["last_change"] != true {
		t.Errorf("the plan knows too much about the copy:\n%s", plan.Text())
	}
	g.Apply("saved.plan")
	equal(true)
	g.active(primary, 3, 2)
	g.active(replica, 3, 2)
	g.keepsNowhere(s.Reveal(primary, 3))
	if got := g.StateValue(replicaAddress, "last_change"); got != "value" {
		t.Errorf("the copy was put because of %v", got)
	}

	// The other region refuses the copy once.
	s.Clock().Advance(30 * oneDay)
	s.Intercept(refusePutsIn("nl-02"))
	g.ApplyFails().Failed(t, "Cannot write the secret value")
	s.Intercept(nil)
	equal(false)
	plan = g.due(replicaAddress, "value")
	if !plan.Change(primaryAddress).Actions.NoOp() {
		t.Errorf("the primary would rotate again:\n%s", plan.Text())
	}
	g.Apply("saved.plan")
	equal(true)

	// Another client puts a value into the copy.
	s.Put(replica, "theirs")
	plan = g.due(replicaAddress, "overwritten")
	g.quotesWarning(plan.Result, "New version put outside Terraform: "+replica)
	g.Apply("saved.plan")
	equal(true)
	g.s.KeyStatus(refserver.KeyDisabled)
	g.PlanFails().Failed(t, "Cannot reveal the secret value")
	g.s.KeyStatus(refserver.KeyActive)
	if s.Secret(primary).CurrentVersion != 4 || strings.Contains(s.Reveal(replica, 6), "theirs") {
		t.Errorf("the primary is at version %d, the copy at %d", s.Secret(primary).CurrentVersion, s.Secret(replica).CurrentVersion)
	}

	// Another client puts a value into the primary, and the copy follows that.
	s.Put(primary, "theirs")
	g.due(primaryAddress, "adopted")
	g.Apply("saved.plan")
	equal(true)
	s.Destroy(primary, 5)
	g.due(primaryAddress, "adopted")
	g.Apply("saved.plan")
	equal(true)
}
