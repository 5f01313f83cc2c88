package driftcheck

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// writeMarkdown writes a title, what it means, and a table for drift and for due work.
func writeMarkdown(w io.Writer, r *Report, _ Options) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "## Drift check: %s\n\n%s\n", r.Verdict, r.headline())
	if len(r.Drift) > 0 {
		out.WriteString("\n### Changed outside Terraform\n\n")
		row(&out, "Secret", "What happened", "The plan", "Resource")
		row(&out, "---", "---", "---", "---")
		for _, f := range r.Drift {
			row(&out, code(f.Secret), cell(f.What), cell(f.Plan), code(f.Resource))
		}
	}
	if len(r.Due) > 0 {
		out.WriteString("\n### Due work\n\n")
		row(&out, "Secret", "What is due", "Resource")
		row(&out, "---", "---", "---")
		for _, f := range r.Due {
			row(&out, code(f.Secret), cell(f.What), code(f.Resource))
		}
	}
	errors := make([]string, len(r.Errors))
	for i, e := range r.Errors {
		errors[i] = e.String()
	}
	lines(&out, "Errors", errors)
	lines(&out, "Warnings", r.Warnings)
	_, err := w.Write(out.Bytes())
	return err
}

func row(out *bytes.Buffer, cells ...string) {
	fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
}

func lines(out *bytes.Buffer, title string, texts []string) {
	if len(texts) == 0 {
		return
	}
	fmt.Fprintf(out, "\n### %s\n\n", title)
	for _, text := range texts {
		fmt.Fprintf(out, "- %s\n", cell(text))
	}
}

var cells = strings.NewReplacer("`", " ", "|", `\|`)

// cell is a text that stays within the cell of a table.
func cell(text string) string { return cells.Replace(text) }

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + cell(text) + "`"
}
