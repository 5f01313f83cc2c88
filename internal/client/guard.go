package client

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// Guard decides about a change by a read of the secret right before the change is sent.
// The client reads before every attempt, after its own rate limit, so also after a 429,
// a failure, a wait or a renewed token. The API has no conditional requests: between
// the read and the change one round trip remains.
type Guard struct {
	// Ask returns an error if the secret, as it is now, is not the one that the change
	// was planned for. Then nothing is sent, and the error is returned. A nil Ask
	// accepts every secret.
	Ask func(Secret) error
	// Seen is what Confirm has read. It takes the place of the first look where it is
	// younger than a second. The zero Secret is none.
	Seen Secret
	// Known is the highest version that the caller knows of this life of the secret,
	// zero for none. A known version that a stale read does not show is not new.
	Known int64
}

// Unguarded accepts every secret. An unknown outcome is still read back.
var Unguarded = Guard{}

// maxReadAge is the highest age at which the caller's own read replaces the guard's.
const maxReadAge = time.Second

// LookError says that the guard's read failed, so that nothing was sent.
type LookError struct{ Err error }

func (e *LookError) Error() string {
	return "the secret could not be read right before the change, so it was not sent: " + e.Err.Error()
}

func (e *LookError) Unwrap() error { return e.Err }

// refusedError is the error of a guard that refuses a change.
type refusedError struct{ err error }

func (e *refusedError) Error() string { return e.err.Error() }

func (e *refusedError) Unwrap() error { return e.err }

// guard is the Guard of one change, which may take several attempts.
type guard struct {
	Guard

	id secretpath.SecretID
	// isDone reports by a look that there is nothing left to do: that what is to be
	// removed is gone, in this life of the secret or with it. Nil: it is asked elsewhere.
	isDone func(first, fresh Secret) bool

	used         bool // a look was taken
	first, fresh Secret
	gone         error // the answer of a look that did not find the secret
}

// isFresh reports that the caller's own read is recent enough for this attempt.
func (g *guard) isFresh(*attempts) bool {
	// An age on this machine is measured with the monotonic clock, and not with the
	// clock of the configuration.
	return !g.used && !g.Seen.readAt.IsZero() && time.Since(g.Seen.readAt) < maxReadAge
}

// check reads the secret and asks the caller. done says that there is nothing left to
// do.
func (g *guard) check(ctx context.Context, a *attempts, authorization string, reads bool) (done bool, err error) {
	fresh := g.Seen
	if reads {
		var found bool
		if fresh, found, err = g.readSecret(ctx, a, authorization); err != nil || !found {
			return !found && err == nil, err
		}
	}
	if !g.used {
		g.first = fresh
	}
	g.used, g.fresh = true, fresh
	if g.isDone != nil && g.isDone(g.first, fresh) {
		return true, nil
	}
	if g.Ask == nil {
		return false, nil
	}
	if err := g.Ask(fresh); err != nil {
		return false, &notSentError{err: &refusedError{err}, permanent: true}
	}
	return false, nil
}

// readSecret reads the secret, without waiting for the rate limit again. A missing
// secret completes a removal.
func (g *guard) readSecret(ctx context.Context, a *attempts, authorization string) (fresh Secret, found bool, err error) {
	read := &attempts{client: a.client, request: getRequest(g.id), authorization: a.authorization}
	read.setURL()
	read.read = func(body io.Reader, of *attempt) (err error) {
		fresh, err = readSecret(g.id)(body, of)
		return err
	}
	resp, err := read.transmit(ctx, authorization) //nolint:bodyclose // settle reads and closes it.
	if err != nil {
		_, _ = read.failed(err) //nolint:bodyclose // There is none.
	} else {
		read.finish(resp)
	}
	last := read.last
	switch {
	case last.outcome == succeeded:
		a.client.puts.observe(fresh)
		return fresh, true, nil
	case a.request.kind == kindRemove && IsNotFound(last.err):
		g.used, g.gone = true, last.err
		return fresh, false, nil
	}
	return fresh, false, &notSentError{err: &LookError{last.err}, permanent: !mayRepeat(kindRead, last.outcome, last.status, last.err)}
}

// Refusal is the error with which a guard has refused a change, nil for none.
func Refusal(err error) error {
	var refused *refusedError
	if errors.As(err, &refused) {
		return refused.err
	}
	return nil
}
