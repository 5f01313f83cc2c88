package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The whole retry policy: how an attempt has ended, by kind of request, and whether it
// may be made again, and why. Documented answers have the form of the API's errors.
func TestMayRepeat(t *testing.T) {
	t.Parallel()
	posted := func(err error) error {
		return &url.Error{Op: "Post", URL: "https://api.example.com", Err: err}
	}
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	certificate := func(err error) error { return &tls.CertificateVerificationError{Err: err} }
	answered := func(status int, documented bool) *Error { return &Error{Status: status, Documented: documented} }
	again := func(read, remove, add bool) [3]bool { return [3]bool{read, remove, add} }
	never, always, unlessAdded := again(false, false, false), again(true, true, true), again(true, true, false)
	for _, tc := range []struct {
		name   string
		answer *Error
		err    error
		want   outcome // of an addition
		again  [3]bool // a read, a removal, an addition
		why    string
	}{
		{"302", answered(302, false), nil, notTheAPI, never, "the API never redirects: the credentials would go elsewhere"},
		{"302 in form", answered(302, true), nil, notTheAPI, never, "the API never redirects, whatever the body says"},
		{"400", answered(400, true), nil, rejected, never, "the same request is refused again"},
		{"400 of something else", answered(400, false), nil, notTheAPI, never, "what answered knows nothing of secrets"},
		{"401", answered(401, false), nil, rejected, never, "the credentials do not get better, and a lock-out may count attempts"},
		{"403", answered(403, true), nil, rejected, never, "a permission does not appear by asking"},
		{"403 of something else", answered(403, false), nil, notTheAPI, never, "a firewall's page says nothing of what the API did"},
		{"404", answered(404, true), nil, rejected, never, "it is an answer: there is no such secret"},
		{"404 of something else", answered(404, false), nil, notTheAPI, never, "an ingress without a backend says so"},
		{"408", answered(408, true), nil, notTheAPI, never, "the API does not say so: something in between stopped waiting"},
		{"409", answered(409, true), nil, rejected, never, "the path stays taken"},
		{"425", answered(425, true), nil, notTheAPI, never, "the API does not say so"},
		{"429", answered(429, false), nil, retryLater, always, "the limiter answered in the service's place: nothing has happened yet"},
		{"499", answered(499, true), nil, notTheAPI, never, "a proxy says so of its own caller"},
		{"500", answered(500, true), nil, lost, unlessAdded, "it may have been done before the service failed"},
		{"501", answered(501, false), nil, lost, never, "what is not implemented is not implemented a second later"},
		{"502", answered(502, false), nil, lost, unlessAdded, "a gateway says so after the work was done, too"},
		{"503", answered(503, false), nil, lost, unlessAdded, "it need not come from the service itself"},
		{"504", answered(504, false), nil, mayStillRun, unlessAdded, "the gateway stopped waiting, the service perhaps did not stop working"},
		{"599", answered(599, false), nil, mayStillRun, unlessAdded, "content networks say so for a timeout"},

		{"connection refused", nil, posted(dial(os.NewSyscallError("connect", syscall.ECONNREFUSED))), notSent, always, "the request never left"},
		{"refused, but not while dialling", nil, posted(&net.OpError{Op: "read", Err: syscall.ECONNREFUSED}), lost, unlessAdded, "the request may have left"},
		{"refused without knowing where", nil, posted(syscall.ECONNREFUSED), lost, unlessAdded, "the request may have left"},
		{"refused behind a proxy", nil, posted(&net.OpError{Op: "proxyconnect", Err: dial(syscall.ECONNREFUSED)}), lost, unlessAdded, "it is not known what a proxy has sent"},
		{"connection reset", nil, posted(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), lost, unlessAdded, "the answer was lost, not the request"},
		{"broken pipe", nil, posted(&net.OpError{Op: "write", Err: syscall.EPIPE}), lost, unlessAdded, "some of the request was sent"},
		{"closed without an answer", nil, posted(io.EOF), lost, unlessAdded, "the answer was lost, not the request"},
		{"answer breaks off", nil, posted(io.ErrUnexpectedEOF), lost, unlessAdded, "the answer was lost, not the request"},
		{"no answer in time", nil, posted(&RequestTimeoutError{time.Second}), mayStillRun, unlessAdded, "the service may still be at work"},
		{"timeout of dialling", nil, posted(dial(os.ErrDeadlineExceeded)), notSent, always, "there was no connection to send anything over"},
		{"network unreachable", nil, posted(dial(os.NewSyscallError("connect", syscall.ENETUNREACH))), notSent, always, "there was no connection to send anything over"},
		{"name server fails", nil, posted(dial(&net.DNSError{Err: "server misbehaving", IsTemporary: true})), notSent, always, "it may answer next time, and nothing was sent"},
		{"no such host", nil, posted(dial(&net.DNSError{Err: "no such host", IsNotFound: true})), notSent, never, "a name that is not there is a mistake in the endpoint"},
		{"no credentials", nil, posted(&notSentError{err: io.ErrUnexpectedEOF, permanent: true}), notSent, never, "they have retries of their own, if any help"},
		{"a guard refuses", nil, &notSentError{err: &refusedError{io.EOF}, permanent: true}, notSent, never, "the secret is not the one that it was decided for"},
		{"a look fails for a moment", nil, &notSentError{err: &LookError{io.EOF}}, notSent, always, "nothing was sent, and the next look may succeed"},
		{"no connection, for whatever reason", nil, posted(&notSentError{err: io.EOF}), notSent, always, "there was no connection to send anything over"},
		{"no time left in the queue", nil, posted(&notSentError{err: &TooSlowError{1}, permanent: true}), notSent, never, "the time does not come back"},

		{"unknown authority", nil, posted(certificate(x509.UnknownAuthorityError{})), notSent, never, "a certificate does not get better"},
		{"certificate of another host", nil, posted(certificate(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "api"})), notSent, never, "a certificate does not get better"},
		{"certificate expired", nil, posted(certificate(x509.CertificateInvalidError{Reason: x509.Expired})), notSent, never, "a certificate does not get better"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for i, k := range []kind{kindRead, kindRemove, kindCreate} {
				got, status := classifyFailure(tc.err), 0
				if tc.answer != nil {
					status = tc.answer.Status
					got = classifyAnswer(k, status, tc.answer, nil)
				}
				if k == kindCreate && got != tc.want {
					t.Errorf("outcome %d, want %d, because %s", got, tc.want, tc.why)
				}
				if repeats := mayRepeat(k, got, status, tc.err); repeats != tc.again[i] {
					t.Errorf("kind %d: %v, want %v, because %s", k, repeats, tc.again[i], tc.why)
				}
			}
		})
	}
}

