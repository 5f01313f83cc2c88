package client

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// maxSkew is how far the machine's clock may be from the service's before ClockSkew
// reports it. Certificates and access tokens tolerate about as much.
const maxSkew = 5 * time.Minute

// serviceClock learns from every answer how far the machine's clock is from the
// service's. It is safe for concurrent use.
type serviceClock struct {
	now    func() time.Time // the machine's clock
	ignore bool             // the endpoint is on this machine, and its clock is a test's

	mu   sync.Mutex
	skew time.Duration
}

// ClockSkew is how far the machine's clock is ahead of the service's, negative where
// it is behind. It is zero where they differ by no more than five minutes, where no
// answer carried a date, and for a loopback endpoint unless Config.LoopbackSkew asks
// for it.
func (c *Client) ClockSkew() time.Duration {
	c.clock.mu.Lock()
	defer c.clock.mu.Unlock()
	return c.clock.skew
}

// learn compares the date of an answer with the time between the request and the
// answer. A cached answer was dated when it was made, so its age is added.
func (s *serviceClock) learn(h http.Header, asked, came time.Time) {
	given := asOf(h)
	if given.IsZero() || s.ignore {
		return
	}
	given = given.Add(age(h))
	// The service's date has whole seconds. So at some moment between asked and came,
	// its clock was between given and given plus one second.
	least, most := asked.Sub(given)-time.Second, came.Sub(given)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case least > maxSkew:
		s.skew = least
	case most < -maxSkew:
		s.skew = most
	default:
		s.skew = 0
	}
}

// asOf is the moment at which an answer was true, by the service's clock: its Date,
// in whole seconds. It is zero where the answer has none.
func asOf(h http.Header) time.Time {
	at, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

// age is how long an answer has been in a cache, zero where it does not say.
func age(h http.Header) time.Duration {
	seconds, err := strconv.ParseUint(h.Get("Age"), 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
