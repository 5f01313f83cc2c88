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
	if math.IsNaN(p.RequestsPerSecond) || math.IsInf(p.RequestsPerSecond, 0) {
		return fmt.Errorf("%g is not a number of requests per second", p.RequestsPerSecond)
	}
	return nil
}

// paceJSON is a pace as files and the admin API have it: a latency such as "20ms".
type paceJSON struct {
	Latency           string  `json:"latency,omitempty"`
	RequestsPerSecond float64 `json:"requestsPerSecond,omitempty"`
}

// MarshalJSON leaves out what is not limited.
func (p Pace) MarshalJSON() ([]byte, error) {
	written := paceJSON{RequestsPerSecond: p.RequestsPerSecond}
	if p.Latency != 0 {
		written.Latency = p.Latency.String()
	}
	return json.Marshal(written)
}

// UnmarshalJSON is strict: a misspelt limit would be none.
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

// pace is a Pace at work.
type pace struct {
	Pace
	limiter *rate.Limiter // nil for no limit
}

func newPace(p Pace) pace {
	at := pace{Pace: p}
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
	s.pace = newPace(p)
	return nil
}

// Pace returns how fast the server answers.
func (s *Server) Pace() Pace {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pace.Pace
}

// paced makes callers wait, and turns away those that come too often.
func (s *Server) paced(next handler) handler {
	return func(c *call) answer {
		s.mu.Lock()
		at := s.pace
		s.mu.Unlock()
		allowed := at.limiter == nil || at.limiter.Allow()
		if at.Latency > 0 && !c.line.wait(at.Latency) {
			return answer{sending: sending{how: sendNothing}} // Nobody is there to be answered.
		}
		if !allowed {
			a := refuse(http.StatusTooManyRequests, "more than %g requests per second", at.RequestsPerSecond).answer()
			a.header = http.Header{"Retry-After": {retryAfterLimit}}
			return a
		}
		return next(c)
	}
}
