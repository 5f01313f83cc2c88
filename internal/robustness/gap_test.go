package robustness

import (
	"flag"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"
)

var gapSeeds = flag.Int("robustness.gap", 20, "how many runs TestWritersInTheGap makes")

// TestWritersInTheGap lets another client act between the read of a guard and the
// request after it. The API has no conditional requests, so harm is possible there, and
// the test counts it. The reports stay true: no write is lost or duplicated.
func TestWritersInTheGap(t *testing.T) {
	t.Parallel()
	var (
		mu    sync.Mutex
		group errgroup.Group
		acted int
		done  = map[string]int{}
	)
	group.SetLimit(atOnce)
	for n := range *gapSeeds {
		group.Go(func() error {
			seed := *first + uint64(n) //nolint:gosec // Small and not negative.
			history, err := RunInGap(t.Context(), t, seed)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("seed %d: %v", seed, err)
			}
			for _, step := range history.Steps {
				if strings.HasSuffix(step.ConcurrentWriter, inGap) && step.Requests[step.Operation.request()] > 0 {
					acted++
				}
				for _, harm := range step.harm(history) {
					kind, _, _ := strings.Cut(harm, ":")
					done[step.ConcurrentWriter+" / "+string(step.Operation)+": "+kind]++
				}
			}
			for _, problem := range Validate(history) {
				if !strings.Contains(problem, inGap) {
					t.Errorf("seed %d: outside the gap: %s", seed, problem)
				}
			}
			return nil
		})
	}
	_ = group.Wait() // Errors are reported above.
	total := 0
	for _, kind := range slices.Sorted(maps.Keys(done)) {
		total += done[kind]
		t.Logf("%4d  %s", done[kind], kind)
	}
	t.Logf("%d seeds: another client acted in the gap before %d writes, and harm was done %d times", *gapSeeds, acted, total)
	if acted == 0 {
		t.Error("no client acted in the gap")
	}
}
