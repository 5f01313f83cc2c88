package provider_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// emptyContainer is a secret that may be deleted and has a placeholder only.
const emptyContainer = `
resource "thalassasecrets_secret" "db" {
  path                = "/app/db"
  kms_key_id          = "kms-nl-01"
  deletion_protection = false
}
`

func TestVersionLifecycle(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	s := acctest.NewServer(t)
	config := func(arguments string) string {
		return acctest.Header + emptyContainer + versionOf(arguments)
	}
	sameSecret := statecheck.CompareValue(compare.ValuesSame())
	otherID := statecheck.CompareValue(compare.ValuesDiffer())
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config(firstPut("one")),
				ConfigPlanChecks: planned(
					plancheck.ExpectResourceAction(versionAddress, plancheck.ResourceActionCreate),
					plancheck.ExpectKnownValue(versionAddress, tfjsonpath.New("last_change"), text("created")),
					plancheck.ExpectUnknownValue(versionAddress, tfjsonpath.New("version")),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					known(versionAddress, "id", text("nl-01/app/db@2")),
					known(versionAddress, "secret_id", text(dbID)),
					known(versionAddress, "region", text("nl-01")),
					known(versionAddress, "path", text("/app/db")),
					known(versionAddress, "version", knownvalue.Int64Exact(2)),
					known(versionAddress, "status", text("active")),
					known(versionAddress, "value_format", text("string")),
					known(versionAddress, "created_at", text("2026-11-01T09:00:00Z")),
					known(versionAddress, "last_change", text("created")),
					known(versionAddress, "deletion_policy", text("retain")),
					known(versionAddress, "on_external_version", text("adopt")),
					known(versionAddress, "organisation_id", text(acctest.Organisation)),
					known(versionAddress, "project_id", knownvalue.Null()),
					known(versionAddress, "secret_string_wo", knownvalue.Null()),
					sameSecret.AddStateValue(versionAddress, tfjsonpath.New("secret_id")),
					otherID.AddStateValue(versionAddress, tfjsonpath.New("id")),
				},
				PostApplyFunc: func() {
					if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{2}) {
						t.Errorf("versions %v are active, want the placeholder retired", got)
					}
				},
			},
			{ // Without another value_wo_version, a write-only value is not compared.
				Config:           config(firstPut("two")),
				ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
			},
			{
				PreConfig: func() { s.Clock().Advance(time.Hour) },
				Config:    config("secret_string_wo = \"two\"\nvalue_wo_version = \"2026-11\""),
				ConfigPlanChecks: planned(
					plancheck.ExpectResourceAction(versionAddress, plancheck.ResourceActionUpdate),
					plancheck.ExpectResourceAction(secretAddress, plancheck.ResourceActionNoop),
					plancheck.ExpectUnknownValue(versionAddress, tfjsonpath.New("id")),
					plancheck.ExpectUnknownValue(versionAddress, tfjsonpath.New("version")),
					plancheck.ExpectUnknownValue(versionAddress, tfjsonpath.New("created_at")),
					plancheck.ExpectKnownValue(versionAddress, tfjsonpath.New("last_change"), text("value")),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					known(versionAddress, "id", text("nl-01/app/db@3")),
					known(versionAddress, "created_at", text("2026-11-01T10:00:00Z")),
					sameSecret.AddStateValue(versionAddress, tfjsonpath.New("secret_id")),
					otherID.AddStateValue(versionAddress, tfjsonpath.New("id")),
				},
				PostApplyFunc: func() {
					if s.Reveal(dbID, 3) != "two" || !slices.Equal(s.ActiveVersions(dbID), []int64{3, 2}) {
						t.Errorf("after the rotation, %v are active", s.ActiveVersions(dbID))
					}
				},
			},
			{ // A change of policy writes nothing.
				PreConfig:        s.Mark,
				Config:           config("secret_string_wo = \"two\"\nvalue_wo_version = \"2026-11\"\non_external_version = \"ignore\"\ndeletion_policy = \"destroy\""),
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(versionAddress, plancheck.ResourceActionUpdate)),
				PostApplyFunc: func() {
					if s.Writes() != 0 {
						t.Errorf("a change of policy wrote: %v", s.Calls())
					}
				},
			},
			{ // Neither does a version that "ignore" leaves to another client.
				Config:            config("secret_string_wo = \"three\"\nvalue_wo_version = \"2026-12\"\non_external_version = \"ignore\""),
				ConfigPlanChecks:  planned(plancheck.ExpectKnownValue(versionAddress, tfjsonpath.New("version"), knownvalue.Int64Exact(3))),
				ConfigStateChecks: []statecheck.StateCheck{known(versionAddress, "version", knownvalue.Int64Exact(3))},
			},
		},
	})
}

