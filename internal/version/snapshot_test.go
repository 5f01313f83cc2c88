package version_test

import (
	"slices"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

func TestFind(t *testing.T) {
	t.Parallel()
	h := version.Snapshot{Versions: []version.Row{{Number: 3, Active: true, ValueFormat: "keyValue"}, {Number: 1}}}
	if v, ok := h.Find(3); !ok || v != h.Versions[0] {
		t.Errorf("got %+v, %v", v, ok)
	}
	for _, n := range []int64{0, 2, 4} {
		if v, ok := h.Find(n); ok || v != (version.Row{}) {
			t.Errorf("version %d: %+v, %v", n, v, ok)
		}
	}
}

func TestActiveUpTo(t *testing.T) {
	t.Parallel()
	h := version.Snapshot{Versions: []version.Row{{Number: 5, Active: true}, {Number: 4, Active: true}, {Number: 3}, {Number: 1, Active: true}}}
	for n, want := range map[int64][]int64{0: nil, 1: {1}, 3: {1}, 4: {1, 4}, 9: {1, 4, 5}} {
		if got := h.ActiveUpTo(n); !slices.Equal(got, want) {
			t.Errorf("up to %d: %v, want %v", n, got, want)
		}
	}
}

// Whoever holds the history from before goes on seeing it so.
func TestWithout(t *testing.T) {
	t.Parallel()
	h := version.Snapshot{Current: 3, Versions: []version.Row{{Number: 3, Active: true}, {Number: 2, Active: true}, {Number: 1, Active: true}}}
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
		if got := (version.Key{ID: "kms-1", Status: status}).Blocked(); got != want {
			t.Errorf("%q: %v, want %v", status, got, want)
		}
	}
}
