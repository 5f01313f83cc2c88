package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// attempts are the attempts at one request. Each runs through the same chain, in
// this order:
//
//	authorize  the credentials, which a 401 replaces once, unless they were refused before
//	grant      the client's own limit of requests, for the look and the request together
//	look       the guard of a change looks at the secret and asks its caller
//	send       the time limit of an attempt, the connection, the service's clock
//	read       the answer, within its bounds
//	classify   the outcome, which decides about another attempt
//
// go-retryablehttp repeats the chain and waits in between.
type attempts struct {
	client  *Client
	request request
	read    func(io.Reader, *attempt) error

	target        *url.URL
	body          []byte
	authorization func() string // of the last attempt, where nothing that prints can see it
	count         int
	last          attempt
	again         bool // the policy asked for another attempt after the last one
	ambiguous     bool // an attempt before the last one may have happened
}

// attempt is how one attempt went.
type attempt struct {
	outcome outcome
	status  int       // zero: no answer came
	sent    time.Time // when it began, by the machine's clock
	came    time.Time // when its answer had been read, by the machine's clock
	asOf    time.Time // the date of the answer, by the service's clock; zero: it had none
	err     error     // why it is not a success
}

// run makes attempts until one completes the request, and returns the error of the last
// one.
func (a *attempts) run(ctx context.Context) error {
	a.setURL()
	if a.request.body != nil {
		var err error
		if a.body, err = json.Marshal(a.request.body); err != nil {
			return fmt.Errorf("%s: encoding the request: %w", a.request.operation, err)
		}
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, a.request.method, a.target.String(), nil)
	if err != nil {
		return fmt.Errorf("%s: %w", a.request.operation, err)
	}
	retrying := a.client.retrying(roundTripper(a.once), a.checkRetry)
	resp, err := retrying.Do(req)
	if resp != nil {
		_ = resp.Body.Close() // It was read within its attempt.
	}
	switch {
	case a.count == 0:
		return a.noAnswer(err) // The time was over before anything began.
	case a.again && ctx.Err() != nil:
		return &GaveUpError{Last: a.last.err, Err: context.Cause(ctx)}
	case a.last.outcome == succeeded, a.last.outcome == alreadyDone:
		return nil
	}
	return a.last.err
}

// setURL sets the URL of the request.
func (a *attempts) setURL() {
	a.target = a.client.base.JoinPath(a.request.path)
	a.target.RawQuery = a.request.query.Encode()
}

// checkRetry adapts mayRepeat to go-retryablehttp.
func (a *attempts) checkRetry(ctx context.Context, _ *http.Response, _ error) (bool, error) {
	a.again = false
	switch r := a.request; {
	case ctx.Err() != nil, r.single, r.left > 0 && a.count >= r.left:
	default:
		a.again = mayRepeat(r.kind, a.last.outcome, a.last.status, a.last.err)
	}
	return a.again, nil //nolint:nilerr // The failure of the attempt says more than the cancellation.
}

// once makes one attempt. It answers go-retryablehttp with what its waits need of the
// answer: the status and the headers.
func (a *attempts) once(req *http.Request) (*http.Response, error) {
	a.count++
	a.ambiguous = a.ambiguous || a.last.outcome.isAmbiguous()
	a.last = attempt{sent: a.client.now()}
	var resp *http.Response
	for renewed := false; ; renewed = true {
		authorization, err := a.authorize(req.Context())
		if err != nil {
			return a.failed(&notSentError{err: fmt.Errorf("credentials: %w", err), permanent: true})
		}
		if refusal := a.client.refused.refusal(authorization); refusal != nil {
			return a.failed(&notSentError{err: refusal, permanent: true})
		}
		resp, err = a.send(req.Context(), authorization)
		var look *LookError
		if errors.As(err, &look) && IsUnauthorized(look.Err) && !renewed && a.replace(authorization) {
			continue
		}
		if err != nil {
			return a.failed(err)
		}
		if resp == nil || !a.renew(authorization, resp, renewed) {
			break
		}
	}
	if resp == nil { // A read has shown that it is done.
		a.last.outcome = alreadyDone
		return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: req}, nil
	}
	a.finish(resp)
	return &http.Response{StatusCode: resp.StatusCode, Header: resp.Header, Body: http.NoBody, Request: req}, nil
}

// authorize is the first link of the chain.
func (a *attempts) authorize(ctx context.Context) (string, error) {
	authorization, err := a.client.credentials.Authorization(ctx)
	a.authorization = func() string { return authorization }
	return authorization, err
}

