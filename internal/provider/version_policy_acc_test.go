package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// An apply that changes a policy only records it, and the next plan proposes what the
// policy leads to.

// consumer is replaced whenever the version changes or is not known.
const consumer = `
resource "terraform_data" "consumer" {
  triggers_replace = thalassasecrets_secret_version.db.version
}
`

// writesNothing applies the saved plan, which must not touch the secret.
func writesNothing(t *testing.T, s *acctest.Server, w *acctest.Workspace) {
	t.Helper()
	s.Mark()
	w.ApplyOnly("saved.plan")
	if s.Writes() != 0 {
		t.Errorf("the apply wrote: %v", s.Calls())
	}
}

// proposesRotation plans, and expects the rotation and nothing else.
func proposesRotation(t *testing.T, w *acctest.Workspace) {
	t.Helper()
	plan := w.Plan()
	plan.Warned(t, "Rotation due: "+dbID)
	if got := plannedValue(plan, versionAddress, "last_change"); got != "rotation" {
		t.Errorf("last_change is planned as %v", got)
	}
	w.Apply("saved.plan")
}

// An import with an age of rotation, a value and a counter writes nothing.
func TestImportWithAnAge(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string]string{
		"generate":              `generate = { byte_length = 32 }`,
		"a value and a counter": "secret_string_wo = \"new\"\nvalue_wo_version = \"7\"",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, w := timed(t)
			s.Create(client.NewSecret{ID: s.ID(dbID), KMSKey: "kms-nl-01", Value: client.BytesValue([]byte("theirs"))})
			s.Clock().Advance(40 * oneDay)
			w.Write("main.tf", importsByID+emptyContainer+versionOf(arguments+"\nrotation = { after = \"30d\" }"))
			plan := w.Plan()
			plan.Warned(t, "Configured value not written: "+dbID)
			if said := plan.Warned(t, "Rotation policy changes: "+dbID); !strings.Contains(said, `from none to "30d"`) || !strings.Contains(said, "The next plan decides") {
				t.Errorf("the warning says %q", said)
			}
			if got := fmt.Sprint(plannedValue(plan, versionAddress, "version")); got != "1" {
				t.Errorf("version is planned as %s", got)
			}
			writesNothing(t, s, w)
			proposesRotation(t, w)
			if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{2, 1}) {
				t.Errorf("versions %v are active", got)
			}
		})
	}
}

// An import with retention lists and destroys nothing before the first put after it.
func TestImportWithRetention(t *testing.T) {
	t.Parallel()
	s, w := timed(t)
	s.Create(client.NewSecret{ID: s.ID(dbID), KMSKey: "kms-nl-01", Value: client.BytesValue([]byte("theirs"))})
	s.Put(dbID, "theirs")
	s.Put(dbID, "theirs")
	config := func(number int) string {
		return emptyContainer + versionOf(fmt.Sprintf("secret_string_wo = \"v\"\nvalue_wo_version = \"%d\"\nretention = { keep = 0 }", number))
	}
	w.Write("main.tf", importsByID+config(1))
	plan := w.Plan()
	plan.Warned(t, "Retention changes: "+dbID)
	writesNothing(t, s, w)
	w.Settled()
	w.Write("main.tf", config(2))
	plan = w.Plan()
	if got := fmt.Sprint(plannedValue(plan, versionAddress, "active_versions")); got != "[<nil>]" {
		t.Errorf("active_versions are planned as %s", got)
	}
	w.Apply("saved.plan")
	if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{4}) {
		t.Errorf("versions %v are active", got)
	}
}

