package version_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

func TestObserve(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2026, 11, d, 9, 0, 0, 0, time.UTC) }
	active := func(n int64) version.Row {
		return version.Row{Number: n, Active: true, ValueFormat: "string", CreatedAt: day(int(n))}
	}
	destroyed := func(n int64) version.Row {
		v := active(n)
		v.Active = false
		return v
	}
	of := func(current int64, versions ...version.Row) version.Snapshot {
		return version.Snapshot{Life: version.Life{CreatedAt: born}, Key: version.Key{ID: "kms-1", Status: "active"}, Current: current, Versions: versions}
	}
	bornAt := func(at time.Time, h version.Snapshot) version.Snapshot {
		h.Life.CreatedAt = at
		return h
	}
	withPlaceholder := func(h version.Snapshot) version.Snapshot {
		h.HasPlaceholder = true
		for i, v := range h.Versions {
			if v.Number == version.PlaceholderVersion {
				h.Versions[i].CreatedAt = h.Life.CreatedAt
			}
		}
		return h
	}
	again := born.AddDate(0, 1, 0)
	four := version.Managed{Version: 4, Life: version.Life{CreatedAt: born}}
	isCurrent := version.Observation{Drift: version.Current}
	superseded := version.Observation{Drift: version.Superseded, ManagedActive: true, CurrentVersion: 5, CurrentCreatedAt: day(5), CurrentFormat: "string"}

	for _, tc := range []struct {
		name    string
		history version.Snapshot
		managed version.Managed
		want    version.Observation
	}{
		{"current", of(4, active(4), active(3)), four, isCurrent},
		{"current, and a placeholder stands behind it", withPlaceholder(of(4, active(4), active(1))), four, isCurrent},
		{
			"current, and it is the placeholder", withPlaceholder(of(1, active(1))),
			version.Managed{Version: 1, Life: version.Life{CreatedAt: born}},
			version.Observation{Drift: version.Current, OnlyPlaceholder: true},
		},
		{"current, and a newer one was destroyed", of(4, destroyed(5), active(4)), four, isCurrent},

		{"superseded", of(5, active(5), active(4)), four, superseded},
		{
			"superseded and destroyed", of(5, active(5), destroyed(4)), four,
			version.Observation{Drift: version.Superseded, CurrentVersion: 5, CurrentCreatedAt: day(5), CurrentFormat: "string"},
		},
		{
			"superseded twice", of(6, active(6), active(5), active(4)), four,
			version.Observation{Drift: version.Superseded, ManagedActive: true, CurrentVersion: 6, CurrentCreatedAt: day(6), CurrentFormat: "string"},
		},
		{
			"superseded, and little is said of the new one", of(5, version.Row{Number: 5, Active: true}, active(4)), four,
			version.Observation{Drift: version.Superseded, ManagedActive: true, CurrentVersion: 5},
		},

		{
			"rolled back", of(3, destroyed(4), active(3)), four,
			version.Observation{Drift: version.RolledBack, CurrentVersion: 3, CurrentCreatedAt: day(3), CurrentFormat: "string"},
		},
		{
			"rolled back to the placeholder", withPlaceholder(of(1, destroyed(4), active(1))), four,
			version.Observation{Drift: version.RolledBack, CurrentVersion: 1, CurrentCreatedAt: born, CurrentFormat: "string", OnlyPlaceholder: true},
		},

		{"none active", of(0, destroyed(5), destroyed(4)), four, version.Observation{Drift: version.NoneActive}},

		{
			"re-created", bornAt(again, of(2, active(2), active(1))), four,
			version.Observation{Drift: version.Recreated, CurrentVersion: 2, CurrentCreatedAt: day(2), CurrentFormat: "string", Life: version.Life{CreatedAt: again}},
		},
		{
			"re-created, and the same number is current", bornAt(again, of(4, active(4))), four,
			version.Observation{Drift: version.Recreated, CurrentVersion: 4, CurrentCreatedAt: day(4), CurrentFormat: "string", Life: version.Life{CreatedAt: again}},
		},
		{
			"re-created, and only a placeholder since", withPlaceholder(bornAt(again, of(1, active(1)))), four,
			version.Observation{Drift: version.Recreated, CurrentVersion: 1, CurrentCreatedAt: again, CurrentFormat: "string", OnlyPlaceholder: true, Life: version.Life{CreatedAt: again}},
		},
		{
			"re-created, and put since", withPlaceholder(bornAt(again, of(2, active(2), active(1)))), four,
			version.Observation{Drift: version.Recreated, CurrentVersion: 2, CurrentCreatedAt: day(2), CurrentFormat: "string", Life: version.Life{CreatedAt: again}},
		},
		{
			"re-created, and version 1 holds a value", bornAt(again, of(1, active(1))), four,
			version.Observation{Drift: version.Recreated, CurrentVersion: 1, CurrentCreatedAt: day(1), CurrentFormat: "string", Life: version.Life{CreatedAt: again}},
		},
		{
			"re-created, and none active", bornAt(again, of(0, destroyed(1))), four,
			version.Observation{Drift: version.Recreated, Life: version.Life{CreatedAt: again}},
		},
		{
			"not in the history, and the secret is the same", of(2, active(2), active(1)), four,
			version.Observation{Drift: version.Missing, CurrentVersion: 2, CurrentCreatedAt: day(2), CurrentFormat: "string"},
		},
		{
			"not in the history, and nobody knows whether the secret is the same", of(2, active(2), active(1)),
			version.Managed{Version: 4},
			version.Observation{Drift: version.Recreated, CurrentVersion: 2, CurrentCreatedAt: day(2), CurrentFormat: "string", Life: version.Life{CreatedAt: born}},
		},
		{
			"not in the history, and creation is not said", bornAt(time.Time{}, of(2, active(2), active(1))), four,
			version.Observation{Drift: version.Recreated, CurrentVersion: 2, CurrentCreatedAt: day(2), CurrentFormat: "string"},
		},

		{"creation not said: not taken for another life", bornAt(time.Time{}, of(4, active(4))), four, isCurrent},
		{"creation not known yet: not taken for another life", of(4, active(4)), version.Managed{Version: 4}, isCurrent},
		{"creation in another zone", bornAt(born.In(time.FixedZone("CET", 3600)), of(4, active(4))), four, isCurrent},
		{"creation rounded to seconds by the service", bornAt(born.Truncate(time.Second), of(4, active(4))), four, isCurrent},
		{"creation rounded to seconds in the state", of(4, active(4)), version.Managed{Version: 4, Life: version.Life{CreatedAt: born.Truncate(time.Second)}}, isCurrent},
		{
			"creation rounded, and superseded", bornAt(born.Truncate(time.Second), of(5, active(5), active(4))), four, superseded,
		},
		{
			"creation a second later", bornAt(born.Add(time.Second), of(4, active(4))), four,
			version.Observation{
				Drift: version.Recreated, CurrentVersion: 4, CurrentCreatedAt: day(4), CurrentFormat: "string",
				Life: version.Life{CreatedAt: born.Add(time.Second)},
			},
		},
		{
			"creation rounded, and seconds later", bornAt(born.Truncate(time.Second).Add(2*time.Second), of(4, active(4))), four,
			version.Observation{
				Drift: version.Recreated, CurrentVersion: 4, CurrentCreatedAt: day(4), CurrentFormat: "string",
				Life: version.Life{CreatedAt: born.Truncate(time.Second).Add(2 * time.Second)},
			},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := version.Observe(asOf(tc.history, born.AddDate(1, 0, 0)), tc.managed, version.Policy{}); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got  %+v\nwant %+v", got, tc.want)
			}
		})
	}
}

