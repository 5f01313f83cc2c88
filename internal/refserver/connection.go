package refserver

import (
	"net/http"
	"time"
)

// connection is the client's connection of a call. Waits on it take real time.
type connection struct {
	closed <-chan struct{} // closed when the client disconnects
	// liftDeadline removes the write deadline, which a wait could exceed.
	liftDeadline func()
}

func newConnection(w http.ResponseWriter, r *http.Request) connection {
	return connection{closed: r.Context().Done(), liftDeadline: func() {
		// A connection without support for deadlines has none.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	}}
}

// wait waits for d or until the client disconnects. It reports whether the client is
// still connected.
func (l connection) wait(d time.Duration) bool {
	l.liftDeadline()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-l.closed:
		return false
	case <-timer.C:
		return true
	}
}

// waitOut waits for d, even if the client disconnects.
func (l connection) waitOut(d time.Duration) {
	l.liftDeadline()
	<-time.NewTimer(d).C
}

func (l connection) isClosed() bool {
	select {
	case <-l.closed:
		return true
	default:
		return false
	}
}
