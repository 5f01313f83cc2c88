package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

const skewWarning = "Clock differs from the service"

// TestMachineClockDecidesNothing plays the same story with two machines, one of
// which has a wrong clock: plans, states, private states and requests are the same,
// but for the one warning.
func TestMachineClockDecidesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		story := rapid.SliceOfN(rapid.Custom(drawClockStep), 4, 16).Draw(rt, "story")
		const tenYears = 10 * 365 * 24 * 60 * 60
		skew := time.Duration(rapid.Int64Range(-tenYears, tenYears).Draw(rt, "seconds ahead")) * time.Second
		right := playClockStory(t, rt, story, 0)
		wrong := playClockStory(t, rt, story, skew)
		for i, line := range right {
			if i >= len(wrong) || wrong[i] != line {
				rt.Fatalf("a clock that is off by %s makes a difference:\n%s\nbecomes\n%s", skew, line, strings.Join(wrong[min(i, len(wrong)):min(i+1, len(wrong))], ""))
			}
		}
	})
}

// clockStep is something that happens to a secret, drawn before the story is played,
// so that it can be played twice.
type clockStep struct {
	kind   string
	config map[string]any
	hours  int
	pick   int // which version, counted from the newest
}

func drawClockStep(rt *rapid.T) clockStep {
	step := clockStep{
		kind: rapid.SampledFrom([]string{
			"configure", "configure", "apply", "apply", "apply", "apply", "time passes", "time passes", "put", "reveal", "destroy", "recreate",
		}).Draw(rt, "kind"),
		hours: rapid.IntRange(1, 24*9).Draw(rt, "hours"),
		pick:  rapid.IntRange(0, 5).Draw(rt, "pick"),
	}
	if step.kind == "configure" {
		step.config = versionConfig(rt, fmt.Sprint("value ", rapid.IntRange(0, 3).Draw(rt, "value")))
		// A fingerprint has a random salt, by which two runs differ.
		delete(step.config, "detect_value_changes")
	}
	return step
}

// playClockStory returns what can be seen of it, line by line.
func playClockStory(t *testing.T, rt *rapid.T, story []clockStep, skew time.Duration) (lines []string) {
	t.Helper()
	s := acctest.NewServer(t)
	defer s.Close()
	s.SkewClock(skew)
	core, err := acctest.NewCore(rt.Context(), s, "thalassasecrets_secret_version")
	if err != nil {
		rt.Fatal(err)
	}
	note := func(format string, values ...any) { lines = append(lines, fmt.Sprintf(format, values...)) }
	s.Create(client.NewSecret{ID: s.ID(dbID), Value: client.BytesValue([]byte("theirs"))})
	config := map[string]any{
		"secret_id": dbID, "generate": map[string]any{"byte_length": int64(32)},
		"rotation": map[string]any{"after": "10d"}, "retention": map[string]any{"keep": int64(0), "min_idle": "3d"},
	}
	for _, step := range append(story, clockStep{kind: "apply"}) {
		switch step.kind {
		case "configure":
			config = step.config
		case "time passes":
			s.Clock().Advance(time.Duration(step.hours) * time.Hour)
		case "apply":
			prior := core.State
			plan, err := core.Plan(rt.Context(), config)
			note("plan: error %v", err)
			if err != nil {
				continue
			}
			note("%s\nwarnings %q", plan.Changes(), withoutSkew(rt, plan.Warnings, prior != nil && skew.Abs() > 5*time.Minute+time.Second))
			note("apply: error %v, warnings %q", core.Apply(rt.Context(), plan), core.Warned)
			if core.State != nil {
				note("state %s\nprivate %s", core.State.Value, core.State.Private)
			}
		default:
			outsiderActs(rt, s, step)
		}
	}
	for _, entry := range s.Journal() {
		note("%s %s %s %d", entry.Time, entry.Principal, entry.Operation, entry.Status)
	}
	return lines
}

