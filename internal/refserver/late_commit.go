package refserver

import (
	"slices"
	"time"
)

// lateCommit is a request that was answered and has yet to be carried out.
type lateCommit struct {
	call *call
	// Exactly one of these is set.
	after     int       // the number of further requests
	clockTime time.Time // by the server's clock
	realTime  time.Time // by the real time
}

// postpone schedules the call. It copies the call, because the original is answered at
// once.
func (s *Server) postpone(f Fault, c *call) {
	late := *c
	late.entry = nil
	l := lateCommit{call: &late, after: f.AfterRequests}
	if d, err := time.ParseDuration(f.ServerClockDelay); err == nil {
		l.clockTime = c.now.Add(d)
	}
	if d, err := time.ParseDuration(f.Delay); err == nil {
		l.realTime = realNow().Add(d)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.store.late = append(c.store.late, l)
}

// countingLate counts each request for the late commits that wait for a number of
// requests. Late commits that are then due run after the request.
func (s *Server) countingLate(next handler) handler {
	return func(c *call) answer {
		a := next(c)
		s.mu.Lock()
		defer s.mu.Unlock()
		c.store.countForLate(c.requestID, s.clock.Now())
		return a
	}
}

// countForLate counts a request, except for its own late commit.
func (st *store) countForLate(requestID string, now time.Time) {
	st.runLate(func(l *lateCommit) (due bool, at time.Time) {
		if l.after == 0 || l.call.requestID == requestID {
			return false, now
		}
		l.after--
		return l.after == 0, now
	})
}

// commitDue carries out the late commits that are due by time. It is called before
// anything reads or changes the store. So no timer is needed, and a repeated run has
// the same order.
func (st *store) commitDue(now, realNow time.Time) {
	st.runLate(func(l *lateCommit) (due bool, at time.Time) {
		switch {
		case !l.clockTime.IsZero():
			return !now.Before(l.clockTime), l.clockTime
		case !l.realTime.IsZero():
			return !realNow.Before(l.realTime), now
		}
		return false, now
	})
}

// runLate carries out the late commits that are due, each with its time by the server's
// clock, in the order of these times.
func (st *store) runLate(isDue func(*lateCommit) (bool, time.Time)) {
	var due, waiting []lateCommit
	for _, l := range st.late {
		ready, at := isDue(&l)
		if !ready {
			waiting = append(waiting, l)
			continue
		}
		l.call.now = at
		due = append(due, l)
	}
	st.late = waiting
	slices.SortStableFunc(due, func(a, b lateCommit) int { return a.call.now.Compare(b.call.now) })
	for _, l := range due {
		st.answer(l.call)
	}
}
