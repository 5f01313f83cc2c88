package driftcheck

import (
	"bytes"
	"fmt"
	"io"
)

// writeText writes the report for a terminal.
func writeText(w io.Writer, r *Report, _ Options) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "Drift check: %s\n%s\n", r.Verdict, r.headline())
	findings := func(title string, all []Finding) {
		if len(all) > 0 {
			fmt.Fprintf(&out, "\n%s:\n", title)
		}
		for _, f := range all {
			fmt.Fprintf(&out, "  %s\n", f.sentence())
			if f.Secret != "" {
				fmt.Fprintf(&out, "    %s\n", f.Resource)
			}
		}
	}
	texts := func(title string, all []string) {
		if len(all) > 0 {
			fmt.Fprintf(&out, "\n%s:\n", title)
		}
		for _, text := range all {
			fmt.Fprintf(&out, "  %s\n", text)
		}
	}
	findings("Changed outside Terraform", r.Drift)
	findings("Due work", r.Due)
	errors := make([]string, len(r.Errors))
	for i, e := range r.Errors {
		errors[i] = e.String()
	}
	texts("Errors", errors)
	texts("Warnings", r.Warnings)
	_, err := w.Write(out.Bytes())
	return err
}
