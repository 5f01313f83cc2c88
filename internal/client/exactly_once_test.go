package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// A value is put once in spite of every failure. Each row is a failure after which it
// was put twice, or could be.
func TestPutHappensOnce(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		prepare func(l *ledger)
		change  func(*client.Config)
		unclear string // the reason of an unknown outcome, empty for none
	}{
		"the answer is lost": {func(*ledger) {}, nil, ""},
		"a replica that lags answers after one that does not": {func(l *ledger) {
			l.get = func(n int) int {
				if n == 1 {
					return everything
				}
				return 1
			}
		}, nil, "seen only once"},
		"the clock that dates versions is slow": {func(l *ledger) { l.skew = -3 * time.Second }, nil, "when the request was not in flight"},
		"reads lag for more than a second": {func(l *ledger) {
			l.get = func(int) int {
				if time.Since(l.lastPost) < 1100*time.Millisecond {
					return 1
				}
				return everything
			}
		}, nil, ""},
		"reads lag, and the user is in a hurry": {func(l *ledger) {
			l.get = func(int) int {
				if time.Since(l.lastPost) < 3*time.Second {
					return 1
				}
				return everything
			}
		}, func(c *client.Config) { c.Retry.MinWait = time.Millisecond }, ""},
		"fewer than one request each second": {func(*ledger) {}, func(c *client.Config) { c.RequestsPerSecond = 0.5 }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLedger()
				l.post = func(n int) (*http.Response, error) {
					if n == 1 {
						l.commit()
						return nil, nil //nolint:nilnil // See ledger.
					}
					return l.done()
				}
				if tc.change == nil {
					tc.change = func(*client.Config) {}
				}
				var written client.Written
				var err error
				tc.prepare(l)
				c := l.client(t, tc.change)
				written, err = c.PutValue(t.Context(), mustID(t, "nl-01/app/db"), client.GeneratedValue(8), client.Unguarded)
				var unknown *client.UnknownOutcomeError
				told := tc.unclear != "" && errors.As(err, &unknown) && strings.Contains(unknown.Known, tc.unclear)
				if l.posts != 1 || !told && (err != nil || written.Version != 2 || !written.ReadBack) {
					t.Errorf("%d puts: %+v, %v", l.posts, written, err)
				}
			})
		})
	}
}

// A computer that sleeps stops the clock that only moves forward.
func TestPutSurvivesSleep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLedger()
		slept := time.Duration(0)
		l.post = func(n int) (*http.Response, error) {
			l.commit()
			time.Sleep(10 * time.Minute)
			slept = 10 * time.Minute
			return nil, io.ErrUnexpectedEOF
		}
		written, err := l.put(t, func(c *client.Config) {
			c.RequestTimeout = time.Hour // That timer stood still, too.
			start := time.Now()
			c.Now = func() time.Time {
				// The wall clock jumps, and what has passed since the start does not.
				forward := start.Add(time.Since(start) - slept)
				return forward.Add(slept).Round(0)
			}
		})
		if err != nil || written.Version != 2 || l.posts != 1 {
			t.Errorf("%d puts: %+v, %v", l.posts, written, err)
		}
	})
}

// A lost put is not taken for done when another client puts.
func TestPutOfSomebodyElseIsNotOurs(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		prepare func(l *ledger)
		change  func(*client.Config)
		puts    int
	}{
		"an hour before": {func(l *ledger) {
			l.commit()
			time.Sleep(time.Hour)
		}, nil, 2},
		"ten seconds before": {func(l *ledger) {
			l.commit()
			time.Sleep(10 * time.Second)
		}, nil, 2},
		"while ours waits for its turn": {func(l *ledger) {
			time.AfterFunc(5*time.Second, func() {
				l.mu.Lock()
				defer l.mu.Unlock()
				l.commit()
			})
		}, func(c *client.Config) { c.RequestsPerSecond = 0.1 }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLedger()
				tc.prepare(l)
				l.post = func(n int) (*http.Response, error) {
					if n == 1 {
						return nil, nil //nolint:nilnil // See ledger.
					}
					return l.done()
				}
				if tc.change == nil {
					tc.change = func(*client.Config) {}
				}
				c := l.client(t, tc.change)
				if name == "while ours waits for its turn" {
					if _, err := c.GetSecret(t.Context(), mustID(t, "nl-01/app/db")); err != nil {
						t.Fatal(err)
					}
				}
				written, err := c.PutValue(t.Context(), mustID(t, "nl-01/app/db"), client.GeneratedValue(8), client.Unguarded)
				if l.posts != tc.puts || err != nil || written.ReadBack || written.Version != 3 {
					t.Errorf("%d puts, want %d: %+v, %v", l.posts, tc.puts, written, err)
				}
			})
		})
	}
}

