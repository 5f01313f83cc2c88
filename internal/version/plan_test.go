package version_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

const aDay = 24 * time.Hour

// managedFour is version 4 as a state shows it, and its record.
func managedFour(seen version.Observation) (version.Shown, version.Record) {
	shown := version.Shown{Number: 4, PutAt: november(4), Status: version.StatusActive, Format: "string", Reason: version.ReasonValue}
	return shown, version.Record{Life: version.Life{CreatedAt: born}, Input: "generate", Put: 4, PreviousPut: 3, Seen: seen}
}

func generated() version.Want {
	return version.Want{External: version.ExternalAdopt, Input: "generate", Format: "string", Renewable: true}
}

// An age that changes makes nothing due in this plan, and its apply leaves nothing due
// behind.
func TestChangedAgeIsRecorded(t *testing.T) {
	t.Parallel()
	shown, record := managedFour(version.Observation{Drift: version.Current, DueAt: november(8)})
	want := generated()
	want.Was.RotateAfter, want.After.Value = 4*aDay, 60*aDay
	p := version.Plan(shown, record, want)
	if p.Decision.Action != version.Keep || len(p.Warnings()) != 1 || p.Warnings()[0].ID != version.AgeRecorded {
		t.Errorf("the plan is %+v with %+v", p.Decision, p.Warnings())
	}
	done, err := version.Update(t.Context(), newMemory(false), shown, record, want, p.Planned())
	if err != nil || !done.Record.Seen.DueAt.IsZero() {
		t.Errorf("the apply leaves %+v, %v", done.Record.Seen, err)
	}
}

// A retention that changes and needs a clock lets nothing go in this plan.
func TestChangedRetentionIsRecorded(t *testing.T) {
	t.Parallel()
	shown, record := managedFour(version.Observation{Drift: version.Current, Retire: []int64{1}, RetireOnPut: []int64{1, 2}})
	shown.Active = []int64{1, 2, 3, 4}
	want := generated()
	want.Was.Retention, want.Retention.Value = &version.Retention{MinIdle: aDay}, &version.Retention{Keep: 9, MinIdle: aDay}
	p := version.Plan(shown, record, want)
	if seen := p.Case.Observation; len(seen.Retire)+len(seen.RetireOnPut) > 0 || len(p.Planned().Active) != 4 {
		t.Errorf("%v and %v go, and the plan shows %v", seen.Retire, seen.RetireOnPut, p.Planned().Active)
	}
	if said := p.Warnings(); len(said) != 1 || said[0].ID != version.RetentionRecorded {
		t.Errorf("the plan warns of %+v", said)
	}
}

// A put that was rolled back does not count as the last put any more.
func TestAdoptAfterARollback(t *testing.T) {
	t.Parallel()
	shown, record := managedFour(version.Observation{Drift: version.RolledBack, CurrentVersion: 3, CurrentCreatedAt: november(3), CurrentFormat: "string"})
	p := version.Plan(shown, record, generated())
	done, err := version.Update(t.Context(), newMemory(false), shown, record, generated(), p.Planned())
	if err != nil || done.Shown.Number != 3 || done.Record.Put != 3 {
		t.Errorf("version %d is managed and %d was put last, %v", done.Shown.Number, done.Record.Put, err)
	}
}

// An apply keeps to its plan, also where it would decide otherwise now.
func TestNarrow(t *testing.T) {
	t.Parallel()
	shown, record := managedFour(version.Observation{Drift: version.Current})
	keeps := version.Plan(shown, record, generated())
	promised := version.PlannedPut(generated(), version.ReasonRotation)
	if got := keeps.Narrow(promised).Decision; got.Action != version.Put || got.Reason != version.ReasonRotation {
		t.Errorf("a promised put becomes %+v", got)
	}
	changed := generated()
	changed.Value = version.Changed
	if got := version.Plan(shown, record, changed).Narrow(keeps.Planned()).Decision; got.Action != version.Keep {
		t.Errorf("a plan that knows the version becomes %+v", got)
	}
	if got := version.Plan(shown, record, changed).Narrow(version.PlannedPut(generated(), "")).Decision; got.Reason != version.ReasonValue {
		t.Errorf("an open plan becomes %+v", got)
	}
}

// A compared value may be another one in apply, so a plan that does anything else leaves
// the put open.
func TestComparedValueIsLeftOpen(t *testing.T) {
	t.Parallel()
	shown, record := managedFour(version.Observation{Drift: version.Current})
	record.Fingerprint = json.RawMessage(`"1"`)
	want := generated()
	want.Compared, want.Fingerprint = true, func() json.RawMessage { return record.Fingerprint }
	if got := version.Plan(shown, record, want).Decision.Action; got != version.Keep {
		t.Errorf("an unchanged configuration plans %v", got)
	}
	want.Edited = true
	if got := version.Plan(shown, record, want).Decision.Action; got != version.DecideInApply {
		t.Errorf("an edited configuration plans %v", got)
	}
}