// renew reports that a token that was refused is replaced, and the attempt made once
// more. A request with a 401 has done nothing, so even a put may be sent again.
func (a *attempts) renew(authorization string, resp *http.Response, before bool) bool {
	credentials, ok := a.client.credentials.(renewable)
	if !ok {
		return false
	}
	if resp.StatusCode != http.StatusUnauthorized {
		credentials.accepted(authorization)
		return false
	}
	if before || !a.replace(authorization) {
		return false
	}
	_ = resp.Body.Close()
	return true
}

// replace reports that the next authorization will be another than the one that was
// refused.
func (a *attempts) replace(refused string) bool {
	credentials, ok := a.client.credentials.(renewable)
	return ok && credentials.renew(refused)
}

// send waits for the limiter, lets the guard read the secret, and sends the request. It
// returns neither a response nor an error if the read has shown that an earlier attempt
// did it.
func (a *attempts) send(ctx context.Context, authorization string) (*http.Response, error) {
	s := a.client.sender
	reads := a.request.guard != nil && !a.request.guard.isFresh(a)
	granted := 1
	if reads {
		granted = 2 // So that waiting for the limiter does not age what the look has shown.
	}
	if err := s.wait(ctx, granted); err != nil {
		return nil, err
	}
	if a.request.guard != nil {
		done, err := a.request.guard.check(ctx, a, authorization, reads)
		if done || err != nil {
			return nil, err
		}
	}
	return a.transmit(ctx, authorization)
}

// transmit is the last link before the network.
func (a *attempts) transmit(ctx context.Context, authorization string) (*http.Response, error) {
	req, err := a.httpRequest(ctx, authorization)
	if err != nil {
		return nil, &notSentError{err: err, permanent: true}
	}
	s := a.client.sender
	var grace time.Duration
	if a.request.kind.adds() {
		grace = interruptGrace
	}
	if a.request.timeout > 0 {
		s.timeout = min(s.timeout, a.request.timeout)
	}
	a.last.sent = a.client.now()
	resp, err := s.send(req, grace)
	a.log(ctx, resp)
	return resp, err
}

func (a *attempts) httpRequest(ctx context.Context, authorization string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, a.request.method, a.target.String(), bytes.NewReader(a.body))
	if err != nil {
		return nil, err
	}
	a.client.setHeaders(req.Header, a.body != nil)
	req.Header.Set("Authorization", authorization)
	return req, nil
}

// finish reads the answer and sets the outcome.
func (a *attempts) finish(resp *http.Response) {
	defer func() { _ = resp.Body.Close() }()
	a.last.status, a.last.asOf = resp.StatusCode, asOf(resp.Header)
	var failure *Error
	var unreadable error
	if isSuccess(resp.StatusCode) {
		if unreadable = a.read(resp.Body, &a.last); unreadable != nil {
			a.last.err = a.noAnswer(&answerError{unreadable})
		}
	} else {
		failure = a.failure(resp)
		a.last.err = failure
		a.client.refused.note(a.authorization(), failure)
	}
	a.last.came = a.client.now()
	a.last.outcome = classifyAnswer(a.request.kind, resp.StatusCode, failure, unreadable)
	if unreadable != nil && classifyFailure(unreadable) == mayStillRun && a.request.kind == kindRead {
		a.last.outcome = mayStillRun
	}
}

// failed notes an attempt without an answer.
func (a *attempts) failed(err error) (*http.Response, error) {
	a.last.came = a.client.now()
	a.last.outcome, a.last.err = classifyFailure(err), err
	var refused *refusedError
	if !errors.As(err, &refused) {
		a.last.err = a.noAnswer(err)
	}
	return nil, a.last.err
}

// noAnswer names the request that has no usable answer.
func (a *attempts) noAnswer(err error) error {
	// url.Error repeats method and URL, which the error below names already.
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	return &NoAnswerError{Operation: a.request.operation, Method: a.request.method, URL: a.target.RequestURI(), Err: err}
}

// log reports the answer of an attempt.
func (a *attempts) log(ctx context.Context, resp *http.Response) {
	if a.client.log == nil {
		return
	}
	exchange := Exchange{Operation: a.request.operation, Method: a.request.method, URL: a.target.RequestURI(), RequestID: func() string { return "" }}
	if resp != nil {
		exchange.Status = resp.StatusCode
		exchange.RequestID = func() string { return requestID(resp.Header, a.secrets()) }
	}
	a.client.log(ctx, exchange)
}

func isSuccess(status int) bool { return status >= 200 && status <= 299 }

// roundTripper turns a function into an http.RoundTripper.
type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
