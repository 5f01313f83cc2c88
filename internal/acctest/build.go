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
)

// realBuild is the build of the provider as users have it.
const realBuild = "real"

// buildProvider compiles the provider, once for all tests of the process. Several
// processes may do so at once: each builds its own file and moves it into place whole.
var buildProvider = sync.OnceValue(func() error {
	root, err := sourceRoot()
	if err != nil {
		return err
	}
	dir := buildDir(root, realBuild)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	const program = "terraform-provider-thalassasecrets"
	built := filepath.Join(dir, fmt.Sprintf("%s.%d", program, os.Getpid()))
	command := exec.CommandContext(context.Background(), "go", "build", "-o", built, ".") //nolint:gosec // The names are this package's own.
	command.Dir = root
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("building the provider: %w\n%s", err, said)
	}
	return os.Rename(built, filepath.Join(dir, program))
})

func buildDir(root, name string) string { return filepath.Join(root, ".build", "acctest", name) }

func sourceRoot() (string, error) {
	_, here, _, ok := runtime.Caller(0)
	if !ok {
		return "", errors.New("the source tree cannot be found")
	}
	return filepath.Dir(filepath.Dir(filepath.Dir(here))), nil
}
