package version_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// november is a day on which version n was put, at nine.
func november(n int64) time.Time { return time.Date(2026, 11, int(n), 9, 0, 0, 0, time.UTC) }

func TestRetirable(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	put := func(n int64) version.Row {
		return version.Row{Number: n, Active: true, CreatedAt: november(n)}
	}
	read := func(v version.Row, when time.Time) version.Row {
		v.LastAccessedAt = when
		return v
	}
	gone := func(n int64) version.Row {
		v := put(n)
		v.Active = false
		return v
	}
	undated := version.Row{Number: 4, Active: true}
	late := version.Row{Number: 3, Active: true, CreatedAt: november(5)}
	of := func(current int64, versions ...version.Row) version.Snapshot {
		return version.Snapshot{Current: current, Versions: versions}
	}
	four := version.Managed{Version: 4, Put: 4, PreviousPut: 3}
	all := of(4, put(4), put(3), put(2), put(1))
	now := november(20)
	for _, tc := range []struct {
		name      string
		retention *version.Retention
		history   version.Snapshot
		managed   version.Managed
		retire    []int64
		waiting   []version.Waiting
	}{
		{"none: all are kept", nil, all, four, nil, nil},
		{"keep none", &version.Retention{}, all, four, []int64{1, 2, 3}, nil},
		{"keep one", &version.Retention{Keep: 1}, all, four, []int64{1, 2}, nil},
		{"keep more than there are", &version.Retention{Keep: 9}, all, four, nil, nil},
		{"a destroyed one is not kept again", &version.Retention{Keep: 1}, of(4, put(4), gone(3), put(2), put(1)), four, []int64{1}, nil},
		{"only the current one", &version.Retention{}, of(4, put(4)), four, nil, nil},
		{"nothing newer than the managed one", &version.Retention{}, of(5, put(5), put(4), put(3)), four, []int64{3}, nil},
		{"not the current one after a rollback", &version.Retention{}, of(3, gone(4), put(3), put(2)), four, []int64{2}, nil},
		{
			"not what somebody else put between the last two puts", &version.Retention{}, of(4, put(4), put(3), put(2), put(1)),
			version.Managed{Version: 4, Put: 4, PreviousPut: 1},
			[]int64{1},
			nil,
		},
		{
			"but with the put after that", &version.Retention{}, of(5, put(5), put(4), put(3), put(2)),
			version.Managed{Version: 4, Put: 4, PreviousPut: 1}.AfterPut(5),
			[]int64{2, 3, 4},
			nil,
		},
		{"nothing after an adoption that is newer than the last put", &version.Retention{}, of(6, put(6), put(5), put(4), put(3)), version.Managed{Version: 6, Put: 4, PreviousPut: 3}, []int64{3}, nil},
		{"nothing before the first put", &version.Retention{}, all, version.Managed{Version: 4}, nil, nil},
		{
			"not the managed one, although a later put of ours was rolled back", &version.Retention{}, of(5, put(5), gone(4), put(3), put(2)),
			version.Managed{Version: 3, Put: 4, PreviousPut: 3},
			[]int64{2},
			nil,
		},
		{"at once, although nobody knows since when it is superseded", &version.Retention{}, of(4, undated, put(3)), four, []int64{3}, nil},

		{"idle for exactly long enough", &version.Retention{MinIdle: 16 * day}, of(4, put(4), put(3)), four, []int64{3}, nil},
		{
			"superseded too lately", &version.Retention{MinIdle: 17 * day}, of(4, put(4), put(3)), four,
			nil,
			[]version.Waiting{{Version: 3, Since: november(4)}},
		},
		{
			"superseded by the next number, not by the newest", &version.Retention{MinIdle: 17 * day}, of(4, put(4), put(3), put(2)), four,
			[]int64{2},
			[]version.Waiting{{Version: 3, Since: november(4)}},
		},
		{
			"read too lately", &version.Retention{MinIdle: 3 * day}, of(4, put(4), read(put(3), november(18)), put(2)), four,
			[]int64{2},
			[]version.Waiting{{Version: 3, Since: november(18), Read: true}},
		},
		{"read before it was superseded", &version.Retention{MinIdle: 16 * day}, of(4, put(4), read(put(3), november(3))), four, []int64{3}, nil},
		{
			"a date that is missing hides no later one", &version.Retention{MinIdle: 10 * day}, of(5, put(5), undated, put(3)),
			version.Managed{Version: 5, Put: 5, PreviousPut: 4},
			[]int64{3, 4},
			nil,
		},
		{
			"dates out of order", &version.Retention{MinIdle: 16 * day}, of(4, put(4), late, put(2)), four,
			[]int64{2, 3},
			nil,
		},
		{
			"nobody knows since when it is superseded", &version.Retention{MinIdle: day}, of(4, undated, read(put(3), november(5))), four,
			nil,
			[]version.Waiting{{Version: 3, Since: november(5), Read: true}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			retire, waiting := tc.retention.Retirable(asOf(tc.history, now), tc.managed)
			if !slices.Equal(retire, tc.retire) || !slices.Equal(waiting, tc.waiting) {
				t.Errorf("got %v, %+v\nwant %v, %+v", retire, waiting, tc.retire, tc.waiting)
			}
		})
	}
}

