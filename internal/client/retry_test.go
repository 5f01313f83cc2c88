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

// The API has no idempotency key, so that a second create or put might make a second
// billable version. If reading back is not conclusive, the request is sent once only.
// The connection has been used before, because net/http repeats some requests on such
// connections.
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

// A request that may be repeated is repeated with its body, and succeeds.
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
				if err := op.call(t.Context(), s.expectingReads(op).client()); err != nil {
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
			if err := op.call(t.Context(), s.expectingReads(op).client()); err != nil {
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
		err := op.call(t.Context(), s.expectingReads(op).client())
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
		err := op.call(t.Context(), s.expectingReads(op).client())
		var unknown *client.UnknownOutcomeError
		if !client.IsKMSUnavailable(err) || errors.As(err, &unknown) {
			t.Errorf("%s: %v", op.name, err)
		}
		s.sent(op.method, op.uri, op.body)
	}
}

// refusing dials a closed port for the first so many times.
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
		if err := op.call(t.Context(), s.expectingReads(op).client(func(c *client.Config) { c.Transport = rt })); err != nil {
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

// A certificate of an unknown authority is refused at once, without another attempt,
// and no request is sent.
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

// An unreadable success after a failed attempt means that the write was done. It is not
// reported as a time-out.
func TestUnreadableAnswerAfterARetry(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		if !op.write {
			continue
		}
		sent := 0
		err := op.call(t.Context(), newClient(t, func(c *client.Config) {
			c.Transport = transport(func(r *http.Request) (*http.Response, error) {
				switch {
				case r.Method == http.MethodGet && sent == 2:
					return response(r, http.StatusForbidden, http.NoBody), nil
				case r.Method == http.MethodGet:
					return response(r, http.StatusOK, strings.NewReader(threeVersions)), nil
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
