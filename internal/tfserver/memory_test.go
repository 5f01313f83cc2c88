package tfserver

import (
	"math"
	"runtime/debug"
	"testing"
)

// A large state may not take what it likes, unless the user lets it.
func TestTuneMemory(t *testing.T) {
	for name, test := range map[string]struct {
		given   map[string]string
		percent int
		limit   int64
	}{
		"nothing said":   {nil, 300, 96 << 20},
		"both are given": {map[string]string{"GOGC": "100", "GOMEMLIMIT": "1GiB"}, 100, math.MaxInt64},
	} {
		t.Run(name, func(t *testing.T) {
			percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(math.MaxInt64)
			t.Cleanup(func() {
				debug.SetGCPercent(percent)
				debug.SetMemoryLimit(limit)
			})
			for _, variable := range []string{"GOGC", "GOMEMLIMIT"} {
				t.Setenv(variable, test.given[variable])
			}
			tuneMemory()
			if percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(-1); percent != test.percent || limit != test.limit {
				t.Errorf("the heap may grow by %d %% and up to %d bytes, want %d %% and %d", percent, limit, test.percent, test.limit)
			}
		})
	}
}
