package acctest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// realBuild is the build of the provider as users have it.
const realBuild = "real"

// buildProvider compiles the provider, once for all tests of the process.
var buildProvider = sync.OnceValue(func() error {
	built, err := compile(realBuild, ".")
	if err != nil {
		return err
	}
	return os.Rename(built, filepath.Join(filepath.Dir(built), "terraform-provider-thalassasecrets"))
})

// buildDriftCheck compiles drift-check, once for all tests of the process.
var buildDriftCheck = sync.OnceValues(func() (string, error) {
	built, err := compile("drift-check", "./cmd/drift-check")
	if err != nil {
		return "", err
	}
	program := filepath.Join(filepath.Dir(built), "drift-check")
	return program, os.Rename(built, program)
})

// DriftCheck is the program drift-check, as users have it.
func DriftCheck(t testing.TB) string {
	t.Helper()
	program, err := buildDriftCheck()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// compile builds a program into the directory of a build, under a name that is this
// process's own: several processes may do so at once, and each moves what it has built
// into place whole.
func compile(build, from string) (built string, err error) {
	root, err := sourceRoot()
	if err != nil {
		return "", err
	}
	dir := buildDir(root, build)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", err
	}
	built = filepath.Join(dir, fmt.Sprintf("build.%d", os.Getpid()))
	command := exec.CommandContext(context.Background(), "go", "build", "-o", built, from) //nolint:gosec // The names are this package's own.
	command.Dir = root
	if said, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building %s: %w\n%s", from, err, said)
	}
	return built, nil
}

func buildDir(root, name string) string { return filepath.Join(root, ".build", "acctest", name) }

func sourceRoot() (string, error) {
	_, here, _, ok := runtime.Caller(0)
	if !ok {
		return "", errors.New("the source tree cannot be found")
	}
	return filepath.Dir(filepath.Dir(filepath.Dir(here))), nil
}
