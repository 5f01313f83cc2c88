package client

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// maxIdentityToken is more than any header of an HTTP server would take.
const maxIdentityToken = 64 << 10

// IdentityTokenFile takes the token from a file that its issuer keeps up to date. The
// file is read again each time. It may be a pipe.
func IdentityTokenFile(name string) IdentityToken {
	return func(ctx context.Context) (string, error) {
		token, err := readIdentityToken(ctx, name)
		if err != nil {
			return "", &IdentityTokenError{File: name, Err: err}
		}
		return token, nil
	}
}

// IdentityTokenError says that a file has no identity token to offer.
type IdentityTokenError struct {
	File string
	Err  error
}

func (e *IdentityTokenError) Error() string {
	return fmt.Sprintf("the identity token in the file %q: %v", e.File, e.Err)
}

func (e *IdentityTokenError) Unwrap() error { return e.Err }

func readIdentityToken(ctx context.Context, name string) (string, error) {
	content, err := readFile(ctx, name, maxIdentityToken)
	token := strings.TrimSpace(string(content))
	var tooLarge *tooLargeFileError
	switch {
	case errors.As(err, &tooLarge):
		return "", fmt.Errorf("the file is larger than %d bytes, which no token is", tooLarge.most)
	case err != nil:
		return "", err
	case token == "":
		return "", errors.New("the file is empty")
	case strings.ContainsAny(token, " \t\r\n{"):
		// Most often the answer of the token's issuer was saved as it came.
		return "", errors.New("the file holds something else than the token alone")
	}
	return token, nil
}
