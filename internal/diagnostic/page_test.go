package diagnostic

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// pageRow is a row of the troubleshooting page: the first line of a message, its meaning, and what
// to do.
var pageRow = regexp.MustCompile("^\\| `([^`]+)` \\| (.+) \\| (.+) \\|$")

// rowsOfThePage are the rows of the troubleshooting page by their first cell.
func rowsOfThePage(t *testing.T) map[string]string {
	t.Helper()
	page, err := os.ReadFile("../../templates/guides/troubleshooting.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for line := range strings.Lines(string(page)) {
		row := pageRow.FindStringSubmatch(strings.TrimSpace(line))
		switch {
		case row == nil && strings.HasPrefix(line, "| `"):
			t.Errorf("a row of three cells is %q", line)
		case row == nil:
		case rows[row[1]] != "":
			t.Errorf("the page explains %q twice", row[1])
		default:
			rows[row[1]] = row[2] + " | " + row[3]
		}
	}
	return rows
}

// The page explains each entry of the catalogue and each cause of a failed request once, and nothing
// that the provider does not print.
func TestTroubleshootingPageIsComplete(t *testing.T) {
	t.Parallel()
	rows := rowsOfThePage(t)
	for _, entry := range Catalogue() {
		if rows[entry.String()] == "" {
			t.Errorf("the page has no row for %q", entry)
		}
		delete(rows, entry.String())
	}
	explained := map[string]bool{}
	for _, remedy := range remedies {
		begin := firstSentence(remedy.text)
		if rows[begin] == "" && !explained[begin] {
			t.Errorf("the page has no row for the cause %q", begin)
		}
		explained[begin] = true
		delete(rows, begin)
	}
	for first := range rows {
		t.Errorf("the page explains %q, which nothing in the provider prints", first)
	}
}

// onThePage shows the words in braces as the page does.
var onThePage = strings.NewReplacer("{known} ", "", "{key}", "The KMS key …", "{version}", "N", "{secret}", "ID",
	"{region}", "…", "{path}", "…", "{permission}", "…", "{owner}", "…", "{organisation}", "…", "{credentials}", "…", "{account}", "…", "{limit}", "…")

// firstSentence is what a user searches the page for.
func firstSentence(text string) string {
	sentence, _, _ := strings.Cut(onThePage.Replace(text), ". ")
	return strings.TrimSuffix(sentence, ".")
}
