package refserver

import (
	"slices"
	"time"
)

// Entry is one request to the API as the server answered it.
type Entry struct {
	Time      time.Time `json:"time"`
	Operation string    `json:"operation"`
	Method    string    `json:"method"`
	// Path is the URL's path; where the secret's path came as a query
	// parameter the query follows it.
	Path      string `json:"path"`
	Status    int    `json:"status"`
	Principal string `json:"principal"`
}

// Journal returns the requests to the API so far, oldest first.
func (s *Server) Journal() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.store.journal)
}

// journaled records every call with the status of its answer. It does so
// before the answer is sent, so that who has the answer can find the entry.
func (s *Server) journaled(next handler) handler {
	return func(c *call) answer {
		a := next(c)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.store.journal = append(s.store.journal, Entry{
			Time: c.now, Operation: c.route.operation, Method: c.method, Path: c.shownPath,
			Status: a.status, Principal: c.principal.Name,
		})
		return a
	}
}
