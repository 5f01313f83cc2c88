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

// renewable are credentials that can get a new token when the service refuses one.
type renewable interface {
	// renew is called with an Authorization that the service has answered with a 401.
	// It reports whether the next one will be different.
	renew(refused string) bool
	// accepted is called with an Authorization that the service has accepted.
	accepted(authorization string)
}

// exchanger are credentials that get their tokens from the service itself.
type exchanger interface {
	bind(from tokenEndpoint) Credentials
}

// Token makes credentials of a personal API token, sent as "Token …".
func Token(token string) Credentials {
	return fixed{scheme: "Token", token: func() string { return token }}
}

// AccessToken makes credentials of an access token, sent as "Bearer …".
func AccessToken(token string) Credentials {
	return fixed{scheme: "Bearer", token: func() string { return token }}
}

// Unavailable makes credentials for a client that cannot be used yet: every request fails
// for the given reason before anything is sent.
func Unavailable(reason error) Credentials { return unavailable{reason} }

type unavailable struct{ reason error }

// Authorization implements Credentials.
func (u unavailable) Authorization(context.Context) (string, error) { return "", u.reason }

// fixed are credentials that do not change. The token is behind a function, where
// nothing that prints can see it: fmt asks no unexported field how it wants to be
// printed.
type fixed struct {
	unprintable

	scheme string
	token  func() string
}

// Authorization implements Credentials.
func (f fixed) Authorization(context.Context) (string, error) { return f.scheme + " " + f.token(), nil }

// hidden is what stands for a value or token wherever something prints it.
const hidden = "(sensitive)"

// unprintable makes the type that embeds it keep to itself what it holds.
type unprintable struct{}

// Format keeps a token out of all printed text, for every verb.
func (unprintable) Format(s fmt.State, _ rune) { fmt.Fprint(s, hidden) }

// LogValue keeps a token out of structured logs.
func (unprintable) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText keeps a token out of encoded text, JSON among it.
func (unprintable) MarshalText() ([]byte, error) { return []byte(hidden), nil }