// An age that is added or lengthened puts nothing and replaces no consumer.
func TestAgeIsRecordedFirst(t *testing.T) {
	t.Parallel()
	config := func(after string) string {
		return emptyContainer + versionOf("generate = { byte_length = 32 }\n"+after) + consumer
	}
	t.Run("added to an old version", func(t *testing.T) {
		t.Parallel()
		s, w := timed(t)
		w.Write("main.tf", config(""))
		w.Apply()
		s.Clock().Advance(33 * oneDay)
		w.Write("main.tf", config(`rotation = { after = "30d" }`))
		plan := w.Plan()
		plan.Warned(t, "Rotation policy changes: "+dbID)
		if !plan.Change("terraform_data.consumer").Actions.NoOp() {
			t.Errorf("the consumer changes:\n%s", plan.Text())
		}
		writesNothing(t, s, w)
		proposesRotation(t, w)
	})
	t.Run("lengthened", func(t *testing.T) {
		t.Parallel()
		s, w := timed(t)
		w.Write("main.tf", config(`rotation = { after = "30d" }`))
		w.Apply()
		w.Write("main.tf", config(`rotation = { after = "60d" }`))
		plan := w.Plan()
		if !plan.Change("terraform_data.consumer").Actions.NoOp() || fmt.Sprint(plannedValue(plan, versionAddress, "version")) != "2" {
			t.Errorf("the version is open:\n%s", plan.Text())
		}
		writesNothing(t, s, w)
		w.Settled()
	})
	t.Run("due by the former age", func(t *testing.T) {
		t.Parallel()
		s, w := timed(t)
		w.Write("main.tf", config(`rotation = { after = "30d" }`))
		w.Apply()
		s.Clock().Advance(31 * oneDay)
		w.Write("main.tf", config(`rotation = { after = "1d" }`))
		w.Plan()
		writesNothing(t, s, w)
		proposesRotation(t, w)
	})
	t.Run("rotate_before acts at once", func(t *testing.T) {
		t.Parallel()
		s, w := timed(t)
		w.Write("main.tf", config(`rotation = { after = "30d" }`))
		w.Apply()
		s.Clock().Advance(oneDay)
		w.Write("provider.tf", "provider \"thalassasecrets\" {\n  rotate_before = \""+s.Clock().Now().Format("2006-01-02T15:04:05Z")+"\"\n}\n")
		w.Write("main.tf", config(`rotation = { after = "60d" }`))
		proposesRotation(t, w)
	})
}

// A different spelling of the same policy is not a change.
func TestSpellingIsNoChange(t *testing.T) {
	t.Parallel()
	_, w := timed(t)
	const first, second = `{ type = "ip", effect = "deny", cidrs = ["192.0.2.0/24"] }`, `{ type = "time", effect = "deny", start_hour = 1, end_hour = 2, timezone = "Europe/Amsterdam" }`
	config := func(after, idle string, conditions ...string) string {
		policy := "  access_policy = { conditions = [" + strings.Join(conditions, ", ") + "] }\n"
		return strings.Replace(emptyContainer, "  deletion_", policy+"  deletion_", 1) +
			versionOf(fmt.Sprintf("generate = { byte_length = 32 }\nrotation = { after = %q }\nretention = { min_idle = %q }", after, idle))
	}
	w.Write("main.tf", config("30d", "3d", first, second))
	w.Apply()
	w.Write("main.tf", config("720h", "72h", second, first))
	w.Settled()
	w.Write("main.tf", config("29d24h", "72h", second, second, first))
	w.Settled()
}

// A retention that is narrowed lists what goes where it only counts, and else is
// recorded first.
func TestRetentionIsNarrowed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		former, narrowed string
		steps            int
	}{
		"by number":      {"{ keep = 3 }", "{ keep = 0 }", 1},
		"by idle time":   {"{ keep = 3 }", `{ keep = 0, min_idle = "1h" }`, 2},
		"to a number":    {`{ keep = 0, min_idle = "9d" }`, "{ keep = 0 }", 1},
		"out of nothing": {"null", "{ keep = 0 }", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, w := timed(t)
			config := func(number int, retention string) string {
				return emptyContainer + versionOf(fmt.Sprintf("secret_string_wo = \"v\"\nvalue_wo_version = \"%d\"\nretention = %s", number, retention))
			}
			for number := 1; number <= 4; number++ {
				w.Write("main.tf", config(number, test.former))
				w.Apply()
			}
			s.Clock().Advance(oneDay)
			w.Write("main.tf", config(4, test.narrowed))
			if test.steps == 2 {
				plan := w.Plan()
				if said := plan.Warned(t, "Retention changes: "+dbID); !strings.Contains(said, "only records it") {
					t.Errorf("the warning says %q", said)
				}
				writesNothing(t, s, w)
			}
			plan := w.Plan()
			if got := fmt.Sprint(plannedValue(plan, versionAddress, "active_versions")); got != "[5]" {
				t.Errorf("active_versions are planned as %s:\n%s", got, plan.Text())
			}
			if warnings := plan.Warnings(); slices.Contains(warnings, "Versions to be retired: "+dbID) {
				t.Errorf("the plan shows what goes, and yet warns %q", warnings)
			}
			w.Apply("saved.plan")
			if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{5}) {
				t.Errorf("versions %v are active", got)
			}
		})
	}
}

