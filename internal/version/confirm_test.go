package version_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// wronglyConfirmed says what a read of the secret would have changed, or warned of, where an
// entry says that it leaves everything as it is. It is empty where all is well.
func (r *resource) wronglyConfirmed(m *memoryStore, entry version.Snapshot) string {
	if !version.Confirms(entry, r.shown, r.record, r.applied.policy) {
		return ""
	}
	shown, record, warnings, ok := version.Refresh(m.snapshot(), r.shown, r.record, r.applied.policy)
	if ok && len(warnings) == 0 && record.IsSame(r.record) && reflect.DeepEqual(retained(shown, r.applied), r.shown) {
		return ""
	}
	had, _ := json.Marshal(r.record)
	now, _ := json.Marshal(record)
	return fmt.Sprintf("the entry confirms\n%s %+v\nand a read at %v finds\n%s %+v and warns of %+v", had, r.shown, m.look.AsOf, now, shown, warnings)
}

// confirmations takes a rotated version through a random history. At each point of it, a
// list is asked whether everything is as it was. It returns how often that was confirmed of a
// secret with superseded versions, how often of one whose managed version is superseded, and
// the first time that it was wrong.
func confirmations(t *rapid.T, forge func(*version.Snapshot, *resource)) (rotated, superseded int, wrong string) {
	m := newMemory(rapid.Bool().Draw(t, "placeholder"))
	r := &resource{applied: drawRetention(t, desired{input: "secret_string_wo", external: rapid.SampledFrom([]version.External{
		version.ExternalAdopt, version.ExternalIgnore,
	}).Draw(t, "external")})}
	done, err := version.Create(t.Context(), m, r.want(r.applied, true), version.PlannedPut(r.want(r.applied, false), version.ReasonCreated))
	if err != nil {
		t.Fatal(err)
	}
	r.shown, r.record = retained(done.Shown, r.applied), done.Record
	for range rapid.IntRange(1, 8).Draw(t, "rounds") {
		switch rapid.SampledFrom([]string{"rotate", "apply", "refresh", "change", "supersede", "happen", "happen", "hours", "hours"}).Draw(t, "round") {
		case "rotate":
			r.applyNext(t, m, func(w *desired) { w.counter++ })
		case "apply":
			r.applyNext(t, m, func(*desired) {})
		case "change":
			r.applyNext(t, m, func(w *desired) { *w = drawRetention(t, *w) })
		case "refresh":
			r.refresh(t, m)
		case "supersede":
			m.add()
			r.refresh(t, m)
		case "happen":
			m.happens(t)
		case "hours":
			m.look.AsOf = m.look.AsOf.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "hours")) * time.Hour)
		}
		entry := m.entry()
		forge(&entry, r)
		if wrong = r.wronglyConfirmed(m, entry); wrong != "" {
			return rotated, superseded, wrong
		}
		switch {
		case !version.Confirms(entry, r.shown, r.record, r.applied.policy):
		case r.record.Seen.Drift != version.Current:
			superseded++
		case len(r.shown.Active) > 1:
			rotated++
		}
	}
	return rotated, superseded, ""
}

func drawRetention(t *rapid.T, w desired) desired {
	w.policy = version.Policy{}
	if rapid.IntRange(0, 4).Draw(t, "retains") > 0 {
		w.policy.Retention = &version.Retention{
			Keep: rapid.IntRange(0, 2).Draw(t, "keep"), MinIdle: time.Duration(rapid.IntRange(0, 3).Draw(t, "idle")) * 24 * time.Hour,
		}
	}
	if rapid.IntRange(0, 4).Draw(t, "rotates") == 0 {
		w.policy.RotateAfter = time.Duration(rapid.IntRange(1, 60).Draw(t, "after")) * 24 * time.Hour
	}
	return w
}

// applyNext refreshes, plans and applies a changed configuration, which may fail for good reasons.
func (r *resource) applyNext(t *rapid.T, m *memoryStore, change func(*desired)) {
	next := r.applied
	change(&next)
	r.refresh(t, m)
	p, planned, named := r.plan(r.want(next, false))
	if !p.Decision.Refused {
		_ = r.apply(t, m, next, p, planned, named)
	}
}

// Whenever an entry of a list confirms, a read in the same moment finds the same state and
// the same record, to the byte, and has nothing to warn of.
func TestConfirms(t *testing.T) {
	t.Parallel()
	rotated, superseded := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		r, s, wrong := confirmations(t, func(*version.Snapshot, *resource) {})
		if wrong != "" {
			t.Fatal(wrong)
		}
		rotated, superseded = rotated+r, superseded+s
	})
	if rotated == 0 || superseded == 0 {
		t.Errorf("entries have confirmed %d secrets that were rotated, and %d that were superseded", rotated, superseded)
	}
}

