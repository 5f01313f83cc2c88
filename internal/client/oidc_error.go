package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"
)

// TokenError says that the service issued no access token.
type TokenError struct {
	// ClientID or ServiceAccount is whom the token was for; the other is empty.
	ClientID, ServiceAccount string

	Status      int    // zero: no answer came, and Err says why
	Code        string // OAuth's word for the reason, such as invalid_client; may be empty
	Description string // the service's own words; may be empty
	Err         error  // why there is no usable answer
}

func (e *TokenError) Error() string {
	s := "getting an access token: "
	if e.Status == 0 {
		return s + e.Err.Error()
	}
	return s + e.Said()
}

// Said is what the token endpoint answered.
func (e *TokenError) Said() string {
	s := fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
	for _, more := range []string{e.Code, e.Description} {
		if more != "" {
			s += ": " + more
		}
	}
	return s
}

func (e *TokenError) Unwrap() error { return e.Err }

// errNoToken is an answer without a token. The library's own message may quote the
// answer, which may have a token.
var errNoToken = errors.New("the answer is not the one that OAuth 2.0 documents")

// explain makes a TokenError of the library's error, which prints the whole answer.
// The secret that was sent is taken out of what the service says.
func explain(err error, e TokenError, secret string) error {
	var answered *oauth2.RetrieveError
	var failed *url.Error
	switch {
	case errors.As(err, &answered):
		e.Status = answered.Response.StatusCode
		e.Code, e.Description = reasonOf(answered.Body, secret)
	case errors.As(err, &failed):
		e.Err = failed.Err // The rest names the URL, which is known.
	default:
		e.Err = errNoToken
	}
	return &e
}

// reasonOf reads the reason out of a refusal, if it is JSON: OAuth's fields, or the
// one that the rest of the API uses.
func reasonOf(body []byte, secret string) (code, description string) {
	var said struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
		Message     string `json:"message"`
	}
	if json.Unmarshal(body, &said) != nil {
		return "", ""
	}
	if said.Description == "" {
		said.Description = said.Message
	}
	clean := func(s string) string { return redactEcho(s, maxMessageLength, secret) }
	return clean(said.Code), clean(said.Description)
}