// A success that cannot be read is asked for again by a read, unless the next answer
// would be as large. The outcome of a change is read back.
func TestUnreadableSuccessMayBeReadAgain(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{kindRead, kindReplace, kindRemove, kindCreate} {
		if got := classifyAnswer(k, 200, nil, errNotDocumented); got != unreadableSuccess {
			t.Errorf("kind %d: outcome %d", k, got)
		}
		if got := mayRepeat(k, unreadableSuccess, 200, errNotDocumented); got != (k == kindRead || k == kindReplace) {
			t.Errorf("kind %d: %v", k, got)
		}
	}
	if mayRepeat(kindRead, unreadableSuccess, 200, &answerError{&tooLargeError{1, "bytes"}}) {
		t.Error("an answer that is too large is asked for again")
	}
}

func TestCheckRetry(t *testing.T) {
	t.Parallel()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tc := range []struct {
		name    string
		ctx     context.Context
		request request
		outcome outcome
		retry   bool
	}{
		{"read", t.Context(), request{kind: kindRead}, lost, true},
		{"read that gets one attempt", t.Context(), request{kind: kindRead, single: true}, lost, false},
		{"read that has had its attempts", t.Context(), request{kind: kindRead, left: 1}, lost, false},
		{"addition", t.Context(), request{kind: kindPut}, lost, false},
		{"addition that was limited", t.Context(), request{kind: kindPut}, retryLater, true},
		{"cancelled", cancelled, request{kind: kindRead}, lost, false},
		{"cancelled after a limit", cancelled, request{kind: kindPut}, retryLater, false},
	} {
		a := &attempts{request: tc.request, count: 1, last: attempt{outcome: tc.outcome}}
		if got, err := a.checkRetry(tc.ctx, nil, nil); got != tc.retry || err != nil {
			t.Errorf("%s: %v, %v, want %v and the attempt's own failure", tc.name, got, err, tc.retry)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		header string
		want   time.Duration
	}{
		{"", 0},
		{"0", 0},
		{"7", 7 * time.Second},
		{"2147483647", 2147483647 * time.Second},
		{"-7", 0},
		{"1.5", 0},
		{"soon", 0},
		{"9223372036854775807", 0}, // more nanoseconds than there are
		{"99999999999999999999", 0},
		{"Mon, 02 Mar 2026 10:00:09 GMT", 9 * time.Second},
		{"Monday, 02-Mar-26 10:00:09 GMT", 9 * time.Second},
		{"Mon Mar  2 10:00:09 2026", 9 * time.Second},
		{"Mon, 02 Mar 2026 09:59:59 GMT", 0},
		{"2026-03-02T10:00:09Z", 0},
	} {
		if got := retryAfter(http.Header{"Retry-After": {tc.header}, "Date": {now.Format(http.TimeFormat)}}); got != tc.want {
			t.Errorf("%q: %v, want %v", tc.header, got, tc.want)
		}
	}
	if got := retryAfter(http.Header{}); got != 0 {
		t.Errorf("no header: %v", got)
	}
	soon := time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	if got := retryAfter(http.Header{"Retry-After": {soon}}); got < 59*time.Minute || got > time.Hour {
		t.Errorf("an answer without a date: %v, want an hour by the machine's clock", got)
	}
}

// Half of a wait is fixed and half is chance, so that callers which failed
// together spread, and each wait is about twice the one before.
func TestBackoff(t *testing.T) {
	t.Parallel()
	const least, most = time.Second, 30 * time.Second
	for attempt, longest := range []time.Duration{
		1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, most, most,
	} {
		for range 100 {
			if got := backoff(least, most, attempt, nil); got < longest/2 || got > longest {
				t.Fatalf("attempt %d waits %v, want %v to %v", attempt, got, longest/2, longest)
			}
		}
	}
}

func TestBackoffSpreads(t *testing.T) {
	t.Parallel()
	seen := map[time.Duration]bool{}
	for range 100 {
		seen[backoff(time.Second, time.Minute, 3, nil)] = true
	}
	if len(seen) < 50 {
		t.Errorf("100 callers wait for only %d different times", len(seen))
	}
}

func TestBackoffStaysWithinBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		durations := rapid.Int64Range(1, int64(24*time.Hour))
		least := time.Duration(durations.Draw(t, "least"))
		most := max(least, time.Duration(durations.Draw(t, "most")))
		attempt := rapid.OneOf(rapid.IntRange(0, 70), rapid.IntRange(0, 1<<20)).Draw(t, "attempt")
		seconds := rapid.IntRange(0, 1<<31-1).Draw(t, "Retry-After")
		// No attempt waits less than the ones before, however late it is.
		doubled := math.Min(float64(most), float64(least)*math.Pow(2, math.Min(float64(attempt), 16)))
		if got := backoff(least, most, attempt, nil); float64(got) < doubled/2-1 || got > most {
			t.Fatalf("waits %v, want at least half of %v", got, time.Duration(doubled))
		}
		limited := &http.Response{Header: http.Header{"Retry-After": {fmt.Sprint(seconds)}}}
		asked := min(most, time.Duration(seconds)*time.Second)
		if got := backoff(least, most, attempt, limited); got < asked || got > most {
			t.Fatalf("waits %v where the service asks for %v", got, asked)
		}
	})
}

func TestRetryDefaults(t *testing.T) {
	t.Parallel()
	want := Retry{MaxAttempts: 5, MinWait: 500 * time.Millisecond, MaxWait: 30 * time.Second}
	if got := (Retry{}).WithDefaults(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	own := Retry{MaxAttempts: 1, MinWait: time.Minute, MaxWait: time.Hour}
	if got := own.WithDefaults(); got != own {
		t.Errorf("got %+v, want %+v", got, own)
	}
}
