package diagnostic_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
)

func TestNoticesAgreeWithTheDecision(t *testing.T) {
	t.Parallel()
	s := rotation.Situation{
		Verdict: rotation.Verdict{Finding: rotation.Recreated, CurrentVersion: 1, OnlyPlaceholder: true},
		Managed: 4, External: rotation.Ignore, HasValue: true, Value: rotation.Changed,
	}
	d := rotation.Decide(s)
	for _, n := range noticesOf(t, diagnostic.Notices(noticeID, counted, s, d, false)...) {
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
	for _, n := range noticesOf(t, diagnostic.Notices(noticeID, counted, s, rotation.Decide(s), false)...) {
		if strings.Contains(n.Detail, `set on_external_version to "adopt"`) {
			t.Errorf("it is adopt already: %q", n)
		}
	}
	s.HasValue = false
	for _, n := range noticesOf(t, diagnostic.Notices(noticeID, counted, s, rotation.Decide(s), false)...) {
		if strings.Contains(n.Detail, "put again") {
			t.Errorf("nothing was put yet: %q", n)
		}
	}
}

func TestRolledBackIsNotDestroyed(t *testing.T) {
	t.Parallel()
	h := rotation.History{Life: rotation.Life{CreatedAt: born}, Current: 3, Versions: []rotation.Version{{Number: 4, Active: true}, {Number: 3, Active: true}}}
	s := rotation.Situation{Verdict: rotation.Observe(h, rotation.Managed{Version: 4, Life: rotation.Life{CreatedAt: born}}, rotation.Policy{}), Managed: 4, External: rotation.Adopt}
	for _, n := range noticesOf(t, diagnostic.Notices(noticeID, counted, s, rotation.Decide(s), false)...) {
		if strings.Contains(n.Detail, "was destroyed") {
			t.Error(n.Detail)
		}
	}
}

func TestHealedAfterImportIsNotRecordedOnly(t *testing.T) {
	t.Parallel()
	s := rotation.Situation{Verdict: rotation.Verdict{Finding: rotation.NoneActive}, Managed: 4, External: rotation.Adopt, HasValue: true, Pending: true}
	d := rotation.Decide(s)
	for _, n := range noticesOf(t, diagnostic.Notices(noticeID, counted, s, d, false)...) {
		if d.Action == rotation.Put && strings.Contains(n.Detail, "nothing is put") {
			t.Errorf("%+v, and yet: %q", d, n)
		}
	}
}