// A put shows in the plan which versions go, and that it is active.
func TestPutShowsWhatGoes(t *testing.T) {
	t.Parallel()
	s, w := timed(t)
	config := func(number int) string {
		return emptyContainer + versionOf(fmt.Sprintf("secret_string_wo = \"v\"\nvalue_wo_version = \"%d\"\nretention = { keep = 1 }", number))
	}
	for number := 1; number <= 2; number++ {
		w.Write("main.tf", config(number))
		w.Apply()
	}
	w.Write("main.tf", config(3))
	plan := w.Plan()
	for name, want := range map[string]string{"active_versions": "[3 <nil>]", "status": "active", "value_format": "string", "last_change": "value"} {
		if got := fmt.Sprint(plannedValue(plan, versionAddress, name)); got != want {
			t.Errorf("%s is planned as %s, want %s", name, got, want)
		}
	}
	if warnings := plan.Warnings(); len(warnings) > 0 {
		t.Errorf("the plan warns %q", warnings)
	}
	w.Apply("saved.plan")
	if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{4, 3}) {
		t.Errorf("versions %v are active", got)
	}
}

// The placeholder that goes with the first value of a version that tracked it is in the
// plan of that put.
func TestFirstPutNamesThePlaceholder(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ retention, shown string }{
		"in the list":  {"retention = { keep = 1 }", "[<nil>]"},
		"in a warning": {"", "<nil>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, w := timed(t)
			w.Write("main.tf", emptyContainer)
			w.Apply()
			const imports = "import {\n  to = thalassasecrets_secret_version.db\n  id = \"nl-01/app/db@1\"\n}\n"
			w.Write("main.tf", imports+emptyContainer+versionOf(test.retention+"\ndeletion_policy = \"destroy\""))
			w.ApplyOnly()
			w.Write("main.tf", emptyContainer+versionOf(test.retention+"\n"+firstPut("v")))
			plan := w.Plan()
			if got := fmt.Sprint(plannedValue(plan, versionAddress, "active_versions")); got != test.shown {
				t.Errorf("active_versions are planned as %s", got)
			}
			if test.retention == "" {
				if said := plan.Warned(t, "Versions to be retired: "+dbID); !strings.Contains(said, "destroys version 1 for good") {
					t.Errorf("the warning says %q", said)
				}
			}
			w.ApplyOnly("saved.plan")
			if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{2}) {
				t.Errorf("versions %v are active", got)
			}
		})
	}
}

// Whether a value differs is said to be open.
func TestOpenPutIsAnnounced(t *testing.T) {
	t.Parallel()
	_, w := timed(t)
	config := func(value string) string {
		return emptyContainer + versionOf("secret_string_wo = \""+value+"\"\ndetect_value_changes = true")
	}
	w.Write("main.tf", config("one"))
	w.Apply()
	w.Write("main.tf", config("two"))
	if said := w.Plan().Warned(t, "A new version may be put: "+dbID); said != "Whether the value of nl-01/app/db differs is known only during apply." {
		t.Errorf("the warning says %q", said)
	}
	w.Apply("saved.plan")
}

// A policy that is known only during apply does what the plan has said that it may do.
func TestPolicyUnknownInPlan(t *testing.T) {
	t.Parallel()
	config := func(number int, policy, input string) string {
		return emptyContainer + versionOf(fmt.Sprintf("secret_string_wo = \"v\"\nvalue_wo_version = \"%d\"\n%s", number, policy)) +
			"resource \"terraform_data\" \"u\" {\n  input            = \"" + input + "\"\n  triggers_replace = timestamp()\n}\n"
	}
	t.Run("retention", func(t *testing.T) {
		t.Parallel()
		s, w := timed(t)
		const policy = "retention = { keep = tonumber(terraform_data.u.output) }"
		for number := 1; number <= 3; number++ {
			w.Write("main.tf", config(number, policy, "3"))
			w.ApplyOnly()
		}
		w.Write("main.tf", config(3, policy, "0"))
		if said := w.Plan().Warned(t, "Retention changes: "+dbID); strings.Contains(said, "changes") || !strings.HasSuffix(said, "It is known only during apply. Depending on it, the apply may destroy versions 2, 3 for good.") {
			t.Errorf("the warning says %q", said)
		}
		w.ApplyOnly("saved.plan")
		if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{4}) {
			t.Errorf("versions %v are active", got)
		}
	})
	t.Run("age", func(t *testing.T) {
		t.Parallel()
		for input, version := range map[string]string{"30d": "3", "60d": "2"} {
			s, w := timed(t)
			const policy = "rotation = { after = terraform_data.u.output }"
			w.Write("main.tf", config(1, policy, "30d"))
			w.ApplyOnly()
			s.Clock().Advance(31 * oneDay)
			w.Write("main.tf", config(1, policy, input))
			w.Plan().Warned(t, "A new version may be put: "+dbID)
			w.ApplyOnly("saved.plan")
			if got := fmt.Sprint(w.StateValue(versionAddress, "version")); got != version {
				t.Errorf("with %s version %s is managed, want %s", input, got, version)
			}
		}
	})
}
