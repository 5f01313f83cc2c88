package checks

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

var updateWords = flag.Bool("words.update", false, "write the counts of words_counts.yaml, if no total rises")

// avoided is an entry of words.yaml.
type avoided struct {
	Pattern, Except, Reason, Bad, Good string
	match, except                      *regexp.Regexp
}

// passage is a text that users read. Its line is where it begins in its file.
type passage struct {
	file, text string
	line       int
}

// wordCounts is words_counts.yaml: how many avoided words each directory may have, for
// each kind of text.
type wordCounts map[string]map[string]int

func (c wordCounts) total(kind string) int {
	sum := 0
	for _, count := range c[kind] {
		sum += count
	}
	return sum
}

// User-facing text does not gain words that words.yaml advises against. The limit of a
// directory is today's count, so it goes down with every text that is rewritten.
func TestWords(t *testing.T) {
	t.Parallel()
	list := readWords(t)
	var limits wordCounts
	if err := yaml.Unmarshal(read(t, "tools/checks/words_counts.yaml"), &limits); err != nil {
		t.Fatal(err)
	}
	counts := wordCounts{}
	found := map[string][]string{}
	for kind, passages := range map[string][]passage{"pages": pages(t), "literals": literals(t)} {
		counts[kind] = map[string]int{}
		for _, p := range passages {
			for _, finding := range findWords(list, p) {
				dir := path.Dir(p.file)
				counts[kind][dir]++
				found[kind+dir] = append(found[kind+dir], finding)
			}
		}
		t.Logf("%s: %d avoided words in %d texts", kind, counts.total(kind), len(passages))
	}
	if *updateWords {
		updateCounts(t, limits, counts)
		return
	}
	for kind, dirs := range counts {
		for _, dir := range slices.Sorted(maps.Keys(dirs)) {
			if count, limit := dirs[dir], limits[kind][dir]; count > limit {
				t.Errorf("%s of %s: %d avoided words, %d allowed. Rewrite the new ones. If text only moved, run \"go -C tools/checks test . -run TestWords -words.update\".\n%s",
					kind, dir, count, limit, strings.Join(found[kind+dir], "\n"))
			} else if count < limit {
				t.Logf("%s of %s: %d avoided words, %d allowed. Lower the limit with -words.update.", kind, dir, count, limit)
			}
		}
	}
}

// updateCounts writes the counts. A total only goes down.
func updateCounts(t *testing.T, limits, counts wordCounts) {
	t.Helper()
	for kind := range counts {
		if got, limit := counts.total(kind), limits.total(kind); got > limit {
			t.Fatalf("%s have %d avoided words and may have %d: rewrite some first", kind, got, limit)
		}
	}
	content, err := yaml.Marshal(counts)
	if err != nil {
		t.Fatal(err)
	}
	header := "# How many words of words.yaml each directory has: a limit that only goes down. After a rewrite, run\n# go -C tools/checks test . -run TestWords -words.update\n"
	if err := os.WriteFile("words_counts.yaml", append([]byte(header), content...), 0o600); err != nil {
		t.Fatal(err)
	}
}

func readWords(t *testing.T) []avoided {
	t.Helper()
	var file struct{ Words []avoided }
	if err := yaml.Unmarshal(read(t, "tools/checks/words.yaml"), &file); err != nil || len(file.Words) < 15 {
		t.Fatalf("words.yaml has %d entries: %v", len(file.Words), err)
	}
	list := file.Words
	compile := func(pattern string) *regexp.Regexp {
		if pattern == "" {
			pattern = `\z.` // Matches nothing.
		}
		return regexp.MustCompile(`(?im)` + strings.ReplaceAll(pattern, " ", `\s+`))
	}
	for i := range list {
		list[i].match, list[i].except = compile(list[i].Pattern), compile(list[i].Except)
	}
	return list
}

