package client

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// shouldRetry is the whole retry policy: what may be tried again after an
// attempt that ended with this status (zero: no answer) or error. A request that
// is not repeatable must not happen twice.
func shouldRetry(repeatable bool, status int, err error) bool {
	switch {
	case err != nil:
		// What was never sent may go out again, even if it must not happen twice. What
		// cannot get better by waiting is not tried again.
		var tooLarge *tooLargeError
		return !isHopeless(err) && !errors.As(err, &tooLarge) && (neverSent(err) || repeatable)
	case status == http.StatusTooManyRequests:
		// The limiter answered in the service's place: nothing has happened yet.
		return true
	case status >= 500 && status != http.StatusNotImplemented:
		// A gateway may say 502 after the work was done.
		return repeatable
	}
	return false
}

// neverSent reports that the service cannot have seen the request: there was no
// connection, or nothing was said over it yet.
func neverSent(err error) bool {
	var notSent *notSentError
	var op *net.OpError
	return errors.As(err, &notSent) || isHopeless(err) || errors.As(err, &op) && op.Op == "dial"
}

// isHopeless reports a failure before anything was sent that waiting does not
// mend: no credentials, no such host, a certificate that is not to be trusted, no
// time left.
func isHopeless(err error) bool {
	var notSent *notSentError
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &notSent) && notSent.hopeless || errors.As(err, &certificate) || errors.As(err, &dns) && dns.IsNotFound
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
		wait = max(wait, retryAfter(resp.Header))
	}
	return min(wait, most)
}

// retryAfter reads both forms of the header: seconds and a date. A date is compared
// with that of the answer, so that the machine's clock does not matter. In an answer
// without one, it is compared with the machine's clock.
func retryAfter(h http.Header) time.Duration {
	s := h.Get("Retry-After")
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n >= 0 && n < 1<<31 {
		return time.Duration(n) * time.Second
	}
	at, err := http.ParseTime(s)
	if err != nil {
		return 0
	}
	now := asOf(h)
	if now.IsZero() {
		now = time.Now()
	}
	return max(at.Sub(now), 0)
}

// statusOf is the status of an answer, zero for none.
func statusOf(resp *http.Response) int {
	if resp == nil {
		return 0
	}
	return resp.StatusCode
}

type callKey struct{}

// checkRetry puts shouldRetry into go-retryablehttp's shape. That library's own
// policy would repeat a POST after a lost answer.
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, nil //nolint:nilerr // The failure of the attempt says more than the cancellation.
	}
	call, _ := ctx.Value(callKey{}).(*call)
	if call == nil || call.once {
		return false, nil // Nobody knows what it is, or nobody needs it badly enough.
	}
	if !shouldRetry(call.repeatable, statusOf(resp), err) || call.left > 0 && call.made.attempts >= call.left {
		return false, nil
	}
	// Should the time be over before the next attempt, this is the reason to tell.
	if call.made.failure = err; err == nil {
		call.made.failure = call.failure(call.target, resp)
	}
	return true, nil
}

var _ retryablehttp.CheckRetry = checkRetry
