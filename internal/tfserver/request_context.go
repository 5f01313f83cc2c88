package tfserver

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// requestContext is a context that ends with its parent, for the same reason, or when
// end is called, and that holds on to nothing of its parent from then on.
//
// It keeps what context.Context promises, but for one thing: once it has ended by end,
// Value knows nothing any more, although a context should always say the same. That is
// the point of it: see server. Nothing here asks for a value after the answer.
func requestContext(parent context.Context) (ctx context.Context, end func()) {
	values := &requestValues{}
	values.parent.Store(&parent)
	ctx, cancel := context.WithCancelCause(values)
	stopTimer := func() {}
	deadline, isLimited := parent.Deadline()
	if isLimited {
		ctx, stopTimer = context.WithDeadline(ctx, deadline)
	}
	stop := context.AfterFunc(parent, func() {
		// A deadline has come for both, and only its own timer gives it its name.
		if !isLimited || !errors.Is(parent.Err(), context.DeadlineExceeded) {
			cancel(context.Cause(parent))
		}
	})
	return ctx, func() {
		stop()
		cancel(nil)
		stopTimer()
		values.parent.Store(nil)
	}
}

// requestValues are the values of a context for as long as it is there.
type requestValues struct {
	parent atomic.Pointer[context.Context]
}

var _ context.Context = (*requestValues)(nil)

// Deadline implements context.Context.
func (*requestValues) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done implements context.Context.
func (*requestValues) Done() <-chan struct{} { return nil }

// Err implements context.Context.
func (*requestValues) Err() error { return nil }

// Value implements context.Context.
func (v *requestValues) Value(key any) any {
	if parent := v.parent.Load(); parent != nil {
		return (*parent).Value(key)
	}
	return nil
}
