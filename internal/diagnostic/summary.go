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

// Entry is what the catalogue says of one summary.
type Entry struct {
	ID      string // stable, in kebab-case
	Summary string // the text, without the id of a secret
	IsError bool
	// NamesSecret says that it is printed with the secret's id at its end.
	NamesSecret bool
}

// String is the summary as Terraform prints it, with its severity, and with ID and N for what
// differs from secret to secret.
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

// The placeholders in the form in which documentation shows a summary.
const (
	anID    = "ID"
	aNumber = "N"
)

// entries is the catalogue. Each constructor below adds its entry, so that none is missing.
var entries []Entry

// Catalogue returns every entry.
func Catalogue() []Entry { return slices.Clone(entries) }

func add(e Entry) Entry {
	entries = append(entries, e)
	return e
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

func newError(id, text string) Error { return Error{add(Entry{id, text, true, false})} }

// Refusal is the summary of an error about one secret that the provider did not touch,
// because it is not as the plan saw it. It is printed with the secret's id at its end.
type Refusal struct{ entry Entry }

// On makes the refusal about the secret with the given id.
func (r Refusal) On(id, detail string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(r.entry.Summary+": "+id, detail)
}

func newRefusal(id, text string) Refusal { return Refusal{add(Entry{id, text, true, true})} }

// Warning is the summary of a warning about one secret. It is printed with the
// secret's id at its end, because Terraform folds warnings with the same summary into
// one.
type Warning struct{ entry Entry }

// On makes the warning about the secret with the given id.
func (w Warning) On(id, detail string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(w.entry.Summary+": "+id, detail)
}

func newWarning(id, text string) Warning { return Warning{add(Entry{id, text, false, true})} }

// VersionWarning is the summary of a warning about one version of a secret. It is
// printed with the version's number in place of the placeholder "N" and with the
// secret's id at its end.
type VersionWarning struct{ entry Entry }

// On makes the warning about a version of the secret with the given id.
func (w VersionWarning) On(id string, version int64, detail string) diag.Diagnostic {
	text := strings.Replace(w.entry.Summary, aNumber, strconv.FormatInt(version, 10), 1)
	return diag.NewWarningDiagnostic(text+": "+id, detail)
}

func newVersionWarning(id, text string) VersionWarning {
	return VersionWarning{add(Entry{id, text, false, true})}
}

// Hint is the summary of a warning that is shown once for all resources.
type Hint struct{ entry Entry }

// With makes the hint with a detail.
func (h Hint) With(detail string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(h.entry.Summary, detail)
}

func newHint(id, text string) Hint { return Hint{add(Entry{id, text, false, false})} }
