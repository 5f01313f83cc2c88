package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/printable"
)

// Error is the service's answer that it did not do what was asked.
type Error struct {
	Operation string // as the API names it, such as putSecretValue
	Method    string
	URL       string // without the host
	Status    int
	// Documented says that the body has the form of the API's errors. Any other body
	// came from a proxy or gateway, which does not know about secrets.
	Documented bool
	Message    string        // the service's own words, empty when the body had none
	RequestID  string        // empty when the service gave none
	RetryAfter time.Duration // zero when the service gave none

	subject string // what the message may name without meaning it: a secret's path
}

func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %s %s: %d %s", e.Operation, e.Method, e.URL, e.Status, http.StatusText(e.Status))
	if e.Message != "" {
		s += ": " + e.Message
	}
	if e.RequestID != "" {
		s += " (request " + e.RequestID + ")"
	}
	return s
}

// NoAnswerError says that no complete answer came, so that nothing is known of
// what the service did. For a request that may be repeated this is an ordinary
// failure; UnknownOutcomeError wraps it where it is not.
type NoAnswerError struct {
	Operation string
	Method    string
	URL       string // without the host
	Err       error
}

func (e *NoAnswerError) Error() string {
	return fmt.Sprintf("%s: %s %s: %s", e.Operation, e.Method, e.URL, printable.Line(e.Err.Error()))
}

func (e *NoAnswerError) Unwrap() error { return e.Err }

// GaveUpError says that the deadline passed while the client waited for another
// attempt.
type GaveUpError struct {
	Last error // of the attempts
	Err  error // why there is no further one
}

func (e *GaveUpError) Error() string {
	return fmt.Sprintf("%v, and there was no time to try again: %v", e.Last, e.Err)
}

func (e *GaveUpError) Unwrap() []error { return []error{e.Last, e.Err} }

// IsNotFound reports that, in the API's own words, the secret, version, KMS key or
// region does not exist for this caller. A secret of another project is not found
// either.
func IsNotFound(err error) bool { return isDocumented(err, http.StatusNotFound) }

// IsNotFoundByAnyone reports a 404 in any form, from the API or from a proxy or
// gateway.
func IsNotFoundByAnyone(err error) bool { return hasStatus(err, http.StatusNotFound) }

// IsForbidden reports, in the API's own words, a missing permission, a feature gate or
// an access policy.
func IsForbidden(err error) bool { return isDocumented(err, http.StatusForbidden) }

// IsUnauthorized reports credentials that the service does not accept.
func IsUnauthorized(err error) bool { return hasStatus(err, http.StatusUnauthorized) }

// IsRateLimited reports that the service kept asking to slow down.
func IsRateLimited(err error) bool { return hasStatus(err, http.StatusTooManyRequests) }

// IsRefused reports a request that the service understood to be wrong: bad in
// itself, or naming a KMS key, region or secret that is not there or not usable.
func IsRefused(err error) bool {
	return isDocumented(err, http.StatusBadRequest) || isDocumented(err, http.StatusNotFound)
}

// IsUnreachable reports that there was no connection to the service, for a reason
// that may pass.
func IsUnreachable(err error) bool { return neverSent(err) && !isPermanent(err) }

// IsUnreadable reports an answer that is not what the API documents, or is about
// something else.
func IsUnreadable(err error) bool {
	var answer *answerError
	return errors.As(err, &answer)
}

// IsConflict reports that the path is taken. The documentation names no status
// for it, so a 400 that says so counts as well.
func IsConflict(err error) bool {
	e, ok := asError(err)
	return ok && e.Documented && (e.Status == http.StatusConflict ||
		e.Status == http.StatusBadRequest && e.mentions("already exists"))
}

// IsKMSKeyUnavailable reports a request that failed for its KMS key: not
// operational (400) or not found (404). The rules give the status only, so the
// words of the message decide; a caller that must be sure reads the key's state.
func IsKMSKeyUnavailable(err error) bool {
	e, ok := asError(err)
	return ok && (e.Status == http.StatusBadRequest || e.Status == http.StatusNotFound) && e.mentions("kms")
}

// IsKMSUnavailable reports that the region has no KMS at present.
func IsKMSUnavailable(err error) bool {
	e, ok := asError(err)
	return ok && e.Status == http.StatusServiceUnavailable && e.mentions("kms")
}

// IsFeatureDisabled reports a feature gate that is off for the organisation.
func IsFeatureDisabled(err error) bool {
	e, ok := asError(err)
	return ok && e.Status == http.StatusForbidden && (e.mentions("feature") || e.mentions("not enabled"))
}

func asError(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

func isDocumented(err error, status int) bool {
	e, ok := asError(err)
	return ok && e.Documented && e.Status == status
}

func hasStatus(err error, status int) bool {
	e, ok := asError(err)
	return ok && e.Status == status
}

// mentions looks for words in the message, but not in the path that it names: a
// secret may well be called /app/kms/db.
func (e *Error) mentions(words string) bool {
	message := e.Message
	if e.subject != "" {
		message = strings.ReplaceAll(message, e.subject, "")
	}
	return strings.Contains(strings.ToLower(message), words)
}
