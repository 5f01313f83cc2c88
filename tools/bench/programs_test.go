package main

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// buildPrograms builds the provider and the benchmark, which has to be a program of
// its own to stand in for a provider.
func buildPrograms(t *testing.T) (provider, bench string) {
	t.Helper()
	dir := t.TempDir()
	provider, bench = filepath.Join(dir, "provider"), filepath.Join(dir, "bench")
	for _, build := range []struct{ dir, program string }{{filepath.Join("..", ".."), provider}, {".", bench}} {
		command := exec.CommandContext(t.Context(), "go", "build", "-o", build.program, ".") //nolint:gosec // The names are this test's own.
		command.Dir = build.dir
		if said, err := command.CombinedOutput(); err != nil {
			t.Fatalf("building: %v\n%s", err, said)
		}
	}
	return provider, bench
}

func runProgram(t *testing.T, program string, o options) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, //nolint:gosec // It was built by this test.
		"-cli", o.cli, "-provider", o.provider, "-secrets", strconv.Itoa(o.secrets), "-writes", strconv.Itoa(o.writes), "-runs", strconv.Itoa(o.runs), "-write-runs", strconv.Itoa(o.writeRuns), "-large", o.large.String(),
		"-simulate", strconv.Itoa(o.simulate), "-latency", o.latency.String(), "-limit", strconv.FormatFloat(o.limit, 'f', -1, 64),
		"-report", o.report, "-plot", o.plot)
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
}
