package client_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// Time stands still in these tests but for what the client waits.
func TestWaits(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name           string
		header         func() string
		maxWait        time.Duration
		least, longest time.Duration
	}{
		{"seconds", func() string { return "7" }, time.Minute, 7 * time.Second, 7 * time.Second},
		{
			"date", func() string { return time.Now().Add(9 * time.Second).UTC().Format(http.TimeFormat) },
			time.Minute, 9 * time.Second, 9 * time.Second,
		},
		{"seconds beyond the cap", func() string { return "3600" }, 5 * time.Second, 5 * time.Second, 5 * time.Second},
		{
			"date beyond the cap", func() string { return time.Now().Add(time.Hour).UTC().Format(http.TimeFormat) },
			5 * time.Second, 5 * time.Second, 5 * time.Second,
		},
		{"less than the client's own wait", func() string { return "0" }, time.Minute, 500 * time.Millisecond, time.Second},
		{"nothing said", func() string { return "" }, time.Minute, 500 * time.Millisecond, time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				attempts := 0
				c := newClient(t, func(c *client.Config) {
					c.Retry = client.Retry{MaxAttempts: 2, MinWait: time.Second, MaxWait: tc.maxWait}
					c.Transport = transport(func(r *http.Request) (*http.Response, error) {
						if r.Method == http.MethodGet {
							return response(r, http.StatusOK, strings.NewReader(threeVersions)), nil
						}
						attempts++
						if attempts == 1 {
							return response(r, http.StatusTooManyRequests, http.NoBody, "Retry-After", tc.header()), nil
						}
						return response(r, http.StatusOK, strings.NewReader(`{"version":4}`)), nil
					})
				})
				start := time.Now()
				if _, err := c.PutValue(t.Context(), mustID(t, "nl-01/app/db"), client.GeneratedValue(8), client.JustSeen(mustID(t, "nl-01/app/db"), 3)); err != nil {
					t.Fatal(err)
				}
				if waited := time.Since(start); waited < tc.least || waited > tc.longest {
					t.Errorf("waited %v, want %v to %v", waited, tc.least, tc.longest)
				}
			})
		})
	}
}

// An interrupt must not sit out an hour that the service asked for.
func TestCancellationEndsAWait(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		synctest.Test(t, func(t *testing.T) {
			c := newClient(t, inMemory(http.StatusTooManyRequests, "", "Retry-After", "3600"), func(c *client.Config) {
				c.Retry = client.Retry{MaxAttempts: 5, MaxWait: time.Hour}
			})
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			start := time.Now()
			if err := op.call(ctx, c); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", op.name, err)
			}
			if waited := time.Since(start); waited != 10*time.Second {
				t.Errorf("%s: waited %v, want 10s", op.name, waited)
			}
		})
	}
}

// The same while an answer is awaited, but for a write: it has a moment to be
// answered, and another one to find out what became of it.
func TestCancellationEndsAnAttempt(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var sent []string
			start := time.Now()
			err := op.call(ctx, newClient(t, func(c *client.Config) {
				c.Transport = transport(func(r *http.Request) (*http.Response, error) {
					sent = append(sent, r.Method)
					cancel()
					<-r.Context().Done()
					return nil, r.Context().Err()
				})
			}))
			want, most := []string{op.method}, time.Duration(0)
			switch {
			case op.write:
				want, most = []string{op.method, http.MethodGet}, 10*time.Second
			case op.method == http.MethodDelete: // It is cut off, and then looked for.
				want, most = []string{op.method, http.MethodGet}, 5*time.Second
			}
			var unknown *client.UnknownOutcomeError
			if !errors.Is(err, context.Canceled) || errors.As(err, &unknown) != op.write {
				t.Errorf("%s: %v", op.name, err)
			}
			same(t, sent, want)
			if took := time.Since(start); took != most {
				t.Errorf("%s: took %v, want %v", op.name, took, most)
			}
		})
	}
}

// A write that is answered soon after the interrupt has happened, and is reported as
// done.
func TestInterruptedWriteIsAnswered(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		if !op.write {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			err := op.call(ctx, newClient(t, func(c *client.Config) {
				c.Transport = transport(func(r *http.Request) (*http.Response, error) {
					cancel()
					select {
					case <-time.After(3 * time.Second):
						return response(r, op.status, strings.NewReader(op.answer)), nil
					case <-r.Context().Done():
						return nil, r.Context().Err()
					}
				})
			}))
			if err != nil {
				t.Errorf("%s: %v", op.name, err)
			}
		})
	}
}

// A deadline is what the user asked for: it ends a write at once.
func TestDeadlineEndsAnAttempt(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			start := time.Now()
			err := op.call(ctx, newClient(t, func(c *client.Config) {
				c.RequestTimeout = time.Hour
				c.Transport = transport(func(r *http.Request) (*http.Response, error) {
					if r.Method == http.MethodGet && op.method != http.MethodGet {
						return response(r, http.StatusForbidden, http.NoBody), nil
					}
					<-r.Context().Done()
					return nil, r.Context().Err()
				})
			}))
			if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != time.Minute {
				t.Errorf("%s: after %v: %v", op.name, took, err)
			}
		})
	}
}

// One attempt of many may take too long; the next one may not.
func TestSlowAttemptIsNotTheLast(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		synctest.Test(t, func(t *testing.T) {
			sent := 0
			err := op.call(t.Context(), newClient(t, func(c *client.Config) {
				c.RequestTimeout = 10 * time.Second
				c.Transport = transport(func(r *http.Request) (*http.Response, error) {
					switch {
					case r.Method != op.method && op.write:
						return response(r, http.StatusForbidden, http.NoBody), nil
					case r.Method != op.method:
						return response(r, http.StatusOK, strings.NewReader(threeVersions)), nil
					}
					if sent++; sent < 3 {
						<-r.Context().Done()
						return nil, r.Context().Err()
					}
					return response(r, op.status, strings.NewReader(op.answer)), nil
				})
			}))
			var late *client.RequestTimeoutError
			switch {
			case !op.write && (err != nil || sent != 3):
				t.Errorf("%s: after %d attempts: %v", op.name, sent, err)
			case op.write && (!errors.As(err, &late) || late.Limit != 10*time.Second || sent != 1):
				t.Errorf("%s: after %d attempts: %v", op.name, sent, err)
			}
		})
	}
}

// The limit holds for attempts, too: what is sent again counts again.
func TestRequestsPerSecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		c := newClient(t, func(c *client.Config) {
			c.RequestsPerSecond = 4
			c.Transport = transport(func(r *http.Request) (*http.Response, error) {
				if sent++; sent%2 == 1 {
					return response(r, http.StatusTooManyRequests, http.NoBody), nil
				}
				return response(r, http.StatusOK, strings.NewReader(`{}`)), nil
			})
		})
		start := time.Now()
		for range 10 {
			if _, err := c.KMSRegions(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); sent != 20 || took < 4700*time.Millisecond || took > 4800*time.Millisecond {
			t.Errorf("%d requests took %v, want 20 in 4.75s", sent, took)
		}
		// Who would not get a turn in time need not wait for it.
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		var late *client.TooSlowError
		if _, err := c.KMSRegions(ctx); !errors.As(err, &late) || late.RequestsPerSecond != 4 || sent != 20 {
			t.Errorf("%d requests, %v", sent, err)
		}
	})
}
