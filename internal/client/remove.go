package client

import "context"

// remove sends what removes something. A removal is never sent again blindly: the guard
// reads before each attempt, and an attempt that ended in an ambiguous outcome is
// resolved by one more read, because what was to be removed may be gone, and what is
// there now may be another's.
func (c *Client) remove(ctx context.Context, r request) error {
	_, a, err := send(ctx, c, r, removed)
	g := r.guard
	switch {
	case err == nil && a.last.outcome == alreadyDone && g.gone != nil:
		return c.confirmGone(ctx, r, g.gone)
	case err == nil:
		return nil
	case IsNotFoundByAnyone(a.last.err) && Refusal(err) == nil && a.last.status != 0:
		return c.confirmRemoval(ctx, r, err)
	case a.ambiguous || a.last.outcome.isAmbiguous():
		return c.confirmRemoval(ctx, r, err)
	}
	return err
}

// confirmRemoval finds out whether a removal happened in spite of the error. It returns
// the error if it did not, or if that is not certain.
func (c *Client) confirmRemoval(ctx context.Context, r request, failure error) error {
	ctx, cancel := withGrace(ctx, interruptGrace, interruptGrace)
	defer cancel(context.Canceled)
	g := r.guard
	fresh, err := c.GetSecret(ctx, g.id)
	switch {
	case IsNotFound(err):
		return c.confirmGone(ctx, r, failure)
	case err != nil:
		return failure
	case g.used && g.gone == nil && g.isDone(g.first, fresh):
		return nil
	}
	return failure
}

// confirmGone needs a second answer before it reports that a secret is deleted.
func (c *Client) confirmGone(ctx context.Context, r request, failure error) error {
	gone, err := c.IsGone(ctx, r.guard.id, failure)
	switch {
	case err != nil:
		return err
	case !gone:
		return failure
	}
	return nil
}
