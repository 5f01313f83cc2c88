package client

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
)

// tokenTimeLimit bounds getting a token, all attempts included. The callers that wait
// for it have separate limits.
const tokenTimeLimit = 2 * time.Minute

// issued are credentials with access tokens that the service issues for a while.
// They keep a token until shortly before it expires, or until it is refused, and
// ask for one only once, however many callers wait.
type issued struct {
	unprintable

	ask    func(context.Context) (*oauth2.Token, error)
	flight singleflight.Group

	mu   sync.Mutex
	kept accessToken
}

var _ renewable = (*issued)(nil)

// accessToken is a token with its scheme, behind a function, where nothing that
// prints can see it. The zero value is none.
type accessToken struct {
	authorization func() string
	renewAt       time.Time // zero: when it is refused
	expires       time.Time // zero: not known
	// unproven says that this token takes the place of one that was refused, and that the
	// service has not let anything in with it yet.
	unproven bool
}

// Authorization implements Credentials. A caller that gives up leaves alone: the
// request goes on for the others.
func (c *issued) Authorization(ctx context.Context) (string, error) {
	if authorization, ok := c.current(); ok {
		return authorization, nil
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	answer := c.flight.DoChan("", func() (any, error) { return c.get(context.WithoutCancel(ctx)) })
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case got := <-answer:
		authorization, _ := got.Val.(string)
		return authorization, got.Err
	}
}

// renew implements renewable. Where a new token is refused as well, a newer one
// would not help, and each request would cost a token.
func (c *issued) renew(refused string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept.authorization == nil || c.kept.authorization() != refused {
		return true
	}
	if c.kept.unproven {
		return false
	}
	c.kept = accessToken{unproven: true}
	return true
}

// accepted implements renewable.
func (c *issued) accepted(authorization string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept.authorization != nil && c.kept.authorization() == authorization {
		c.kept.unproven = false
	}
}

// current is the token that is kept, unless it is due to be renewed.
func (c *issued) current() (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept.authorization == nil || !c.kept.renewAt.IsZero() && !time.Now().Before(c.kept.renewAt) {
		return "", false
	}
	return c.kept.authorization(), true
}

// get asks for a token and keeps it.
func (c *issued) get(ctx context.Context) (string, error) {
	if authorization, ok := c.current(); ok {
		return authorization, nil // It came between the caller's look and now.
	}
	ctx, cancel := context.WithTimeoutCause(ctx, tokenTimeLimit, fmt.Errorf("no token came within %s", tokenTimeLimit))
	defer cancel()
	asked := time.Now()
	token, err := c.ask(ctx)
	if err != nil {
		if good := c.stillGood(); good != "" {
			return good, nil // It was to be renewed early, and need not be.
		}
	}
	var identity *IdentityTokenError
	switch {
	case errors.As(err, &identity):
		return "", err // No request was sent yet.
	case err != nil && ctx.Err() != nil:
		return "", &TokenError{Err: context.Cause(ctx)}
	case err != nil:
		return "", err
	case token.TokenType != "" && !strings.EqualFold(token.TokenType, "Bearer"):
		return "", &TokenError{Err: errors.New("the token is of another type than Bearer")}
	}
	authorization := "Bearer " + token.AccessToken
	kept := accessToken{authorization: func() string { return authorization }, expires: token.Expiry}
	if !token.Expiry.IsZero() {
		kept.renewAt = token.Expiry.Add(-margin(token.Expiry.Sub(asked)))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	kept.unproven = c.kept.unproven
	c.kept = kept
	return authorization, nil
}

// stillGood is the token that is kept, where it has not expired yet.
func (c *issued) stillGood() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept.authorization == nil || !time.Now().Before(c.kept.expires) {
		return ""
	}
	return c.kept.authorization()
}

// margin is how long before its end a token is renewed, so that it does not run out
// on its way, nor on a server whose clock is ahead: a tenth of its life, at least
// ten seconds and at most a minute, but never more than half its life.
func margin(life time.Duration) time.Duration {
	return min(max(life/10, 10*time.Second), time.Minute, max(life/2, 0))
}
