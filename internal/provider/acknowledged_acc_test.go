package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// A warning that names no write can be hidden by its id. One that names a write cannot, and neither
// can an error.
func TestAcknowledgedWarnings(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	acknowledge := func(ids string) {
		w.Write("provider.tf", "provider \"thalassasecrets\" {\n  acknowledged_warnings = ["+ids+"]\n}\n")
	}
	const kept = "Value kept in state"
	w.Write("main.tf", container+versionOf(`secret_string = "in the state"`))
	if said := w.Plan().Warned(t, kept); !strings.Contains(said, `add "value-in-state" to acknowledged_warnings`) {
		t.Errorf("the warning says %q", said)
	}
	acknowledge(`"value-in-state", "retention-waiting"`)
	w.Apply()
	w.Write("main.tf", container+versionOf(`secret_string = "another"`))
	if plan := w.Plan(); slices.Contains(plan.Warnings(), kept) {
		t.Errorf("an acknowledged warning is printed: %v", plan.Diagnostics)
	}
	for id, says := range map[string]string{ //nolint:gosec // Ids of the catalogue.
		"rotation-due":                `"rotation-due" (Rotation due) announces or reports a change of a secret, so it cannot be hidden`,
		"version-destroy-announced":   "so it cannot be hidden",
		"rotation-due-more":           "so it cannot be hidden",
		"secret-deletion-protected":   "is an error, and only warnings can be acknowledged",
		"values-in-state-are-allowed": "is not the id of a warning",
	} {
		acknowledge(`"` + id + `"`)
		if said := w.PlanFails().Failed(t, "Invalid acknowledged warning"); !strings.Contains(strings.Join(strings.Fields(said), " "), says) {
			t.Errorf("%s: the error says %q", id, said)
		}
	}
}

// A fleet of due services has a warning for each of the first ten, and Terraform counts the others.
// Every one is in the output for machines, and no service has two.
func TestDueFleet(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	fleet := func(size int) string {
		return fmt.Sprintf(`
resource "thalassasecrets_secret" "all" {
  count      = %d
  path       = "/fleet/${count.index}"
  kms_key_id = "kms-nl-01"
}
resource "thalassasecrets_secret_version" "all" {
  count     = %[1]d
  secret_id = thalassasecrets_secret.all[count.index].id
  generate  = { byte_length = 32 }
  rotation  = { after = "30d" }
  retention = { keep = 0, min_idle = "60d" }
}
`, size)
	}
	due := func() (named, further int) {
		for _, d := range w.Plan().Warnings() {
			switch {
			case strings.HasPrefix(d, "Rotation due: nl-01/fleet/"):
				named++
			case d == "Rotation due: more secrets":
				further++
			default:
				t.Errorf("there is a warning %q", d)
			}
		}
		return named, further
	}
	w.Write("main.tf", fleet(10))
	w.Apply()
	for range 2 { // The second time, each has a superseded version that waits to be retired.
		s.Clock().Advance(31 * 24 * time.Hour)
		if named, further := due(); named != 10 || further != 0 {
			t.Errorf("10 due services have %d and %d warnings", named, further)
		}
		w.Apply()
	}
	w.Write("main.tf", fleet(12))
	w.Apply()
	s.Clock().Advance(31 * 24 * time.Hour)
	if named, further := due(); named != 10 || further != 2 {
		t.Errorf("12 due services have %d and %d warnings", named, further)
	}
	if said := w.Run("plan", "-no-color").Stdout; !strings.Contains(said, "(and one more similar warning elsewhere)") {
		t.Errorf("Terraform does not count the others:\n%s", said)
	}
}
