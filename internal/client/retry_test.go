package client_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// broke are the ends of an attempt that leave open whether the service did the
// work.
var broke = map[string]answer{
	"500":                   says(http.StatusInternalServerError, `{"message":"internal error"}`),
	"501":                   says(http.StatusNotImplemented, ""),
	"502":                   says(http.StatusBadGateway, "<html>Bad Gateway</html>"),
	"503":                   says(http.StatusServiceUnavailable, `{"message":"maintenance"}`, "Retry-After", "0"),
	"504":                   says(http.StatusGatewayTimeout, ""),
	"connection reset":      resets,
	"closed without answer": hangsUp,
	"answer breaks off":     truncated,
	"answer is no JSON":     says(http.StatusOK, "<html>Welcome</html>"),
	"answer is empty":       says(http.StatusOK, ""),
}

// The API has no idempotency key, so that a second create or put might make a
// second billable version. Where looking does not settle it, the request stays
// sent once. The connection has been used before, because net/http has a mind of
// its own about those.
func TestWriteOfUnknownOutcomeIsSentOnce(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		if !op.write {
			continue
		}
		for name, breaks := range broke {
			t.Run(op.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				s := serve(t, says(http.StatusOK, `{}`), breaks, says(http.StatusForbidden, `{"message":"no permission to read"}`))
				c := s.client()
				if _, err := c.KMSRegions(t.Context()); err != nil {
					t.Fatal(err)
				}
				err := op.call(t.Context(), c)
				var unknown *client.UnknownOutcomeError
				if !errors.As(err, &unknown) || !strings.Contains(unknown.Known, "no permission to read") {
					t.Errorf("got %v, want an unknown outcome that says why", err)
				}
				if got := s.requests(); len(got) != 3 || got[1].Method != op.method || got[2].Method != http.MethodGet {
					t.Errorf("sent %v", got)
				}
			})
		}
	}
}

// Whatever may be repeated is repeated, its body included, and succeeds.
func TestRepeatableRequestIsSentAgain(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		if op.write {
			continue
		}
		for _, name := range []string{"500", "502", "503", "504", "connection reset", "closed without answer"} {
			t.Run(op.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				s := serve(t, broke[name], broke[name], says(op.status, op.answer))
				if err := op.call(t.Context(), s.client()); err != nil {
					t.Fatal(err)
				}
				sentThrice(t, s, op)
			})
		}
	}
}

// A rate limit answers in the service's place, so even a write goes out again.
func TestRateLimitedRequestIsSentAgain(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			limited := says(http.StatusTooManyRequests, `{"message":"slow down"}`, "Retry-After", "1")
			s := serve(t, limited, limited, says(op.status, op.answer))
			if err := op.call(t.Context(), s.client()); err != nil {
				t.Fatal(err)
			}
			sentThrice(t, s, op)
		})
	}
}

func sentThrice(t *testing.T, s *service, op operation) {
	t.Helper()
	got := s.requests()
	if len(got) != 3 {
		t.Fatalf("sent %d times, want 3", len(got))
	}
	for _, r := range got {
		if r.Method != op.method || r.URI != op.uri {
			t.Errorf("sent %s %s, want %s %s", r.Method, r.URI, op.method, op.uri)
		}
		sameJSON(t, r.Body, op.body)
	}
}

// The last answer is the error, and a rate limit leaves no doubt of a write.
func TestAttemptsEnd(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		limited := says(http.StatusTooManyRequests, `{"message":"slow down"}`)
		s := serve(t, limited, limited, limited)
		err := op.call(t.Context(), s.client())
		var unknown *client.UnknownOutcomeError
		if !client.IsRateLimited(err) || errors.As(err, &unknown) {
			t.Errorf("%s: %v", op.name, err)
		}
		if n := len(s.requests()); n != 3 {
			t.Errorf("%s: sent %d times, want 3", op.name, n)
		}
	}
}

