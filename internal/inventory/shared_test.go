package inventory

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Those who waited for a request that failed ask for themselves, all at the same time. Where a
// failure is an answer, they get it.
func TestSharedFailure(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	for name, tc := range map[string]struct {
		ownFailures    bool
		requests, fail int32
	}{
		"own":    {true, 9, 1},
		"shared": {false, 1, 9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := shared[int]{ownFailures: tc.ownFailures}
				var requests, failed atomic.Int32
				began := time.Now()
				var callers sync.WaitGroup
				for range 9 {
					callers.Go(func() {
						value, err := s.get(t.Context(), func(context.Context) (int, error) {
							n := requests.Add(1)
							time.Sleep(time.Second)
							if n == 1 {
								return 0, refused
							}
							return 42, nil
						})
						switch {
						case errors.Is(err, refused):
							failed.Add(1)
						case err != nil || value != 42:
							t.Errorf("got %d, %v", value, err)
						}
					})
				}
				callers.Wait()
				if requests.Load() != tc.requests || failed.Load() != tc.fail || time.Since(began) > 2*time.Second {
					t.Errorf("%d requests in %s, %d callers failed", requests.Load(), time.Since(began), failed.Load())
				}
			})
		})
	}
}

// A caller that gives up fails alone, and at once. Those who waited make one request for all.
func TestSharedCancellation(t *testing.T) {
	t.Parallel()
	for _, ownFailures := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := shared[int]{ownFailures: ownFailures}
			var requests atomic.Int32
			ask := func(ctx context.Context) (int, error) {
				requests.Add(1)
				select {
				case <-time.After(time.Minute):
					return 42, nil
				case <-ctx.Done():
					return 0, ctx.Err()
				}
			}
			leaving := errors.New("leaving")
			leader, giveUp := context.WithCancelCause(t.Context())
			var callers sync.WaitGroup
			callers.Go(func() {
				if _, err := s.get(leader, ask); !errors.Is(err, leaving) {
					t.Errorf("who gave up got %v", err)
				}
			})
			synctest.Wait()
			impatient, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			callers.Go(func() {
				if _, err := s.get(impatient, ask); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("who had a second got %v", err)
				}
			})
			for range 8 {
				callers.Go(func() {
					if value, err := s.get(t.Context(), ask); value != 42 || err != nil {
						t.Errorf("who waited got %d, %v", value, err)
					}
				})
			}
			time.Sleep(10 * time.Second)
			giveUp(leaving)
			callers.Wait()
			if requests.Load() != 2 {
				t.Errorf("%d requests, want one for who gave up and one for all others", requests.Load())
			}
		})
	}
}
