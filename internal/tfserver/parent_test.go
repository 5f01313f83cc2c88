package tfserver

import (
	"testing"
	"time"
)

// The provider goes on for as long as it has the parent that it had, and no longer.
func TestAwaitOrphaned(t *testing.T) {
	t.Parallel()
	ticks := make(chan time.Time)
	parents := make(chan int, 1)
	now := 42
	ended := make(chan struct{})
	go func() {
		awaitOrphaned(func() int {
			select {
			case now = <-parents:
			default:
			}
			return now
		}, ticks)
		close(ended)
	}()
	for range 3 {
		ticks <- time.Time{} // It is taken only by who still waits.
	}
	parents <- 1
	select {
	case ticks <- time.Time{}:
	case <-ended:
	}
	<-ended
}
