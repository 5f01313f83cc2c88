package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// A table of cases uses one state where possible: each row has a separate secret and
// version. The start of Terraform is nearly the whole cost of a command.

// tableConfig is the configuration for all rows, by names that are identifiers.
// container has further arguments of every secret, and version those of a row's
// version. NAME in them is replaced with the name of the row.
func tableConfig[Row any](rows map[string]Row, container string, version func(Row) string) string {
	var main strings.Builder
	for name, row := range rows {
		fmt.Fprintf(&main, `
resource "thalassasecrets_secret" %[1]q {
  path       = "/app/%[1]s"
  kms_key_id = "kms-nl-01"
  %[2]s
}
resource "thalassasecrets_secret_version" %[1]q {
  secret_id = thalassasecrets_secret.%[1]s.id
  %[3]s
}
`, name, container, strings.ReplaceAll(version(row), "NAME", name))
	}
	return main.String()
}

// ownValue gives every row's secret a value as version 1, instead of a placeholder.
const ownValue = `initial_value = { secret_string_wo = "first" }`

func tableAddress(name string) string { return "thalassasecrets_secret_version." + name }

func tableID(name string) string { return "nl-01/app/" + name }

// checkManagedVersion checks which version a row's resource manages.
func checkManagedVersion(t *testing.T, w *acctest.Workspace, name string, want int64) {
	t.Helper()
	if got := fmt.Sprint(w.StateValue(tableAddress(name), "version")); got != fmt.Sprint(want) {
		t.Errorf("%s: version %s is managed, want %d", name, got, want)
	}
}
