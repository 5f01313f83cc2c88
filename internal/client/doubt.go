package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"
)

// UnknownOutcomeError says that a create or put may have happened or may not: its
// answer was lost, or came from something between the client and the service, and
// reading back did not settle it. The API has no idempotency key, so such a
// request is not repeated.
type UnknownOutcomeError struct {
	Err error
	// Known is what reading back has shown, as a sentence.
	Known string

	doubt    doubt
	attempts int
	// sent and ended are the bounds of the request, by the client's clock: of all of
	// it, where it was sent more than once.
	sent, ended time.Time
}

func (e *UnknownOutcomeError) Error() string {
	s := "the write may or may not have happened: " + e.Err.Error()
	if e.Known != "" {
		s += ". " + e.Known
	}
	return s
}

func (e *UnknownOutcomeError) Unwrap() error { return e.Err }

// doubt is how a request that must not happen twice may have ended.
type doubt int

const (
	// noDoubt: the service said what it did, or never heard of the request.
	noDoubt doubt = iota
	// brokenOff: the connection or the service failed, and whoever was at work finishes
	// soon or has given it up.
	brokenOff
	// lingering: nobody waits for the answer any more, but the service may still be at
	// work on it.
	lingering
	// claimed: the service says that it was done, in an answer that cannot be read.
	claimed
)

// doubtAfter judges an attempt without a usable answer.
func doubtAfter(err error) doubt {
	var timeout *RequestTimeoutError
	var answer *answerError
	switch {
	case errors.As(err, &answer):
		return claimed
	case neverSent(err), gaveUpWaiting(err):
		return noDoubt
	case errors.As(err, &timeout), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return lingering
	}
	return brokenOff
}

// gaveUpWaiting reports that the caller gave up between two attempts, of which the
// first was one that did nothing. A failed attempt has a url.Error or an
// answerError around it.
func gaveUpWaiting(err error) bool {
	var attempt *url.Error
	var answer *answerError
	return !errors.As(err, &attempt) && !errors.As(err, &answer)
}

// doubtAbout judges a failure that was answered. The one 5xx that is a documented
// answer, a region without KMS, leaves no doubt. Of the others, some say that a
// gateway stopped waiting: 504, and what content networks have made up for it.
func doubtAbout(e *Error) doubt {
	switch {
	case e.Status < 500, IsKMSUnavailable(e):
		return noDoubt
	case e.Status == http.StatusGatewayTimeout, e.Status == 524, e.Status == 598, e.Status == 599:
		return lingering
	}
	return brokenOff
}

// inDoubt marks the failure of a request that must not happen twice.
func (c *Client) inDoubt(call *call, err error, d doubt) error {
	if d == noDoubt || call.repeatable {
		return err
	}
	return &UnknownOutcomeError{Err: err, doubt: d, attempts: call.made.attempts, sent: call.made.sent, ended: c.now()}
}

// finding is what a look says of a request in doubt.
type finding int

const (
	absent  finding = iota // it has not happened so far
	ours                   // it has
	likely                 // it has, unless a read that lags behind hides something
	taken                  // somebody else did it first, with the same reservation
	blurred                // something is there, and a better look may tell what
	unclear                // something is there, and nobody can tell what
)

// look asks the service for the traces of a request in doubt. Its words say what
// was found, where it is not clear.
type look[T any] func(context.Context, *UnknownOutcomeError) (T, finding, string)

// exactlyOnce sends a create or put until it is known to have happened once, or
// not at all. Whatever is doubtful is settled by looking, and only what has surely
// not happened is sent again.
//
// However often it is sent, that takes no more attempts than any request: send is told
// how many are left after the first time, which has them all (zero).
func exactlyOnce[T any](ctx context.Context, c *Client, send func(ctx context.Context, left int) (T, error), look look[T]) (T, error) {
	var none T
	var began time.Time
	for attempts, left := 0, 0; ; left = c.retry.MaxAttempts - attempts {
		answer, err := send(ctx, left)
		var lost *UnknownOutcomeError
		if !errors.As(err, &lost) {
			return answer, err
		}
		// What the first attempt may have done after all is still to be found.
		if began.IsZero() {
			began = lost.sent
		}
		lost.sent = began
		attempts += lost.attempts
		found, verdict, words := lookUntilSure(ctx, c, lost, look)
		switch {
		case verdict == ours:
			return found, nil
		case verdict == unclear:
			lost.Known = words
			return none, lost
		case verdict == absent && lost.doubt == lingering:
			lost.Known = "So far it has not, but the service may still be at work on it."
			return none, lost
		case verdict == absent && lost.doubt == claimed:
			lost.Known = "The answer, which cannot be read, was a success, but the service does not show it."
			return none, lost
		case attempts >= c.retry.MaxAttempts, ctx.Err() != nil, verdict == absent && !isTransient(lost.Err):
			return none, lost.Err // It is known that nothing happened.
		}
	}
}

// isTransient reports a failure after which a request that may be repeated would
// be.
func isTransient(err error) bool {
	var answered *Error
	if errors.As(err, &answered) {
		return shouldRetry(true, answered.Status, nil)
	}
	return shouldRetry(true, 0, err)
}

// looks are the pauses before each look. A read may lag behind a write, and the
// service may finish what it was at: only what all of them have missed is not
// there. They are not the pauses between attempts, by which a user chooses how
// polite to be: this is how sure.
var looks = [...]time.Duration{0, 500 * time.Millisecond, time.Second, 2 * time.Second}

// lookUntilSure looks until it is clear what happened. Nothing that was there can
// be gone, so that one sight of something outweighs all looks that miss it, and
// two make it certain. Even the end of the operation leaves time for this, because
// it decides whether the state will be true.
func lookUntilSure[T any](ctx context.Context, c *Client, lost *UnknownOutcomeError, look look[T]) (T, finding, string) {
	ctx, cancel := outlive(ctx, interruptGrace, interruptGrace)
	defer cancel(context.Canceled)
	var none T
	best, doubts := absent, ""
	for _, pause := range looks {
		if err := c.sleep(ctx, pause); err != nil {
			return none, unclear, "There was no time to look again, and a read may lag behind."
		}
		found, verdict, words := look(ctx, lost)
		switch verdict {
		case ours, unclear:
			return found, verdict, words
		case likely:
			if best == likely {
				return found, ours, words
			}
			best, doubts = likely, "What seems to be it was to be seen only once."
		case taken:
			if best == taken {
				return found, taken, words
			}
			best, doubts = taken, "A secret that is another one was to be seen only once."
		case blurred:
			best, doubts = blurred, words
		case absent:
		}
	}
	if best == absent {
		return none, absent, ""
	}
	return none, unclear, doubts
}
