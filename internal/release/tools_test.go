package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// useTools unpacks the archive of the tools and checks its reference server with its
// conformance program, as a user without Go would.
func useTools(t *testing.T, a archives) {
	t.Helper()
	archive := a.of(tools, runtime.GOOS, runtime.GOARCH)
	dir := t.TempDir()
	held := archive.held(t)
	for _, program := range archive.files() {
		if err := os.WriteFile(filepath.Join(dir, program), held[program], 0o700); err != nil { //nolint:gosec // A program has to be executable.
			t.Fatal(err)
		}
	}
	server := exec.CommandContext(t.Context(), filepath.Join(dir, archive.files()[2]), "-token", "secret-token", "-addr", "127.0.0.1:0", "-admin-addr", "", "-stop-with-stdin") //nolint:gosec // The program under test.
	endpoint := startedServer(t, server)

	conformance := filepath.Join(dir, archive.files()[0])
	said, err := exec.CommandContext(t.Context(), conformance, "-version").Output() //nolint:gosec // The program under test.
	if err != nil || strings.TrimSpace(string(said)) != "conformance "+a.version {
		t.Errorf("-version says %q, %v", said, err)
	}
	driftCheck := filepath.Join(dir, archive.files()[1])
	said, err = exec.CommandContext(t.Context(), driftCheck, "-version").Output() //nolint:gosec // The program under test.
	if err != nil || strings.TrimSpace(string(said)) != "drift-check "+a.version {
		t.Errorf("-version says %q, %v", said, err)
	}
	check := exec.CommandContext(t.Context(), conformance, "-organisation", "acme", "-region", "nl-01", "-endpoint", endpoint) //nolint:gosec // The program under test.
	check.Env = []string{"THALASSA_API_TOKEN=secret-token"}
	said, err = check.CombinedOutput()
	if err != nil || !strings.Contains(string(said), " 0 do not hold, ") {
		t.Errorf("conformance ends with %v:\n%s", err, said)
	}
}
