package robustness

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"regexp"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"
)

var (
	seeds  = flag.Int("robustness.seeds", 40, "how many runs to make at most")
	writes = flag.Int("robustness.writes", 0, "stop after so many faulted writes; 0: after the runs")
	first  = flag.Uint64("robustness.seed", 1, "the seed of the first run")
	chosen = flag.String("robustness.scenario", "", "what TestScenario plays: OPERATION / FAULT / READ FAULT / CONCURRENT WRITER")
)

// atOnce is how many runs are under way at the same time: most of their time is
// spent waiting for a stalled server.
const atOnce = 6

// TestRobustness makes runs and validates the history of each.
func TestRobustness(t *testing.T) {
	t.Parallel()
	var (
		mu    sync.Mutex
		table = NewTable()
		group errgroup.Group
	)
	group.SetLimit(atOnce)
	for n := range *seeds {
		mu.Lock()
		enough := *writes > 0 && table.Writes() >= *writes
		mu.Unlock()
		if enough {
			break
		}
		group.Go(func() error {
			seed := *first + uint64(n) //nolint:gosec // Small and not negative.
			history, err := Run(t.Context(), t, seed)
			problems := Validate(history)
			if err != nil {
				problems = append(problems, err.Error())
			}
			mu.Lock()
			defer mu.Unlock()
			for _, problem := range problems {
				t.Errorf("seed %d: %s\n  replay: %s", seed, problem, replay(seed))
			}
			if len(problems) > 0 {
				for _, step := range history.Steps {
					t.Logf("seed %d: %s", seed, step)
				}
			}
			table.Add(history, len(problems), len(Excused(history)))
			return nil
		})
	}
	_ = group.Wait() // Errors are reported above.
	t.Logf("\n%s", table)
	if *seeds > 1 && table.Writes() == 0 {
		t.Error("no fault fired")
	}
}

// replay is the command that repeats a run.
func replay(seed uint64) string {
	return fmt.Sprintf("go test ./internal/robustness -run 'TestRobustness$' -robustness.seeds=1 -robustness.seed=%d -v", seed)
}

// TestScenario runs the scenario of the flag.
func TestScenario(t *testing.T) {
	t.Parallel()
	playScenario(t, cmp.Or(*chosen, "putSecretValue, value / reset, done / none / none"))
}

// TestTrackRecord runs every scenario of the track record.
func TestTrackRecord(t *testing.T) {
	t.Parallel()
	record, err := os.ReadFile("../../TRACKRECORD.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`-robustness\.scenario='([^']*)'`).FindAllSubmatch(record, -1)
	if len(found) == 0 {
		t.Fatal("the record has no scenario")
	}
	for _, match := range found {
		name := string(match[1])
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			playScenario(t, name)
		})
	}
}

func playScenario(t *testing.T, name string) {
	t.Helper()
	scenario, err := ParseScenario(name)
	if err != nil {
		t.Fatal(err)
	}
	history, err := Play(t.Context(), t, scenario)
	if err != nil {
		t.Error(err)
	}
	for _, step := range history.Steps {
		t.Log(step)
	}
	for _, problem := range Validate(history) {
		t.Error(problem)
	}
}

// ParseScenario reads every name that String writes.
func TestParseScenario(t *testing.T) {
	t.Parallel()
	check := func(want Scenario) {
		t.Helper()
		if got, err := ParseScenario(want.String()); err != nil || got.String() != want.String() {
			t.Errorf("%q became %q, %v", want, got, err)
		}
	}
	calm := Scenario{PutValue, Faults()[0], ReadFaults()[0], noWriter}
	for _, operation := range Operations() {
		check(Scenario{operation, calm.Fault, calm.ReadFault, calm.ConcurrentWriter})
	}
	for _, fault := range Faults() {
		check(Scenario{calm.Operation, fault, calm.ReadFault, calm.ConcurrentWriter})
	}
	for _, readFault := range ReadFaults() {
		check(Scenario{calm.Operation, calm.Fault, readFault, calm.ConcurrentWriter})
	}
	for _, writer := range append(concurrentWriters(), gapWriters()...) {
		check(Scenario{calm.Operation, calm.Fault, calm.ReadFault, writer})
	}
	for _, bad := range []string{"", "putSecretValue, value / reset / none", "a / reset / none / none", "deleteSecret / a / none / none", "deleteSecret / reset / a / none", "deleteSecret / reset / none / a"} {
		if _, err := ParseScenario(bad); err == nil {
			t.Errorf("%q is taken for a scenario", bad)
		}
	}
}
