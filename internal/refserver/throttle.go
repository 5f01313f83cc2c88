package refserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// Pace is how fast the server answers, in real time, because a test may stop the
// server's clock. The zero value answers at once and has no limit.
type Pace struct {
	// Latency is the minimum time of every answer.
	Latency time.Duration
	// RequestsPerSecond limits the requests of all callers together. A burst may have
	// the requests of one second. Further requests get a 429 with Retry-After. Zero
	// means no limit.
	RequestsPerSecond float64
}

// throttledRetryAfter is the Retry-After header of a request above the limit, in
// seconds.
const throttledRetryAfter = "1"

func (p Pace) validate() error {
	if p.Latency < 0 || p.RequestsPerSecond < 0 {
		return fmt.Errorf("latency %s and %g requests per second must not be negative", p.Latency, p.RequestsPerSecond)
	}
	if math.IsNaN(p.RequestsPerSecond) || math.IsInf(p.RequestsPerSecond, 0) {
		return fmt.Errorf("%g is not a number of requests per second", p.RequestsPerSecond)
	}
	return nil
}

// paceJSON is a Pace in files and in the admin API: a latency such as "20ms".
type paceJSON struct {
	Latency           string  `json:"latency,omitempty"`
	RequestsPerSecond float64 `json:"requestsPerSecond,omitempty"`
}

// MarshalJSON omits settings without a limit.
func (p Pace) MarshalJSON() ([]byte, error) {
	written := paceJSON{RequestsPerSecond: p.RequestsPerSecond}
	if p.Latency != 0 {
		written.Latency = p.Latency.String()
	}
	return json.Marshal(written)
}

// UnmarshalJSON is strict: a misspelt setting would mean no limit.
func (p *Pace) UnmarshalJSON(b []byte) error {
	var read paceJSON
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil {
		return fmt.Errorf("pace: %w", err)
	}
	p.Latency, p.RequestsPerSecond = 0, read.RequestsPerSecond
	if read.Latency == "" {
		return nil
	}
	latency, err := time.ParseDuration(read.Latency)
	if err != nil {
		return fmt.Errorf("pace: latency: %w", err)
	}
	p.Latency = latency
	return nil
}

// throttle applies a Pace.
type throttle struct {
	Pace
	limiter *rate.Limiter // nil for no limit
}

func newThrottle(p Pace) throttle {
	at := throttle{Pace: p}
	if p.RequestsPerSecond > 0 {
		at.limiter = rate.NewLimiter(rate.Limit(p.RequestsPerSecond), max(1, int(p.RequestsPerSecond)))
	}
	return at
}

// SetPace changes how fast the server answers from now on, until a Reset.
func (s *Server) SetPace(p Pace) error {
	if err := p.validate(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.throttle = newThrottle(p)
	return nil
}

// Pace returns how fast the server answers.
func (s *Server) Pace() Pace {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.throttle.Pace
}

// throttled delays answers, and rejects requests above the limit.
func (s *Server) throttled(next handler) handler {
	return func(c *call) answer {
		s.mu.Lock()
		at := s.throttle
		s.mu.Unlock()
		allowed := at.limiter == nil || at.limiter.Allow()
		if at.Latency > 0 && !c.connection.wait(at.Latency) {
			return answer{delivery: delivery{mode: deliverNothing}} // The client has disconnected.
		}
		if !allowed {
			a := refuse(http.StatusTooManyRequests, "more than %g requests per second", at.RequestsPerSecond).answer()
			a.header = http.Header{"Retry-After": {throttledRetryAfter}}
			return a
		}
		return next(c)
	}
}
