package refserver

import "net/http"

// disturbed does to calls what the fault rules ask for. It decides under the
// mutex and waits without it.
func (s *Server) disturbed(next handler) handler {
	return func(c *call) answer {
		s.mu.Lock()
		f, ok := c.store.fault(c)
		s.mu.Unlock()
		if !ok {
			return next(c)
		}
		switch f.Action {
		case ActionStatus:
			return f.refusal(c.now)
		case ActionRedirect:
			return answer{status: http.StatusTemporaryRedirect, header: http.Header{"Location": {f.Location}}}
		case ActionStall:
			return answer{sending: sending{how: sendNothing, hold: f.wait()}}
		case ActionResetBeforeCommit:
			return answer{sending: sending{how: sendReset}}
		case ActionDelay:
			s.note(c, 0) // Who gives up waiting finds the entry all the same.
			if !c.line.wait(f.wait()) {
				return answer{sending: sending{how: sendNothing}}
			}
			return next(c)
		case ActionDelayCommit:
			s.note(c, 0)
			c.line.sitOut(f.wait())
			a := next(c)
			if c.line.isGone() {
				return answer{sending: sending{how: sendNothing}}
			}
			return a
		case ActionStale:
			c.stale = true
			return next(c)
		default:
			a := next(c)
			return f.spoil(a, c.now)
		}
	}
}
