package provider_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

const secretAddress = "thalassasecrets_secret.db"

// settled are the checks after every step: what a refresh sees is what was
// applied.
var settled = resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{acctest.NoDrift{}}}

// planned adds checks of the plan that the step applies.
func planned(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	both := settled
	both.PreApply = checks
	return both
}

func known(address, name string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), value)
}

func text(s string) knownvalue.Check { return knownvalue.StringExact(s) }

func TestSecretLifecycle(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	s := acctest.NewServer(t)
	minimal := acctest.Header + strings.Replace(emptyContainer, "  deletion_protection = false\n", "", 1)
	unprotected := acctest.Header + emptyContainer
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy: func(*terraform.State) error {
			if _, err := s.Outsider().GetSecret(t.Context(), s.ID(dbID)); !client.IsNotFound(err) {
				return fmt.Errorf("the secret is still there: %w", err)
			}
			return nil
		},
		Steps: []resource.TestStep{
			{
				Config: minimal,
				ConfigPlanChecks: planned(
					plancheck.ExpectResourceAction(secretAddress, plancheck.ResourceActionCreate),
					plancheck.ExpectUnknownValue(secretAddress, tfjsonpath.New("id")),
					plancheck.ExpectUnknownValue(secretAddress, tfjsonpath.New("created_at")),
					plancheck.ExpectKnownValue(secretAddress, tfjsonpath.New("region"), text("nl-01")),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					known(secretAddress, "id", text(dbID)),
					known(secretAddress, "region", text("nl-01")),
					known(secretAddress, "description", knownvalue.Null()),
					known(secretAddress, "labels", knownvalue.Null()),
					known(secretAddress, "annotations", knownvalue.Null()),
					known(secretAddress, "deletion_protection", knownvalue.Bool(true)),
					known(secretAddress, "created_at", text("2026-11-01T09:00:00Z")),
					known(secretAddress, "organisation_id", text(acctest.Organisation)),
					known(secretAddress, "project_id", knownvalue.Null()),
				},
				PostApplyFunc: func() {
					secret := s.Secret(dbID)
					if secret.KMSKey.Identity != acctest.KMSKey || secret.Annotations["thalassasecrets/placeholder"] != "1" || secret.CurrentVersion != 1 {
						t.Errorf("the service has %+v", secret)
					}
				},
			},
			{
				ResourceName: secretAddress, ImportState: true, ImportStateId: dbID, ImportStateVerify: true,
			},
			{
				ResourceName: secretAddress, ImportState: true, ImportStateId: "nl-01/app/none",
				ExpectError: regexp.MustCompile("Cannot import non-existent remote object"),
			},
			{
				ResourceName: secretAddress, ImportState: true, ImportStateId: "/app/db",
				ExpectError: regexp.MustCompile("Invalid import id"),
			},
			{
				Config:           unprotected,
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(secretAddress, plancheck.ResourceActionUpdate)),
			},
		},
	})
	if s.Calls()["createSecret"] != 1 {
		t.Errorf("created %d times", s.Calls()["createSecret"])
	}
}

// A description, labels and annotations are sent once and then only compared;
// what the provider's defaults and its own annotation add stays out of sight.
func TestSecretMetadata(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	config := func(defaults, arguments string) string {
		return `
provider "thalassasecrets" {
  default_labels = ` + defaults + `
}
resource "thalassasecrets_secret" "db" {
  path                = "/app/db"
  kms_key_id          = "kms-nl-01"
  deletion_protection = false
  on_immutable_change = "replace"
` + arguments + `
}
`
	}
	const all = `
  description = "Database"
  labels      = { team = "db", tier = "1" }
  annotations = { note = "x" }
`
	w := acctest.NewWorkspace(t, s)
	for _, step := range []struct {
		config string
		want   tfjson.Actions
	}{
		{config(`{ team = "platform", cost = "42" }`, all), tfjson.Actions{tfjson.ActionCreate}},
		// A new default is for new secrets.
		{config(`{ team = "other", more = "1" }`, all), tfjson.Actions{tfjson.ActionNoop}},
		// A default that becomes the secret's own label changes nothing at the service.
		{config(`{}`, strings.Replace(all, `tier = "1"`, `tier = "1", cost = "42"`, 1)), tfjson.Actions{tfjson.ActionUpdate}},
		{config(`{}`, strings.Replace(all, `tier = "1"`, `tier = "2", cost = "42"`, 1)), tfjson.Actions{tfjson.ActionDelete, tfjson.ActionCreate}},
		{config(`{}`, ""), tfjson.Actions{tfjson.ActionDelete, tfjson.ActionCreate}},
		// The service does not tell empty from absent.
		{config(`{}`, "description = \"\"\nlabels = {}\nannotations = {}"), tfjson.Actions{tfjson.ActionUpdate}},
		{config(`{}`, ""), tfjson.Actions{tfjson.ActionUpdate}},
	} {
		w.Write("main.tf", step.config)
		plan := w.Plan()
		if got := plan.Change(secretAddress).Actions; !slices.Equal(got, step.want) {
			t.Errorf("the plan would %s, want %s:\n%s", got, step.want, plan.Text())
		}
		w.Apply("saved.plan")
		if step.want.Create() {
			labels, annotations := w.StateValue(secretAddress, "labels"), w.StateValue(secretAddress, "annotations")
			if got := fmt.Sprint(labels, annotations); got != "map[team:db tier:1] map[note:x]" {
				t.Errorf("labels and annotations are %s", got)
			}
			if got := fmt.Sprint(s.Secret(dbID).Labels); got != "map[cost:42 team:db tier:1]" {
				t.Errorf("the labels are %s", got)
			}
		}
	}
	if got := s.Calls()["createSecret"]; got != 3 {
		t.Errorf("created %d times, want once and for each of two replacements", got)
	}
}

