package refserver

import "net/http"

// withFaults applies the fault rules to calls. It selects the rule under the mutex and
// waits without it.
func (s *Server) withFaults(next handler) handler {
	return func(c *call) answer {
		s.mu.Lock()
		f, ok := c.store.fault(c)
		s.mu.Unlock()
		if !ok {
			return next(c)
		}
		a, done := s.beforeCommit(f, c)
		if !done {
			a = s.aroundCommit(f, c, next)
		}
		return f.setDate(a, c.now)
	}
}

// beforeCommit applies the faults whose request is carried out after the answer or
// never.
func (s *Server) beforeCommit(f Fault, c *call) (a answer, done bool) {
	switch f.Action {
	case ActionStatus:
		return f.refusal(answer{}, c.now), true
	case ActionRedirect:
		return answer{status: http.StatusTemporaryRedirect, header: http.Header{"Location": {f.Location}}}, true
	case ActionStall:
		return answer{delivery: delivery{mode: deliverNothing, hold: f.wait()}}, true
	case ActionResetBeforeCommit:
		return answer{delivery: delivery{mode: deliverReset}}, true
	case ActionWrongVersion:
		return answer{status: http.StatusOK, body: putJSON{c.route.path, versionNumber(f.Version, s.currentVersion(c))}}, true
	case ActionCommitAfterAnswer:
		s.postpone(f, c)
		if f.Status == 0 {
			return answer{delivery: delivery{mode: deliverReset}}, true
		}
		return f.refusal(answer{}, c.now), true
	default:
		return answer{}, false
	}
}

// aroundCommit applies the faults whose request is carried out before the answer.
func (s *Server) aroundCommit(f Fault, c *call, next handler) answer {
	switch f.Action {
	case ActionDelay:
		s.note(c, 0) // A client that stops waiting finds the entry too.
		if !c.connection.wait(f.wait()) {
			return answer{delivery: delivery{mode: deliverNothing}}
		}
		return next(c)
	case ActionDelayCommit:
		s.note(c, 0)
		c.connection.waitOut(f.wait())
		a := next(c)
		if c.connection.isClosed() {
			return answer{delivery: delivery{mode: deliverNothing}}
		}
		return a
	case ActionStale:
		c.stale = true
		return next(c)
	case ActionOmitSecret:
		c.omitted = f.OmittedPath
		return next(c)
	case ActionOtherClient:
		return s.withOtherClient(f.OtherClient, c, next)
	case ActionWrongVersionAfterCommit:
		number := versionNumber(f.Version, s.currentVersion(c))
		a := next(c)
		if a.status == http.StatusOK {
			a.body = putJSON{c.route.path, number}
		}
		return a
	default:
		a := next(c)
		return f.alterAnswer(a, c.now)
	}
}

// currentVersion is the number of the current version of the call's secret, or 0.
func (s *Server) currentVersion(c *call) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.store.currentVersion(c.place())
}

func (st *store) currentVersion(at place) int64 {
	if secret := st.secrets[at]; secret != nil {
		if current := secret.current(); current != nil {
			return current.number
		}
	}
	return 0
}