// States have observations of earlier releases, so the names must not change.
func TestObservationAsJSON(t *testing.T) {
	t.Parallel()
	when := time.Date(2026, 11, 2, 9, 0, 0, 500, time.UTC)
	for want, v := range map[string]version.Observation{
		`{"finding":"current"}`:     {Drift: version.Current},
		`{"finding":"none_active"}`: {Drift: version.NoneActive},
		`{"finding":"superseded","managed_active":true,"current_version":5,"current_created_at":"2026-11-02T09:00:00.0000005Z","current_format":"string"}`: {
			Drift: version.Superseded, ManagedActive: true, CurrentVersion: 5, CurrentCreatedAt: when, CurrentFormat: "string",
		},
		`{"finding":"current","due_at":"2026-11-02T09:00:00.0000005Z","retire":[1,2],"retire_on_put":[3]}`: {
			Drift: version.Current, DueAt: when, Retire: []int64{1, 2}, RetireOnPut: []int64{3},
		},
		`{"finding":"rolled_back","current_version":3,"active_versions":[2,3]}`: {
			Drift: version.RolledBack, CurrentVersion: 3, ActiveVersions: []int64{2, 3},
		},
		`{"finding":"rolled_back","current_version":3}`: {Drift: version.RolledBack, CurrentVersion: 3},
		`{"finding":"recreated","current_version":1,"only_placeholder":true,"secret_created_at":"2026-11-02T09:00:00.0000005Z"}`: {
			Drift: version.Recreated, CurrentVersion: 1, OnlyPlaceholder: true, Life: version.Life{CreatedAt: when},
		},
	} {
		encoded, err := json.Marshal(v)
		if err != nil || string(encoded) != want {
			t.Errorf("got  %s, %v\nwant %s", encoded, err, want)
		}
	}
}

