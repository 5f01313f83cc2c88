package provider_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// The rules for plans are formatted, compile, and pass their own tests.
func TestPolicyRules(t *testing.T) {
	t.Parallel()
	rules := filepath.Join(policyDir, "rules")
	for _, args := range [][]string{
		{"fmt", "--diff", "--fail", rules},
		{"check", "--strict", rules},
		{"test", "--threshold", "98", "--coverage", "--format", "json", rules},
		{"test", rules},
	} {
		command := exec.CommandContext(t.Context(), acctest.OPA(t), args...) //nolint:gosec // A tool that this repository pins.
		if said, err := command.CombinedOutput(); err != nil {
			t.Errorf("opa %q: %v\n%s", args, err, said)
		}
	}
}