// Two puts through one client are not taken for each other.
func TestParallelPutsAreToldApart(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]func(l *ledger, n int) (*http.Response, error){
		"one is answered, one never happens": func(l *ledger, n int) (*http.Response, error) {
			if n == 1 {
				return nil, nil //nolint:nilnil // See ledger.
			}
			return l.done()
		},
		"both are lost, one happens": func(l *ledger, n int) (*http.Response, error) {
			if n == 1 {
				l.commit()
			}
			return nil, nil //nolint:nilnil // See ledger.
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLedger()
				l.post = func(n int) (*http.Response, error) { return happens(l, n) }
				c := l.client(t, func(c *client.Config) { c.Retry.MaxAttempts = 1 })
				var written [2]client.Written
				var both sync.WaitGroup
				for i := range written {
					both.Go(func() {
						written[i], _ = c.PutValue(t.Context(), mustID(t, "nl-01/app/db"), client.GeneratedValue(8), client.Unguarded)
					})
				}
				both.Wait()
				if written[0].Version == written[1].Version && written[0].Version != 0 {
					t.Errorf("two puts, one version: %+v", written)
				}
			})
		})
	}
}

// If the first attempt becomes visible only after the second, both versions are
// reported.
func TestLateFirstAttemptIsTold(t *testing.T) {
	t.Parallel()
	for name, second := range map[string]func(l *ledger) (*http.Response, error){
		"the second is answered": func(l *ledger) (*http.Response, error) { return l.done() },
		"the second is lost": func(l *ledger) (*http.Response, error) {
			l.commit()
			return nil, nil //nolint:nilnil // See ledger.
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLedger()
				l.post = func(n int) (*http.Response, error) {
					if n == 1 {
						l.commit()
						return nil, nil //nolint:nilnil // See ledger.
					}
					return second(l)
				}
				l.get = func(n int) int {
					if n <= 4 {
						return 1 // For longer than a client waits.
					}
					return everything
				}
				written, err := l.put(t)
				var unknown *client.UnknownOutcomeError
				if err == nil && !written.Gap || err != nil && (!errors.As(err, &unknown) || !strings.Contains(unknown.Known, "2, 3")) {
					t.Errorf("%+v, %v", written, err)
				}
			})
		})
	}
}

// After a gateway's time-out the service may still carry out the request.
func TestLingeringPutIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for _, status := range []int{504, 524, 598, 599} {
		synctest.Test(t, func(t *testing.T) {
			l := newLedger()
			l.post = func(int) (*http.Response, error) { return l.answer(status, ""), nil }
			_, err := l.put(t)
			var unknown *client.UnknownOutcomeError
			if !errors.As(err, &unknown) || l.posts != 1 || !strings.Contains(unknown.Known, "may still be at work") {
				t.Errorf("%d: %d puts, %v", status, l.posts, err)
			}
		})
	}
}

// MaxAttempts limits all attempts together, for any mix of failures.
func TestAttemptsAreCountedTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLedger()
		l.post = func(n int) (*http.Response, error) {
			if n%3 == 0 {
				return nil, nil //nolint:nilnil // See ledger.
			}
			return l.answer(http.StatusTooManyRequests, ""), nil
		}
		if _, err := l.put(t); err == nil || l.posts != 5 {
			t.Errorf("%d attempts: %v", l.posts, err)
		}
	})
}

// An interrupt leaves the time to find out, however patient the user wants to be
// with the service.
func TestInterruptedPutIsSettled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLedger()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		l.post = func(int) (*http.Response, error) {
			cancel()
			l.commit()
			return nil, nil //nolint:nilnil // See ledger.
		}
		c := l.client(t, func(c *client.Config) { c.Retry.MinWait = 20 * time.Second })
		written, err := c.PutValue(ctx, mustID(t, "nl-01/app/db"), client.GeneratedValue(8), client.Unguarded)
		if err != nil || written.Version != 2 {
			t.Errorf("%+v, %v", written, err)
		}
	})
}
