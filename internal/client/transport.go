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
	"reflect"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Bounds on what is read of an answer, so that a broken server or gateway cannot
// fill the memory. A page of metadata is a few kilobytes for each secret.
const (
	maxErrorBody = 64 << 10
	maxBody      = 16 << 20
	maxListBody  = 128 << 20
)

// call is one request of the API before it has a host and credentials.
type call struct {
	operation  string // as the API names it
	method     string
	path       string // below the base URL
	query      url.Values
	body       any           // encoded as JSON; nil for none
	subject    string        // the path of the secret that it is about, if any
	repeatable bool          // sending it again does no harm
	limit      int64         // of the answer's body in bytes; zero for maxBody
	value      Value         // that the body holds, if any
	once       bool          // it is not sent again, whatever comes of it
	left       int           // most attempts, where some were made at the same request before; zero: as many as the client makes
	timeout    time.Duration // of one attempt, where it is shorter than the client's; zero: it is not
	// stream, where it is set, reads a success in place of the JSON decoder.
	stream func(io.Reader) error

	target *url.URL // where it goes in the end
	made   attempted
}

// attempted is what the attempts at a call have left behind.
type attempted struct {
	attempts int
	sent     time.Time // when the last one began
	answered time.Time // when the service answered, by its own clock; zero: it did not say
	failure  error     // why the last one has to be repeated
	// authorization is what the last one showed, behind a function, as with the others.
	authorization func() string
}

// retrying makes the client that repeats the attempts of a transport as the policy
// allows.
func (c *Client) retrying(attempts http.RoundTripper) *retryablehttp.Client {
	rc := retryablehttp.NewClient()
	rc.Logger = nil
	rc.RetryMax = c.retry.MaxAttempts - 1
	rc.RetryWaitMin, rc.RetryWaitMax = c.retry.MinWait, c.retry.MaxWait
	rc.CheckRetry = checkRetry
	rc.Backoff = backoff
	rc.ErrorHandler = retryablehttp.PassthroughErrorHandler
	rc.HTTPClient = &http.Client{
		Transport: attempts,
		// The API never redirects. Following one could hand the credentials to
		// another host, so the redirect itself is the answer, and an error.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return rc
}

// tokenEndpoint is where access tokens come from.
type tokenEndpoint struct {
	url  string
	http *http.Client // retries; a second token does no harm
}

// maxTokenBody bounds the answer of the token endpoint.
const maxTokenBody = 1 << 20

func (c *Client) tokenEndpoint(r reach) tokenEndpoint {
	rc := c.retrying(roundTripper(func(req *http.Request) (*http.Response, error) {
		req.Header.Set("User-Agent", c.userAgent)
		resp, err := r.send(req, 0, func() {})
		if err != nil {
			return nil, err
		}
		defer func() { _ = resp.Body.Close() }()
		// Reading the answer is part of the attempt, as with any other request.
		body, err := io.ReadAll(io.LimitReader(resp.Body, maxTokenBody))
		if err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(bytes.NewReader(body))
		return resp, nil
	}))
	rc.CheckRetry = func(ctx context.Context, resp *http.Response, err error) (bool, error) {
		return ctx.Err() == nil && shouldRetry(true, statusOf(resp), err), nil
	}
	client := rc.StandardClient()
	client.CheckRedirect = rc.HTTPClient.CheckRedirect
	return tokenEndpoint{url: c.base.JoinPath("oidc/token").String(), http: client}
}

// roundTripper makes a function an http.RoundTripper.
type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// do sends the call, retries as the policy allows and decodes a success into
// out. A nil out ignores the body.
func (c *Client) do(ctx context.Context, call *call, out any) error {
	target := c.base.JoinPath(call.path)
	target.RawQuery = call.query.Encode()
	call.target = target
	var body []byte
	if call.body != nil {
		var err error
		if body, err = json.Marshal(call.body); err != nil {
			return fmt.Errorf("%s: encoding the request: %w", call.operation, err)
		}
	}
	ctx = context.WithValue(ctx, callKey{}, call)
	req, err := retryablehttp.NewRequestWithContext(ctx, call.method, target.String(), bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", call.operation, err)
	}
	c.setHeaders(req.Header, body != nil)
	// Reading the answer is part of the attempt: one that breaks off is no answer.
	req.SetResponseHandler(func(resp *http.Response) error {
		switch {
		case !isSuccess(resp):
			return nil
		case call.stream != nil:
			return call.stream(resp.Body)
		case out == nil:
			return nil
		}
		// An answer that breaks off must leave nothing behind for the next one.
		fresh := reflect.New(reflect.TypeOf(out).Elem())
		if err := decode(resp.Body, call.limit, fresh.Interface()); err != nil {
			return err
		}
		reflect.ValueOf(out).Elem().Set(fresh.Elem())
		return nil
	})

	resp, err := c.http.Do(req)
	if resp != nil {
		defer func() { _ = resp.Body.Close() }()
		call.made.answered, _ = http.ParseTime(resp.Header.Get("Date"))
	}
	if err != nil && gaveUpWaiting(err) && call.made.failure != nil {
		return &GaveUpError{Last: call.made.failure, Err: err}
	}
	if err != nil {
		return c.inDoubt(call, call.noAnswer(target, err), doubtAfter(err))
	}
	if !isSuccess(resp) {
		failure := call.failure(target, resp)
		return c.inDoubt(call, failure, doubtAbout(failure))
	}
	return nil
}

func isSuccess(resp *http.Response) bool { return resp.StatusCode >= 200 && resp.StatusCode <= 299 }

// answerError says that an answer could not be read.
type answerError struct{ err error }

func (e *answerError) Error() string { return e.err.Error() }

func (e *answerError) Unwrap() error { return e.err }

// notAbout is an answer that is about something else than what was asked for.
func notAbout(operation, subject string) error {
	return fmt.Errorf("%s: %w", operation, &answerError{fmt.Errorf("the answer is not about %s", subject)})
}

func (c *Client) setHeaders(h http.Header, hasBody bool) {
	h.Set("Accept", "application/json")
	h.Set("X-Organisation-Identity", c.organisation)
	if c.project != "" {
		h.Set("X-Project-Identity", c.project)
	}
	if c.userAgent != "" {
		h.Set("User-Agent", c.userAgent)
	}
	if hasBody {
		h.Set("Content-Type", "application/json")
	}
}

// decode reads one JSON document of at most limit bytes.
func decode(r io.Reader, limit int64, out any) error {
	if limit == 0 {
		limit = maxBody
	}
	return readAnswer(r, limit, func(decoder *json.Decoder) error { return decoder.Decode(out) })
}

// brokenReader remembers why a body broke off, which the decoder does not tell.
type brokenReader struct {
	r   io.Reader
	err error
}

func (b *brokenReader) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}

