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

// The whole retry policy: what may be tried again, what must not, and why. A
// write is a request that must not happen twice, createSecret or putSecretValue;
// everything else may be repeated.
func TestShouldRetry(t *testing.T) {
	t.Parallel()
	posted := func(err error) error {
		return &url.Error{Op: "Post", URL: "https://api.example.com", Err: err}
	}
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	certificate := func(err error) error { return &tls.CertificateVerificationError{Err: err} }
	for _, tc := range []struct {
		name        string
		status      int
		err         error
		read, write bool
		why         string
	}{
		{"200", 200, nil, false, false, "it is done"},
		{"204", 204, nil, false, false, "it is done"},
		{"302", 302, nil, false, false, "the API never redirects: the credentials would go elsewhere"},
		{"400", 400, nil, false, false, "the same request is refused again"},
		{"401", 401, nil, false, false, "the credentials do not get better, and a lock-out may count attempts"},
		{"403", 403, nil, false, false, "a permission does not appear by asking"},
		{"404", 404, nil, false, false, "it is an answer: there is no such secret"},
		{"408", 408, nil, false, false, "undocumented: to be seen, not guessed about"},
		{"409", 409, nil, false, false, "the path stays taken"},
		{"429", 429, nil, true, true, "the limiter answered in the service's place: nothing has happened yet"},
		{"500", 500, nil, true, false, "a write may have been done before the service failed"},
		{"501", 501, nil, false, false, "what is not implemented is not implemented a second later"},
		{"502", 502, nil, true, false, "a gateway says so after the work was done, too"},
		{"503", 503, nil, true, false, "it need not come from the service itself"},
		{"504", 504, nil, true, false, "the gateway stopped waiting, the service perhaps did not stop working"},
		{"599", 599, nil, true, false, "an unknown failure is a failure of the server"},

		{"connection refused", 0, posted(dial(os.NewSyscallError("connect", syscall.ECONNREFUSED))), true, true, "the request never left"},
		{"refused, but not while dialling", 0, posted(&net.OpError{Op: "read", Err: syscall.ECONNREFUSED}), true, false, "the request may have left"},
		{"refused without knowing where", 0, posted(syscall.ECONNREFUSED), true, false, "the request may have left"},
		{"refused behind a proxy", 0, posted(&net.OpError{Op: "proxyconnect", Err: dial(syscall.ECONNREFUSED)}), true, false, "nobody promises what a proxy has sent"},
		{"connection reset", 0, posted(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), true, false, "the answer was lost, not the request"},
		{"broken pipe", 0, posted(&net.OpError{Op: "write", Err: syscall.EPIPE}), true, false, "some of the request was sent"},
		{"closed without an answer", 0, posted(io.EOF), true, false, "the answer was lost, not the request"},
		{"answer breaks off", 0, posted(io.ErrUnexpectedEOF), true, false, "the answer was lost, not the request"},
		{"timeout of an answer", 0, posted(os.ErrDeadlineExceeded), true, false, "the service may still be at work"},
		{"timeout of dialling", 0, posted(dial(os.ErrDeadlineExceeded)), true, true, "there was no connection to send anything over"},
		{"network unreachable", 0, posted(dial(os.NewSyscallError("connect", syscall.ENETUNREACH))), true, true, "there was no connection to send anything over"},
		{"name server fails", 0, posted(dial(&net.DNSError{Err: "server misbehaving", IsTemporary: true})), true, true, "it may answer next time, and nothing was sent"},
		{"no such host", 0, posted(dial(&net.DNSError{Err: "no such host", IsNotFound: true})), false, false, "a name that is not there is a mistake in the endpoint"},
		{"no credentials", 0, posted(&notSentError{err: io.ErrUnexpectedEOF, hopeless: true}), false, false, "they have retries of their own, if any help"},

		{"no connection, for whatever reason", 0, posted(&notSentError{err: io.EOF}), true, true, "there was no connection to send anything over"},
		{"no time left in the queue", 0, posted(&notSentError{err: &TooSlowError{1}, hopeless: true}), false, false, "the time does not come back"},

		{"unknown authority", 0, posted(certificate(x509.UnknownAuthorityError{})), false, false, "a certificate does not get better"},
		{"certificate of another host", 0, posted(certificate(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "api"})), false, false, "a certificate does not get better"},
		{"certificate expired", 0, posted(certificate(x509.CertificateInvalidError{Reason: x509.Expired})), false, false, "a certificate does not get better"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := shouldRetry(true, tc.status, tc.err); got != tc.read {
				t.Errorf("repeatable request: %v, want %v, because %s", got, tc.read, tc.why)
			}
			if got := shouldRetry(false, tc.status, tc.err); got != tc.write {
				t.Errorf("write: %v, want %v, because %s", got, tc.write, tc.why)
			}
		})
	}
}

func TestCheckRetry(t *testing.T) {
	t.Parallel()
	of := func(ctx context.Context, repeatable bool) context.Context {
		return context.WithValue(ctx, callKey{}, &call{repeatable: repeatable, target: &url.URL{}})
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tc := range []struct {
		name   string
		ctx    context.Context
		status int
		retry  bool
	}{
		{"read", of(t.Context(), true), 500, true},
		{"write", of(t.Context(), false), 500, false},
		{"write that was limited", of(t.Context(), false), 429, true},
		{"nobody knows what it is: taken for a write", t.Context(), 500, false},
		{"cancelled", of(cancelled, true), 500, false},
		{"cancelled after a limit", of(cancelled, false), 429, false},
	} {
		resp := &http.Response{StatusCode: tc.status, Body: http.NoBody}
		got, err := checkRetry(tc.ctx, resp, nil)
		if got != tc.retry || err != nil {
			t.Errorf("%s: %v, %v, want %v and the attempt's own failure", tc.name, got, err, tc.retry)
		}
	}
	if got, err := checkRetry(of(t.Context(), true), nil, io.EOF); !got || err != nil {
		t.Errorf("read without an answer: %v, %v", got, err)
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
