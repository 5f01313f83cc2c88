package conformance

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Report is what a run found out.
type Report struct {
	Version string   `json:"version"`
	Doctor  Doctor   `json:"doctor"`
	Rows    []Result `json:"rows"`
	// Left names what could not be removed.
	Left        []string `json:"left"`
	Interrupted bool     `json:"interrupted"`
	Error       string   `json:"error,omitempty"` // why the run could not begin
}

// report puts the results into the order of the rows.
func (r *runner) report(results map[string]Result, left []string, interrupted bool) Report {
	r.doctor.complete(r)
	report := Report{Version: r.config.Version, Doctor: r.doctor, Rows: []Result{}, Left: left, Interrupted: interrupted}
	if report.Left == nil {
		report.Left = []string{}
	}
	for _, row := range Rows() {
		if result, ok := results[row.ID]; ok {
			report.Rows = append(report.Rows, result)
		}
	}
	return report
}

// Count is how many rows have an outcome.
func (r Report) Count(outcome Outcome) int {
	n := 0
	for _, row := range r.Rows {
		if row.Outcome == outcome {
			n++
		}
	}
	return n
}

// ExitCode is 0 where all that was checked holds, 1 where something does not, and 2
// where the run did not come to its end or left something behind.
func (r Report) ExitCode() int {
	switch {
	case r.Interrupted || len(r.Left) > 0 || len(r.Rows) == 0:
		return 2
	case r.Count(Fails) > 0:
		return 1
	}
	return 0
}

// WriteJSON writes the report for machines.
func (r Report) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}

// fact is one line of what is known of the account.
type fact struct{ name, text string }

// facts are the lines about the account. The ids of organisation and project are
// shortened where the report leaves the machine.
func (d Doctor) facts(shortened bool) []fact {
	id := func(s string) string {
		switch {
		case s == "":
			return "none"
		case shortened:
			return shortID(s)
		}
		return s
	}
	facts := []fact{
		{"endpoint", d.Endpoint},
		{"region", d.Region},
		{"credentials", d.Credentials + " from " + d.FoundIn},
		{"organisation", id(d.Organisation)},
		{"project", id(d.Project)},
		{"prefix", d.Prefix},
	}
	for _, p := range d.Permissions {
		text := string(p.State)
		if p.Said != "" && !shortened {
			text += ": " + p.Said
		}
		facts = append(facts, fact{"permission " + string(p.Name), text})
	}
	key := d.KMSKey
	if shortened {
		key = shortID(key)
	}
	return append(facts,
		fact{"KMS", d.KMS}, fact{"KMS key", key}, fact{"clock", d.Clock},
		fact{"latency", fmt.Sprintf("median %s, longest %s", rounded(d.Median), rounded(d.Longest))},
		fact{"requests", fmt.Sprintf("%d, of which %d met a rate limit (429)", d.Requests, d.RateLimited)},
		fact{"earlier runs", d.Leftovers})
}

func rounded(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }

// shortID keeps enough of an id to recognise one's own.
func shortID(s string) string {
	r := []rune(s)
	return string(r[:min(4, len(r)/2)]) + "…"
}

// summary counts the outcomes in one line.
func (r Report) summary() string {
	return fmt.Sprintf("%d rows: %d hold, %d do not hold, %d not checked", len(r.Rows), r.Count(Holds), r.Count(Fails), r.Count(NotChecked))
}

// WriteTable writes the report for people.
func (r Report) WriteTable(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range r.Doctor.facts(false) {
		fmt.Fprintf(table, "%s\t%s\n", f.name, f.text)
	}
	fmt.Fprintln(table)
	for _, row := range r.Rows {
		fmt.Fprintf(table, "%s\t%s\t%s\n", row.Source, row.ID, row.Text())
	}
	fmt.Fprintln(table)
	if err := table.Flush(); err != nil {
		return err
	}
	for _, row := range r.Rows {
		if row.Outcome == Fails {
			fmt.Fprintf(w, "%s: %s\n  %s\n", row.ID, row.Sentence, row.Text())
		}
	}
	for _, left := range r.Left {
		fmt.Fprintf(w, "Left behind: %s\n", left)
	}
	if r.Interrupted {
		fmt.Fprintln(w, "The run was interrupted.")
	}
	_, err := fmt.Fprintln(w, r.summary())
	return err
}

// host is what looks like the name or address of a machine, with its port.
var host = regexp.MustCompile(`\b(?:(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}|\d{1,3}(?:\.\d{1,3}){3})\b(?::\d+)?|\[[0-9A-Fa-f:]+\](?::\d+)?`)

// WriteMarkdown writes the report in a form that can be pasted into an issue: ids are
// shortened, and what the service said has no names of machines.
func (r Report) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## Conformance of the Secrets Manager API\n\nVersion %s. %s.\n\n| | |\n|---|---|\n", r.Version, r.summary())
	for _, f := range r.Doctor.facts(true) {
		fmt.Fprintf(&b, "| %s | %s |\n", f.name, cell(f.text))
	}
	b.WriteString("\n| row | | outcome |\n|---|---|---|\n")
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", row.ID, row.Source, cell(r.redacted(row.Text())))
	}
	for _, left := range r.Left {
		fmt.Fprintf(&b, "\nLeft behind: %s\n", cell(r.redacted(left)))
	}
	if r.Interrupted {
		b.WriteString("\nThe run was interrupted.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// redacted takes the account's ids and the names of machines out of a text.
func (r Report) redacted(text string) string {
	for _, id := range []string{r.Doctor.Organisation, r.Doctor.Project} {
		if len(id) > 3 {
			text = strings.ReplaceAll(text, id, shortID(id))
		}
	}
	return host.ReplaceAllStringFunc(text, func(found string) string {
		// The names of events look like those of machines.
		if slices.ContainsFunc(auditActions, func(a auditAction) bool { return a.action == found }) {
			return found
		}
		return "(host)"
	})
}

// cell makes a text fit for a table in Markdown.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;", "\n", " ").Replace(text)
}
