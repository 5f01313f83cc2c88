package version_test

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// Where the service tells the time, the machine's clock decides nothing.
func TestLocalTimeDecidesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := history().Draw(t, "history")
		h.AsOf = moment().Filter(func(at time.Time) bool { return !at.IsZero() }).Draw(t, "as of")
		m, p := managed(h).Draw(t, "managed"), policy().Draw(t, "policy")
		h.LocalTime = moment().Draw(t, "local time")
		elsewhere := h
		elsewhere.LocalTime = h.AsOf.AddDate(rapid.IntRange(-10, 10).Draw(t, "years"), 0, 0)
		if a, b := version.Observe(h, m, p), version.Observe(elsewhere, m, p); !reflect.DeepEqual(a, b) {
			t.Fatalf("the machine's clock made %+v of %+v", b, a)
		}
	})
}

// Where it does not, the machine's clock makes due, and nothing is idle.
func TestServiceWithoutADate(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	h := version.Snapshot{Life: version.Life{CreatedAt: born}, Current: 4, LocalTime: november(40), Versions: []version.Row{
		{Number: 4, Active: true, CreatedAt: november(4)},
		{Number: 3, Active: true, CreatedAt: november(3)},
	}}
	m := version.Managed{Version: 4, Life: version.Life{CreatedAt: born}, Put: 4, PreviousPut: 3}
	p := version.Policy{RotateAfter: 30 * day, Retention: &version.Retention{MinIdle: day}}
	got := version.Observe(h, m, p)
	if !got.DueAt.Equal(november(34)) {
		t.Errorf("due at %v, want %v", got.DueAt, november(34))
	}
	if len(got.Retire)+len(got.RetireOnPut) > 0 {
		t.Errorf("%v and %v count as idle", got.Retire, got.RetireOnPut)
	}
	p.Retention.MinIdle = 0
	if got := version.Observe(h, m, p); len(got.Retire) != 1 || got.Retire[0] != 3 {
		t.Errorf("retires %v without an idle time, want version 3", got.Retire)
	}
}