// A changed private byte makes refresh-only report drift, so that what is
// observed and how it is written must be the same each time.
func TestObserveIsDeterministic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := history().Draw(t, "history")
		m := managed(h).Draw(t, "managed")
		p := policy().Draw(t, "policy")
		now := moment().Draw(t, "now")
		before := slices.Clone(h.Versions)
		observation := version.Observe(asOf(h, now), m, p)
		if again := version.Observe(asOf(h, now), m, p); !reflect.DeepEqual(again, observation) {
			t.Fatalf("first %+v, then %+v", observation, again)
		}
		if !slices.Equal(h.Versions, before) {
			t.Fatal("observing changed the history")
		}
		first, err := json.Marshal(observation)
		if err != nil {
			t.Fatal(err)
		}
		var back version.Observation
		if err := json.Unmarshal(first, &back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back, observation) {
			t.Fatalf("%+v came back as %+v", observation, back)
		}
		if second, err := json.Marshal(back); err != nil || !bytes.Equal(first, second) {
			t.Fatalf("%s, then %s, %v", first, second, err)
		}
	})
}

// After the plan for an observation, the next plan is empty.
func TestAdoptedVersionIsCurrent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := history().Draw(t, "history")
		m := managed(h).Draw(t, "managed")
		p := policy().Draw(t, "policy")
		now := moment().Draw(t, "now")
		observation := version.Observe(asOf(h, now), m, p)
		if h.Current == 0 {
			if len(h.Versions) > 0 && observation.Drift != version.NoneActive && observation.Drift != version.Recreated {
				t.Fatalf("no version is active, and yet: %+v", observation)
			}
			return
		}
		if observation.Drift != version.Current {
			m.Version = observation.CurrentVersion
			if observation.Drift == version.Recreated {
				m.Life = observation.Life
			}
		}
		adopted := version.Observe(asOf(h, now), m, p)
		if adopted.Drift != version.Current || adopted.CurrentVersion != 0 || adopted.ActiveVersions != nil || !adopted.Life.CreatedAt.IsZero() {
			t.Fatalf("%+v, and after tracking %+v", observation, adopted)
		}
		if !adopted.DueAt.Equal(observation.DueAt) {
			t.Fatalf("due at %v, and after tracking at %v", observation.DueAt, adopted.DueAt)
		}
	})
}

// Without a policy there is nothing to say of a managed version that is current,
// whatever happens to the others.
func TestCurrentIsAllThatIsSaidOfIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := history().Draw(t, "history")
		if h.Current == 0 {
			return
		}
		h.Key.Status, h.HasPlaceholder = "active", false
		m := version.Managed{Version: h.Current, Life: h.Life}
		got := version.Observe(asOf(h, moment().Draw(t, "now")), m, version.Policy{})
		if !reflect.DeepEqual(got, version.Observation{Drift: version.Current}) {
			t.Fatalf("got %+v", got)
		}
	})
}

func TestKeyNames(t *testing.T) {
	t.Parallel()
	b, _ := json.Marshal(version.Observation{Drift: version.Current, Key: version.Key{ID: "kms-1", Status: "disabled"}})
	if want := `{"finding":"current","key":{"id":"kms-1","status":"disabled"}}`; string(b) != want {
		t.Errorf("got %s", b)
	}
}
