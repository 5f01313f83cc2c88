package diagnostic_test

import (
	"regexp"
	"slices"
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
		{
			"warning about a version", diagnostic.RetentionWaiting.On("nl-01/NATO/N", 12, "why"),
			diag.NewWarningDiagnostic("Version 12 waits to be retired: nl-01/NATO/N", "why"),
		},
		{"hint", diagnostic.ValueInState.With("why"), diag.NewWarningDiagnostic("Value kept in state", "why")},
	} {
		if !tc.got.Equal(tc.want) {
			t.Errorf("%s: got %#v, want %#v", tc.name, tc.got, tc.want)
		}
	}
}

// The list of summaries is what tests compare documentation with. So it has to hold
// each once, in the form that documentation uses.
func TestSummariesKeepTheirForm(t *testing.T) {
	t.Parallel()
	all := diagnostic.Summaries()
	for _, known := range []string{
		"Error: Cannot read the secret", "Warning: Rotation due: ID", "Warning: Version N waits to be retired: ID", "Warning: Value kept in state",
	} {
		if !slices.Contains(all, known) {
			t.Errorf("%q is not in the catalogue", known)
		}
	}
	form := regexp.MustCompile(`^(Error: [A-Z][^.:]*[^.: ](: ID)?|Warning: [A-Z][^.:]*[^.: ](: ID)?)$`)
	seen := map[string]bool{}
	for _, summary := range all {
		if !form.MatchString(summary) {
			t.Errorf("%q is not the form of a summary", summary)
		}
		if seen[summary] {
			t.Errorf("%q is in the catalogue twice", summary)
		}
		seen[summary] = true
	}
	all[0] = "changed by the caller"
	if diagnostic.Summaries()[0] == all[0] {
		t.Error("a caller can change the catalogue")
	}
}
