// Licenses prints THIRD_PARTY_LICENSES.md: every module of which some package is linked
// into a program of a release on some platform that it is built for, its version, its licence by
// SPDX's name, and the texts that these licences ask to pass on. A licence that it does
// not recognise is an error, so that nobody releases what nobody looked at.
//
//	go -C tools/checks run ./licenses
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
	"go.yaml.in/yaml/v3"
)

// module is a module that is linked, with its texts by their path within it.
type module struct {
	path, version string
	dir           string
	texts         map[string]string
}

func main() {
	if err := run(context.Background(), filepath.Join("..", "..")); err != nil {
		fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, root string) error {
	targets, err := releasedTargets(filepath.Join(root, ".goreleaser.yml"))
	if err != nil {
		return err
	}
	modules, err := linked(ctx, root, targets)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	if err := write(out, modules); err != nil {
		return err
	}
	return out.Flush()
}

// releasedTargets are the platforms that the configuration of the release builds for.
func releasedTargets(file string) ([][2]string, error) {
	content, err := os.ReadFile(file) //nolint:gosec // A file of the source tree.
	if err != nil {
		return nil, err
	}
	var config struct {
		Builds []struct {
			Goos   []string
			Goarch []string
			Ignore []struct{ Goos, Goarch string }
		}
	}
	if err := yaml.Unmarshal(content, &config); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var targets [][2]string
	for _, build := range config.Builds {
		for _, goos := range build.Goos {
			for _, goarch := range build.Goarch {
				target := [2]string{goos, goarch}
				if !slices.Contains(build.Ignore, struct{ Goos, Goarch string }{goos, goarch}) && !slices.Contains(targets, target) {
					targets = append(targets, target)
				}
			}
		}
	}
	if len(targets) == 0 {
		return nil, fmt.Errorf("%s builds for no platform", file)
	}
	return targets, nil
}

// listed is what go list says of a package, one field a line.
const listed = `{{with .Module}}{{if not .Main}}{{.Path}}	{{.Version}}	{{.Dir}}	{{$.Dir}}{{end}}{{end}}`

// programs are the packages of the programs of a release.
var programs = []string{".", "./cmd/conformance", "./cmd/drift-check", "./cmd/refserver"}

// linked asks for the packages of each target, and collects the licences between each
// of them and the top of its module. The standard library comes first.
func linked(ctx context.Context, root string, targets [][2]string) ([]module, error) {
	found := map[string]module{}
	for _, target := range targets {
		said, err := goCommand(ctx, root, []string{"GOOS=" + target[0], "GOARCH=" + target[1], "CGO_ENABLED=0"}, append([]string{"list", "-deps", "-f", listed}, programs...)...)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(said) {
			fields := strings.Split(strings.TrimSpace(line), "\t")
			if len(fields) != 4 {
				continue
			}
			m, known := found[fields[0]]
			if !known {
				m = module{path: fields[0], version: fields[1], dir: fields[2], texts: map[string]string{}}
				found[m.path] = m
			}
			if err := m.collect(fields[3]); err != nil {
				return nil, err
			}
		}
	}
	goroot, err := goCommand(ctx, root, nil, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	library := module{path: "the standard library of Go", version: "of the build", dir: strings.TrimSpace(goroot), texts: map[string]string{}}
	if err := library.collect(library.dir); err != nil {
		return nil, err
	}
	modules := []module{library}
	for _, path := range slices.Sorted(maps.Keys(found)) {
		modules = append(modules, found[path])
	}
	return modules, nil
}

func goCommand(ctx context.Context, dir string, env []string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "go", args...) //nolint:gosec // The arguments are this program's own.
	command.Dir = dir
	command.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	said, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(said), nil
}

// legal matches the names of files that state a licence, or what it asks to repeat.
var legal = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|unlicense)([.-].*)?$`)

// collect reads the legal files from a package's directory up to the module's.
func (m module) collect(dir string) error {
	for ; ; dir = filepath.Dir(dir) {
		inside, err := filepath.Rel(m.dir, dir)
		if err != nil || strings.HasPrefix(inside, "..") {
			return fmt.Errorf("%s does not lie in %s", dir, m.dir)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if entry.IsDir() || !legal.MatchString(entry.Name()) || strings.HasSuffix(entry.Name(), ".go") {
				continue
			}
			content, err := os.ReadFile(filepath.Join(dir, entry.Name())) //nolint:gosec // A file of the module cache.
			if err != nil {
				return err
			}
			m.texts[filepath.ToSlash(filepath.Join(inside, entry.Name()))] = string(content)
		}
		if inside == "." {
			return nil
		}
	}
}

// licence is SPDX's expression for all that the texts of a module state.
func (m module) licence() (string, error) {
	const sure = 75 // percent of a text that the licence explains
	names := map[string]bool{}
	for _, file := range slices.Sorted(maps.Keys(m.texts)) {
		coverage := licensecheck.Scan([]byte(m.texts[file]))
		if coverage.Percent < sure && !isNotice(file) {
			return "", fmt.Errorf("%s: %s is explained by known licences to %.0f %% only", m.path, file, coverage.Percent)
		}
		for _, match := range coverage.Match {
			if !isNotice(file) {
				names[match.ID] = true
			}
		}
	}
	if len(names) == 0 {
		return "", errors.New(m.path + " states no licence")
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), " AND "), nil
}

// isNotice tells files that accompany a licence from those that are one.
func isNotice(file string) bool {
	name := strings.ToLower(filepath.Base(file))
	return strings.HasPrefix(name, "notice") || strings.HasPrefix(name, "patents")
}
