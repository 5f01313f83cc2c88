package conformance

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// scrubber keeps credentials, values and e-mail addresses out of what is shown. Each
// secret text is added before it is sent or once it was received.
type scrubber struct {
	mu      sync.Mutex
	secrets []string
}

const scrubbed = "(hidden)"

var email = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+`)

// hide adds a secret text, with the forms in which it travels.
func (s *scrubber) hide(secret string) {
	// A text of a few characters would make holes everywhere and keeps nothing secret.
	if len(secret) < 6 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	forms := []string{secret, url.QueryEscape(secret)}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		forms = append(forms, encoding.EncodeToString([]byte(secret)))
	}
	s.secrets = append(s.secrets, forms...)
}

// clean is the text without secrets and e-mail addresses.
func (s *scrubber) clean(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range s.secrets {
		text = strings.ReplaceAll(text, secret, scrubbed)
	}
	return email.ReplaceAllString(text, scrubbed)
}

// holds reports whether a text contains a secret.
func (s *scrubber) holds(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.secrets, func(secret string) bool { return strings.Contains(text, secret) })
}
