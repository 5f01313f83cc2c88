package refserver

import (
	"sync"
	"time"
)

// Clock is the clock of a server. It is safe for concurrent use, and several servers
// may share one.
type Clock struct {
	mu     sync.Mutex
	frozen bool
	at     time.Time     // what a frozen clock shows
	offset time.Duration // how far a running clock is from real time
}

// NewClock returns a clock that stands still at start until it is set or advanced.
func NewClock(start time.Time) *Clock {
	return &Clock{frozen: true, at: start.UTC()}
}

// RealClock returns a clock that runs with real time.
func RealClock() *Clock {
	return &Clock{}
}

// Now returns the clock's time in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.frozen {
		return c.at
	}
	return realNow().Add(c.offset)
}

// Set moves the clock to t. A running clock runs on from there.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t.UTC()
	c.offset = t.Sub(realNow())
}

// Advance moves the clock by d, which may be negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	c.offset += d
}

// realign takes a running clock back to real time.
func (c *Clock) realign() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = 0
}

// realNow drops the monotonic reading: it would survive Set and then disagree
// with the wall time that the clock shows.
func realNow() time.Time { return time.Now().UTC().Round(0) }
