package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// event is what happens on a day, and what its plan shows.
type event struct {
	before func() // what happens before the daily job
	after  func() // and after it
	// The reason in the job's plan, empty for an empty plan.
	reason string
	active string // the active_versions of the plan, empty for no check
	// Parts of the expected warnings of the plan, by summary. Other warnings fail the
	// test.
	warns map[string]string
}

// TestNinetyDays follows one secret through a quarter, with a scheduled job that plans
// every day and applies every plan that is not empty: three rotations are due, a
// consumer is a week late, and an operator rolls back a bad value. In the end the
// secret has exactly the versions that the policy allows, and the bill agrees with the
// history.
func TestNinetyDays(t *testing.T) {
	t.Parallel()
	s, w := timed(t)
	configure := func(counter int) {
		w.Write("main.tf", emptyContainer+ephemeralValue+versionOf(fmt.Sprintf(`
  secret_string_wo = var.value
  value_wo_version = "%d"
  rotation         = { after = "30d" }
  retention        = { keep = 1, min_idle = "3d" }`, counter)))
	}
	at := func(day int) time.Time { return acctest.Start.Add(time.Duration(day) * oneDay) }
	reads := func() { s.Reveal(dbID, 2) }
	const (
		due   = "Rotation due: " + dbID
		waits = "Version waits to be retired"
	)
	late := func(day int) map[string]string {
		return map[string]string{waits: "Version 2 of nl-01/app/db was last read on " + at(day).Format(time.DateOnly)}
	}
	story := map[int]event{
		30: {reason: "rotation", warns: map[string]string{due: "Version 2 of nl-01/app/db has been due for rotation since 2026-12-01 09:00 UTC. This plan puts a new version."}},

		// A consumer still reads version 2 for a week, across the next rotation, which
		// therefore destroys nothing. Three days after the last read version 2 is
		// destroyed.
		58: {before: reads},
		59: {before: reads},
		60: {before: reads, reason: "rotation", warns: map[string]string{due: "Version 3 of nl-01/app/db has been due for rotation since 2026-12-31 09:00 UTC."}},
		61: {before: reads, warns: late(61)},
		62: {before: reads, warns: late(62)},
		63: {before: reads, warns: late(63)},
		64: {before: reads, warns: late(64)},
		65: {warns: late(64)},
		66: {warns: late(64)},
		67: { // Nothing is put, so the reason is still that of version 4.
			reason: "rotation", active: "[3 4]",
		},

		// A bad value is put, and destroyed an hour later. The version that retention
		// kept is current again, and the next job adopts it.
		70: {
			before: func() { configure(2) }, reason: "value", active: "[4 <nil>]",
			after: func() { s.Clock().Advance(time.Hour); s.Destroy(dbID, 5) },
		},
		71: {reason: "adopted", active: "[4]", warns: map[string]string{
			"Version destroyed outside Terraform: " + dbID: "Version 5 of nl-01/app/db was destroyed outside Terraform, so version 4 from 2026-12-31 09:00 UTC is current again. This plan tracks version 4 and writes nothing.",
		}},

		90: {reason: "rotation", warns: map[string]string{due: "Version 4 of nl-01/app/db has been due for rotation since 2027-01-30 09:00 UTC. This plan puts a new version."}},
	}

	configure(1)
	w.Env["TF_VAR_value"] = "value of day 0"
	w.Apply()
	for day := 1; day <= 90; day++ {
		s.Clock().Set(at(day))
		w.Env["TF_VAR_value"] = fmt.Sprintf("value of day %d", day)
		dailyJob(t, w, day, story[day])
	}

	want := map[string]int{"createSecret": 1, "putSecretValue": 5, "destroySecretVersion": 3}
	got := s.Calls()
	maps.DeleteFunc(got, func(operation string, _ int) bool {
		return strings.HasPrefix(operation, "getKMS") || operation == "getSecret"
	})
	if !maps.Equal(got, want) {
		t.Errorf("the quarter took %v, want %v", got, want)
	}
	if got := s.ActiveVersions(dbID); !slices.Equal(got, []int64{6, 4}) {
		t.Errorf("versions %v are active, want the current one and the one before it that was good", got)
	}
	for number, want := range map[int64]string{4: "value of day 60", 6: "value of day 90"} {
		if got := s.Reveal(dbID, number); got != want {
			t.Errorf("version %d holds %q, want %q", number, got, want)
		}
	}
	checkBill(t, s, map[int64]time.Duration{
		1: 0, 2: 67 * oneDay, 3: 40 * oneDay, 4: 30 * oneDay, 5: time.Hour, 6: 0,
	})
}

// dailyJob is a scheduled job of CI: it plans, and applies a plan that is not empty.
func dailyJob(t *testing.T, w *acctest.Workspace, day int, today event) {
	t.Helper()
	if today.before != nil {
		today.before()
	}
	planned := w.Plan()
	if warnings := planned.Warnings(); len(warnings) != len(today.warns) {
		t.Errorf("day %d: the plan warns of %q, want %d warnings", day, warnings, len(today.warns))
	}
	for summary, says := range today.warns {
		if said := planned.Warned(t, summary); !strings.Contains(said, says) {
			t.Errorf("day %d: the warning says %q, want %q in it", day, said, says)
		}
	}
	wantCode := 0
	if today.reason != "" {
		wantCode = 2
	}
	if planned.Code != wantCode {
		t.Fatalf("day %d: exit code %d, want %d:\n%s", day, planned.Code, wantCode, planned.Stdout)
	}
	if planned.Code == 2 {
		if got := plannedValue(planned, versionAddress, "last_change"); got != today.reason {
			t.Errorf("day %d: the reason is %v, want %q:\n%s", day, got, today.reason, planned.Text())
		}
		if got := fmt.Sprint(plannedValue(planned, versionAddress, "active_versions")); today.active != "" && got != today.active {
			t.Errorf("day %d: the plan leaves %s, want %s", day, got, today.active)
		}
		w.ApplyOnly("saved.plan")
		if again := w.Run("plan", "-detailed-exitcode", "-no-color"); again.Code != 0 {
			t.Errorf("day %d: the plan after the apply is not empty:\n%s", day, again.Stdout)
		}
	}
	if today.after != nil {
		today.after()
	}
}

// checkBill compares the billed time of each version with its lifetime, and the number
// of open charges with the active versions.
func checkBill(t *testing.T, s *acctest.Server, lived map[int64]time.Duration) {
	t.Helper()
	bill := s.Billing()
	var total int64
	for _, charge := range bill.Charges {
		want, ok := lived[charge.Version]
		if got := time.Duration(charge.Seconds) * time.Second; !ok || got != want {
			t.Errorf("version %d of %s was billed for %v, want %v", charge.Version, charge.Path, got, want)
		}
		total += charge.Seconds
	}
	if len(bill.Charges) != len(lived) || bill.Seconds != total {
		t.Errorf("the bill has %d charges and %d seconds, want %d charges and %d seconds", len(bill.Charges), bill.Seconds, len(lived), total)
	}
	if active := len(s.ActiveVersions(dbID)); bill.ActiveVersions != active {
		t.Errorf("the bill has %d active versions, the history %d", bill.ActiveVersions, active)
	}
	for _, v := range s.Secret(dbID).Versions {
		if !v.DestroyedAt.IsZero() && v.DestroyedAt.Sub(v.CreatedAt) != lived[v.Number] {
			t.Errorf("version %d lived for %v, and was billed for %v", v.Number, v.DestroyedAt.Sub(v.CreatedAt), lived[v.Number])
		}
	}
}
