package rotation_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
)

func TestNoticesAgreeWithTheDecision(t *testing.T) {
	t.Parallel()
	s := rotation.Situation{
		Verdict: rotation.Verdict{Finding: rotation.Recreated, CurrentVersion: 1, OnlyPlaceholder: true},
		Managed: 4, External: rotation.Ignore, HasValue: true, Value: rotation.Changed,
	}
	d := rotation.Decide(s)
	for _, n := range rotation.Notices(noticeID, s, d) {
		if d.Action == rotation.Put && strings.Contains(n.Detail, "nothing is put") {
			t.Errorf("%+v, and yet: %q", d, n)
		}
	}
}

func TestCurrentPlaceholderAdvice(t *testing.T) {
	t.Parallel()
	s := rotation.Situation{
		Verdict: rotation.Verdict{Finding: rotation.Current, OnlyPlaceholder: true},
		Managed: 1, External: rotation.Adopt, HasValue: true,
	}
	for _, n := range rotation.Notices(noticeID, s, rotation.Decide(s)) {
		if strings.Contains(n.Detail, `set on_external_version to "adopt"`) {
			t.Errorf("it is adopt already: %q", n)
		}
	}
	s.HasValue = false
	for _, n := range rotation.Notices(noticeID, s, rotation.Decide(s)) {
		if strings.Contains(n.Detail, "put again") {
			t.Errorf("nothing was put yet: %q", n)
		}
	}
}

func TestRolledBackIsNotDestroyed(t *testing.T) {
	t.Parallel()
	h := rotation.History{SecretCreatedAt: born, Current: 3, Versions: []rotation.Version{{Number: 4, Active: true}, {Number: 3, Active: true}}}
	s := rotation.Situation{Verdict: rotation.Observe(asOf(h, born), rotation.Managed{Version: 4, SecretCreatedAt: born}, rotation.Policy{}), Managed: 4, External: rotation.Adopt}
	for _, n := range rotation.Notices(noticeID, s, rotation.Decide(s)) {
		if strings.Contains(n.Detail, "was destroyed") {
			t.Error(n.Detail)
		}
	}
}

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
			t.Errorf("%+v: %q", w, rotation.StillWaiting(noticeID, w, "1h").Detail)
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

func TestHealedAfterImportIsNotRecordedOnly(t *testing.T) {
	t.Parallel()
	s := rotation.Situation{Verdict: rotation.Verdict{Finding: rotation.NoneActive}, Managed: 4, External: rotation.Adopt, HasValue: true, Pending: true}
	d := rotation.Decide(s)
	for _, n := range rotation.Notices(noticeID, s, d) {
		if d.Action == rotation.Put && strings.Contains(n.Detail, "nothing is put") {
			t.Errorf("%+v, and yet: %q", d, n)
		}
	}
}

// An empty answer to a GET, 200 {} or null, makes a plan write.
func TestEmptyAnswerLeadsToAPut(t *testing.T) {
	t.Parallel()
	v := rotation.Observe(asOf(rotation.History{}, born), rotation.Managed{Version: 4, SecretCreatedAt: born}, rotation.Policy{})
	d := rotation.Decide(rotation.Situation{Verdict: v, Managed: 4, External: rotation.Adopt, HasValue: true})
	if d.Action == rotation.Put {
		t.Errorf("%+v: %+v", v.Finding, d)
	}
}
