package inventory

import (
	"context"
	"sync"
)

// lookup asks a question until it has an answer, good or bad. One caller asks at a
// time and the others wait, each for as long as it wants itself. A caller that
// gives up leaves the question to the next one instead of answering for it.
type lookup[T any] struct {
	mu     sync.Mutex
	asking chan struct{} // closed when whoever asks now is done; nil: nobody does
	done   bool
	value  T
	err    error
}

func (l *lookup[T]) do(ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	for {
		l.mu.Lock()
		if l.done {
			defer l.mu.Unlock()
			return l.value, l.err
		}
		asking := l.asking
		if asking == nil {
			l.asking = make(chan struct{})
			l.mu.Unlock()
			return l.lead(ctx, ask)
		}
		l.mu.Unlock()
		select {
		case <-asking:
		case <-ctx.Done():
			var none T
			return none, context.Cause(ctx)
		}
	}
}

// lead asks for all who wait.
func (l *lookup[T]) lead(ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	value, err := ask(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil || ctx.Err() == nil {
		l.value, l.err, l.done = value, err, true
	}
	close(l.asking)
	l.asking = nil
	return value, err
}