func (call *call) noAnswer(target *url.URL, err error) error {
	// url.Error repeats method and URL, which the error below names already.
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	return &NoAnswerError{Operation: call.operation, Method: call.method, URL: target.RequestURI(), Err: err}
}

// failure reads what the service said of an error, and leaves it there to be read
// again. A body that is not the documented JSON must not hide the status.
func (call *call) failure(target *url.URL, resp *http.Response) *Error {
	e := &Error{
		Operation:  call.operation,
		Method:     call.method,
		URL:        target.RequestURI(),
		Status:     resp.StatusCode,
		RequestID:  requestID(resp.Header, call.secrets()),
		RetryAfter: retryAfter(resp.Header, time.Now()),
		subject:    call.subject,
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), resp.Body), resp.Body}
	var said struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &said) == nil {
		e.Message = redactEcho(said.Message, mostWords, call.secrets()...)
	}
	return e
}

// secrets are what was sent and nobody may see.
func (call *call) secrets() []string {
	secrets := call.value.secrets()
	if call.made.authorization != nil {
		_, token, _ := strings.Cut(call.made.authorization(), " ")
		secrets = append(secrets, token)
	}
	return secrets
}

// mostWords is how many characters of the service's words a person would read.
const mostWords = 1000

func shorten(message string, most int) string {
	if r := []rune(message); len(r) > most {
		return string(r[:most]) + "…"
	}
	return message
}

// requestID finds the id that a user can quote to the vendor. The documentation
// names no header; these are the usual ones. It may be anybody's words, so it is
// shown like those of an error.
func requestID(h http.Header, secrets []string) string {
	const most = 200
	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "Traceparent"} {
		if id := h.Get(name); id != "" {
			return redactEcho(id, most, secrets...)
		}
	}
	return ""
}
