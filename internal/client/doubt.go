package client

import (
	"context"
	"errors"
	"fmt"
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
	// Known is what reading back has shown, as a sentence; empty where there was no
	// reading back.
	Known string

	doubt doubt
	// sent and ended are the bounds of the attempt, by the client's clock.
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
	// brokenOff: the connection or the service failed, and whoever was at work has
	// finished it or given it up.
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
// first was one that did nothing. A failed attempt has a url.Error around it.
func gaveUpWaiting(err error) bool {
	var attempt *url.Error
	return !errors.As(err, &attempt)
}

// doubtAbout judges a failure that was answered. The one 5xx that is a documented
// answer, a region without KMS, leaves no doubt.
func doubtAbout(e *Error) doubt {
	switch {
	case e.Status < 500, IsKMSUnavailable(e):
		return noDoubt
	case e.Status == http.StatusGatewayTimeout:
		return lingering
	}
	return brokenOff
}

// inDoubt marks the failure of a request that must not happen twice.
func (c *Client) inDoubt(call *call, err error, d doubt) error {
	if d == noDoubt || bool(call.repeatable) {
		return err
	}
	return &UnknownOutcomeError{Err: err, doubt: d, sent: call.sent, ended: c.now()}
}

// finding is what reading back says of a request in doubt.
type finding int

const (
	absent  finding = iota // it has not happened so far
	ours                   // it has
	likely                 // it has, unless a read that lags hides another version
	taken                  // somebody else did it first, and the service will say so
	unclear                // nobody can tell
	blurred                // a better look may tell
)

// exactlyOnce sends a create or put until it is known to have happened once, or
// not at all. Whatever is doubtful is settled by looking, and only what has surely
// not happened is sent again. The words of look say what is known where it is
// unclear.
func exactlyOnce[T any](
	ctx context.Context, c *Client,
	send func(context.Context) (T, error),
	look func(context.Context, *UnknownOutcomeError) (T, finding, string),
) (T, error) {
	var none T
	for attempt := 0; ; attempt++ {
		answer, err := send(ctx)
		var lost *UnknownOutcomeError
		if !errors.As(err, &lost) {
			return answer, err
		}
		found, verdict, words := lookUntilSure(ctx, c, lost, look)
		switch {
		case verdict == ours:
			return found, nil
		case verdict == unclear, verdict == blurred:
			lost.Known = words
			return none, lost
		case verdict == absent && lost.doubt == lingering:
			lost.Known = "So far it has not, but the service may still be at work on it."
			return none, lost
		case verdict == absent && lost.doubt == claimed:
			lost.Known = "The answer, which cannot be read, was a success, but the service does not show it."
			return none, lost
		case attempt+1 >= c.retry.MaxAttempts, verdict == absent && !isTransient(lost.Err):
			return none, lost.Err // It is known that nothing happened.
		}
		if err := c.pause(ctx, attempt); err != nil {
			return none, lost.Err
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

// lookUntilSure looks until it is clear what happened. What is not there, and what
// seems to be the only new version, is looked for again after a while, because a
// read may lag behind a write and the service may still be at work. Even the end
// of the operation leaves time for that: it decides whether the state will be
// true.
func lookUntilSure[T any](
	ctx context.Context, c *Client, lost *UnknownOutcomeError,
	look func(context.Context, *UnknownOutcomeError) (T, finding, string),
) (found T, verdict finding, words string) {
	ctx, cancel := outlive(ctx, interruptGrace, interruptGrace)
	defer cancel(context.Canceled)
	enough := map[finding]int{absent: 2, blurred: 2, likely: 2}
	if lost.doubt != brokenOff {
		enough[absent] = 4
	}
	seen := map[finding]int{}
	for n := 0; ; n++ {
		if n > 0 && c.pause(ctx, n-1) != nil {
			return found, unclear, "There was no time to look a second time, as a read may lag behind."
		}
		found, verdict, words = look(ctx, lost)
		if seen[verdict]++; seen[verdict] < enough[verdict] {
			continue
		}
		if verdict == likely {
			verdict = ours
		}
		return found, verdict, words
	}
}

// pause waits as between two attempts.
func (c *Client) pause(ctx context.Context, attempt int) error {
	timer := time.NewTimer(backoff(c.retry.MinWait, c.retry.MaxWait, attempt, nil))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("waiting: %w", context.Cause(ctx))
	case <-timer.C:
		return nil
	}
}
