package checks

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// root is the top of the repository.
var root = filepath.Join("..", "..")

func read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name))) //nolint:gosec // A file of the source tree.
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// workflows are the files of all workflows.
func workflows(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*"))
	if err != nil || len(names) < 5 {
		t.Fatalf("the workflows are %v, %v", names, err)
	}
	return names
}

func makeTargets(t *testing.T) []string {
	t.Helper()
	var targets []string
	for _, match := range regexp.MustCompile(`(?m)^\.PHONY: (.*)$`).FindAllSubmatch(read(t, "Makefile"), -1) {
		targets = append(targets, strings.Fields(string(match[1]))...)
	}
	if len(targets) < 10 {
		t.Fatalf("the targets of make are %v", targets)
	}
	return targets
}

func TestWorkflows(t *testing.T) {
	t.Parallel()
	targets := makeTargets(t)
	for _, name := range workflows(t) {
		content, err := os.ReadFile(name) //nolint:gosec // A file of the source tree.
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range problemsOf(content, targets) {
			t.Errorf("%s: %s", filepath.Base(name), problem)
		}
	}
}

// Each rule finds what it is there for.
func TestWorkflowRules(t *testing.T) {
	t.Parallel()
	const good = `name: good
on: push
permissions:
  contents: read
concurrency:
  group: good
jobs:
  only:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
      - run: make test
`
	if problems := problemsOf([]byte(good), []string{"test"}); len(problems) > 0 {
		t.Fatalf("a good workflow has problems: %v", problems)
	}
	for name, change := range map[string]struct{ old, with, says string }{
		"no YAML":                     {"jobs:", "jobs: [", "yaml"},
		"no name":                     {"name: good", "", "no name"},
		"no permissions":              {"permissions:\n  contents: read\n", "", "its permissions are map[]"},
		"may write":                   {"contents: read", "contents: write", "map[contents:write]"},
		"may write packages":          {"contents: read", "contents: read\n  packages: write", "packages:write"},
		"no concurrency group":        {"  group: good", "  cancel-in-progress: true", "concurrency"},
		"no jobs":                     {good[strings.Index(good, "jobs:"):], "", "no jobs"},
		"no time-out":                 {"    timeout-minutes: 10\n", "", "timeout-minutes is 0"},
		"the default time-out":        {"timeout-minutes: 10", "timeout-minutes: 360", "timeout-minutes is 360"},
		"any machine":                 {"ubuntu-24.04", "ubuntu-latest", "runs-on"},
		"a job that may write":        {"    steps:", "    permissions:\n      contents: write\n    steps:", "job only: its permissions"},
		"an action by its tag":        {"@08c6903cd8c0fde910a37f88322edcfb5dd907a8", "@v5", "not pinned"},
		"an action without a version": {" # v5.0.0", "", "not pinned"},
		"a token that stays":          {"persist-credentials: false", "fetch-depth: 0", "token"},
		"an expression in a shell":    {"make test", "make test RUN=${{ github.head_ref }}", "environment"},
		"an unknown target":           {"make test", "make tests", "no make tests"},
		"an image by its tag":         {"    steps:", "    container: golang:1.26\n    steps:", "digest"},
		"an image by its name":        {"    steps:", "    container:\n      image: golang:1.26\n    steps:", "digest"},
		"an image without a version":  {"    steps:", "    container: golang@sha256:" + strings.Repeat("0", 64) + "\n    steps:", "digest"},
		"a secret for every step":     {"      - run: make test", "      - run: bash tools/release.sh sign x\n        env:\n          KEY: ${{ secrets.KEY }}", "no environment"},
		"a secret beside other code":  {"    steps:", "    environment: release\n    env: {}\n    steps:\n      - run: bash tools/release.sh sign x\n        env:\n          KEY: ${{ secrets.KEY }}", "runs beside a secret"},
		"an environment for nothing":  {"    steps:", "    environment: release\n    steps:", "takes no secret"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad := strings.Replace(good, change.old, change.with, 1)
			if bad == good {
				t.Fatalf("nothing was changed: %q is not there", change.old)
			}
			problems := problemsOf([]byte(bad), []string{"test"})
			if len(problems) != 1 || !strings.Contains(problems[0], change.says) {
				t.Errorf("the problems are %q, want one with %q", problems, change.says)
			}
		})
	}
}

