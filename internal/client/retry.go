package client

import (
	"context"
	"crypto/x509"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// repeatable says whether a request may be sent again when its outcome is not
// known. Reading a value is a POST, but changes nothing that a second reading
// would make worse.
type repeatable bool

// shouldRetry is the whole retry policy: what may be tried again after an
// attempt that ended with this status (zero: no answer) or error.
func shouldRetry(may repeatable, status int, err error) bool {
	switch {
	case err != nil:
		// A refused connection never carried the request, so even a write that must
		// not happen twice may go out again. A certificate does not get better.
		var unknownCA x509.UnknownAuthorityError
		var hostname x509.HostnameError
		var invalid x509.CertificateInvalidError
		if errors.As(err, &unknownCA) || errors.As(err, &hostname) || errors.As(err, &invalid) {
			return false
		}
		return neverSent(err) || bool(may)
	case status == http.StatusTooManyRequests:
		// The limiter answered in the service's place: nothing has happened yet.
		return true
	case status >= 500 && status != http.StatusNotImplemented:
		// A gateway may say 502 after the work was done.
		return bool(may)
	}
	return false
}

// neverSent reports that the service cannot have seen the request.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.Is(err, syscall.ECONNREFUSED) && errors.As(err, &op) && op.Op == "dial"
}

// backoff waits longer with each attempt and spreads callers that failed
// together. A server's Retry-After is the least to wait, up to the cap.
func backoff(least, most time.Duration, attempt int, resp *http.Response) time.Duration {
	wait := least << min(attempt, 16)
	if wait > most || wait <= 0 {
		wait = most
	}
	wait = wait/2 + rand.N(wait/2+1) //nolint:gosec // Jitter is no secret.
	if resp != nil {
		wait = max(wait, retryAfter(resp.Header, time.Now()))
	}
	return min(wait, most)
}

// retryAfter reads both forms of the header: seconds and a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	s := h.Get("Retry-After")
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n < 1<<31 {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(s); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}

type callKey struct{}

// checkRetry puts shouldRetry into go-retryablehttp's shape. That library's own
// policy would repeat a POST after a lost answer.
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	status := 0
	if resp != nil {
		status = resp.StatusCode
	}
	call, _ := ctx.Value(callKey{}).(*call)
	return shouldRetry(call != nil && call.repeatable, status, err), nil
}

var _ retryablehttp.CheckRetry = checkRetry
