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
	"strings"
	"time"
)

// Bounds on what is read of an answer, so that a broken server or gateway cannot
// fill the memory. A page of metadata is a few kilobytes for each secret.
const (
	maxErrorBody = 64 << 10
	maxBody      = 16 << 20
	maxListBody  = 128 << 20
)

// request is one request of the API before it has a host and credentials. It does
// not change once it is sent; what its attempts leave behind is in attempts.
type request struct {
	operation string // as the API names it
	kind      kind
	method    string
	path      string // below the base URL
	query     url.Values
	body      any           // encoded as JSON; nil for none
	subject   string        // the path of the secret that it is about, if any
	value     Value         // that the body holds, if any
	single    bool          // it gets exactly one attempt
	left      int           // most attempts, where some were made at the same request before; zero: as many as the client makes
	timeout   time.Duration // of one attempt, where it is shorter than the client's; zero: it is not
	guard     *guard        // asked before each attempt; nil: nothing is asked
}

// kind is what sending a request again may do.
type kind int

const (
	// kindRead changes nothing, so it can always be sent again.
	kindRead kind = iota
	// kindReplace sets something to what it is set to already.
	kindReplace
	// kindRemove removes something, which may be another's once the first time has
	// worked.
	kindRemove
	// kindCreate makes a secret, whose path is taken after the first time.
	kindCreate
	// kindPut makes another version each time.
	kindPut
)

// adds reports a request that must not happen twice.
func (k kind) adds() bool { return k == kindCreate || k == kindPut }

// send sends the request, with as many attempts as the policy allows. read decodes
// a success; it is called afresh for each attempt, because reading the answer is part
// of the attempt.
func send[T any](ctx context.Context, c *Client, r request, read func(io.Reader, *attempt) (T, error)) (T, *attempts, error) {
	var answer T
	a := &attempts{client: c, request: r}
	a.read = func(body io.Reader, of *attempt) error {
		fresh, err := read(body, of)
		if err == nil {
			answer = fresh
		}
		return err
	}
	err := a.run(ctx)
	return answer, a, err
}

// decoded reads a success as one JSON document.
func decoded[T any](limit int64) func(io.Reader, *attempt) (T, error) {
	return func(body io.Reader, _ *attempt) (T, error) {
		var out T
		err := decode(body, limit, &out)
		return out, err
	}
}

// removed reads the success of a removal: no body at all, or a JSON object. Anything
// else did not come from the API, even with the status of a success.
func removed(body io.Reader, of *attempt) (struct{}, error) {
	var object map[string]json.RawMessage
	if of.status == http.StatusNoContent {
		return struct{}{}, nil
	}
	if err := decode(body, maxErrorBody, &object); err != nil && !errors.Is(err, errEmpty) {
		return struct{}{}, err
	}
	return struct{}{}, nil
}

// setHeaders adds what every request has.
func (c *Client) setHeaders(h http.Header, hasBody bool) {
	h.Set("Accept", "application/json")
	// An answer out of a cache would be true for another moment than its reader needs.
	h.Set("Cache-Control", "no-cache")
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

// answerError says that a success could not be read.
type answerError struct{ err error }

func (e *answerError) Error() string { return e.err.Error() }

func (e *answerError) Unwrap() error { return e.err }

// errNotDocumented is a success that the API does not give. It takes the place of a
// decoder's own words, which may quote the body, and with it a value.
var errNotDocumented = errors.New("the answer is not the JSON that the API documents")

// errEmpty is a success without a body.
var errEmpty = errors.New("the answer is empty")

// unusableError is a success in the form of JSON that says nothing of use. The next
// answer would say the same.
type unusableError struct{ reason string }

func (e *unusableError) Error() string { return "the answer cannot be used: " + e.reason }

func unusable(format string, args ...any) error { return &unusableError{fmt.Sprintf(format, args...)} }

// notAbout is an answer that is about something else than what was asked for.
func notAbout(subject string) error { return unusable("it is not about %s", subject) }

// decode reads one JSON document of at most limit bytes.
func decode(r io.Reader, limit int64, out any) error {
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

// failure reads what the service said of an error. A body that is not the documented
// JSON must not hide the status, and says that something else than the API answered.
func (a *attempts) failure(resp *http.Response) *Error {
	r := a.request
	e := &Error{
		Operation:  r.operation,
		Method:     r.method,
		URL:        a.target.RequestURI(),
		Status:     resp.StatusCode,
		RequestID:  requestID(resp.Header, a.secrets()),
		RetryAfter: retryAfter(resp.Header),
		subject:    r.subject,
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	var said struct {
		Message *string `json:"message"`
	}
	// A body that breaks off is not in form, even where what came of it is.
	if err == nil && json.Unmarshal(bytes.TrimSpace(body), &said) == nil && said.Message != nil {
		e.Documented = true
		e.Message = redactEcho(*said.Message, maxMessageLength, a.secrets()...)
	}
	return e
}

// secrets are what was sent and must not be shown.
func (a *attempts) secrets() []string {
	secrets := a.request.value.secrets()
	if a.authorization != nil {
		_, token, _ := strings.Cut(a.authorization(), " ")
		secrets = append(secrets, token)
	}
	return secrets
}

// maxMessageLength limits the characters of a message of the service.
const maxMessageLength = 1000

func shorten(message string, most int) string {
	if r := []rune(message); len(r) > most {
		return string(r[:most]) + "…"
	}
	return message
}

// requestID finds the id that a user can quote to the vendor. The documentation names
// no header; these are the usual ones. Its text can come from any server, so it is
// redacted like the message of an error.
func requestID(h http.Header, secrets []string) string {
	const most = 200
	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "Traceparent"} {
		if id := h.Get(name); id != "" {
			return redactEcho(id, most, secrets...)
		}
	}
	return ""
}
