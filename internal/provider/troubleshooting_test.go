package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
)

// saidByTerraform are diagnostics in guides that are not the provider's.
var saidByTerraform = map[string]bool{"Warning: Check block assertion failed": true, "Error: Invalid function argument": true, "Error: Error when invoking action": true}

// What guides quote of the provider's words is what it still says.
func TestGuidesQuoteSummaries(t *testing.T) {
	t.Parallel()
	printed := map[string]bool{}
	for _, entry := range diagnostic.Catalogue() {
		printed[entry.String()] = true
	}
	pages, err := filepath.Glob("../../templates/*/*.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	quoted := 0
	quote := regexp.MustCompile(`(?m)^(?:Error|Warning): [A-Z].*$`)
	secret, number := regexp.MustCompile(`: nl-\d\d/\S+$`), regexp.MustCompile(`\b\d+\b`)
	for _, page := range append(pages, "../../README.md") {
		for _, line := range quote.FindAllString(read(t, page), -1) {
			quoted++
			form := number.ReplaceAllLiteralString(secret.ReplaceAllLiteralString(line, ""), "N")
			if secret.MatchString(line) {
				form += ": ID"
			}
			if !printed[form] && !saidByTerraform[line] {
				t.Errorf("%s quotes %q, which the provider does not print", page, line)
			}
		}
	}
	if quoted < 20 {
		t.Errorf("only %d quotes were found", quoted)
	}
}

// Every guide has a title and a description of its own, and is on the first page.
func TestGuidesAreTitled(t *testing.T) {
	t.Parallel()
	guides, err := filepath.Glob("../../templates/guides/*.md.tmpl")
	if err != nil || len(guides) == 0 {
		t.Fatal(err)
	}
	header := regexp.MustCompile(`^---\npage_title: "([^"]+)"\nsubcategory: ""\ndescription: \|-\n  (.+)\n---\n\n# (.+)\n`)
	var titles []string
	for _, guide := range guides {
		parts := header.FindStringSubmatch(read(t, guide))
		if parts == nil {
			t.Errorf("%s does not begin with a title, a subcategory, a description and a heading", guide)
			continue
		}
		if parts[1] != parts[3] || slices.Contains(titles, parts[1]) {
			t.Errorf("%s: the title is %q and the heading %q", guide, parts[1], parts[3])
		}
		titles = append(titles, parts[1])
		link := "](guides/" + strings.TrimSuffix(filepath.Base(guide), ".tmpl") + ")"
		if !strings.Contains(read(t, "../../templates/index.md.tmpl"), link) {
			t.Errorf("the first page does not link to %s", guide)
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file) //nolint:gosec // A file of the source tree.
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
