package driftcheck

import (
	"fmt"
	"io"
	"strings"
)

// Options are what the formats print beside the report.
type Options struct {
	Version  string // of the program
	ExitCode int    // of the check
}

// Format is a format of reports.
type Format struct {
	Name, Description string

	write func(io.Writer, *Report, Options) error
}

// Formats are all formats.
func Formats() []Format {
	return []Format{
		{"markdown", "tables, for a job summary or a comment", writeMarkdown},
		{"text", "lines, for a terminal", writeText},
		{"json", "everything, for programs", writeJSON},
		{"junit", "JUnit XML: drift is a failed test, due work a skipped one", writeJUnit},
		{"sarif", "SARIF 2.1.0, for GitHub code scanning and others", writeSARIF},
		{"github", "annotations, as GitHub Actions reads them from a log", writeGitHub},
		{"gitlab", "GitLab code quality report", writeGitLab},
	}
}

// FormatNamed is the format of that name.
func FormatNamed(name string) (Format, error) {
	var names []string
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Format{}, fmt.Errorf("%q is not a format. The formats are %s", name, strings.Join(names, ", "))
}

// Write writes the report in the format.
func (f Format) Write(w io.Writer, r *Report, o Options) error {
	if err := f.write(w, r, o); err != nil {
		return fmt.Errorf("write the %s report: %w", f.Name, err)
	}
	return nil
}

// about is the object of a finding: a secret, or a resource of another provider.
func (f Finding) about() string {
	if f.Secret != "" {
		return f.Secret
	}
	return f.Resource
}

// sentence is a finding in one line.
func (f Finding) sentence() string {
	text := f.about() + ": " + f.What
	if f.Plan != "" {
		text += ". The plan: " + f.Plan
	}
	return text + "."
}

// place is where a finding is shown.
func (r *Report) place(f Finding) Location {
	if f.Location == (Location{}) {
		return r.anywhere()
	}
	return f.Location
}

// anywhere is a place for findings without a resource. The formats require one.
func (r *Report) anywhere() Location {
	if r.root == (Location{}) {
		return Location{"main.tf", 1}
	}
	return r.root
}

// failure describes an incomplete check in one text.
func (r *Report) failure() string {
	texts := make([]string, len(r.Errors))
	for i, e := range r.Errors {
		texts[i] = e.String()
	}
	if len(texts) == 0 {
		return "The plan failed. The log of the job has the reason."
	}
	return "The plan failed: " + strings.Join(texts, "; ") + "."
}
