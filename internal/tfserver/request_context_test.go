package tfserver

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// contract checks what context.Context promises of a context at any moment: Err is nil
// until Done is closed, and not nil and always the same from then on. It goes on until
// both are seen.
func contract(ctx context.Context, t *testing.T) {
	t.Helper()
	for {
		err := ctx.Err()
		select {
		case <-ctx.Done():
			last := ctx.Err()
			if last == nil || err != nil && !errors.Is(err, last) {
				t.Errorf("it is done with the error %v, and had %v before", last, err)
			}
			return
		default:
			if err != nil {
				// Done may have been closed since, but has to be by now.
				select {
				case <-ctx.Done():
				default:
					t.Errorf("it has the error %v and is not done", err)
				}
				return
			}
		}
	}
}

// While a request is under way its context is as its parent is, and then it is over,
// whoever looks at it meanwhile.
func TestRequestContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	stopped := errors.New("stopped")
	for name, over := range map[string]func(cancelParent context.CancelCauseFunc, end func()){
		"answered":                func(_ context.CancelCauseFunc, end func()) { end() },
		"stopped":                 func(cancel context.CancelCauseFunc, _ func()) { cancel(stopped) },
		"stopped, then answered":  func(cancel context.CancelCauseFunc, end func()) { cancel(stopped); end() },
		"answered, then stopped":  func(cancel context.CancelCauseFunc, end func()) { end(); cancel(stopped) },
		"both at once":            func(cancel context.CancelCauseFunc, end func()) { go cancel(stopped); end() },
		"answered more than once": func(_ context.CancelCauseFunc, end func()) { end(); end() },
	} {
		parent, cancel := context.WithCancelCause(context.WithValue(t.Context(), key{}, "loggers"))
		ctx, end := requestContext(parent)
		child, stop := context.WithCancel(ctx)
		if ctx.Value(key{}) != "loggers" || child.Value(key{}) != "loggers" || ctx.Err() != nil || child.Err() != nil {
			t.Errorf("%s: it is not its parent while the request is under way", name)
		}
		if _, limited := ctx.Deadline(); limited {
			t.Errorf("%s: it has a deadline, and its parent has none", name)
		}
		var watchers sync.WaitGroup
		for range 4 {
			watchers.Go(func() { contract(ctx, t) })
			watchers.Go(func() { contract(child, t) })
			watchers.Go(func() { _ = ctx.Value(key{}) })
		}
		over(cancel, end)
		watchers.Wait()
		end()
		if !errors.Is(ctx.Err(), context.Canceled) || !errors.Is(child.Err(), context.Canceled) || ctx.Value(key{}) != nil {
			t.Errorf("%s: it ends with %v, and its child with %v", name, ctx.Err(), child.Err())
		}
		stop()
		cancel(nil)
	}
}

// What ends a request for a reason ends what waits on its behalf for the same one.
func TestRequestContextTellsTheCause(t *testing.T) {
	t.Parallel()
	stopped := errors.New("stopped")
	parent, cancel := context.WithCancelCause(t.Context())
	ctx, end := requestContext(parent)
	defer end()
	cancel(stopped)
	<-ctx.Done()
	if !errors.Is(context.Cause(ctx), stopped) || !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("it ends with %v for %v", ctx.Err(), context.Cause(ctx))
	}
}

// A deadline is that of the parent, and ends it by its name.
func TestRequestContextKeepsTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		parent, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		ctx, end := requestContext(parent)
		defer end()
		want, _ := parent.Deadline()
		if got, limited := ctx.Deadline(); !limited || !got.Equal(want) {
			t.Errorf("the deadline is %v, want %v", got, want)
		}
		began := time.Now()
		<-ctx.Done()
		synctest.Wait()
		if time.Since(began) != time.Minute || !errors.Is(ctx.Err(), context.DeadlineExceeded) || !errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
			t.Errorf("after %s it ends with %v", time.Since(began), ctx.Err())
		}
		// A parent that is stopped before its deadline is stopped, and not late.
		parent, cancel = context.WithTimeout(t.Context(), time.Minute)
		ctx, end = requestContext(parent)
		defer end()
		cancel()
		<-ctx.Done()
		if !errors.Is(ctx.Err(), context.Canceled) {
			t.Errorf("it ends with %v", ctx.Err())
		}
	})
}
