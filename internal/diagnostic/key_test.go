package diagnostic_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// Every text about a blocked key says what helps: a disabled key is enabled, and one that
// is pending deletion cannot be, before its deletion is cancelled.
func TestKeyRemedies(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]struct{ says, never string }{
		version.KeyDisabled:        {"enable the key", "deletion"},
		version.KeyPendingDeletion: {"cancel its deletion", "enable"},
	} {
		k := version.Key{ID: "kms-1", Status: status}
		due := version.Case{Observation: version.Observation{Drift: version.Current, DueAt: born, Key: k}, Managed: 1, External: version.ExternalAdopt, HasValue: true, Renewable: true}
		heal := version.Case{Observation: version.Observation{Drift: version.NoneActive, Key: k}, Managed: 1, External: version.ExternalAdopt, HasValue: true}
		texts := map[string]string{
			"refusal": diagnostic.KeyRefusal(noticeID, k), "secret": diagnostic.KeyRefusesSecret(k),
			"due":  noticesOf(t, diagnostic.PlanWarnings(noticeID, counted, due, version.Decide(due), true)...)[0].Detail,
			"heal": noticesOf(t, diagnostic.PlanWarnings(noticeID, counted, heal, version.Decide(heal), true)...)[0].Detail,
		}
		for name, text := range texts {
			text = strings.ToLower(text)
			if without := strings.ReplaceAll(text, "pending deletion", ""); !strings.Contains(text, want.says) || strings.Contains(without, want.never) {
				t.Errorf("%s of a key that is %s: %q", name, status, text)
			}
		}
	}
}
