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

// Token is a personal API token, sent as "Token …".
type Token string

// AccessToken is an access token, sent as "Bearer …".
type AccessToken string

// Authorization implements Credentials.
func (t Token) Authorization(context.Context) (string, error) { return "Token " + string(t), nil }

// Authorization implements Credentials.
func (t AccessToken) Authorization(context.Context) (string, error) {
	return "Bearer " + string(t), nil
}

// hidden is what stands for a value or token wherever something prints it.
const hidden = "(sensitive)"

// Format keeps a token out of whatever is printed, whichever verb is used.
func (Token) Format(s fmt.State, _ rune) { fmt.Fprint(s, hidden) }

// LogValue keeps a token out of structured logs.
func (Token) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText keeps a token out of encoded text, JSON among it.
func (Token) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Format keeps a token out of whatever is printed, whichever verb is used.
func (AccessToken) Format(s fmt.State, _ rune) { fmt.Fprint(s, hidden) }

// LogValue keeps a token out of structured logs.
func (AccessToken) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText keeps a token out of encoded text, JSON among it.
func (AccessToken) MarshalText() ([]byte, error) { return []byte(hidden), nil }