// outsiderActs does to the secret what Terraform did not ask for.
func outsiderActs(rt *rapid.T, s *acctest.Server, step clockStep) {
	api, id := s.Outsider(), s.ID(dbID)
	secret, err := api.GetSecret(rt.Context(), id)
	if err != nil {
		rt.Fatal(err)
	}
	number := secret.Versions[step.pick%len(secret.Versions)].Number
	switch step.kind {
	case "put":
		_, err = api.PutValue(rt.Context(), id, client.BytesValue([]byte("theirs")), client.Unguarded)
	case "reveal":
		_, _ = api.RevealValue(rt.Context(), id, number) // It may be destroyed.
	case "destroy":
		err = api.DestroyVersion(rt.Context(), id, number, client.Unguarded)
	case "recreate":
		err = api.DeleteSecret(rt.Context(), id, client.Unguarded)
		s.Clock().Advance(time.Minute)
		s.Create(client.NewSecret{ID: id, Value: client.BytesValue([]byte("theirs"))})
	}
	if err != nil {
		rt.Fatal(err)
	}
}

// withoutSkew takes out the one warning that a wrong clock is worth.
func withoutSkew(rt *rapid.T, warnings []string, expected bool) []string {
	others := slices.DeleteFunc(slices.Clone(warnings), func(w string) bool { return w == skewWarning })
	if given := len(warnings) - len(others); expected && given != 1 || !expected && given > 1 {
		rt.Fatalf("%d warnings about the clock in %q", given, warnings)
	}
	return others
}

// TestSkewWarning gives one warning in a run, however many resources it refreshes.
func TestSkewWarning(t *testing.T) {
	t.Parallel()
	s, w := timed(t)
	var config strings.Builder
	for i := range 3 {
		config.WriteString(strings.NewReplacer(`"db"`, fmt.Sprintf("%q", fmt.Sprint("db", i)), ".db.", fmt.Sprintf(".db%d.", i), "/app/db", fmt.Sprint("/app/db", i)).
			Replace(emptyContainer + versionOf(`generate = { byte_length = 32 }`)))
	}
	w.Write("main.tf", config.String())
	w.Apply()
	s.SkewClock(40 * oneDay)
	plan := w.Plan()
	if said := plan.Warned(t, skewWarning); plan.Code != 0 || !strings.Contains(said, "The clock of this machine is 959h59m59s ahead of the clock of the Secrets Manager.") {
		t.Errorf("exit code %d, and the warning says %q", plan.Code, said)
	}
	if given := plan.Warnings(); len(given) != 1 {
		t.Errorf("warnings %q", given)
	}
	s.SkewClock(-time.Hour)
	if said := w.Plan().Warned(t, skewWarning); !strings.Contains(said, "The clock of this machine is 1h0m0s behind the clock of the Secrets Manager.") {
		t.Errorf("the warning says %q", said)
	}
}

// TestServiceWithoutDates plans by the machine's clock, says so once, and lets nothing
// count as idle.
func TestServiceWithoutDates(t *testing.T) {
	t.Parallel()
	s, w := timed(t)
	s.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
		s.ServeHTTP(undated{rw}, r)
		return true
	})
	config := emptyContainer + versionOf("generate = { byte_length = 32 }\nrotation = { after = \"30d\" }\nretention = { keep = 0, min_idle = \"1d\" }")
	w.Write("main.tf", config)
	w.Apply()
	s.Clock().Advance(31 * oneDay)
	plan := w.Plan()
	plan.Warned(t, "Service response has no date")
	if plannedValue(plan, versionAddress, "last_change") != "rotation" {
		t.Errorf("nothing is due:\n%s", plan.Text())
	}
	w.Apply()
	s.Clock().Advance(10 * oneDay)
	if plan := w.Plan(); plan.Code != 0 {
		t.Errorf("a version counts as idle although the service does not tell the time:\n%s", plan.Text())
	}
	s.Intercept(nil)
	if plan := w.Plan(); plan.Code != 2 {
		t.Errorf("no version counts as idle although the service tells the time")
	}
}

// undated answers without a date.
type undated struct{ http.ResponseWriter }

func (u undated) WriteHeader(status int) {
	u.Header()["Date"] = nil
	u.ResponseWriter.WriteHeader(status)
}

func (u undated) Write(b []byte) (int, error) {
	u.Header()["Date"] = nil
	return u.ResponseWriter.Write(b)
}
