package diagnostic_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
)

// Every text about a blocked key says what helps: a disabled key is enabled, and one that
// is pending deletion cannot be, before its deletion is cancelled.
func TestKeyRemedies(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]struct{ says, never string }{
		rotation.KeyDisabled:        {"enable the key", "deletion"},
		rotation.KeyPendingDeletion: {"cancel its deletion", "enable"},
	} {
		k := rotation.Key{ID: "kms-1", Status: status}
		due := rotation.Situation{Verdict: rotation.Verdict{Finding: rotation.Current, DueAt: born, Key: k}, Managed: 1, External: rotation.Adopt, HasValue: true, Renewable: true}
		heal := rotation.Situation{Verdict: rotation.Verdict{Finding: rotation.NoneActive, Key: k}, Managed: 1, External: rotation.Adopt, HasValue: true}
		texts := map[string]string{
			"refusal": diagnostic.KeyRefusal(noticeID, k), "secret": diagnostic.KeyRefusesSecret(k), "failure": diagnostic.KeyBlocks("The KMS key", k),
			"due":  noticesOf(t, diagnostic.Notices(noticeID, counted, due, rotation.Decide(due), true)...)[0].Detail,
			"heal": noticesOf(t, diagnostic.Notices(noticeID, counted, heal, rotation.Decide(heal), true)...)[0].Detail,
		}
		for name, text := range texts {
			text = strings.ToLower(text)
			if without := strings.ReplaceAll(text, "pending deletion", ""); !strings.Contains(text, want.says) || strings.Contains(without, want.never) {
				t.Errorf("%s of a key that is %s: %q", name, status, text)
			}
		}
	}
}
