package client

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// maxIdentityToken is more than any header of an HTTP server would take.
const maxIdentityToken = 64 << 10

// IdentityTokenFile takes the token from a file that whoever issues it keeps up to
// date. The file is read again each time.
func IdentityTokenFile(name string) IdentityToken {
	return func() (string, error) {
		token, err := readIdentityToken(name)
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

func readIdentityToken(name string) (string, error) {
	file, err := os.Open(name) //nolint:gosec // The user names the file.
	if err != nil {
		return "", withoutPath(err)
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, maxIdentityToken+1))
	token := strings.TrimSpace(string(content))
	switch {
	case err != nil:
		return "", withoutPath(err)
	case token == "":
		return "", errors.New("the file is empty")
	case len(content) > maxIdentityToken:
		return "", fmt.Errorf("the file is larger than %d bytes, which no token is", maxIdentityToken)
	case strings.ContainsAny(token, " \t\r\n{"):
		// Most often the answer of the token's issuer was saved as it came.
		return "", errors.New("the file holds something else than the token alone")
	}
	return token, nil
}

// withoutPath takes the name of the file out of an error that is told beside it.
func withoutPath(err error) error {
	var outer *os.PathError
	if errors.As(err, &outer) {
		return outer.Err
	}
	return err
}
