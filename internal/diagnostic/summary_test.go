package diagnostic_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

func TestSummariesArePrinted(t *testing.T) {
	t.Parallel()
	at := path.Root("region")
	for _, tc := range []struct {
		name      string
		got, want diag.Diagnostic
	}{
		{"error", diagnostic.SecretReadFailed.With("why"), diag.NewErrorDiagnostic("Cannot read the secret", "why")},
		{"error at an attribute", diagnostic.RegionMissing.At(at, "why"), diag.NewAttributeErrorDiagnostic(at, "Missing region", "why")},
		{"warning", diagnostic.RotationDue.On("nl-01/app/db", "why"), diag.NewWarningDiagnostic("Rotation due: nl-01/app/db", "why")},
		{"routine", diagnostic.RotationPostponed.On("nl-01/app/db", "Version 4 of nl-01/app/db waits."), diag.NewWarningDiagnostic("Rotation waits for its KMS key", "Version 4 of nl-01/app/db waits.")},
		{"routine without the id", diagnostic.RotationPostponed.On("nl-01/app/db", "why"), diag.NewWarningDiagnostic("Rotation waits for its KMS key", "nl-01/app/db: why")},
		{"hint", diagnostic.ValueInState.With("why"), diag.NewWarningDiagnostic("Value kept in state", "why")},
	} {
		if !tc.got.Equal(tc.want) {
			t.Errorf("%s: got %#v, want %#v", tc.name, tc.got, tc.want)
		}
	}
}

// The catalogue is what pages are compared with, and its ids are what configurations name.
func TestCatalogueKeepsItsForm(t *testing.T) {
	t.Parallel()
	all := diagnostic.Catalogue()
	if len(all) < 100 {
		t.Fatalf("the catalogue has %d entries", len(all))
	}
	summary, id := regexp.MustCompile(`^[A-Z][^.:]*[^.: ](: [a-z ]+)?$`), regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
	seen := map[string]bool{}
	for _, entry := range all {
		if !summary.MatchString(entry.Summary) || !id.MatchString(entry.ID) {
			t.Errorf("%q is not the form of a summary, or %q not of an id", entry.Summary, entry.ID)
		}
		if seen[entry.ID] || seen[entry.String()] {
			t.Errorf("%s is in the catalogue twice", entry.ID)
		}
		seen[entry.ID], seen[entry.String()] = true, true
	}
	for _, known := range []string{
		"Error: Cannot read the secret", "Error: Secret exists already: ID", "Warning: Rotation due: ID", "Warning: Value kept in state",
	} {
		if !seen[known] {
			t.Errorf("%q is not in the catalogue", known)
		}
	}
	all[0].ID = "changed by the caller"
	if diagnostic.Catalogue()[0] == all[0] {
		t.Error("a caller can change the catalogue")
	}
}
