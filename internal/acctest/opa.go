package acctest

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// OPA is the path of Open Policy Agent, as tools/opa pins it.
func OPA(t testing.TB) string {
	t.Helper()
	program, err := buildOPA()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// buildOPA builds it into the cache of Go, once for all tests of the process.
var buildOPA = sync.OnceValues(func() (string, error) {
	root, err := sourceRoot()
	if err != nil {
		return "", err
	}
	command := exec.CommandContext(context.Background(), "go", "tool", "-n", "opa")
	command.Dir = filepath.Join(root, "tools", "opa")
	var problem strings.Builder
	command.Stderr = &problem
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("building opa: %w\n%s", err, problem.String())
	}
	return strings.TrimSpace(string(out)), nil
})
