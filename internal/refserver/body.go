package refserver

import (
	"errors"
	"io"
	"net/http"
)

const (
	// maxBody is the longest request body the server reads. A value of 64 KiB in
	// base64 with its labels fits many times over.
	maxBody = 1 << 20
	// smallBody is the longest body that any number of requests may have at the same
	// time. Longer bodies, and those of unknown length, take turns, so that any number
	// of requests fits into memory.
	smallBody   = 64 << 10
	largeBodies = 8
)

// readBody reads a call's body, unless the call is refused without it. The caller calls
// release once the body is not needed any more.
func (s *Server) readBody(c *call, w http.ResponseWriter, r *http.Request) (release func()) {
	nothing := func() {}
	if r.ContentLength > maxBody {
		c.bodyTooLong = true
		return nothing
	}
	if r.ContentLength == 0 || !s.admits(c) {
		return nothing
	}
	if r.ContentLength > smallBody || r.ContentLength < 0 {
		select {
		case s.large <- struct{}{}:
		case <-r.Context().Done():
			return nothing
		}
		release = func() {
			c.body, c.create = nil, createBody{}
			<-s.large
		}
	} else {
		release = nothing
	}
	limited := http.MaxBytesReader(w, r.Body, maxBody)
	var err error
	if r.ContentLength > 0 {
		c.body = make([]byte, r.ContentLength)
		var n int
		n, err = io.ReadFull(limited, c.body)
		c.body = c.body[:n]
	} else {
		c.body, err = io.ReadAll(limited)
	}
	var tooLong *http.MaxBytesError
	c.bodyTooLong = errors.As(err, &tooLong) // A body cut short by its sender fails as JSON later.
	return release
}

// admits reports that a call is not refused for its credentials alone.
func (s *Server) admits(c *call) bool {
	if c.route.operation == opToken {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, p := c.store.identify(c)
	return p == nil
}