func TestSecretInitialValue(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, input, want string }{
		{"string", `{ secret_string_wo = "text, ünïcode" }`, "text, ünïcode"},
		{"binary", `{ secret_binary_wo = "AP/+" }`, "\x00\xff\xfe"},
		{"key values", `{ secret_key_values_wo = { user = "u", password = "p" } }`, ""},
		{"generate", `{ generate = { byte_length = 48 } }`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			config := container[:strings.Index(container, "initial_value")]
			w.Write("main.tf", config+"initial_value = "+tc.input+"\n}\n")
			w.Apply()
			secret := s.Secret(dbID)
			if _, ok := secret.Annotations["thalassasecrets/placeholder"]; ok || secret.CurrentVersion != 1 {
				t.Errorf("the service has %+v", secret)
			}
			revealed, err := s.Outsider().RevealValue(t.Context(), s.ID(dbID), 1)
			if err != nil {
				t.Fatal(err)
			}
			switch tc.name {
			case "key values":
				if pairs := revealed.Pairs(); string(pairs["user"]) != "u" || string(pairs["password"]) != "p" || len(pairs) != 2 {
					t.Error("the pairs are not those configured")
				}
			case "generate":
				if len(revealed.Bytes()) != 48 {
					t.Errorf("%d bytes", len(revealed.Bytes()))
				}
			default:
				if string(revealed.Bytes()) != tc.want {
					t.Error("the value is not the one configured")
				}
			}
			// It is used once: editing it, or taking it out, changes nothing.
			w.Write("main.tf", config+"initial_value = { secret_string_wo = \"other\" }\n}\n")
			w.Settled()
			w.Write("main.tf", config+"}\n")
			w.Settled()
		})
	}
}

// A secret that another client deleted and created again is refreshed in place. A
// difference that cannot be changed would replace it, which the protection prevents.
func TestSecretRecreatedOutside(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", container)
	w.Apply()
	recreate(s, dbID, false)

	plan := w.Plan()
	plan.Warned(t, "Secret re-created outside Terraform: "+dbID)
	if !plan.Change(secretAddress).Actions.NoOp() {
		t.Errorf("the plan is not empty:\n%s", plan.Text())
	}
	drift := w.Plan("-refresh-only").JSON().ResourceDrift
	if len(drift) != 1 || drift[0].Address != secretAddress {
		t.Errorf("the refresh shows %d resources as changed", len(drift))
	}
	w.Apply()
	if got, want := w.StateValue(secretAddress, "created_at"), acctest.Start.Add(time.Hour).Format(time.RFC3339); got != want {
		t.Errorf("created_at is %v, want %s", got, want)
	}

	s.Delete(dbID)
	s.Clock().Advance(time.Hour)
	s.Create(client.NewSecret{ID: s.ID(dbID), Description: "theirs", Value: client.BytesValue([]byte("theirs"))})
	failed := w.PlanFails()
	if said := failed.Failed(t, "Secret is protected from replacement"); !strings.Contains(said, "cannot change description of the secret nl-01/app/db") {
		t.Errorf("the error says %q", said)
	}
}

// Changing the provider's default region moves nothing.
func TestRegionOfCreationStays(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", container+versionOf(firstPut("v"))+`
resource "thalassasecrets_secret" "other" {
  path       = "/app/other"
  kms_key_id = "kms-nl-01"
}
resource "thalassasecrets_secret_version" "other" {
  path             = thalassasecrets_secret.other.path
  secret_string_wo = "v"
  value_wo_version = "1"
}
`)
	w.Apply()
	w.Env["THALASSA_REGION"] = "nl-02"
	w.Settled()
	delete(w.Env, "THALASSA_REGION")
	w.Settled()
}
