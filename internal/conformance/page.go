package conformance

import (
	"fmt"
	"io"
	"strings"
)

// unchecked is the end of the page.
const unchecked = `
## What no row checks

| behaviour | why |
|---|---|
| creating KMS keys, and automatic rotation | A key cannot be removed at once, so it would stay. |
| patterns of paths in roles, and lists without the unreadable | It takes a role that is made for the test. |
| a project from the claim of a token | A run cannot tell whether its token has one. |
| billing | The API does not show it. |
| 5xx at any time, and answers that get lost | They come when they come. The provider's own tests play them. |
`

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
this, and the client must not depend on it. An id is stable. The last column says which permissions, keys and flags it takes to
check the row; every row takes credentials.

This page is generated: `+"`go run ./cmd/conformance -rows > internal/conformance/ROWS.md`"+`.
`, documented, len(rows)-documented)
	for _, s := range scenarios() {
		fmt.Fprintf(&b, "\n## %s\n\n| row | | behaviour | takes |\n|---|---|---|---|\n", s.title)
		for _, row := range s.rows {
			needs := make([]string, len(row.Needs))
			for i, need := range row.Needs {
				needs[i] = string(need)
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", row.ID, row.Source, cell(row.Sentence), strings.Join(needs, ", "))
		}
	}
	b.WriteString(unchecked)
	_, err := io.WriteString(w, b.String())
	return err
}
