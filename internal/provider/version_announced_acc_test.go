package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

const (
	willBeDestroyed = "Version will be destroyed: " + dbID
	notDestroyed    = "Version not destroyed: " + dbID
)

// goesWith is a version that goes with its resource.
func goesWith(extra string) string {
	return emptyContainer + `
resource "terraform_data" "trigger" {
  input = "` + "INPUT" + `"
}
` + versionOf(firstPut("v")+"\ndeletion_policy = \"destroy\"\n"+extra)
}

// A replacement by another version of the same secret keeps the former version.
func TestReplacementKeepsTheVersion(t *testing.T) {
	t.Parallel()
	const cbd = "lifecycle { create_before_destroy = true }"
	for name, test := range map[string]struct {
		extra, input string
		taint        bool
		args         []string
	}{
		"-replace":               {"", "a", false, []string{"-replace=" + versionAddress}},
		"-replace, create first": {cbd, "a", false, []string{"-replace=" + versionAddress}},
		"trigger":                {"lifecycle { replace_triggered_by = [terraform_data.trigger] }", "b", false, nil},
		"taint":                  {"", "a", true, nil},
		"taint, create first":    {cbd, "a", true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, w := timed(t)
			w.Write("main.tf", strings.Replace(goesWith(test.extra), "INPUT", "a", 1))
			w.Apply()
			if test.taint {
				if result := w.Run("taint", versionAddress); result.Code != 0 {
					t.Fatal(result.Stderr)
				}
			}
			w.Write("main.tf", strings.Replace(goesWith(test.extra), "INPUT", test.input, 1))
			plan := w.Plan(test.args...)
			if !plan.Change(versionAddress).Actions.Replace() {
				t.Fatalf("nothing is replaced:\n%s", plan.Text())
			}
			for _, warning := range plan.Warnings() {
				if strings.HasPrefix(warning, willBeDestroyed) {
					t.Errorf("the plan warns %q", warning)
				}
			}
			if said := w.ApplyOnly("saved.plan").Warned(t, notDestroyed); !strings.Contains(said, "nl-01/app/db@2") {
				t.Errorf("the warning says %q", said)
			}
			if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{3, 2}) {
				t.Errorf("versions %v are active", got)
			}
			w.Settled()
		})
	}
}

// Where the resource goes away or turns to another secret, the plan says what it
// destroys, and its apply does it.
func TestAnnouncedVersionIsDestroyed(t *testing.T) {
	t.Parallel()
	config := strings.Replace(goesWith(""), "INPUT", "a", 1)
	other := strings.Replace(emptyContainer, `"db" {`, `"other" {`, 1)
	other = strings.Replace(other, "/app/db", "/app/other", 1)
	for name, test := range map[string]struct {
		then string
		args []string
	}{
		"destroy":            {config, []string{"-destroy", "-target=" + versionAddress}},
		"taken out":          {emptyContainer, nil},
		"removed":            {emptyContainer + "removed {\n  from = thalassasecrets_secret_version.db\n  lifecycle { destroy = true }\n}\n", nil},
		"another secret":     {strings.Replace(config, "thalassasecrets_secret.db.id", "thalassasecrets_secret.other.id", 1), nil},
		"another, unordered": {strings.Replace(goesWith("lifecycle { create_before_destroy = true }"), "thalassasecrets_secret.db.id", "thalassasecrets_secret.other.id", 1), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, w := timed(t)
			s.AllowNoCurrent()
			w.Write("other.tf", other)
			w.Write("main.tf", config)
			w.Apply()
			w.Write("main.tf", test.then)
			plan := w.Plan(test.args...)
			if said := plan.Warned(t, willBeDestroyed); !strings.Contains(said, "destroys nl-01/app/db@2 for good") || !strings.Contains(said, "destroy = false") {
				t.Errorf("the warning says %q", said)
			}
			w.ApplyOnly("saved.plan")
			for _, row := range s.Secret(dbID).Versions {
				if row.Number == 2 && row.Status == "active" {
					t.Error("version 2 is still active")
				}
			}
		})
	}
}

// The plan that deletes a secret says what is lost with it.
func TestDeletionOfASecretIsAnnounced(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", emptyContainer)
	w.Apply()
	s.Put(dbID, "theirs")
	s.Reveal(dbID, 2)
	const want = "nl-01/app/db is deleted with its 2 versions; version 2 is current, last read on 2026-11-01 09:00 UTC."
	for name, plan := range map[string]func() acctest.Plan{
		"destroy": func() acctest.Plan { return w.Plan("-destroy") },
		"replacement": func() acctest.Plan {
			w.Write("main.tf", strings.Replace(emptyContainer, "kms_key_id  ", "on_immutable_change = \"replace\"\n  description = \"d\"\n  kms_key_id  ", 1))
			return w.Plan()
		},
	} {
		if said := plan().Warned(t, "Secret will be deleted: "+dbID); !strings.HasPrefix(said, want) || !strings.Contains(said, "destroy = false") {
			t.Errorf("%s: the warning says %q", name, said)
		}
	}
}
