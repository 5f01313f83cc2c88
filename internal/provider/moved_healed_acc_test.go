package provider_test

import (
	"strings"
	"testing"
)

// Beside a value, a secret without an active version is healed by the move. Without one,
// nothing is put.
func TestMovedWithoutAnActiveVersion(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		value  string
		writes int
	}{
		"a value":  {`secret_string_wo = "another value"`, 1},
		"no value": {"", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := aMigration(t, asItIs)
			m.s.Destroy(migratedID, 2)
			m.s.Destroy(migratedID, 1)
			config := strings.Replace(migratedConfig, `secret_string_wo = "another value"`, tc.value, 1)
			if tc.value == "" {
				config = strings.Replace(config, `value_wo_version = "1"`, "", 1)
			}
			m.Write("main.tf", config)
			m.Plan().Warned(t, "No active version: "+migratedID)
			m.ApplyOnly()
			if m.s.Writes() != tc.writes || m.s.WritesTo(migratedID) != tc.writes {
				t.Errorf("%d writes, want %d: %v", m.s.Writes(), tc.writes, m.s.Calls())
			}
		})
	}
}
