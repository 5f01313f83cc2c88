package tfserver

import (
	"context"
	"errors"
	"testing"
)

// A stop cancels the requests that are under way, and no later one.
func TestStops(t *testing.T) {
	t.Parallel()
	var s stops
	running, endRunning := s.during(t.Context())
	over, endOver := s.during(t.Context())
	endOver()
	if !errors.Is(over.Err(), context.Canceled) || running.Err() != nil {
		t.Errorf("a request that is over has %v, one under way has %v", over.Err(), running.Err())
	}
	s.stop()
	later, endLater := s.during(t.Context())
	if !errors.Is(running.Err(), context.Canceled) || later.Err() != nil {
		t.Errorf("after a stop the request under way has %v, and a later one %v", running.Err(), later.Err())
	}
	endRunning()
	endLater()
	if len(s.running) > 0 {
		t.Errorf("%d requests are remembered after their end", len(s.running))
	}
}
