package diagnostic_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

func TestPlanWarningsAgreeWithTheDecision(t *testing.T) {
	t.Parallel()
	s := version.Case{
		Observation: version.Observation{Drift: version.Recreated, CurrentVersion: 1, OnlyPlaceholder: true},
		Managed:     4, External: version.ExternalIgnore, HasValue: true, Value: version.Changed,
	}
	d := version.Decide(s)
	for _, n := range noticesOf(t, diagnostic.PlanWarnings(noticeID, counted, s, d, false)...) {
		if d.Action == version.Put && strings.Contains(n.Detail, "nothing is put") {
			t.Errorf("%+v, and yet: %q", d, n)
		}
	}
}

func TestCurrentPlaceholderAdvice(t *testing.T) {
	t.Parallel()
	s := version.Case{
		Observation: version.Observation{Drift: version.Current, OnlyPlaceholder: true},
		Managed:     1, External: version.ExternalAdopt, HasValue: true,
	}
	for _, n := range noticesOf(t, diagnostic.PlanWarnings(noticeID, counted, s, version.Decide(s), false)...) {
		if strings.Contains(n.Detail, `set on_external_version to "adopt"`) {
			t.Errorf("it is adopt already: %q", n)
		}
	}
	s.HasValue = false
	for _, n := range noticesOf(t, diagnostic.PlanWarnings(noticeID, counted, s, version.Decide(s), false)...) {
		if strings.Contains(n.Detail, "put again") {
			t.Errorf("nothing was put yet: %q", n)
		}
	}
}

func TestRolledBackIsNotDestroyed(t *testing.T) {
	t.Parallel()
	h := version.Snapshot{Life: version.Life{CreatedAt: born}, Current: 3, Versions: []version.Row{{Number: 4, Active: true}, {Number: 3, Active: true}}}
	s := version.Case{Observation: version.Observe(h, version.Managed{Version: 4, Life: version.Life{CreatedAt: born}}, version.Policy{}), Managed: 4, External: version.ExternalAdopt}
	for _, n := range noticesOf(t, diagnostic.PlanWarnings(noticeID, counted, s, version.Decide(s), false)...) {
		if strings.Contains(n.Detail, "was destroyed") {
			t.Error(n.Detail)
		}
	}
}

func TestHealedAfterImportIsNotRecordedOnly(t *testing.T) {
	t.Parallel()
	s := version.Case{Observation: version.Observation{Drift: version.NoneActive}, Managed: 4, External: version.ExternalAdopt, HasValue: true, Pending: true}
	d := version.Decide(s)
	for _, n := range noticesOf(t, diagnostic.PlanWarnings(noticeID, counted, s, d, false)...) {
		if d.Action == version.Put && strings.Contains(n.Detail, "nothing is put") {
			t.Errorf("%+v, and yet: %q", d, n)
		}
	}
}
