package robustness

import (
	"flag"
	"fmt"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"
)

var (
	seeds  = flag.Int("robustness.seeds", 40, "how many runs to make at most")
	writes = flag.Int("robustness.writes", 0, "stop after so many faulted writes; 0: after the runs")
	first  = flag.Uint64("robustness.seed", 1, "the seed of the first run")
)

// atOnce is how many runs are under way at the same time: most of their time is
// spent waiting for a stalled server.
const atOnce = 6

// TestRobustness makes runs and holds each against what a user may rely on.
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
			table.Add(history, len(problems))
			return nil
		})
	}
	_ = group.Wait() // What goes wrong is in the table.
	t.Logf("\n%s", table)
	if *seeds > 1 && table.Writes() == 0 {
		t.Error("no write met any trouble")
	}
}

// replay is the command that makes a run again.
func replay(seed uint64) string {
	return fmt.Sprintf("go test ./internal/robustness -run 'TestRobustness$' -robustness.seeds=1 -robustness.seed=%d -v", seed)
}
