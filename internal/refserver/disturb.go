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
		a, done := s.beforeCommit(f, c)
		if !done {
			a = s.aroundCommit(f, c, next)
		}
		return f.setDate(a, c.now)
	}
}

// beforeCommit answers where the work is not done before the answer, or not at all.
func (s *Server) beforeCommit(f Fault, c *call) (a answer, done bool) {
	switch f.Action {
	case ActionStatus:
		return f.refusal(answer{}, c.now), true
	case ActionRedirect:
		return answer{status: http.StatusTemporaryRedirect, header: http.Header{"Location": {f.Location}}}, true
	case ActionStall:
		return answer{sending: sending{how: sendNothing, hold: f.wait()}}, true
	case ActionResetBeforeCommit:
		return answer{sending: sending{how: sendReset}}, true
	case ActionWrongVersion:
		return answer{status: http.StatusOK, body: putJSON{c.route.path, versionNumber(f.Version, s.currentVersion(c))}}, true
	case ActionCommitAfterAnswer:
		s.postpone(f, c)
		if f.Status == 0 {
			return answer{sending: sending{how: sendReset}}, true
		}
		return f.refusal(answer{}, c.now), true
	default:
		return answer{}, false
	}
}

// aroundCommit lets the work be done and does what the fault does around it.
func (s *Server) aroundCommit(f Fault, c *call, next handler) answer {
	switch f.Action {
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
	case ActionOmitSecret:
		c.omitted = f.OmittedPath
		return next(c)
	case ActionOtherClient:
		return s.besideOtherClient(f.OtherClient, c, next)
	case ActionWrongVersionAfterCommit:
		number := versionNumber(f.Version, s.currentVersion(c))
		a := next(c)
		if a.status == http.StatusOK {
			a.body = putJSON{c.route.path, number}
		}
		return a
	default:
		a := next(c)
		return f.spoil(a, c.now)
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
