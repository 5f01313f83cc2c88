package driftcheck

import (
	"encoding/json"
	"io"
)

// formatVersion is that of the JSON report. A minor version adds fields.
const formatVersion = "1.0"

type jsonReport struct {
	FormatVersion string        `json:"format_version"`
	Verdict       Verdict       `json:"verdict"`
	Complete      bool          `json:"complete"`
	ExitCode      int           `json:"exit_code"`
	Drift         []jsonFinding `json:"drift"`
	Due           []jsonFinding `json:"due"`
	Warnings      []string      `json:"warnings"`
	Errors        []jsonProblem `json:"errors"`
}

type jsonFinding struct {
	Rule     string `json:"rule"`
	Secret   string `json:"secret,omitempty"`
	Resource string `json:"resource"`
	What     string `json:"what"`
	Plan     string `json:"plan,omitempty"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
}

type jsonProblem struct {
	Summary  string `json:"summary"`
	Resource string `json:"resource,omitempty"`
}

// writeJSON writes the whole report.
func writeJSON(w io.Writer, r *Report, o Options) error {
	out := jsonReport{
		FormatVersion: formatVersion, Verdict: r.Verdict, Complete: r.Complete, ExitCode: o.ExitCode,
		Drift: jsonFindings(r.Drift), Due: jsonFindings(r.Due),
		Warnings: append([]string{}, r.Warnings...), Errors: []jsonProblem{},
	}
	for _, e := range r.Errors {
		out.Errors = append(out.Errors, jsonProblem(e))
	}
	return encode(w, out)
}

func jsonFindings(findings []Finding) []jsonFinding {
	all := make([]jsonFinding, len(findings))
	for i, f := range findings {
		all[i] = jsonFinding{f.Rule.ID, f.Secret, f.Resource, f.What, f.Plan, f.Location.File, f.Location.Line}
	}
	return all
}

// encode writes JSON that people can read too.
func encode(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
