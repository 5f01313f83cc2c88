package provider_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pictures is where the pictures of this repository are, for pages that are read
// elsewhere: the Registry shows no picture that a page names relatively.
const pictures = "https://raw.githubusercontent.com/thalassasecrets/terraform-provider-thalassasecrets/main/"

var (
	linkTo  = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	anchor  = regexp.MustCompile(`<a id="([^"]+)">`)
	fenced  = regexp.MustCompile("(?ms)^```.*?^```")
)

// Every link of the documentation that stays within it leads somewhere, and every
// picture is there.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../../*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", "*/"} {
		more, err := filepath.Glob("../../docs/" + dir + "*.md")
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, more...)
	}
	followed := 0
	for _, page := range pages {
		for _, link := range linkTo.FindAllStringSubmatch(fenced.ReplaceAllLiteralString(read(t, page), ""), -1) {
			target := link[1]
			if picture, ok := strings.CutPrefix(target, pictures); ok {
				target = filepath.Join("..", "..", picture)
			} else if strings.Contains(target, "://") {
				continue
			} else if target = filepath.Join(filepath.Dir(page), target); strings.HasPrefix(link[1], "#") {
				target = page + link[1]
			}
			file, at, _ := strings.Cut(target, "#")
			if filepath.Base(file) == "BENCHMARKS.md" {
				continue // "make bench" writes it.
			}
			followed++
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s links to %s, which is not there", page, link[1])
			} else if at != "" && !slices.Contains(anchorsOf(read(t, file)), at) {
				t.Errorf("%s links to %s, and there is no such heading", page, link[1])
			}
		}
	}
	if followed < 60 {
		t.Errorf("only %d links were followed", followed)
	}
}

// anchorsOf are the places of a page that a link can name: its headings, in the form
// that GitHub and the Registry give them.
func anchorsOf(page string) []string {
	var places []string
	for _, match := range anchor.FindAllStringSubmatch(page, -1) {
		places = append(places, match[1])
	}
	for _, match := range heading.FindAllStringSubmatch(fenced.ReplaceAllLiteralString(page, ""), -1) {
		places = append(places, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-', r == '_', r >= 'a' && r <= 'z', r >= '0' && r <= '9':
				return r
			}
			return -1
		}, strings.ToLower(match[1])))
	}
	return places
}

// Every picture has a description of its content.
func TestPicturesDescribeThemselves(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../assets/*.svg")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are %d pictures: %v", len(files), err)
	}
	for _, file := range files {
		text, decoder, inside := map[string]string{}, xml.NewDecoder(strings.NewReader(read(t, file))), ""
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			switch token := token.(type) {
			case xml.StartElement:
				inside = token.Name.Local
			case xml.CharData:
				text[inside] += string(token)
			}
		}
		for _, element := range []string{"title", "desc"} {
			if strings.TrimSpace(text[element]) == "" {
				t.Errorf("%s has no %s", file, element)
			}
		}
		if !strings.Contains(text["style"], "prefers-color-scheme: dark") {
			t.Errorf("%s is made for light pages only", file)
		}
	}
}

// The changelog has the form of those of other providers, so that people and tools
// can read it.
func TestChangelogKeepsItsForm(t *testing.T) {
	t.Parallel()
	release := regexp.MustCompile(`^## \d+\.\d+\.\d+ \((?:Unreleased|[A-Z][a-z]+ \d{1,2}, \d{4})\)$`)
	sections := []string{"BREAKING CHANGES:", "NOTES:", "FEATURES:", "ENHANCEMENTS:", "BUG FIXES:"}
	last, entries := len(sections), 0
	for line := range strings.Lines(read(t, "../../CHANGELOG.md")) {
		line = strings.TrimSuffix(line, "\n")
		at := slices.Index(sections, line)
		switch {
		case release.MatchString(line):
			last = -1
		case at > last:
			last = at
		case strings.HasPrefix(line, "* ") && last >= 0 && last < len(sections) && !strings.HasSuffix(line, "."):
			entries++
		case line != "":
			t.Errorf("the line %q is no release, section or entry in its place", line)
		}
	}
	if entries == 0 {
		t.Error("there is no entry")
	}
}
