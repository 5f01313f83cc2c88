package acctest

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// RefusedError is an error that the provider reports to the user.
type RefusedError struct{ Diagnostics []*tfprotov6.Diagnostic }

func (r *RefusedError) Error() string {
	var texts []string
	for _, d := range r.Diagnostics {
		texts = append(texts, d.Summary+": "+d.Detail)
	}
	return strings.Join(texts, "\n")
}

// failed picks the errors out of diagnostics.
func failed(diagnostics []*tfprotov6.Diagnostic) error {
	var found []*tfprotov6.Diagnostic
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			found = append(found, d)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return &RefusedError{found}
}
