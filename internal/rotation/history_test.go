package rotation_test

import (
	"slices"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
)

func TestFind(t *testing.T) {
	t.Parallel()
	h := rotation.History{Versions: []rotation.Version{{Number: 3, Active: true, ValueFormat: "keyValue"}, {Number: 1}}}
	if v, ok := h.Find(3); !ok || v != h.Versions[0] {
		t.Errorf("got %+v, %v", v, ok)
	}
	for _, n := range []int64{0, 2, 4} {
		if v, ok := h.Find(n); ok || v != (rotation.Version{}) {
			t.Errorf("version %d: %+v, %v", n, v, ok)
		}
	}
}

func TestSameLife(t *testing.T) {
	t.Parallel()
	second := born.Truncate(time.Second)
	for _, tc := range []struct {
		name string
		a, b time.Time
		want bool
	}{
		{"the same", born, born, true},
		{"the same in another zone", born, born.In(time.FixedZone("CET", 3600)), true},
		{"one not known", born, time.Time{}, true},
		{"neither known", time.Time{}, time.Time{}, true},
		{"rounded to seconds", born, second, true},
		{"rounded to seconds, in another zone", born, second.In(time.FixedZone("IST", 19800)), true},
		{"rounded, at the end of that second", second.Add(time.Second - 1), second, true},
		{"rounded, in the next second", second.Add(time.Second), second, false},
		{"rounded to milliseconds", born, born.Truncate(time.Millisecond), true},
		{"rounded to microseconds", born, born.Truncate(time.Microsecond), true},
		{"rounded up to seconds", second.Add(700 * time.Millisecond), second.Add(time.Second), true},
		{"less than a second later", born, born.Add(time.Second - 1), true},
		{"a second later", born, born.Add(time.Second), false},
		{"a month later", born, born.AddDate(0, 1, 0), false},
		{"a month later, rounded", born, second.AddDate(0, 1, 0), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := rotation.SameLife(tc.a, tc.b); got != tc.want {
				t.Errorf("%v and %v: %v", tc.a, tc.b, got)
			}
			if got := rotation.SameLife(tc.b, tc.a); got != tc.want {
				t.Errorf("the other way round: %v", got)
			}
		})
	}
}

func TestActiveUpTo(t *testing.T) {
	t.Parallel()
	h := rotation.History{Versions: []rotation.Version{{Number: 5, Active: true}, {Number: 4, Active: true}, {Number: 3}, {Number: 1, Active: true}}}
	for n, want := range map[int64][]int64{0: nil, 1: {1}, 3: {1}, 4: {1, 4}, 9: {1, 4, 5}} {
		if got := h.ActiveUpTo(n); !slices.Equal(got, want) {
			t.Errorf("up to %d: %v, want %v", n, got, want)
		}
	}
}

// Whoever holds the history from before goes on seeing it so.
func TestWithout(t *testing.T) {
	t.Parallel()
	h := rotation.History{Current: 3, Versions: []rotation.Version{{Number: 3, Active: true}, {Number: 2, Active: true}, {Number: 1, Active: true}}}
	if got := h.Without([]int64{1, 2, 7}).ActiveUpTo(9); !slices.Equal(got, []int64{3}) {
		t.Errorf("got %v", got)
	}
	if got := h.ActiveUpTo(9); !slices.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("the history from before is now %v", got)
	}
}

func TestKeyBlocked(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]bool{"": false, "active": false, "disabled": true, "pending_deletion": true, "of later days": false} {
		if got := (rotation.Key{ID: "kms-1", Status: status}).Blocked(); got != want {
			t.Errorf("%q: %v, want %v", status, got, want)
		}
	}
}
