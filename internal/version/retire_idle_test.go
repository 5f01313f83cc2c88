package version_test

import (
	"slices"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

func TestIdleSinceARollback(t *testing.T) {
	t.Parallel()
	v := func(n, day int64, active bool) version.Row {
		return version.Row{Number: n, Active: active, CreatedAt: november(day)}
	}
	h := version.Snapshot{Current: 5, Versions: []version.Row{v(5, 20, true), v(4, 4, false), v(3, 3, true)}}
	m := version.Managed{Version: 5, Put: 5, PreviousPut: 4}
	r := &version.Retention{MinIdle: 3 * 24 * time.Hour}
	if retire, waiting := r.Retirable(asOf(h, november(20)), m); slices.Contains(retire, 3) {
		t.Errorf("%v goes, %v waits", retire, waiting)
	}
}

func TestNeverRead(t *testing.T) {
	t.Parallel()
	h := version.Snapshot{Current: 4, Versions: []version.Row{{Number: 4, Active: true}, {Number: 3, Active: true}}}
	_, waiting := (&version.Retention{MinIdle: time.Hour}).Retirable(asOf(h, november(20)), version.Managed{Version: 4, Put: 4, PreviousPut: 3})
	for _, w := range waiting {
		if w.Read {
			t.Errorf("%+v counts as read", w)
		}
	}
}