func TestVersionImport(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	s := acctest.NewServer(t)
	base := acctest.Header + container
	imported := resource.TestStep{
		Config: base + versionOf(""), ResourceName: versionAddress, ImportState: true, ImportStatePersist: true,
	}
	at := func(id string) resource.TestStep {
		step := imported
		step.ImportStateId = id
		return step
	}
	fails := func(id, message string) resource.TestStep {
		step := imported
		step.ImportStatePersist = false
		step.ImportStateId = id
		step.ExpectError = regexp.MustCompile(message)
		return step
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{Config: strings.Replace(base, "initial_value", "deletion_protection = false\n  initial_value", 1)},
			fails(dbID, "Invalid import id"),
			fails("nl-01/app/db@zero", "Invalid import id"),
			fails("nl-01/app/db@7", "has no version 7"),
			fails("nl-01/app/none@1", "Cannot import non-existent remote object"),
			at("nl-01/app/db@current"),
			{ // No value: the resource tracks what is current.
				Config:           strings.Replace(base, "initial_value", "deletion_protection = false\n  initial_value", 1) + versionOf(""),
				ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
				ConfigStateChecks: []statecheck.StateCheck{
					known(versionAddress, "id", text("nl-01/app/db@1")),
					known(versionAddress, "last_change", text("imported")),
				},
			},
			{
				PreConfig: func() { s.Put(dbID, "theirs") },
				Config:    strings.Replace(base, "initial_value", "deletion_protection = false\n  initial_value", 1) + versionOf(""),
				ConfigPlanChecks: planned(
					plancheck.ExpectKnownValue(versionAddress, tfjsonpath.New("version"), knownvalue.Int64Exact(2)),
					plancheck.ExpectKnownValue(versionAddress, tfjsonpath.New("last_change"), text("adopted")),
				),
			},
		},
	})
	if calls := s.Calls(); calls["putSecretValue"] != 0 || calls["destroySecretVersion"] != 0 {
		t.Errorf("an import wrote: %v", calls)
	}
}

// A value that stands beside an import is recorded and not written, and every
// such plan says so; from the first update on, it counts as any other.
func TestImportRecordsTheValue(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", container)
	w.Apply()
	s.Put(dbID, "theirs")
	config := func(version string) string {
		return container + versionOf(fmt.Sprintf("secret_string_wo = \"ours\"\nvalue_wo_version = %q\non_external_version = \"overwrite\"", version))
	}
	w.Write("main.tf", config("1"))
	if result := w.Run("import", versionAddress, "nl-01/app/db@1"); result.Code != 0 {
		t.Fatalf("import: %s%s", result.Stdout, result.Stderr)
	}
	s.Mark()
	plan := w.Plan()
	plan.Warned(t, "Configured value not written: "+dbID)
	plan.Warned(t, "New version put outside Terraform: "+dbID)
	w.Apply("saved.plan")
	if got := stateVersion(t, w); got != 2 || s.Writes() != 0 {
		t.Errorf("version %d is managed after %d writes, want 2 tracked without any", got, s.Writes())
	}
	w.Write("main.tf", config("2"))
	w.Apply()
	if got := stateVersion(t, w); got != 3 || s.Reveal(dbID, 3) != "ours" {
		t.Errorf("version %d is managed, want 3 with the configured value", got)
	}
}

// A replaced container takes its value along in the same plan.
func TestReplacedSecretReplacesTheValue(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer+versionOf(firstPut("v")))
	w.Apply()
	w.Write("main.tf", strings.Replace(emptyContainer, "/app/db", "/app/db2", 1)+versionOf(firstPut("v")))
	plan := w.Plan()
	for _, address := range []string{secretAddress, versionAddress} {
		if !plan.Change(address).Actions.Replace() {
			t.Errorf("%s is not replaced:\n%s", address, plan.Text())
		}
	}
	w.Apply("saved.plan")
	if got := s.Reveal("nl-01/app/db2", 2); got != "v" {
		t.Errorf("the new secret holds %q", got)
	}
}

func TestDeletionPolicy(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, policy string
		current      int64 // of the service after the resource is gone
		warning      string
		says         string
		before       func(s *acctest.Server)
	}{
		{name: "retain", policy: "retain", current: 2},
		{
			name: "destroy", policy: "destroy", current: 1,
			warning: "Current version destroyed: " + dbID, says: "Version 2 of nl-01/app/db was the current version and was destroyed. Version 1 is current now.",
		},
		{
			name: "destroy the only one", policy: "destroy", current: 0,
			warning: "Current version destroyed: " + dbID, says: "No other version is active",
			before: func(s *acctest.Server) { s.Destroy(dbID, 1) },
		},
		{
			name: "destroy what is not ours", policy: "destroy", current: 2,
			warning: "Version of a re-created secret not destroyed: " + dbID, says: "Nothing was destroyed",
			before: func(s *acctest.Server) { recreate(s, dbID, false); s.Put(dbID, "theirs") },
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			s.AllowNoCurrent()
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", container+versionOf("secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\ndeletion_policy = \""+tc.policy+"\""))
			w.Apply()
			w.Write("main.tf", container)
			plan := w.Plan()
			if tc.policy == "destroy" {
				plan.Warned(t, "Version will be destroyed: "+dbID)
			}
			if tc.before != nil {
				tc.before(s)
			}
			applied := w.ApplyOnly("saved.plan")
			if tc.warning != "" {
				if said := applied.Warned(t, tc.warning); !strings.Contains(said, tc.says) {
					t.Errorf("the warning says %q, want %q in it", said, tc.says)
				}
			}
			if got := s.Secret(dbID).CurrentVersion; got != tc.current {
				t.Errorf("version %d is current, want %d", got, tc.current)
			}
		})
	}
}
