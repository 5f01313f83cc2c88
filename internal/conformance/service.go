package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	maxAnswer     = 32 << 20 // bytes of an answer that are read
	mostAttempts  = 6
	mostSilences  = 3 // attempts that get no answer at all
	longestWait   = 30 * time.Second
	usualWait     = time.Second // where a 429 names no wait
	userAgent     = "thalassasecrets-conformance/"
	headerProject = "X-Project-Identity"
	headerOrg     = "X-Organisation-Identity"
	headerAuth    = "Authorization"
)

// service sends requests to the API and keeps what a whole run shows of it.
type service struct {
	base         *url.URL
	http         *http.Client
	credentials  Credentials
	reader       Credentials
	organisation string
	project      string
	version      string
	timeout      time.Duration // of one attempt
	now          func() time.Time
	sleep        func(context.Context, time.Duration) error
	scrub        *scrubber
	meter        meter
}

// send sends a request and returns the answer with any status. It repeats what
// was turned away with a 429, and reads that got no usable answer. An interrupt ends
// reads at once. A change is waited for, so that what it did is known.
func (s *service) send(ctx context.Context, r request) (answer, error) {
	renewed := false
	for attempt := 1; ; attempt++ {
		if ctx.Err() != nil {
			return answer{}, context.Cause(ctx)
		}
		a, err := s.attempt(ctx, r)
		if err == nil && a.status == http.StatusUnauthorized && !renewed && r.header[headerAuth] == "" && s.credentialsOf(r).renew() {
			renewed = true
			continue
		}
		wait, again := s.waitAfter(r, a, err)
		if !again {
			return a, err
		}
		if attempt == mostAttempts || err != nil && attempt == mostSilences {
			return a, err
		}
		if sleepErr := s.sleep(ctx, wait); sleepErr != nil {
			return answer{}, sleepErr
		}
	}
}

// waitAfter is how long to wait before a request is sent again, if it may be.
func (s *service) waitAfter(r request, a answer, err error) (wait time.Duration, again bool) {
	switch {
	case err != nil:
		return usualWait, r.isRead()
	case a.status == http.StatusTooManyRequests:
		return s.meter.limited(a, s.now()), true
	}
	return usualWait, r.isRead() && a.status >= http.StatusInternalServerError
}

func (s *service) credentialsOf(r request) Credentials {
	if r.reader {
		return s.reader
	}
	return s.credentials
}

// attempt sends a request once.
func (s *service) attempt(ctx context.Context, r request) (answer, error) {
	if !r.isRead() {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, s.timeout, fmt.Errorf("no answer came within %s", s.timeout))
	defer cancel()
	request, err := s.request(ctx, r)
	if err != nil {
		return answer{}, err
	}
	sent := s.now()
	response, err := s.http.Do(request)
	if err != nil {
		return answer{}, s.failure(ctx, r, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	came := s.now()
	if err != nil {
		return answer{}, s.failure(ctx, r, err)
	}
	a := answer{operation: r.operation, status: response.StatusCode, header: response.Header, body: body, sent: sent}
	a.date, _ = http.ParseTime(response.Header.Get("Date"))
	s.meter.answered(a, came)
	if a.status >= http.StatusBadRequest && (r.operation == opCreate || r.operation == opPut) && s.meter.echo == "" && s.scrub.holds(string(body)) {
		s.meter.echo = r.operation
	}
	return a, nil
}

// failure says why there is no answer, without the address that was asked.
func (s *service) failure(ctx context.Context, r request, err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return fmt.Errorf("%s: %s", r.operation, s.scrub.clean(err.Error()))
}

// request makes the HTTP request.
func (s *service) request(ctx context.Context, r request) (*http.Request, error) {
	var body io.Reader
	if r.body != nil {
		encoded, err := json.Marshal(r.body)
		if err != nil {
			return nil, fmt.Errorf("%s: encode the body: %w", r.operation, err)
		}
		body = bytes.NewReader(encoded)
	}
	target := strings.TrimSuffix(s.base.String(), "/") + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, r.method, target, body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.operation, err)
	}
	request.Header.Set("User-Agent", userAgent+s.version)
	request.Header.Set("Accept", "application/json")
	request.Header.Set(headerOrg, s.organisation)
	if s.project != "" {
		request.Header.Set(headerProject, s.project)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if _, replaced := r.header[headerAuth]; !replaced {
		authorization, err := s.credentialsOf(r).authorize(ctx, s)
		if err != nil {
			return nil, err
		}
		request.Header.Set(headerAuth, authorization)
	}
	for name, value := range r.header {
		request.Header.Del(name)
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	return request, nil
}

// retryAfter reads the header of a 429. ok is false where it is in neither of the two
// forms of RFC 9110.
func retryAfter(header string, now time.Time) (wait time.Duration, ok bool) {
	if seconds, err := strconv.Atoi(strings.TrimSpace(header)); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(at.Sub(now), 0), true
	}
	return 0, false
}

// sleep waits in real time.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
