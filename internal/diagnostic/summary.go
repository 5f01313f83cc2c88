// Package diagnostic holds what the provider says to its users: the summaries of all
// errors and warnings, and the text of the warnings that explain a plan.
package diagnostic

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// The types of summaries are structs, not strings: a text literal does not compile
// in their place, so every summary is an entry of the catalogue.

// Error is the summary of an error. It is the same text for every secret.
type Error struct{ text string }

// With makes the error with a detail: what happened, on what, and what to do now.
func (e Error) With(detail string) diag.Diagnostic { return diag.NewErrorDiagnostic(e.text, detail) }

// At makes the error about an attribute of the configuration.
func (e Error) At(attribute path.Path, detail string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(attribute, e.text, detail)
}

// Refusal is the summary of an error about one secret that the provider did not touch,
// because it is not as the plan saw it. It is printed with the secret's id at its end.
type Refusal struct{ text string }

// On makes the refusal about the secret with the given id.
func (r Refusal) On(id, detail string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(r.text+": "+id, detail)
}

// Warning is the summary of a warning about one secret. It is printed with the
// secret's id at its end, because Terraform folds warnings with the same summary into
// one.
type Warning struct{ text string }

// On makes the warning about the secret with the given id.
func (w Warning) On(id, detail string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(w.text+": "+id, detail)
}

// VersionWarning is the summary of a warning about one version of a secret. It is
// printed with the version's number in place of the placeholder "N" and with the
// secret's id at its end.
type VersionWarning struct{ text string }

// On makes the warning about a version of the secret with the given id.
func (w VersionWarning) On(id string, version int64, detail string) diag.Diagnostic {
	text := strings.Replace(w.text, aNumber, strconv.FormatInt(version, 10), 1)
	return diag.NewWarningDiagnostic(text+": "+id, detail)
}

// Hint is the summary of a warning that is shown once for all resources.
type Hint struct{ text string }

// With makes the hint with a detail.
func (h Hint) With(detail string) diag.Diagnostic { return diag.NewWarningDiagnostic(h.text, detail) }

// The placeholders in the form in which documentation shows a summary.
const (
	anID    = "ID"
	aNumber = "N"
)

// documented holds the summaries of the catalogue as documentation shows them. Each
// constructor below adds its entry, so that no summary is missing.
var documented []string

// Summaries returns every summary of the catalogue as Terraform prints it, with its
// severity, and with ID and N for what differs from secret to secret.
func Summaries() []string { return slices.Clone(documented) }

func newError(text string) Error {
	documented = append(documented, "Error: "+text)
	return Error{text}
}

func newRefusal(text string) Refusal {
	documented = append(documented, "Error: "+text+": "+anID)
	return Refusal{text}
}

func newWarning(text string) Warning {
	documented = append(documented, "Warning: "+text+": "+anID)
	return Warning{text}
}

func newVersionWarning(text string) VersionWarning {
	documented = append(documented, "Warning: "+text+": "+anID)
	return VersionWarning{text}
}

func newHint(text string) Hint {
	documented = append(documented, "Warning: "+text)
	return Hint{text}
}