func TestRetirableKeepsWhatItMust(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := history().Draw(t, "history")
		m := managed(h).Draw(t, "managed")
		r := retention().Draw(t, "retention")
		now := moment().Draw(t, "now")
		retire, waiting := r.Retirable(asOf(h, now), m)
		leaving := slices.Clone(retire)
		for _, w := range waiting {
			leaving = append(leaving, w.Version)
		}
		for _, n := range leaving {
			v, ok := h.Find(n)
			switch {
			case !ok || !v.Active:
				t.Fatalf("version %d has nothing left to destroy", n)
			case n == h.Current:
				t.Fatalf("version %d is current", n)
			case n >= m.Version || n >= m.Put:
				t.Fatalf("version %d is not older than what is managed and was put here", n)
			case n > m.PreviousPut:
				t.Fatalf("version %d was put by somebody else", n)
			}
		}
		kept := 0
		for _, n := range h.ActiveUpTo(min(m.Version, m.Put) - 1) {
			if n != h.Current && !slices.Contains(leaving, n) {
				kept++
			}
		}
		if len(leaving) > 0 && kept < r.Keep {
			t.Fatalf("%v go and only %d are kept", leaving, kept)
		}
		if !slices.IsSorted(retire) || len(slices.Compact(slices.Sorted(slices.Values(leaving)))) != len(leaving) {
			t.Fatalf("%v go, and %+v wait", retire, waiting)
		}
		if r.MinIdle == 0 && len(waiting) > 0 {
			t.Fatalf("%+v wait for nothing", waiting)
		}
		later, _ := r.Retirable(asOf(h, now.Add(time.Hour)), m)
		for _, n := range retire {
			if !slices.Contains(later, n) {
				t.Fatalf("version %d goes now, and not an hour later", n)
			}
		}
	})
}

