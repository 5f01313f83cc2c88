package refserver

import (
	"net/http"
	"time"
)

// line is the connection of a call, as far as keeping its caller waiting goes.
// It waits in real time.
type line struct {
	gone <-chan struct{} // closed when the client goes away
	// patient lifts the deadline for the answer, which a wait would run into.
	patient func()
}

func newLine(w http.ResponseWriter, r *http.Request) line {
	return line{gone: r.Context().Done(), patient: func() {
		// Where deadlines are not supported there is none to lift.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	}}
}

// wait waits, at most until the client goes away, and reports whether it is
// still there.
func (l line) wait(d time.Duration) bool {
	l.patient()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-l.gone:
		return false
	case <-timer.C:
		return true
	}
}

// sitOut waits, whether or not the client does.
func (l line) sitOut(d time.Duration) {
	l.patient()
	<-time.NewTimer(d).C
}

func (l line) isGone() bool {
	select {
	case <-l.gone:
		return true
	default:
		return false
	}
}
