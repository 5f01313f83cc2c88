package version_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

func TestDueAt(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, tc := range []struct {
		name    string
		policy  version.Policy
		created time.Time
		want    time.Time
	}{
		{"no policy", version.Policy{}, born, time.Time{}},
		{"by age", version.Policy{RotateAfter: 30 * day}, born, born.Add(30 * day)},
		{"by age, nobody knows which", version.Policy{RotateAfter: 30 * day}, time.Time{}, time.Time{}},
		{"put before the lever", version.Policy{RotateBefore: born.Add(day)}, born, born.Add(day)},
		{"put at the lever", version.Policy{RotateBefore: born}, born, time.Time{}},
		{"put after the lever", version.Policy{RotateBefore: born.Add(-day)}, born, time.Time{}},
		{"nobody knows whether before the lever", version.Policy{RotateBefore: born}, time.Time{}, time.Time{}},
		{"lever before age", version.Policy{RotateAfter: 30 * day, RotateBefore: born.Add(day)}, born, born.Add(day)},
		{"age before lever", version.Policy{RotateAfter: 30 * day, RotateBefore: born.Add(60 * day)}, born, born.Add(30 * day)},
		{"age alone after the lever", version.Policy{RotateAfter: 30 * day, RotateBefore: born.Add(-day)}, born, born.Add(30 * day)},
	} {
		if got := tc.policy.DueAt(tc.created); !got.Equal(tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

// The policy's part of an observation, and the time from which it applies.
func TestObserveWithAPolicy(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	put := func(n int64) version.Row {
		return version.Row{Number: n, Active: true, CreatedAt: november(n)}
	}
	active := version.Key{ID: "kms-1", Status: "active"}
	ordinary := version.Snapshot{Life: version.Life{CreatedAt: born}, Key: active, Current: 4, Versions: []version.Row{put(4), put(3), put(2)}}
	superseded := version.Snapshot{Life: version.Life{CreatedAt: born}, Key: active, Current: 5, Versions: []version.Row{put(5), put(4), put(3)}}
	again := superseded
	again.Life.CreatedAt = born.AddDate(0, 1, 0)
	blocked, unknown := ordinary, ordinary
	blocked.Key.Status, unknown.Key.Status = "disabled", ""
	four := version.Managed{Version: 4, Life: version.Life{CreatedAt: born}, Put: 4, PreviousPut: 3}
	monthly := version.Policy{RotateAfter: 30 * day}
	keepOne := version.Policy{Retention: &version.Retention{Keep: 1}}
	for _, tc := range []struct {
		name    string
		history version.Snapshot
		policy  version.Policy
		now     time.Time
		want    version.Observation
	}{
		{"just before it is due", ordinary, monthly, november(34).Add(-1), version.Observation{Drift: version.Current}},
		{"due from now on", ordinary, monthly, november(34), version.Observation{Drift: version.Current, DueAt: november(34)}},
		{"still due, since the same moment", ordinary, monthly, november(50), version.Observation{Drift: version.Current, DueAt: november(34)}},
		{
			"the age is that of the current version", superseded, monthly, november(34),
			version.Observation{Drift: version.Superseded, ManagedActive: true, CurrentVersion: 5, CurrentCreatedAt: november(5)},
		},
		{
			"due in another zone", ordinary,
			version.Policy{RotateBefore: november(5).In(time.FixedZone("CET", 3600))},
			november(6),
			version.Observation{Drift: version.Current, DueAt: november(5), DueByRotateBefore: true},
		},
		{"retention", ordinary, keepOne, november(6), version.Observation{Drift: version.Current, Retire: []int64{2}, RetireOnPut: []int64{2, 3}}},
		{
			"retention, and somebody else put", superseded, keepOne, november(6),
			version.Observation{
				Drift: version.Superseded, ManagedActive: true, CurrentVersion: 5, CurrentCreatedAt: november(5),
				ActiveVersions: []int64{3, 4, 5}, RetireOnPut: []int64{3, 4},
			},
		},
		{
			"retention, and nothing of the new life was put here", again, keepOne, november(6),
			version.Observation{
				Drift: version.Recreated, CurrentVersion: 5, CurrentCreatedAt: november(5),
				ActiveVersions: []int64{3, 4, 5}, Life: version.Life{CreatedAt: again.Life.CreatedAt},
			},
		},
		{"key disabled", blocked, version.Policy{}, november(6), version.Observation{Drift: version.Current, Key: version.Key{ID: "kms-1", Status: "disabled"}}},
		{"key of unknown state", unknown, version.Policy{}, november(6), version.Observation{Drift: version.Current, Key: version.Key{ID: "kms-1"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := version.Observe(asOf(tc.history, tc.now), four, tc.policy); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got  %+v\nwant %+v", got, tc.want)
			}
		})
	}
}
