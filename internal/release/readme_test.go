package release

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// installation is the section of README.md about a local build.
type installation struct {
	mirror        string // the commands that make a mirror of the archives
	settings      string // the configuration of the CLI
	configuration string // what requires the provider
	version       string // the one that they name
}

var fenced = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// section is a part of README.md.
type section struct{ title, text string }

func readSection(t *testing.T, title string) section {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(content), "\n## "+title+"\n")
	if !found {
		t.Fatalf("README.md has no section %q", title)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	return section{title, text}
}

// blocks are what the section shows to copy, which has to be of these kinds.
func (s section) blocks(t *testing.T, kinds ...string) []string {
	t.Helper()
	var shown, blocks []string
	for _, match := range fenced.FindAllStringSubmatch(s.text, -1) {
		shown, blocks = append(shown, match[1]), append(blocks, match[2])
	}
	if !slices.Equal(shown, kinds) {
		t.Fatalf("the section %q of README.md shows other steps than this test takes: %q", s.title, blocks)
	}
	return blocks
}

func readInstallation(t *testing.T) installation {
	t.Helper()
	blocks := readSection(t, "Installing a local build").blocks(t, "shell", "shell", "terraform", "terraform", "shell")
	if blocks[0] != "make snapshot\n" || blocks[4] != "terraform init\n" {
		t.Fatalf("README.md installs a build by other commands than this test: %q", blocks)
	}
	version := regexp.MustCompile(`version = "([^"]+)"`).FindStringSubmatch(blocks[3])
	if version == nil {
		t.Fatalf("README.md requires no version:\n%s", blocks[3])
	}
	return installation{mirror: blocks[1], settings: blocks[2], configuration: blocks[3], version: version[1]}
}

// The version that the README requires is the one that "make snapshot" makes.
func TestInstallationNamesTheNextVersion(t *testing.T) {
	t.Parallel()
	changelog, err := os.ReadFile(filepath.Join(root(t), "CHANGELOG.md"))
	if err != nil {
		t.Fatal(err)
	}
	next := regexp.MustCompile(`(?m)^## (\S+)`).FindSubmatch(changelog)
	if next == nil {
		t.Fatal("CHANGELOG.md names no version")
	}
	if named, want := readInstallation(t).version, string(next[1])+"-dev"; named != want {
		t.Errorf("README.md requires %s, and CHANGELOG.md makes it %s", named, want)
	}
}
