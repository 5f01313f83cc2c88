package rotation_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
)

func TestIdleSinceARollback(t *testing.T) {
	t.Parallel()
	v := func(n, day int64, active bool) rotation.Version {
		return rotation.Version{Number: n, Active: active, CreatedAt: november(day)}
	}
	h := rotation.History{Current: 5, Versions: []rotation.Version{v(5, 20, true), v(4, 4, false), v(3, 3, true)}}
	m := rotation.Managed{Version: 5, Put: 5, PreviousPut: 4}
	r := &rotation.Retention{MinIdle: 3 * 24 * time.Hour}
	if retire, waiting := r.Retirable(asOf(h, november(20)), m); slices.Contains(retire, 3) {
		t.Errorf("%v goes, %v waits", retire, waiting)
	}
}

func TestNeverRead(t *testing.T) {
	t.Parallel()
	h := rotation.History{Current: 4, Versions: []rotation.Version{{Number: 4, Active: true}, {Number: 3, Active: true}}}
	_, waiting := (&rotation.Retention{MinIdle: time.Hour}).Retirable(asOf(h, november(20)), rotation.Managed{Version: 4, Put: 4, PreviousPut: 3})
	for _, w := range waiting {
		if w.Read {
			t.Errorf("%+v counts as read", w)
		}
	}
}

func TestKeyNames(t *testing.T) {
	t.Parallel()
	b, _ := json.Marshal(rotation.Verdict{Finding: rotation.Current, Key: rotation.Key{ID: "kms-1", Status: "disabled"}})
	if want := `{"finding":"current","key":{"id":"kms-1","status":"disabled"}}`; string(b) != want {
		t.Errorf("got %s", b)
	}
}

// An empty answer to a GET, 200 {} or null, makes a plan write.
func TestEmptyAnswerLeadsToAPut(t *testing.T) {
	t.Parallel()
	v := rotation.Observe(asOf(rotation.History{}, born), rotation.Managed{Version: 4, Life: rotation.Life{CreatedAt: born}}, rotation.Policy{})
	d := rotation.Decide(rotation.Situation{Verdict: v, Managed: 4, External: rotation.Adopt, HasValue: true})
	if d.Action == rotation.Put {
		t.Errorf("%+v: %+v", v.Finding, d)
	}
}
