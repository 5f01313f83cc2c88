package client

import (
	"context"
	"errors"
	"net/http"
)

// outcome is the result of an attempt. Every attempt has exactly one, and it decides
// about another attempt and about the message to the user. The guide "Lost answers,
// retries and interrupts" has it as a table.
type outcome int

const (
	// succeeded: the API says so, in the form that it documents.
	succeeded outcome = iota
	// rejected: the API says that it did not do it.
	rejected
	// notSent: the service cannot have seen the request.
	notSent
	// retryLater: a limiter turned the request away before anything happened.
	retryLater
	// lost: the connection or the service failed. It may have happened, and if not, it
	// will not happen later.
	lost
	// mayStillRun: the answer was not waited for any longer, and the service may still
	// be at work.
	mayStillRun
	// unreadableSuccess: a success that the API does not give in this form.
	unreadableSuccess
	// notTheAPI: something else than the API answered, and nothing is known of what the
	// API did.
	notTheAPI
	// alreadyDone: it was not sent, because a read has shown that an earlier attempt
	// did it.
	alreadyDone
)

// isAmbiguous reports an outcome after which a change may have happened or not.
func (o outcome) isAmbiguous() bool {
	switch o {
	case lost, mayStillRun, unreadableSuccess, notTheAPI:
		return true
	case succeeded, rejected, notSent, retryLater, alreadyDone:
	}
	return false
}

// classifyAnswer is the outcome of an attempt with an answer. A success also depends on
// whether it could be read.
func classifyAnswer(k kind, status int, failure *Error, unreadable error) outcome {
	switch {
	case failure == nil && unreadable == nil:
		return succeeded
	case failure == nil:
		return unreadableSuccess
	case status == http.StatusTooManyRequests:
		return retryLater
	case status == http.StatusUnauthorized:
		// A 401 has done nothing, from the API as from a gateway.
		return rejected
	case failure.Documented && isRejection(k, status), k.adds() && IsKMSUnavailable(failure):
		return rejected
	case status == http.StatusGatewayTimeout, status == 524, status == 598, status == 599:
		// A gateway stopped waiting; the others are codes of content networks for the
		// same.
		return mayStillRun
	case status >= 500:
		return lost
	}
	return notTheAPI
}

// isRejection reports a status by which the API refuses a request of that kind. Others
// below 500, such as 408, 425 or 499, come from a proxy or gateway, which does not know
// what the API has done. A conflict is about a path that is taken.
func isRejection(k kind, status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return true
	case http.StatusConflict:
		return k == kindCreate || k == kindRead
	}
	return k == kindRead && status >= 400 && status < 500
}

// classifyFailure is the outcome of an attempt without an answer.
func classifyFailure(err error) outcome {
	var timeout *RequestTimeoutError
	switch {
	case neverSent(err):
		return notSent
	case errors.As(err, &timeout), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return mayStillRun
	}
	return lost
}

// mayRepeat is the whole retry policy: whether a request may be sent again after an
// attempt with this outcome. What adds something is never sent again while it may have
// happened (exactlyOnce reads back first), and what removes something has a guard that
// looks before every attempt.
func mayRepeat(k kind, o outcome, status int, err error) bool {
	switch o {
	case notSent:
		return !isPermanent(err)
	case retryLater:
		return true
	case lost, mayStillRun:
		return !k.adds() && status != http.StatusNotImplemented
	case unreadableSuccess:
		var tooLarge *tooLargeError
		var unusable *unusableError
		return (k == kindRead || k == kindReplace) && !errors.As(err, &tooLarge) && !errors.As(err, &unusable)
	case succeeded, rejected, notTheAPI, alreadyDone:
	}
	return false
}
