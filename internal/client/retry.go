package client

import (
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// retrying makes the client that repeats an attempt as the check allows. Its own policy
// would repeat a POST after a lost answer.
func (c *Client) retrying(once roundTripper, check retryablehttp.CheckRetry) *retryablehttp.Client {
	return &retryablehttp.Client{
		RetryMax: c.retry.MaxAttempts - 1, RetryWaitMin: c.retry.MinWait, RetryWaitMax: c.retry.MaxWait,
		CheckRetry: check, Backoff: backoff, ErrorHandler: retryablehttp.PassthroughErrorHandler,
		HTTPClient: &http.Client{
			Transport: once,
			// The API never redirects. Following one could hand the credentials to
			// another host, so the redirect itself is the answer, and an error.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// neverSent reports that the service cannot have seen the request: there was no
// connection, or nothing was said over it yet.
func neverSent(err error) bool {
	var notSent *notSentError
	var op *net.OpError
	return errors.As(err, &notSent) || isPermanent(err) || errors.As(err, &op) && op.Op == "dial"
}

// isPermanent reports a failure before anything was sent that waiting does not
// mend: no credentials, no such host, a certificate that is not to be trusted, no
// time left.
func isPermanent(err error) bool {
	var notSent *notSentError
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &notSent) && notSent.permanent || errors.As(err, &certificate) || errors.As(err, &dns) && dns.IsNotFound
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
