package provider_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// The rotator's versions cause no change with "ignore", and are tracked with "adopt".
// Terraform writes nothing for either.
func TestGuideExternallyRotatedSecrets(t *testing.T) {
	t.Parallel()
	const (
		mail, mailAddress       = "nl-01/app/production/mail", "thalassasecrets_secret_version.mail"
		storage, storageAddress = "nl-01/app/production/storage", "thalassasecrets_secret_version.storage"
	)
	s := acctest.NewServer(t)
	g := openGuide(t, s, "externally-rotated-secrets")
	g.Apply()
	s.Clock().Advance(oneDay)
	s.Put(mail, "rotated")
	s.Destroy(mail, 2)
	if plan := g.Plan(); plan.Code != 0 || len(plan.Warnings()) > 0 {
		t.Errorf("what is ignored is news: %q\n%s", plan.Warnings(), plan.Text())
	}

	s.Put(storage, "rotated")
	s.Mark()
	plan := g.due(storageAddress, "adopted")
	g.quotesWarning(plan.Result, "New version put outside Terraform: "+storage)
	if !plan.Change("terraform_data.restart").Actions.Replace() {
		t.Errorf("nothing follows the rotator:\n%s", plan.Text())
	}
	g.Apply("saved.plan")
	g.manages(storageAddress, 3)
	if s.Writes() != 0 {
		t.Errorf("Terraform wrote: %v", s.Calls())
	}

	// Retention leaves the rotator's versions alone.
	g.edit(`on_external_version = "adopt" # the default`, "retention = { keep = 0 }")
	g.Apply()
	s.Put(storage, "rotated again")
	s.Put(storage, "and again")
	g.Apply()
	g.active(storage, 5, 4, 3, 2)

	// Two things that ignore does say.
	s.Destroy(mail, 3)
	g.quotesWarning(g.Plan().Result, "No active version: "+mail)
	s.Put(mail, "back")
	g.edit("byte_length = 32", "byte_length = 64")
	s.Mark()
	g.quotesWarning(g.Plan("-target="+mailAddress).Result, "Configured value not written: "+mail)
	if s.Writes() != 0 {
		t.Errorf("the plan wrote: %v", s.Calls())
	}
}

// Each team gets by with the permissions that the guide lists.
func TestGuideTwoTeams(t *testing.T) {
	t.Parallel()
	const (
		id            = "nl-01/payments/production/database"
		platformToken = "platform-" + acctest.Token
		paymentsToken = "payments-" + acctest.Token
		withoutDelete = "undeleting-" + acctest.Token
	)
	paths := []string{"/payments/*"}
	s := acctest.NewServerWith(t, refserver.Config{Principals: []refserver.Principal{
		{Name: "platform", Token: platformToken, Grants: []refserver.Grant{{Permissions: []string{"create", "read", "update", "delete"}, Paths: paths}}},
		{Name: "payments", Token: paymentsToken, Grants: []refserver.Grant{{Permissions: []string{"read", "putSecretValue", "delete"}, Paths: paths}}},
		{Name: "undeleting", Token: withoutDelete, Grants: []refserver.Grant{{Permissions: []string{"read", "putSecretValue"}, Paths: paths}}},
	}})
	platform, payments := openGuide(t, s, "two-teams/platform"), openGuide(t, s, "two-teams/application")
	platform.Env["THALASSA_API_TOKEN"], payments.Env["THALASSA_API_TOKEN"] = platformToken, paymentsToken
	payments.Env["TF_VAR_database_password"] = "ours"

	payments.Plan()
	payments.ApplyFails().Failed(t, "Cannot write the secret value")
	platform.Apply()
	if said := payments.ApplyFails().Failed(t, "Cannot write the secret value"); !strings.Contains(said, "access policy of the secret must allow the address of the caller") {
		t.Errorf("the error says %q", said)
	}
	platform.edit(`["10.0.0.0/8"]`, `["10.0.0.0/8", "127.0.0.0/8"]`)
	platform.Apply()

	// No reader gets a placeholder as a value.
	reader := acctest.NewWorkspace(t, s)
	s.AllowReveal()
	reader.Write("main.tf", "ephemeral \"thalassasecrets_secret_value\" \"database\" {\n  path = \"/payments/production/database\"\n}\n")
	platform.quotesError(reader.PlanFails(), "No value to reveal")

	payments.Apply()
	payments.active(id, 2)
	reader.Plan()
	platform.Settled() // The other team's put is not drift.

	s.Clock().Advance(30 * oneDay)
	payments.due("thalassasecrets_secret_version.signing_key", "rotation")
	payments.Apply("saved.plan")
	platform.Settled()

	platform.quotesError(platform.Run("destroy", "-auto-approve", "-json"), "Secret is protected from deletion")
	platform.edit("Password of the payments database", "Password of the ledger")
	platform.PlanFails().Failed(t, "Secret is protected from replacement")

	// The payments team's missing permissions.
	payments.Write("container.tf", "resource \"thalassasecrets_secret\" \"own\" {\n  path       = \"/payments/own\"\n  kms_key_id = \"kms-nl-01\"\n}\n")
	payments.ApplyFails().Failed(t, "Cannot create the secret")
	payments.Write("container.tf", "")

	// Without the permission to delete, what is superseded stays, with a warning.
	payments.Env["THALASSA_API_TOKEN"] = withoutDelete
	payments.edit(`value_wo_version = "1"`, `value_wo_version = "2"`)
	payments.Apply()
	payments.edit(`value_wo_version = "2"`, `value_wo_version = "3"`)
	said, _, _ := strings.Cut(payments.ApplyOnly().Warned(t, "Version not retired: "+id), "\n\n")
	payments.shows("Warning: Version not retired: " + id + " " + strings.ReplaceAll(said, "o-acc", "o-example")) // The organisation of the tests.
	payments.active(id, 4, 3, 2)
	payments.Env["THALASSA_API_TOKEN"] = paymentsToken
	payments.Apply()
	payments.active(id, 4, 3)

	// The value goes to another configuration.
	theirs := openGuide(t, s, "two-teams/application")
	theirs.Env["TF_VAR_database_password"] = "ours"
	theirs.Write("import.tf", `
import {
  to = thalassasecrets_secret_version.database
  id = "nl-01/payments/production/database@current"
}
import {
  to = thalassasecrets_secret_version.signing_key
  id = "nl-01/payments/production/signing-key@current"
}
`)
	s.Mark()
	theirs.Apply()
	if s.Writes() != 0 {
		t.Errorf("the import wrote: %v", s.Calls())
	}

	// The container is replaced, and the value put again.
	platform.edit("deletion_protection = true # the default", "deletion_protection = false\n  on_immutable_change = \"replace\"")
	platform.edit("Password of the ledger", "Password of the payments database")
	platform.Apply()
	s.Clock().Advance(oneDay)
	platform.edit("Password of the payments database", "Password of the ledger")
	platform.Apply()
	payments.due("thalassasecrets_secret_version.database", "healed")
	payments.Apply("saved.plan")
	if got := s.Reveal(id, 2); got != "ours" {
		t.Errorf("version 2 holds %q", got)
	}
}