// Each fact that an entry is compared by is needed: where it were not compared, here played
// by an entry that always shows what is expected, some history would be confirmed wrongly.
func TestConfirmsComparesWhatItNeeds(t *testing.T) {
	t.Parallel()
	for fact, forge := range map[string]func(entry *version.Snapshot, r *resource){
		"ObjectVersion": func(entry *version.Snapshot, r *resource) {
			if r.record.Retained != nil {
				entry.ObjectVersion = r.record.Retained.ObjectVersion
			}
		},
		"LastAccessedAt": func(entry *version.Snapshot, _ *resource) { entry.LastAccessedAt = born },
		"Current":        func(entry *version.Snapshot, r *resource) { entry.Current = r.shown.Number },
		"Key":            func(entry *version.Snapshot, r *resource) { entry.Key.Status = "active" },
		"Life":           func(entry *version.Snapshot, r *resource) { entry.Life = r.record.Life },
		"AsOf":           func(entry *version.Snapshot, _ *resource) { entry.AsOf = born },
	} {
		t.Run(fact, func(t *testing.T) {
			t.Parallel()
			history := rapid.Custom(func(t *rapid.T) string {
				_, _, wrong := confirmations(t, forge)
				return wrong
			})
			for seed := range 20_000 {
				if history.Example(seed) != "" {
					return
				}
			}
			t.Errorf("no history needs %s to be compared", fact)
		})
	}
}

// step is what happens between the last apply and the list that is asked.
type step func(m *memoryStore, r *resource)

func later(d time.Duration) step {
	return func(m *memoryStore, _ *resource) { m.look.AsOf = m.look.AsOf.Add(d) }
}

func reveal(n int64) step { return func(m *memoryStore, _ *resource) { m.reveal(n) } }

// refreshed is a refresh whose result comes into the state.
func refreshed(m *memoryStore, r *resource) {
	shown, record, _, _ := version.Refresh(m.snapshot(), r.shown, r.record, r.applied.policy)
	r.shown, r.record = retained(shown, r.applied), record
}

func strangersPut(m *memoryStore, _ *resource) { m.add() }

// restorePlaceholder is a placeholder that no put could destroy.
func restorePlaceholder(m *memoryStore, _ *resource) {
	m.look.Versions[len(m.look.Versions)-1].Active = true
	m.look.ObjectVersion++
}

// rotatedVersion is a version that was put and rotated so many times, every four weeks.
func rotatedVersion(t *testing.T, m *memoryStore, retention *version.Retention, rotations int) *resource {
	t.Helper()
	r := &resource{applied: desired{input: "secret_string_wo", external: version.ExternalAdopt, policy: version.Policy{Retention: retention}}}
	done, err := version.Create(t.Context(), m, r.want(r.applied, true), version.PlannedPut(r.want(r.applied, false), version.ReasonCreated))
	for range rotations {
		if err != nil {
			t.Fatal(err)
		}
		r.shown, r.record = done.Shown, done.Record
		later(4*week)(m, r)
		refreshed(m, r)
		next := r.applied
		next.counter++
		_, planned, _ := r.plan(r.want(next, false))
		done, err = version.Update(t.Context(), m, r.shown, r.record, r.want(next, true), planned)
		r.applied = next
	}
	if err != nil {
		t.Fatal(err)
	}
	r.shown, r.record = done.Shown, done.Record
	return r
}

const week = 7 * 24 * time.Hour