// The only 503 that is documented says that the region has no KMS. That is an
// answer: nothing was written.
func TestWriteWithoutKMSIsNoDoubt(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		if !op.write {
			continue
		}
		s := serve(t, says(http.StatusServiceUnavailable, `{"message":"KMS is not available in region nl-01"}`))
		err := op.call(t.Context(), s.client())
		var unknown *client.UnknownOutcomeError
		if !client.IsKMSUnavailable(err) || errors.As(err, &unknown) {
			t.Errorf("%s: %v", op.name, err)
		}
		s.sent(op.method, op.uri, op.body)
	}
}

// refusing dials a port that nobody listens on for the first so many times.
func refusing(t *testing.T, times int32) (http.RoundTripper, *atomic.Int32) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	var dialled atomic.Int32
	rt := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if dialled.Add(1) <= times {
			address = nobody
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	t.Cleanup(rt.CloseIdleConnections)
	return rt, &dialled
}

// A refused connection has carried nothing.
func TestRefusedConnectionIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		s := serve(t, says(op.status, op.answer))
		rt, dialled := refusing(t, 2)
		if err := op.call(t.Context(), s.client(func(c *client.Config) { c.Transport = rt })); err != nil {
			t.Errorf("%s: %v", op.name, err)
		}
		if n := dialled.Load(); n != 3 {
			t.Errorf("%s: dialled %d times, want 3", op.name, n)
		}
		s.sent(op.method, op.uri, op.body)
	}
}

func TestRefusedForGoodIsNoDoubt(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		rt, dialled := refusing(t, 100)
		c := newClient(t, func(c *client.Config) { c.Endpoint, c.Transport = "http://127.0.0.1:1", rt })
		err := op.call(t.Context(), c)
		var unknown *client.UnknownOutcomeError
		if !errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, &unknown) {
			t.Errorf("%s: %v", op.name, err)
		}
		if n := dialled.Load(); n != 3 {
			t.Errorf("%s: dialled %d times, want 3", op.name, n)
		}
	}
}

// Nobody answers for this certificate, now or after a wait, and nothing is said to
// whoever shows it.
func TestUnknownCertificateIsTriedOnce(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a request reached a server of unknown certificate")
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	for _, op := range operations(t) {
		attempts := 0
		c := newClient(t, func(c *client.Config) {
			c.Endpoint, c.Log = server.URL, func(context.Context, client.Exchange) { attempts++ }
		})
		err := op.call(t.Context(), c)
		var certificate *tls.CertificateVerificationError
		var unknown *client.UnknownOutcomeError
		if !errors.As(err, &certificate) || errors.As(err, &unknown) || attempts != 1 {
			t.Errorf("%s: after %d attempts: %v", op.name, attempts, err)
		}
	}
}

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
						attempts++
						if attempts == 1 {
							return response(r, http.StatusTooManyRequests, http.NoBody, "Retry-After", tc.header()), nil
						}
						return response(r, http.StatusOK, strings.NewReader(`{"version":4}`)), nil
					})
				})
				start := time.Now()
				if _, err := c.PutValue(t.Context(), mustID(t, "nl-01/app/db"), client.GeneratedValue(8)); err != nil {
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
			if op.write {
				want, most = []string{op.method, http.MethodGet}, 10*time.Second
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

// A write that is answered soon after the interrupt has happened, and is told so.
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
					if r.Method == http.MethodGet && op.write {
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
					if r.Method != op.method {
						return response(r, http.StatusForbidden, http.NoBody), nil
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

// An answer that cannot be read is an answer, whatever came of the attempt before:
// the write was done, and nobody gave up waiting.
func TestUnreadableAnswerAfterARetry(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		if !op.write {
			continue
		}
		sent := 0
		err := op.call(t.Context(), newClient(t, func(c *client.Config) {
			c.Transport = transport(func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodGet {
					return response(r, http.StatusForbidden, http.NoBody), nil
				}
				if sent++; sent == 1 {
					return response(r, http.StatusTooManyRequests, http.NoBody), nil
				}
				return response(r, http.StatusOK, strings.NewReader("garbage")), nil
			})
		}))
		var unknown *client.UnknownOutcomeError
		if !errors.As(err, &unknown) || sent != 2 {
			t.Errorf("%s, sent %d times: %v", op.name, sent, err)
		}
	}
}
