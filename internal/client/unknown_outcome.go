package client

import (
	"context"
	"slices"
	"time"
)

// UnknownOutcomeError says that a create or put may have happened or may not: its
// answer was lost, or came from something between the client and the service, and
// reading back was not conclusive. The API has no idempotency key, so such a request is
// not sent again.
type UnknownOutcomeError struct {
	Err error
	// Known is what reading back has shown, as a sentence.
	Known string

	outcome outcome
	// sent and ended are the bounds of the request, by the machine's clock: of all of
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

// evidence is what a probe shows of a request whose outcome is unknown.
type evidence int

const (
	absent    evidence = iota // it has not happened so far
	ours                      // it has
	likely                    // it has, unless a read that lags behind hides something
	taken                     // another client did it first, with the same reservation
	imprecise                 // something is there, and a faster answer may tell what
	unclear                   // something is there, and no answer can tell what
)

// probe asks the service for the traces of a request whose outcome is unknown. Its
// words say what was found, where it is not clear.
type probe[T any] func(context.Context, *UnknownOutcomeError) (T, evidence, string)

// exactlyOnce sends a create or put until it is known to have happened once, or not at
// all. An ambiguous outcome is read back, and only what has not happened is sent again.
//
// All sends together take no more attempts than any request: sendOnce gets the number
// of attempts that are left. The first send has all of them (zero).
func exactlyOnce[T any](ctx context.Context, c *Client, sendOnce func(ctx context.Context, left int) (T, *attempts, error), probe probe[T]) (T, error) {
	var none T
	var earlier *UnknownOutcomeError
	for tried, left := 0, 0; ; left = c.retry.MaxAttempts - tried {
		answer, a, err := sendOnce(ctx, left)
		if tried += a.count; err == nil {
			return answer, nil
		}
		if !a.last.outcome.isAmbiguous() {
			return none, afterEarlier(earlier, err)
		}
		lost := &UnknownOutcomeError{Err: err, outcome: a.last.outcome, sent: a.last.sent, ended: c.now()}
		if earlier != nil {
			lost.sent = earlier.sent // The result of the first send still has to be found.
		}
		earlier = lost
		found, verdict, words := probeUntilCertain(ctx, c, lost, probe)
		switch {
		case verdict == ours:
			return found, nil
		case verdict == unclear:
			lost.Known = words
			return none, lost
		case verdict == absent && lost.outcome == mayStillRun:
			lost.Known = "So far it has not happened, but the service may still be at work on it."
			return none, lost
		case verdict == absent && lost.outcome == unreadableSuccess:
			lost.Known = "The answer, which cannot be used, was a success, but the service does not show it."
			return none, lost
		case tried >= c.retry.MaxAttempts, ctx.Err() != nil, verdict == absent && !mayRepeat(kindReplace, a.last.outcome, a.last.status, err):
			return none, lost.Err // It is known that nothing happened.
		}
	}
}

// afterEarlier is the error of a later time, where an earlier one was found not to
// have happened. A guard that refuses the later one has found the secret changed, and
// what has changed it may be the earlier one, come late.
func afterEarlier(earlier *UnknownOutcomeError, err error) error {
	if earlier == nil || Refusal(err) == nil {
		return err
	}
	earlier.Known = "Before it was sent again, a look showed: " + Refusal(err).Error()
	return earlier
}

// probeDelays are the pauses before each probe. A read may lag behind a write, and the
// service may finish what it was at: only what all of them have missed is not there.
// They are not the pauses between attempts, by which a user chooses how polite to be:
// this is how certain.
var probeDelays = [...]time.Duration{0, 500 * time.Millisecond, time.Second, 2 * time.Second}

// probeUntilCertain probes until it is clear what happened. Nothing that was there can
// be gone, so that one sight of something outweighs all probes that miss it, and two
// make it certain. Even the end of the operation leaves time for this, because it
// decides whether the state will be true.
func probeUntilCertain[T any](ctx context.Context, c *Client, lost *UnknownOutcomeError, probe probe[T]) (T, evidence, string) {
	ctx, cancel := withGrace(ctx, interruptGrace, interruptGrace)
	defer cancel(context.Canceled)
	var none T
	best, reasons := absent, ""
	pauses := probeDelays[:]
	for i := 0; i < len(pauses); i++ {
		pause := pauses[i]
		if err := c.sleep(ctx, pause); err != nil {
			return none, unclear, "There was no time to look again, and a read may lag behind."
		}
		found, verdict, words := probe(ctx, lost)
		switch verdict {
		case ours, unclear:
			return found, verdict, words
		case likely:
			if best == likely {
				return found, ours, words
			}
			best, reasons = likely, "What seems to be it was seen only once."
			if i+1 == len(pauses) {
				pauses = append(slices.Clone(pauses), time.Second) // It has only just come to light.
			}
		case taken:
			if best == taken {
				return found, taken, words
			}
			best, reasons = taken, "A different secret was seen only once."
		case imprecise:
			best, reasons = imprecise, words
		case absent:
		}
	}
	if best == absent {
		return none, absent, ""
	}
	return none, unclear, reasons
}