// Each entry of words.yaml has a reason, matches its bad example and not its good one.
func TestWordPatterns(t *testing.T) {
	t.Parallel()
	for _, entry := range readWords(t) {
		one := []avoided{entry}
		if entry.Reason == "" || len(findWords(one, passage{text: entry.Bad})) == 0 || len(findWords(one, passage{text: entry.Good})) > 0 {
			t.Errorf("%q needs a reason, a bad example that it matches and a good one that it does not match", entry.Pattern)
		}
	}
	text := "Nobody\nreads it. The text is no\nduration. It is no longer read.\n"
	if got := findWords(readWords(t), passage{file: "a.md", text: text, line: 7}); len(got) != 2 ||
		!strings.HasPrefix(got[0], "a.md:7: \"Nobody\"") || !strings.HasPrefix(got[1], "a.md:8: ") {
		t.Errorf("the findings are %q", got)
	}
}

// findWords returns a line for each avoided word of a text.
func findWords(list []avoided, p passage) []string {
	var found []string
	for _, entry := range list {
		text := entry.except.ReplaceAllStringFunc(p.text, blank)
		for _, at := range entry.match.FindAllStringIndex(text, -1) {
			line := p.line + strings.Count(text[:at[0]], "\n")
			found = append(found, fmt.Sprintf("%s:%d: %q: %s", p.file, line, text[at[0]:at[1]], entry.Reason))
		}
	}
	return found
}

// blank replaces a text by spaces and keeps its line breaks, so that lines keep their numbers.
func blank(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return ' '
	}, text)
}

var (
	// output is what programs print, quoted in a page. Its words are those of the literals.
	output = regexp.MustCompile("(?ms)^```text$.*?^```$|`[^`\n]+`")
	// commentMark begins the lines of a comment, which can break within a phrase.
	commentMark = regexp.MustCompile(`(?m)^[ \t]*(#|//)+`)
)

// pages are the texts that users and contributors read, but for what is generated from them, and
// for the records of the project's own work.
func pages(t *testing.T) []passage {
	t.Helper()
	var texts []passage
	for _, name := range tracked(t, "*.md", "*.tmpl", "*.tf", "*.hcl", "*.sh", "*.yml", "*.yaml", "*.rego", "*.json", "Makefile", ".ci/run") {
		_, example := strings.CutPrefix(name, "examples/")
		switch {
		case strings.HasPrefix(name, "docs/"), strings.Contains(name, "testdata/"), strings.HasPrefix(name, "tools/checks/words"),
			slices.Contains([]string{"DESIGN.md", "TRACKRECORD.md", "BENCHMARKS.md", "THIRD_PARTY_LICENSES.md", "internal/conformance/ROWS.md"}, name),
			path.Ext(name) == ".json" && !example:
			continue
		}
		text := string(read(t, name))
		if ext := path.Ext(name); ext == ".md" || ext == ".tmpl" {
			text = output.ReplaceAllStringFunc(text, blank)
		} else {
			text = commentMark.ReplaceAllStringFunc(text, blank)
		}
		texts = append(texts, passage{file: name, text: text, line: 1})
	}
	if len(texts) < 100 {
		t.Fatalf("only %d pages were found", len(texts))
	}
	return texts
}

// literals are the strings of the programs, joined where they are added. Packages that only serve
// tests are left out.
func literals(t *testing.T) []passage {
	t.Helper()
	var texts []passage
	for _, name := range tracked(t, "*.go") {
		if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "internal/acctest/") || strings.HasPrefix(name, "internal/robustness/") {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, filepath.Join(root, filepath.FromSlash(name)), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.Field:
				node.Tag = nil
			case ast.Expr:
				if text, ok := constant(node); ok {
					texts = append(texts, passage{file: name, text: text, line: files.Position(node.Pos()).Line})
					return false
				}
			}
			return true
		})
	}
	if len(texts) < 1000 {
		t.Fatalf("only %d literals were found", len(texts))
	}
	return texts
}

// constant is the text of a string literal, or of literals that are added.
func constant(expr ast.Expr) (text string, ok bool) {
	switch expr := expr.(type) {
	case *ast.BasicLit:
		if expr.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(expr.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, leftOK := constant(expr.X)
		right, rightOK := constant(expr.Y)
		return left + right, leftOK && rightOK && expr.Op == token.ADD
	}
	return "", false
}

func TestConstant(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{`"a " + "b"`: "a b", "`c`": "c", `"a" + ("b")`: "", `a + "b"`: "", `'c'`: "", `"a" == "b"`: ""} {
		expr, err := parser.ParseExpr(source)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := constant(expr); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %q, %v, want %q", source, got, ok, want)
		}
	}
}