func TestRetiredByPut(t *testing.T) {
	t.Parallel()
	active := func(n int64) version.Row { return version.Row{Number: n, Active: true} }
	destroyed := func(n int64) version.Row { return version.Row{Number: n} }
	placeholder := func(current int64, versions ...version.Row) version.Snapshot {
		return version.Snapshot{HasPlaceholder: true, Life: version.Life{Mark: "A"}, Current: current, Versions: versions}
	}
	with := func(h version.Snapshot, change func(*version.Snapshot)) version.Snapshot {
		change(&h)
		return h
	}
	first := func(change func(*version.Row)) version.Snapshot {
		v := active(1)
		change(&v)
		return placeholder(2, active(2), v)
	}
	for _, tc := range []struct {
		name    string
		history version.Snapshot
		put     int64
		want    []int64
	}{
		{"the first put retires the placeholder", placeholder(2, active(2), active(1)), 2, []int64{1}},
		{"a later put does what the first could not", placeholder(3, active(3), active(2), active(1)), 3, []int64{1}},
		{"it is retired already", placeholder(3, active(3), active(2), destroyed(1)), 3, nil},
		{"the put is not confirmed", placeholder(1, active(1)), 2, nil},
		{"the put is there, and not current", placeholder(1, active(2), active(1)), 2, nil},
		{"somebody put after it", placeholder(3, active(3), active(2), active(1)), 2, nil},
		{"nothing is active", placeholder(0, destroyed(2), destroyed(1)), 2, nil},
		{"version 1 holds a value", version.Snapshot{Current: 2, Versions: []version.Row{active(2), active(1)}}, 2, nil},
		{"the put is version 1 itself", placeholder(1, active(1)), 1, nil},
		{"version 1 is not in the history", placeholder(2, active(2)), 2, nil},
		{"it was read", first(func(v *version.Row) { v.LastAccessedAt = born }), 2, nil},
		{"it has another format than the service generates", first(func(v *version.Row) { v.ValueFormat = "keyValue" }), 2, nil},
		{"it was not made together with the secret", with(first(func(v *version.Row) { v.CreatedAt = born.Add(time.Hour) }), func(h *version.Snapshot) { h.Life.CreatedAt = born }), 2, nil},
		{"the secret was created elsewhere", with(placeholder(2, active(2), active(1)), func(h *version.Snapshot) { h.Life.Mark = version.Unmarked }), 2, nil},
		{"the answer contradicts itself", with(placeholder(2, active(2), active(1)), func(h *version.Snapshot) { h.Contradicts = true }), 2, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := retiredByFirstPut(asOf(tc.history, born), tc.put); !slices.Equal(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func retiredByFirstPut(h version.Snapshot, put int64) []int64 {
	return version.RetiredByPut(h, version.Managed{Version: put, Put: put}, version.RetiredByFirstPut(h))
}

// The placeholder goes with the next put whatever the retention, the others go by
// that alone.
func TestRetireOnPutWithRetention(t *testing.T) {
	t.Parallel()
	var versions []version.Row
	for n := int64(3); n > 0; n-- {
		versions = append(versions, version.Row{Number: n, Active: true, CreatedAt: november(n)})
	}
	h := version.Snapshot{Life: version.Life{CreatedAt: november(1), Mark: "A"}, HasPlaceholder: true, Current: 3, Versions: versions}
	m := version.Managed{Version: 3, Life: version.Life{CreatedAt: november(1)}, Put: 3, PreviousPut: 2}
	now := november(4)
	for _, tc := range []struct {
		name      string
		retention version.Retention
		want      []int64
	}{
		{"keep none", version.Retention{}, []int64{1, 2, 3}},
		{"keep one", version.Retention{Keep: 1}, []int64{1, 2}},
		{"keep all", version.Retention{Keep: 9}, []int64{1}},
		{"nothing is idle yet", version.Retention{MinIdle: 24 * 30 * time.Hour}, []int64{1}},
	} {
		if got := version.Observe(asOf(h, now), m, version.Policy{Retention: &tc.retention}).RetireOnPut; !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestRetiredByPutLeavesAVersionToRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := history().Draw(t, "history")
		m := managed(h).Draw(t, "managed")
		planned := rapid.SliceOf(rapid.Int64Range(0, 12)).Draw(t, "planned")
		retired := version.RetiredByPut(h, m, planned)
		switch {
		case slices.Contains(retired, m.Version):
			t.Fatalf("%v holds what was just put", retired)
		case slices.Contains(retired, h.Current):
			t.Fatalf("%v holds the current version", retired)
		case len(retired) > 0 && h.Current != m.Version:
			t.Fatalf("%v goes without a confirmation", retired)
		case slices.ContainsFunc(retired, func(n int64) bool { return !slices.Contains(planned, n) }):
			t.Fatalf("%v holds more than %v", retired, planned)
		}
		for _, n := range retired {
			if v, ok := h.Find(n); !ok || !v.Active {
				t.Fatalf("version %d has nothing left to destroy", n)
			}
		}
	})
}

// A plan lists what its put lets go, the fresh history still allows just that, and
// right after the apply, at the same clock, nothing else is left to destroy.
func TestPutRetiresWhatWasForetold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := history().Draw(t, "history")
		m := managed(h).Draw(t, "managed")
		m.Life = h.Life
		p := policy().Draw(t, "policy")
		now := moment().Draw(t, "now")
		observation := version.Observe(asOf(h, now), m, p)
		if observation.Drift == version.Recreated {
			return
		}
		next := int64(1)
		if len(h.Versions) > 0 {
			next = h.Versions[0].Number + 1
		}
		h.Current = next
		h.Versions = append([]version.Row{{Number: next, Active: true, CreatedAt: now}}, h.Versions...)
		h, m = asOf(h, now), m.AfterPut(next)
		retired := version.RetiredByPut(h, m, observation.RetireOnPut)
		if !slices.Equal(retired, observation.RetireOnPut) {
			t.Fatalf("foretold %v, done %v", observation.RetireOnPut, retired)
		}
		left := h
		for _, n := range retired {
			if err := version.MayRetire(left, m, p.Retention, n); err != nil {
				t.Fatalf("version %d of %v: %v", n, retired, err)
			}
			left = left.Without([]int64{n})
		}
		if v := version.Observe(left, m, p); v.Drift != version.Current || len(v.Retire) > 0 {
			t.Fatalf("after the apply: %+v", v)
		}
	})
}

// What a retention without min_idle lets go is the same by the active versions as by
// the whole history.
func TestCountedAgreesWithTheHistory(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := history().Draw(t, "history")
		m := managed(h).Draw(t, "managed")
		active := h.ActiveUpTo(9)
		if len(active) == 0 || h.Contradicts {
			return
		}
		h.Current = active[len(active)-1]
		m.Version, m.Life = h.Current, h.Life
		keep := rapid.IntRange(0, 3).Draw(t, "keep")
		now := moment().Draw(t, "now")
		former := version.Observe(asOf(h, now), m, policy().Draw(t, "former policy"))
		got := former.Counted(h.ActiveUpTo(h.Current), m, keep)
		want := version.Observe(asOf(h, now), m, version.Policy{Retention: &version.Retention{Keep: keep}})
		if !slices.Equal(got.Retire, want.Retire) || !slices.Equal(got.RetireOnPut, want.RetireOnPut) {
			t.Fatalf("counted %v and %v, by the history %v and %v", got.Retire, got.RetireOnPut, want.Retire, want.RetireOnPut)
		}
	})
}

func TestAfterPut(t *testing.T) {
	t.Parallel()
	m := version.Managed{Version: 6, Life: version.Life{CreatedAt: born}, Put: 4, PreviousPut: 3}.AfterPut(7)
	if want := (version.Managed{Version: 7, Life: version.Life{CreatedAt: born}, Put: 7, PreviousPut: 4}); !reflect.DeepEqual(m, want) {
		t.Errorf("got %+v, want %+v", m, want)
	}
}
