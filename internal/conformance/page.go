package conformance

import (
	"fmt"
	"io"
	"strings"
)

// WriteRows writes the page that lists all rows, in Markdown.
func WriteRows(w io.Writer) error {
	var b strings.Builder
	rows := Rows()
	documented := 0
	for _, row := range rows {
		if row.Source == Documented {
			documented++
		}
	}
	fmt.Fprintf(&b, `# What the API does, row by row

Each row is one behaviour of the Secrets Manager API. The program [conformance](../../cmd/conformance/README.md) checks them
against a service, and a test checks them against the [reference server](../refserver/README.md).

%d rows are documented (D) and %d are assumed (A): the vendor's documentation is silent there, the reference server behaves like
this, and the client does not depend on it. An id is stable. The last column says which permissions, keys and flags it takes to
check the row; every row takes credentials.

This page is generated: `+"`go run ./cmd/conformance -rows > internal/conformance/ROWS.md`"+`.
`, documented, len(rows)-documented)
	for _, s := range stories() {
		fmt.Fprintf(&b, "\n## %s\n\n| row | | behaviour | takes |\n|---|---|---|---|\n", s.title)
		for _, row := range s.rows {
			needs := make([]string, len(row.Needs))
			for i, need := range row.Needs {
				needs[i] = string(need)
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", row.ID, row.Source, cell(row.Sentence), strings.Join(needs, ", "))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
