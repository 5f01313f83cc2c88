package client

import (
	"context"
	"fmt"
	"log/slog"
)

// Credentials prove who is asking. Authorization returns the value of the
// Authorization header for one attempt at a request.
type Credentials interface {
	Authorization(ctx context.Context) (string, error)
}

// Token makes credentials of a personal API token, sent as "Token …".
func Token(token string) Credentials { return fixed{"Token", func() string { return token }} }

// AccessToken makes credentials of an access token, sent as "Bearer …".
func AccessToken(token string) Credentials { return fixed{"Bearer", func() string { return token }} }

// fixed are credentials that do not change. The token is behind a function, where
// nothing that prints can see it: fmt asks no unexported field how it wants to be
// printed.
type fixed struct {
	scheme string
	token  func() string
}

// Authorization implements Credentials.
func (f fixed) Authorization(context.Context) (string, error) { return f.scheme + " " + f.token(), nil }

// hidden is what stands for a value or token wherever something prints it.
const hidden = "(sensitive)"

// Format keeps a token out of whatever is printed, whichever verb is used.
func (fixed) Format(s fmt.State, _ rune) { fmt.Fprint(s, hidden) }

// LogValue keeps a token out of structured logs.
func (fixed) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText keeps a token out of encoded text, JSON among it.
func (fixed) MarshalText() ([]byte, error) { return []byte(hidden), nil }
