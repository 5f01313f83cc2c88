package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

func writeFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o700); err != nil { //nolint:gosec // Some are programs.
		t.Fatal(err)
	}
}

// What a process takes is added up over all that a phase runs, and cleared away for
// the next.
func TestMeter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, one := range []usage{{CPU: time.Second, PeakMemory: 3}} {
		if err := one.save(dir); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(dir, "usage-0.json"), `{"cpu":2000000000,"peakMemory":5}`)
	all, err := collectUsage(dir)
	if err != nil || all != (usage{CPU: 3 * time.Second, PeakMemory: 5}) {
		t.Errorf("got %+v, %v", all, err)
	}
	if again, err := collectUsage(dir); err != nil || again != (usage{}) {
		t.Errorf("the notes are still there: %+v, %v", again, err)
	}
}

// The whole benchmark, small, with a real CLI and the real provider.
func TestBench(t *testing.T) {
	t.Parallel()
	cli := acctest.Needs(t, acctest.WriteOnly).Path
	provider, meter := buildPrograms(t)
	o := options{
		cli: cli, provider: provider, secrets: 12, writes: 6, runs: 1, writeRuns: 1, large: sizesFlag{15}, simulate: 100, latency: time.Millisecond, limit: 1000,
		report: filepath.Join(t.TempDir(), "report.md"), plot: "plot.svg",
	}
	runProgram(t, meter, o)
	page, err := os.ReadFile(o.report)
	if err != nil {
		t.Fatal(err)
	}
	// Of six secrets and six versions: one request creates each, and a put takes its
	// confirmation and the end of the placeholder.
	for _, want := range []string{
		"createSecret 6", "destroySecretVersion 6", "putSecretValue 6", "deleteSecret 6", "| 100 | `auto` |", "| steady plan | `individual` |", "| steady plan | `idle` |", "| steady plan | `echo` |",
		"| 12 | Terraform alone |", "| 12 | this provider |", "| 15 | this provider |", "| rotated, `keep = 1` |", "| imported, and not updated since |",
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if plot, err := os.ReadFile(filepath.Join(filepath.Dir(o.report), o.plot)); err != nil || !strings.Contains(string(plot), "<svg") {
		t.Errorf("no plot: %v", err)
	}
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "| steady plan | `") && strings.Contains(line, "| 0 MiB |") {
			t.Errorf("nothing was metered: %s", line)
		}
		if bound := strings.HasPrefix(line, "| steady plan | `idle`") || strings.HasPrefix(line, "| steady plan | `echo`"); bound && !strings.Contains(line, "| 0 | 0 |") {
			t.Errorf("a provider that asks nothing made requests: %s", line)
		}
		// Four single reads and a list, for every fleet.
		if fleet := strings.HasPrefix(line, "| rotated,") || strings.HasPrefix(line, "| imported,"); fleet && !strings.HasSuffix(line, "| 5 |\n") {
			t.Errorf("a fleet in which nothing has changed costs more: %s", line)
		}
	}
}
