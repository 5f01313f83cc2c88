package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// tokenSource is where a token may come from: a flag, a file that a flag names, or
// an environment variable. The command line counts before the environment. It shows
// in the list of processes, so a file or the environment is the better place.
type tokenSource struct {
	flag     string // the name of the flag; that of the file has "-file" behind it
	variable string
	value    string // of the flag
	file     string
}

// read finds the token, or returns an empty one where there is none. Its errors
// never have the token.
func (s tokenSource) read(getenv func(string) string) (string, error) {
	from, token := "-"+s.flag, s.value
	switch {
	case s.value != "" && s.file != "":
		return "", fmt.Errorf("-%s and -%s-file exclude each other", s.flag, s.flag)
	case s.file != "":
		b, err := os.ReadFile(s.file)
		if err != nil {
			return "", fmt.Errorf("-%s-file: %w", s.flag, err)
		}
		from, token = s.file, strings.TrimRight(string(b), "\r\n")
		if token == "" {
			return "", fmt.Errorf("-%s-file: %s has no token", s.flag, s.file)
		}
	case s.value == "":
		from, token = s.variable, getenv(s.variable)
	}
	if err := checkToken(token); err != nil {
		return "", fmt.Errorf("%s: %w", from, err)
	}
	return token, nil
}

// checkToken rejects a text that cannot be sent in an Authorization header.
func checkToken(token string) error {
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("a token must consist of printable ASCII characters without spaces")
	}
	return nil
}
