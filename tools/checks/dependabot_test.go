package checks

import (
	"path"
	"regexp"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Dependabot looks after each module, and proposes each tool, which go.mod calls
// indirect and which it would pass over else.
func TestDependabot(t *testing.T) {
	t.Parallel()
	var config struct {
		Version int
		Updates []struct {
			Ecosystem   string `yaml:"package-ecosystem"`
			Directory   string
			Directories []string
			Schedule    struct{ Interval string }
			Allow       []struct {
				Name string `yaml:"dependency-name"`
			}
		}
	}
	if err := yaml.Unmarshal(read(t, ".github/dependabot.yml"), &config); err != nil {
		t.Fatal(err)
	}
	allowed := map[string][]string{} // names by the directory of a module
	actions := false
	for _, update := range config.Updates {
		if update.Schedule.Interval == "" {
			t.Errorf("%s of %s%v has no schedule", update.Ecosystem, update.Directory, update.Directories)
		}
		actions = actions || update.Ecosystem == "github-actions" && update.Directory == "/"
		if update.Ecosystem != "gomod" {
			continue
		}
		for _, dir := range append(update.Directories, update.Directory) {
			if dir == "" {
				continue
			}
			if _, twice := allowed[dir]; twice {
				t.Errorf("%s is looked after twice", dir)
			}
			allowed[dir] = []string{}
			for _, allow := range update.Allow {
				allowed[dir] = append(allowed[dir], allow.Name)
			}
		}
	}
	if config.Version != 2 || !actions {
		t.Errorf("version %d, and actions are looked after: %t", config.Version, actions)
	}
	modules := tracked(t, "go.mod", "**/go.mod")
	if len(modules) < 5 {
		t.Fatalf("the modules are %v", modules)
	}
	for _, module := range modules {
		dir := path.Join("/", path.Dir(module))
		names, looked := allowed[dir]
		if !looked {
			t.Errorf("nobody looks after %s", module)
		}
		delete(allowed, dir)
		for _, tool := range toolsOf(read(t, module)) {
			if !slices.Contains(names, moduleOf(tool, read(t, module))) {
				t.Errorf("the tool %s of %s is never proposed", tool, module)
			}
		}
	}
	for dir := range allowed {
		t.Errorf("%s has no module", dir)
	}
}

// toolsOf are the packages that a go.mod names as tools, in a block or alone.
func toolsOf(content []byte) []string {
	var tools []string
	for _, match := range regexp.MustCompile(`(?m)^tool (\S+)$`).FindAllSubmatch(content, -1) {
		if string(match[1]) != "(" {
			tools = append(tools, string(match[1]))
		}
	}
	for _, block := range regexp.MustCompile(`(?ms)^tool \(\n(.*?)^\)`).FindAllSubmatch(content, -1) {
		for _, match := range regexp.MustCompile(`(?m)^\t(\S+)$`).FindAllSubmatch(block[1], -1) {
			tools = append(tools, string(match[1]))
		}
	}
	return tools
}

// moduleOf is the module that a go.mod requires for a package.
func moduleOf(tool string, content []byte) string {
	for dir := tool; dir != "."; dir = path.Dir(dir) {
		if regexp.MustCompile(`(?m)^(?:\t|require )` + regexp.QuoteMeta(dir) + ` v`).Match(content) {
			return dir
		}
	}
	return ""
}

func TestToolsOf(t *testing.T) {
	t.Parallel()
	content := []byte("module m\n\ntool example.com/a/cmd/a\n\ntool (\n\texample.com/b/v2\n\texample.com/c/cmd/c\n\texample.com/d/cmd/d\n)\n\nrequire example.com/d v1.0.0\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b/v2 v2.0.0 // indirect\n)\n")
	tools := toolsOf(content)
	if !slices.Equal(tools, []string{"example.com/a/cmd/a", "example.com/b/v2", "example.com/c/cmd/c", "example.com/d/cmd/d"}) {
		t.Errorf("the tools are %q", tools)
	}
	for tool, want := range map[string]string{"example.com/a/cmd/a": "example.com/a", "example.com/b/v2": "example.com/b/v2", "example.com/c/cmd/c": "", "example.com/d/cmd/d": "example.com/d"} {
		if got := moduleOf(tool, content); got != want {
			t.Errorf("%s is of the module %q, want %q", tool, got, want)
		}
	}
}
