// Package diagnostic holds what the provider says to its users: the summaries of all
// errors and warnings, and the text of the warnings that explain a plan.
package diagnostic

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// The types of summaries are structs, not strings: a text literal does not compile
// in their place, so every summary is an entry of the catalogue.

// Entry is what the catalogue says of one summary.
type Entry struct {
	ID      string // stable, in kebab-case
	Summary string // the text, without the id of a secret
	IsError bool
	// NamesSecret says that it is printed with the secret's id at its end.
	NamesSecret bool
	// IsAcknowledgeable says that a configuration may hide it, because it names no write.
	IsAcknowledgeable bool
}

// String is the summary as Terraform prints it, with its severity, and with ID in place of
// the id of a secret.
func (e Entry) String() string {
	text := "Warning: " + e.Summary
	if e.IsError {
		text = "Error: " + e.Summary
	}
	if e.NamesSecret {
		text += ": " + anID
	}
	return text
}

// anID stands for the id of a secret where documentation shows a summary.
const anID = "ID"

// entries is the catalogue. Each constructor below adds its entry, so that none is missing.
var entries []Entry

// Catalogue returns every entry.
func Catalogue() []Entry { return slices.Clone(entries) }

func add(e Entry) Entry {
	entries = append(entries, e)
	return e
}

// Acknowledgeable returns the entries that a configuration may hide.
func Acknowledgeable() []Entry {
	return slices.DeleteFunc(Catalogue(), func(e Entry) bool { return !e.IsAcknowledgeable })
}

// Error is the summary of an error. It is the same text for every secret.
type Error struct{ entry Entry }

// With makes the error with a detail: what happened, on what, and what to do now.
func (e Error) With(detail string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(e.entry.Summary, detail)
}

// At makes the error about an attribute of the configuration.
func (e Error) At(attribute path.Path, detail string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(attribute, e.entry.Summary, detail)
}

func newError(id, text string) Error { return Error{add(Entry{id, text, true, false, false})} }

// Refusal is the summary of an error about one secret that the provider did not touch,
// because it is not as the plan saw it. It is printed with the secret's id at its end.
type Refusal struct{ entry Entry }

// On makes the refusal about the secret with the given id.
func (r Refusal) On(id, detail string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(r.entry.Summary+": "+id, detail)
}

func newRefusal(id, text string) Refusal { return Refusal{add(Entry{id, text, true, true, false})} }

// Warning is the summary of a warning about one secret that names a write, or that the drift check
// reads. It is printed with the secret's id at its end, because Terraform folds warnings with the same
// summary into one.
type Warning struct{ entry Entry }

// On makes the warning about the secret with the given id.
func (w Warning) On(id, detail string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(w.entry.Summary+": "+id, detail)
}

// Is reports that a diagnostic is this warning about the secret with the given id.
func (w Warning) Is(d diag.Diagnostic, id string) bool {
	return d.Severity() == diag.SeverityWarning && d.Summary() == w.entry.Summary+": "+id
}

func newWarning(id, text string) Warning { return Warning{add(Entry{id, text, false, true, false})} }

// Routine is the summary of a warning that names no write, and that many secrets may have at once. Its
// summary has no id, so Terraform prints the first in full and counts the others. The detail names the
// secret, and "plan -json" has each of them.
type Routine struct{ entry Entry }

// On makes the warning about the secret with the given id.
func (r Routine) On(id, detail string) diag.Diagnostic {
	if !strings.Contains(detail, id) {
		detail = id + ": " + detail
	}
	return diag.NewWarningDiagnostic(r.entry.Summary, detail)
}

func newRoutine(id, text string) Routine { return Routine{add(Entry{id, text, false, false, true})} }

// newFurther is for what a warning about a write says of further secrets. It cannot be hidden.
func newFurther(id, text string) Routine { return Routine{add(Entry{id, text, false, false, false})} }

// Hint is the summary of a warning that is shown once for all resources.
type Hint struct{ entry Entry }

// ID is the id of the hint in the catalogue.
func (h Hint) ID() string { return h.entry.ID }

// With makes the hint with a detail.
func (h Hint) With(detail string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(h.entry.Summary, detail)
}

func newHint(id, text string) Hint { return Hint{add(Entry{id, text, false, false, true})} }
