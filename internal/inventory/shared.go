package inventory

import (
	"context"
	"sync"

	"golang.org/x/sync/singleflight"
)

// shared is one request for all callers that need the same answer. One caller makes the request
// and the others wait, each for as long as its own context lasts. If the caller that makes the
// request gives up, only that caller fails, and one of the waiting callers makes it again.
type shared[T any] struct {
	// ownFailures says that a failure counts only for the caller that met it: the waiting callers
	// and all later ones make their own requests. Otherwise a failure is kept, as an answer is.
	ownFailures bool

	flight singleflight.Group
	mu     sync.Mutex
	kept   *answer[T]
}

// answer is how a request ended.
type answer[T any] struct {
	value  T
	err    error
	gaveUp bool // the caller that made the request
}

// get returns the answer that is kept, or asks for it.
func (s *shared[T]) get(ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	for {
		if a := s.peek(); a != nil {
			return a.value, a.err
		}
		asked := false // by this caller
		pending := s.flight.DoChan("", func() (any, error) {
			asked = true
			return s.request(ctx, ask), nil
		})
		select {
		case <-ctx.Done():
			var none T
			return none, context.Cause(ctx)
		case result := <-pending:
			switch a, _ := result.Val.(*answer[T]); {
			case !asked && a.gaveUp:
				continue
			case !asked && a.err != nil && s.ownFailures:
				return ask(ctx)
			default:
				return a.value, a.err
			}
		}
	}
}

// request makes the request for all callers, and keeps the answer.
func (s *shared[T]) request(ctx context.Context, ask func(context.Context) (T, error)) *answer[T] {
	if a := s.peek(); a != nil {
		return a // It came after the caller had looked for it.
	}
	value, err := ask(ctx)
	a := &answer[T]{value, err, err != nil && ctx.Err() != nil}
	if err == nil || !s.ownFailures && !a.gaveUp {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.kept = a
	}
	return a
}

// peek returns the answer that is kept, nil for none.
func (s *shared[T]) peek() *answer[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept
}

// sharedOf returns the request for a key, which it adds where there is none.
func sharedOf[K comparable, T any](mu *sync.Mutex, all map[K]*shared[T], key K) *shared[T] {
	mu.Lock()
	defer mu.Unlock()
	if all[key] == nil {
		all[key] = &shared[T]{}
	}
	return all[key]
}