// What an entry confirms of a secret that was rotated, and what only a read can tell.
func TestConfirmsByCase(t *testing.T) {
	t.Parallel()
	keepOne, patient := &version.Retention{Keep: 1}, &version.Retention{Keep: 1, MinIdle: week}
	for name, test := range map[string]struct {
		retention *version.Retention
		rotations int // the last of which puts version 2 + rotations
		happens   []step
		want      bool
	}{
		"rotated":                                    {keepOne, 1, nil, true},
		"rotated, and the oldest was retired":        {keepOne, 3, nil, true},
		"a year later":                               {keepOne, 3, []step{later(52 * week)}, true},
		"the current version was read":               {keepOne, 3, []step{reveal(5)}, true},
		"the superseded version was read":            {keepOne, 3, []step{reveal(4)}, true},
		"the superseded version was destroyed":       {keepOne, 3, []step{func(m *memoryStore, _ *resource) { m.remove(4) }}, false},
		"another client put":                         {keepOne, 3, []step{strangersPut}, false},
		"the access policy was changed":              {keepOne, 3, []step{func(m *memoryStore, _ *resource) { m.look.ObjectVersion++ }}, false},
		"a list without ObjectVersion":               {keepOne, 3, []step{func(m *memoryStore, _ *resource) { m.look.ObjectVersion = 0 }}, false},
		"a record of an earlier commit":              {keepOne, 3, []step{func(_ *memoryStore, r *resource) { r.record.Retained = nil }}, false},
		"a state with other active versions":         {keepOne, 3, []step{func(_ *memoryStore, r *resource) { r.shown.Active = []int64{3, 4, 5} }}, false},
		"a state without the versions that stayed":   {&version.Retention{Keep: 9}, 3, []step{func(_ *memoryStore, r *resource) { r.shown.Active = []int64{5} }}, false},
		"a placeholder that stayed, and is read":     {keepOne, 3, []step{restorePlaceholder, refreshed, reveal(1)}, false},
		"superseded, as recorded":                    {keepOne, 3, []step{strangersPut, refreshed}, true},
		"superseded without retention":               {nil, 3, []step{strangersPut, refreshed, reveal(6), later(week)}, true},
		"superseded twice":                           {nil, 3, []step{strangersPut, refreshed, strangersPut}, false},
		"superseded, and destroyed":                  {nil, 3, []step{strangersPut, refreshed, func(m *memoryStore, _ *resource) { m.remove(5) }}, false},
		"rolled back, as recorded":                   {keepOne, 3, []step{func(m *memoryStore, _ *resource) { m.remove(5) }, refreshed}, true},
		"rolled back further":                        {&version.Retention{Keep: 2}, 3, []step{func(m *memoryStore, _ *resource) { m.remove(5) }, refreshed, func(m *memoryStore, _ *resource) { m.remove(4) }}, false},
		"not idle yet":                               {patient, 3, nil, true},
		"not idle yet, and read":                     {patient, 3, []step{later(week / 2), reveal(4)}, true},
		"idle in less than a second":                 {patient, 3, []step{later(week - time.Second/2)}, false},
		"idle for less than a second":                {patient, 3, []step{reveal(4), later(week + time.Second/2), refreshed}, false},
		"idle at this moment":                        {patient, 3, []step{later(week)}, false},
		"idle":                                       {patient, 3, []step{later(2 * week)}, false},
		"idle, as recorded":                          {patient, 3, []step{reveal(4), later(2 * week), refreshed}, true},
		"idle, as recorded, and read since":          {patient, 3, []step{later(2 * week), refreshed, reveal(4), later(time.Hour)}, false},
		"idle, as recorded, and the current is read": {patient, 3, []step{later(2 * week), refreshed, reveal(5), later(time.Hour)}, false},
		"idle, as recorded, in a list without reads": {patient, 3, []step{later(2 * week), refreshed}, false},
		"waiting, with a warning":                    {&version.Retention{MinIdle: week}, 1, nil, false},
		"a list without a date":                      {patient, 3, []step{func(m *memoryStore, _ *resource) { m.look.AsOf = time.Time{} }}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMemory(true)
			r := rotatedVersion(t, m, test.retention, test.rotations)
			if want := 2; test.retention == keepOne && len(r.shown.Active) != want {
				t.Fatalf("versions %v are active, want %d", r.shown.Active, want)
			}
			for _, happens := range test.happens {
				happens(m, r)
			}
			if got := version.Confirms(m.entry(), r.shown, r.record, r.applied.policy); got != test.want {
				t.Errorf("confirmed: %v, want %v\n%+v\n%+v %+v", got, test.want, m.look, r.record.Retained, r.record.Seen)
			}
		})
	}
}

// A record is no bigger where the current version is all that an entry has to confirm.
func TestRetainedIsNotedWhereItIsNeeded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		retention *version.Retention
		rotations int
		want      string
	}{
		"no retention":           {nil, 2, "null"},
		"one version":            {&version.Retention{Keep: 1}, 0, "null"},
		"all others are retired": {&version.Retention{}, 2, "null"},
		"one is kept":            {&version.Retention{Keep: 1}, 2, `{"object_version":6,"versions":[{"version":3}]}`},
		"one is kept, and has to be idle": {
			&version.Retention{Keep: 1, MinIdle: week}, 1, `{"object_version":4,"versions":[{"version":2,"put_at":"2026-10-01T08:30:15.123456789Z"}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rotatedVersion(t, newMemory(true), test.retention, test.rotations)
			if got, err := json.Marshal(r.record.Retained); err != nil || string(got) != test.want {
				t.Errorf("noted %s, want %s (%v)", got, test.want, err)
			}
		})
	}
}

// Without retention nothing depends on other versions any more.
func TestRetainedGoesWithRetention(t *testing.T) {
	t.Parallel()
	m := newMemory(true)
	r := rotatedVersion(t, m, &version.Retention{Keep: 1}, 2)
	next := r.applied
	next.policy = version.Policy{}
	_, planned, _ := r.plan(r.want(next, false))
	done, err := version.Update(t.Context(), m, r.shown, r.record, r.want(next, true), planned)
	if err != nil || r.record.Retained == nil || done.Record.Retained != nil {
		t.Errorf("%+v becomes %+v, %v", r.record.Retained, done.Record.Retained, err)
	}
}

// An imported placeholder goes with the first put, unless it is read before. A list does not
// show which version was read.
func TestConfirmsNoPlaceholderThatGoes(t *testing.T) {
	t.Parallel()
	m := newMemory(true)
	r := &resource{shown: version.Show(m.look.Versions[0], version.ReasonImported), record: version.Imported(1)}
	refreshed(m, r)
	if !r.record.Seen.PlaceholderGoes || version.Confirms(m.entry(), r.shown, r.record, version.Policy{}) {
		t.Errorf("a placeholder that goes is confirmed: %+v", r.record.Seen)
	}
}
