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
)

const (
	// defaultRequestTimeout bounds one attempt.
	defaultRequestTimeout = time.Minute
	// interruptGrace is how long a create or put that is under way may go on after an
	// interrupt, because cutting it off leaves open whether it happened, and how long
	// it may take after the end of an operation to find that out.
	interruptGrace = 5 * time.Second
)

// reach is how requests get to the service: over which connections, how fast, and
// for how long.
type reach struct {
	base    http.RoundTripper
	limiter *rate.Limiter
	timeout time.Duration
}

func reachOf(cfg Config) reach {
	r := reach{base: cfg.Transport, timeout: cfg.RequestTimeout, limiter: rate.NewLimiter(rate.Inf, 1)}
	if r.timeout == 0 {
		r.timeout = defaultRequestTimeout
	}
	if cfg.RequestsPerSecond > 0 {
		// Without a burst: the limit that this stays below may allow none.
		r.limiter = rate.NewLimiter(rate.Limit(cfg.RequestsPerSecond), 1)
	}
	if r.base == nil {
		pooled := cleanhttp.DefaultPooledTransport()
		// Terraform walks ten resources at a time by default; each should find a
		// connection that is already open.
		pooled.MaxIdleConnsPerHost = 32
		pooled.Proxy, pooled.OnProxyConnectResponse = proxyFrom(pooled.Proxy), refusedByProxy
		pooled.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: cfg.RootCAs}
		r.base = pooled
	}
	return r
}

// RequestTimeoutError says that one attempt took longer than it may.
type RequestTimeoutError struct{ Limit time.Duration }

func (e *RequestTimeoutError) Error() string {
	return fmt.Sprintf("no complete answer came within %s", e.Limit)
}

// TooSlowError says that the client's own limit of requests lets a request go only
// when the time for it is over.
type TooSlowError struct{ RequestsPerSecond float64 }

func (e *TooSlowError) Error() string {
	return fmt.Sprintf("with %v requests per second its turn comes too late", e.RequestsPerSecond)
}

// notSentError says that the service cannot have seen the request.
type notSentError struct {
	err error
	// hopeless says that waiting does not mend it.
	hopeless bool
}

// A certificate's names are somebody else's words.
func (e *notSentError) Error() string { return printable(e.err.Error()) }

func (e *notSentError) Unwrap() error { return e.err }

// send makes one attempt. The time that it may take begins when the limiter lets
// it go, which begun is told, and ends when its answer has been read. An interrupt
// ends it only after the grace.
func (r reach) send(req *http.Request, grace time.Duration, begun func()) (*http.Response, error) {
	if err := r.limiter.Wait(req.Context()); err != nil {
		if req.Context().Err() == nil {
			err = &TooSlowError{float64(r.limiter.Limit())}
		}
		return nil, &notSentError{err: err, hopeless: true}
	}
	begun()
	ctx, cancel := outlive(req.Context(), grace, 0)
	stop := time.AfterFunc(r.timeout, func() { cancel(&RequestTimeoutError{r.timeout}) }).Stop
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
	resp, err := r.base.RoundTrip(req.WithContext(traced))
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
	// Nobody follows a redirect, but http.Client would quote a place that it cannot read.
	resp.Header.Del("Location")
	resp.Body = &boundedBody{ReadCloser: resp.Body, cause: func() error { return context.Cause(ctx) }, end: end}
	return resp, nil
}

// outlive makes a context that goes on for a while after ctx has ended: for one
// time after an interrupt, for another after a deadline.
func outlive(ctx context.Context, interrupted, late time.Duration) (context.Context, context.CancelCauseFunc) {
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

// attempts makes each attempt at a call: it adds the credentials, keeps the time
// and tells the log.
type attempts struct {
	client *Client
	reach  reach
}

// RoundTrip implements http.RoundTripper.
func (a *attempts) RoundTrip(req *http.Request) (*http.Response, error) {
	call, _ := req.Context().Value(callKey{}).(*call)
	if call == nil {
		return nil, errors.New("a request that is no call") // Nothing else is sent through here.
	}
	for renewed := false; ; renewed = true {
		authorization, err := a.authorize(req)
		if err != nil {
			return nil, err
		}
		resp, err := a.attempt(call, req, authorization)
		credentials, ok := a.client.credentials.(renewable)
		if err != nil || !ok {
			return resp, err
		}
		if resp.StatusCode != http.StatusUnauthorized {
			credentials.accepted(authorization)
			return resp, nil
		}
		// A token that ran out or was revoked is replaced, once. A request that is not let
		// in has done nothing, so that even a put may go out again.
		if renewed || !credentials.renew(authorization) {
			return resp, nil
		}
		body, err := req.GetBody()
		if err != nil {
			return resp, nil //nolint:nilerr // Without its body it cannot go out again, and the 401 stands.
		}
		_ = resp.Body.Close()
		req = req.Clone(req.Context())
		req.Body = body
	}
}

func (a *attempts) authorize(req *http.Request) (string, error) {
	authorization, err := a.client.credentials.Authorization(req.Context())
	if err != nil {
		return "", &notSentError{err: fmt.Errorf("credentials: %w", err), hopeless: true}
	}
	return authorization, nil
}

func (a *attempts) attempt(call *call, req *http.Request, authorization string) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", authorization)
	var grace time.Duration
	if !call.repeatable {
		grace = interruptGrace
	}
	call.made.attempts++
	call.made.authorization = func() string { return authorization }
	reach := a.reach
	if call.timeout > 0 {
		reach.timeout = min(reach.timeout, call.timeout)
	}
	resp, err := reach.send(req, grace, func() { call.made.sent = a.client.now() })
	if a.client.log != nil {
		exchange := Exchange{Operation: call.operation, Method: req.Method, URL: req.URL.RequestURI(), RequestID: func() string { return "" }}
		if resp != nil {
			exchange.Status = resp.StatusCode
			exchange.RequestID = func() string { return requestID(resp.Header, call.secrets()) }
		}
		a.client.log(req.Context(), exchange) //nolint:contextcheck // The request brings its own.
	}
	return resp, err
}
