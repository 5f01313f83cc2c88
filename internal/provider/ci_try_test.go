package provider_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// The walk-through of the README gets to its end, and shows what it says it does.
func TestDriftCheckTryOut(t *testing.T) {
	t.Parallel()
	acctest.Needs(t, acctest.WriteOnly)
	needsProgram(t, "jq")
	needsProgram(t, "curl")
	script := exec.CommandContext(t.Context(), "bash", filepath.Join("..", "..", "examples", "ci", "try.sh")) //nolint:gosec // A script of the source tree.
	script.Env = append(script.Environ(), "TMPDIR="+t.TempDir())
	out, err := script.CombinedOutput()
	if err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	rest := string(out)
	for _, line := range []string{
		"== 1. ", clean, "Exit code 0.",
		"== 2. ", drifted, "| `nl-01/app/production/api-token` | version 3 was put; version 2 was managed |", "Exit code 3.",
		"== 3. ", clean, "Exit code 0.",
		"== 4. ", onlyDue, "version 3: the configuration has another value (value)", "Exit code 0.",
	} {
		_, after, found := strings.Cut(rest, line)
		if !found {
			t.Fatalf("there is no %q in what is left of it:\n%s", line, out)
		}
		rest = after
	}
}
