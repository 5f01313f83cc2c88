package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-cleanhttp"
	"golang.org/x/time/rate"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/printable"
)

const (
	// defaultRequestTimeout bounds one attempt.
	defaultRequestTimeout = time.Minute
	// interruptGrace is how long a create or put that is under way may go on after an
	// interrupt, because cutting it off leaves open whether it happened, and how long
	// it may take after the end of an operation to find that out.
	interruptGrace = 5 * time.Second
)

// sender is how requests get to the service: over which connections, how fast, and
// for how long.
type sender struct {
	base    http.RoundTripper
	limiter *rate.Limiter
	timeout time.Duration
	clock   *serviceClock
}

func newSender(cfg Config, clock *serviceClock) sender {
	s := sender{base: cfg.Transport, timeout: cfg.RequestTimeout, limiter: rate.NewLimiter(rate.Inf, 1), clock: clock}
	if s.timeout == 0 {
		s.timeout = defaultRequestTimeout
	}
	if cfg.RequestsPerSecond > 0 {
		// Without a burst: the limit that this stays below may allow none.
		s.limiter = rate.NewLimiter(rate.Limit(cfg.RequestsPerSecond), 1)
	}
	if s.base == nil {
		pooled := cleanhttp.DefaultPooledTransport()
		// Terraform walks ten resources at a time by default; each should find a
		// connection that is already open.
		pooled.MaxIdleConnsPerHost = 32
		pooled.Proxy, pooled.OnProxyConnectResponse = proxyFrom(pooled.Proxy), refusedByProxy
		pooled.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: cfg.RootCAs}
		s.base = pooled
	}
	return s
}

// RequestTimeoutError says that one attempt took longer than it may.
type RequestTimeoutError struct{ Limit time.Duration }

func (e *RequestTimeoutError) Error() string {
	return fmt.Sprintf("no complete answer came within %s", e.Limit)
}

// TooSlowError says that the client's own rate limit would delay a request past its
// deadline.
type TooSlowError struct{ RequestsPerSecond float64 }

func (e *TooSlowError) Error() string {
	return fmt.Sprintf("with %v requests per second its turn comes too late", e.RequestsPerSecond)
}

// notSentError says that the service cannot have seen the request.
type notSentError struct {
	err error
	// permanent says that waiting does not mend it.
	permanent bool
}

// A certificate's names are words of others.
func (e *notSentError) Error() string { return printable.Line(e.err.Error()) }

func (e *notSentError) Unwrap() error { return e.err }

// wait waits until the limiter lets n requests go, one right behind the other.
func (s sender) wait(ctx context.Context, n int) error {
	var last *rate.Reservation
	reserved := make([]*rate.Reservation, 0, n)
	for range n {
		last = s.limiter.Reserve()
		reserved = append(reserved, last)
	}
	delay := last.Delay()
	giveBack := func() {
		for _, r := range reserved {
			r.Cancel()
		}
	}
	if deadline, bounded := ctx.Deadline(); bounded && time.Until(deadline) < delay {
		giveBack()
		return &notSentError{err: &TooSlowError{float64(s.limiter.Limit())}, permanent: true}
	}
	if delay > 0 {
		if err := sleep(ctx, delay); err != nil {
			giveBack()
			return &notSentError{err: err, permanent: true}
		}
	}
	if ctx.Err() != nil {
		return &notSentError{err: context.Cause(ctx), permanent: true}
	}
	return nil
}

// send makes one attempt, without a limiter. The time that it may take ends when its
// answer has been read. An interrupt ends it only after the grace.
func (s sender) send(req *http.Request, grace time.Duration) (*http.Response, error) {
	ctx, cancel := withGrace(req.Context(), grace, 0)
	stop := time.AfterFunc(s.timeout, func() { cancel(&RequestTimeoutError{s.timeout}) }).Stop
	end := func() {
		stop()
		cancel(context.Canceled)
	}
	// The transport may try another connection by itself: there has been one, and there
	// is one now.
	var wanted, connected, connectedNow atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { wanted.Store(true); connectedNow.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true); connectedNow.Store(true) },
	})
	asked := s.clock.now()
	resp, err := s.base.RoundTrip(req.WithContext(traced))
	if err != nil {
		switch {
		case ctx.Err() != nil:
			err = context.Cause(ctx)
		case connectedNow.Load():
			err = unquoting(err)
		}
		end()
		if wanted.Load() && !connected.Load() {
			err = &notSentError{err: err}
		}
		return nil, err
	}
	s.clock.learn(resp.Header, asked, s.clock.now())
	// The client follows no redirect, but http.Client would quote a location that it
	// cannot parse.
	resp.Header.Del("Location")
	resp.Body = &boundedBody{ReadCloser: resp.Body, cause: func() error { return context.Cause(ctx) }, end: end}
	return resp, nil
}

// withGrace makes a context that goes on for a while after ctx has ended: for one
// time after an interrupt, for another after a deadline.
func withGrace(ctx context.Context, interrupted, late time.Duration) (context.Context, context.CancelCauseFunc) {
	longer, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		grace := interrupted
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			grace = late
		}
		end := time.AfterFunc(grace, func() { cancel(context.Cause(ctx)) })
		context.AfterFunc(longer, func() { end.Stop() })
	})
	context.AfterFunc(longer, func() { stop() })
	return longer, cancel
}

// boundedBody is read within the time of its attempt.
type boundedBody struct {
	io.ReadCloser
	cause func() error
	end   func()
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	if cause := b.cause(); cause != nil {
		return n, cause
	}
	return n, unquoting(err)
}

// Close takes the rest of a short body first, for a moment, because a connection
// whose answer was not read to its end cannot be used again.
func (b *boundedBody) Close() error {
	hurry := time.AfterFunc(100*time.Millisecond, b.end)
	_, _ = io.CopyN(io.Discard, b.ReadCloser, 4<<10)
	hurry.Stop()
	defer b.end()
	return b.ReadCloser.Close()
}
