package driftcheck

import (
	"path"
	"regexp"
	"strings"
)

// Location is the place of a block in the configuration.
type Location struct {
	File string // with slashes, as Sources names it
	Line int
}

// Module is a module of a plan's configuration.
type Module struct {
	ModuleCalls map[string]struct {
		Source string `json:"source"`
		Module Module `json:"module"`
	} `json:"module_calls"`
}

// Source is a file of a configuration.
type Source struct{ Name, Text string }

// Sources returns the files of a directory that hold configuration, by the path of the
// directory. It returns none where it cannot read the directory.
type Sources func(dir string) []Source

// Locate finds the block of each finding, because a plan does not name files. For a module that is not a
// local directory, it is the block that calls the module.
func (r *Report) Locate(configuration Module, dir string, sources Sources) {
	l := locator{root: configuration, dir: dir, sources: func(dir string) []Source { return nil }}
	read := map[string][]Source{}
	if sources != nil {
		l.sources = func(dir string) []Source {
			if _, known := read[dir]; !known {
				read[dir] = sources(dir)
			}
			return read[dir]
		}
	}
	for _, findings := range [][]Finding{r.Drift, r.Due} {
		for i := range findings {
			findings[i].Location = l.locate(findings[i].module, findings[i].block)
		}
	}
	r.root = l.anywhere()
}

type locator struct {
	root    Module
	dir     string
	sources Sources
}

// anywhere is a place for findings about the configuration as a whole.
func (l *locator) anywhere() Location {
	if files := l.sources(l.dir); len(files) > 0 {
		return Location{files[0].Name, 1}
	}
	return Location{path.Join(l.dir, "main.tf"), 1}
}

// locate goes down the modules of an address as far as their directories are known.
func (l *locator) locate(address, block string) Location {
	module, dir, best := l.root, l.dir, l.anywhere()
	for _, name := range moduleNames(address) {
		if at, found := l.find(dir, blockOf("module", name)); found {
			best = at
		}
		call := module.ModuleCalls[name]
		if !strings.HasPrefix(call.Source, "./") && !strings.HasPrefix(call.Source, "../") {
			return best
		}
		module, dir = call.Module, path.Join(dir, call.Source)
	}
	if at, found := l.find(dir, block); found {
		return at
	}
	return best
}

// blockOf is the first line of a block, without its brace.
func blockOf(kind string, labels ...string) string {
	return kind + ` "` + strings.Join(labels, `" "`) + `"`
}

// find finds the line on which a block begins, with any spacing.
func (l *locator) find(dir, block string) (Location, bool) {
	for _, file := range l.sources(dir) {
		line := 0
		for text := range strings.Lines(file.Text) {
			line++
			if begins(text, block) {
				return Location{file.Name, line}, true
			}
		}
	}
	return Location{}, false
}

var quoted = regexp.MustCompile(`"?([^\s"{]+)"?`)

// begins compares the words of a line with those of a block. Labels may stand without
// quotes.
func begins(line, block string) bool {
	head, _, isBlock := strings.Cut(line, "{")
	if !isBlock {
		return false
	}
	words, want := quoted.FindAllStringSubmatch(head, -1), quoted.FindAllStringSubmatch(block, -1)
	if len(words) != len(want) {
		return false
	}
	for i := range words {
		if words[i][1] != want[i][1] {
			return false
		}
	}
	return true
}

// moduleNames are the names of the modules in an address such as module.a["x.y"].module.b[0].
func moduleNames(address string) []string {
	names, _ := splitAddress(address)
	return names
}

// resourceOf is an address without its modules.
func resourceOf(address string) string {
	_, resource := splitAddress(address)
	return resource
}

// splitAddress splits an address into the names of its modules and the rest.
func splitAddress(address string) (modules []string, resource string) {
	for {
		name, isModule := strings.CutPrefix(address, "module.")
		if !isModule {
			return modules, address
		}
		end := strings.IndexAny(name, ".[")
		if end < 0 {
			return append(modules, name), ""
		}
		modules = append(modules, name[:end])
		address = strings.TrimPrefix(afterIndex(name[end:]), ".")
	}
}

// afterIndex is the text behind an instance key, which may contain a quoted text.
func afterIndex(text string) string {
	if !strings.HasPrefix(text, "[") {
		return text
	}
	inText := false
	for i := 1; i < len(text); i++ {
		switch {
		case inText && text[i] == '\\':
			i++
		case text[i] == '"':
			inText = !inText
		case text[i] == ']' && !inText:
			return text[i+1:]
		}
	}
	return ""
}
