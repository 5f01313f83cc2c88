package refserver

import (
	"fmt"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// Pace is how fast the server answers, in real time: a server's clock may stand
// still, its callers do not. The zero value answers at once, however often it is
// asked.
type Pace struct {
	// Latency is what every answer takes at least.
	Latency time.Duration
	// RequestsPerSecond is how many requests are answered, of all callers together.
	// A second's worth may come at once; what is beyond gets a 429 with Retry-After.
	// Zero means no limit.
	RequestsPerSecond float64
}

// retryAfterLimit is the header of a request beyond the limit, in seconds: by then
// the next second's worth is there.
const retryAfterLimit = "1"

func (p Pace) validate() error {
	if p.Latency < 0 || p.RequestsPerSecond < 0 {
		return fmt.Errorf("latency %s and %g requests per second must not be negative", p.Latency, p.RequestsPerSecond)
	}
	return nil
}

// pace is a Pace at work.
type pace struct {
	latency time.Duration
	limiter *rate.Limiter // nil for no limit
}

func newPace(p Pace) pace {
	at := pace{latency: p.Latency}
	if p.RequestsPerSecond > 0 {
		at.limiter = rate.NewLimiter(rate.Limit(p.RequestsPerSecond), max(1, int(p.RequestsPerSecond)))
	}
	return at
}

// SetPace changes how fast the server answers from now on.
func (s *Server) SetPace(p Pace) error {
	if err := p.validate(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pace = newPace(p)
	return nil
}

// paced makes callers wait, and turns away those that come too often.
func (s *Server) paced(next handler) handler {
	return func(c *call) answer {
		s.mu.Lock()
		at := s.pace
		s.mu.Unlock()
		allowed := at.limiter == nil || at.limiter.Allow()
		if at.latency > 0 && !c.line.wait(at.latency) {
			return answer{sending: sending{how: sendNothing}} // Nobody is there to be answered.
		}
		if !allowed {
			a := refuse(http.StatusTooManyRequests, "more than %g requests per second", float64(at.limiter.Limit())).answer()
			a.header = http.Header{"Retry-After": {retryAfterLimit}}
			return a
		}
		return next(c)
	}
}
