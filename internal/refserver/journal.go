package refserver

import "time"

// Entry is one request to the API as the server answered it.
type Entry struct {
	Time      time.Time `json:"time"`
	Operation string    `json:"operation"`
	Method    string    `json:"method"`
	// Path is the URL's path; where the secret's path came as a query
	// parameter the query follows it.
	Path string `json:"path"`
	// Status is what the caller was sent; 0 where no status reached it, or none
	// has yet.
	Status    int    `json:"status"`
	Principal string `json:"principal"`
	// Fault is the action of the fault rule that disturbed the request.
	Fault string `json:"fault,omitempty"`
}

// Journal returns the requests to the API so far, oldest first.
func (s *Server) Journal() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	var entries []Entry
	for _, e := range s.store.journal {
		entries = append(entries, *e)
	}
	return entries
}

// journaled records every call with the status of its answer. It does so
// before the answer is sent, so that who has the answer can find the entry.
func (s *Server) journaled(next handler) handler {
	return func(c *call) answer {
		a := next(c)
		s.note(c, a.status)
		return a
	}
}

// note enters the call into the journal, or brings its entry up to date.
func (s *Server) note(c *call, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.entry == nil {
		c.entry = &Entry{Time: c.now, Operation: c.route.operation, Method: c.method, Path: c.shownPath, Fault: c.fault}
		c.store.journal = append(c.store.journal, c.entry)
	}
	c.entry.Status, c.entry.Principal = status, c.principal.Name
}
