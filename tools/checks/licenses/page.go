package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

const preamble = `<!-- Written by "make licenses". -->
# Third-party licences

The provider and its tools are under the [Mozilla Public License 2.0](LICENSE). Their programs hold code of the modules below, each
under the licence that is named, over all platforms that are released. The texts follow, each once, as the modules have them.

| module | version | licence |
|---|---|---|
`

// write writes the table and then each text once, under the modules that have it.
func write(w io.Writer, modules []module) error {
	var page strings.Builder
	page.WriteString(preamble)
	var texts []string // in the order of the table
	having := map[string][]string{}
	for _, m := range modules {
		licence, err := m.licence()
		if err != nil {
			return err
		}
		fmt.Fprintf(&page, "| %s | %s | %s |\n", m.path, m.version, licence)
		for _, file := range slices.Sorted(maps.Keys(m.texts)) {
			text := plain(m.texts[file])
			if having[text] == nil {
				texts = append(texts, text)
			}
			having[text] = append(having[text], fmt.Sprintf("%s: %s", m.path, file))
		}
	}
	page.WriteString("\n## Texts\n")
	for _, text := range texts {
		page.WriteString("\n")
		for _, where := range having[text] {
			fmt.Fprintf(&page, "- %s\n", where)
		}
		fmt.Fprintf(&page, "\n```text\n%s\n```\n", text)
	}
	_, err := io.WriteString(w, page.String())
	return err
}

// plain drops what differs between texts that say the same: the ends of lines, and
// empty lines around the whole.
func plain(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimRight(line, " \t\r\n\f"))
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}