// actionlint knows what GitHub accepts: keys, contexts, inputs of actions, schedules.
func TestActionlint(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), "go", append([]string{"tool", "actionlint", "-no-color", "-shellcheck=", "-pyflakes="}, workflows(t)...)...) //nolint:gosec // The names are this repository's.
	if said, err := command.CombinedOutput(); err != nil {
		t.Errorf("actionlint: %v\n%s", err, said)
	}
}

// Each version of Go that a workflow names is the one of go.mod.
func TestWorkflowsHaveTheGoOfTheModule(t *testing.T) {
	t.Parallel()
	module := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(read(t, "go.mod"))
	if module == nil {
		t.Fatal("go.mod names no version of Go")
	}
	for _, name := range workflows(t) {
		content, err := os.ReadFile(name) //nolint:gosec // A file of the source tree.
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(`go-version: '([^']*)'`).FindAllSubmatch(content, -1)
		if len(found) != bytes.Count(content, []byte("uses: actions/setup-go@")) {
			t.Errorf("%s sets Go up without a version", filepath.Base(name))
		}
		for _, version := range found {
			if !bytes.Equal(version[1], module[1]) {
				t.Errorf("%s has Go %s, and go.mod %s", filepath.Base(name), version[1], module[1])
			}
		}
	}
}

// The versions that the README promises are those that are tested, each minor one.
func TestWorkflowsTestWhatIsPromised(t *testing.T) {
	t.Parallel()
	var w struct {
		Jobs map[string]struct {
			Strategy struct{ Matrix struct{ Version []string } }
		}
	}
	if err := yaml.Unmarshal(read(t, ".github/workflows/test.yml"), &w); err != nil {
		t.Fatal(err)
	}
	terraform := w.Jobs["terraform"].Strategy.Matrix.Version
	if want := []string{"1.8", "1.9", "1.10", "1.11", "1.12", "1.13", "1.14", "1.15", "1.16"}; !slices.Equal(terraform, want) {
		t.Errorf("tested with Terraform %v, want %v", terraform, want)
	}
	tofu := w.Jobs["opentofu"].Strategy.Matrix.Version
	if want := []string{"1.8", "1.9", "1.10", "1.11", "1.12"}; !slices.Equal(tofu, want) {
		t.Errorf("tested with OpenTofu %v, want %v", tofu, want)
	}
	if !bytes.Contains(read(t, "README.md"), []byte("| the provider itself | "+terraform[0]+" | "+tofu[0]+" |")) {
		t.Errorf("the README does not say that the provider works from Terraform %s and OpenTofu %s on", terraform[0], tofu[0])
	}
}

// All YAML of the repository can be read. A key that is given twice is an error too.
func TestEveryYAML(t *testing.T) {
	t.Parallel()
	files := tracked(t, "*.yml", "*.yaml")
	for _, name := range files {
		var anything map[string]any
		if err := yaml.Unmarshal(read(t, name), &anything); err != nil || len(anything) == 0 {
			t.Errorf("%s: %d keys, %v", name, len(anything), err)
		}
	}
	for _, name := range []string{".golangci.yml", ".goreleaser.yml", ".github/dependabot.yml"} {
		if !slices.Contains(files, name) {
			t.Errorf("%s is not among %v", name, files)
		}
	}
}

// tracked are the files that are in the repository, or could be.
func tracked(t *testing.T, patterns ...string) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", append([]string{"ls-files", "--cached", "--others", "--exclude-standard", "--"}, patterns...)...) //nolint:gosec // The patterns are this test's.
	command.Dir = root
	said, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(said))
}
