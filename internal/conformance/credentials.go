package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Credentials prove who is asking. They never print what they hold.
type Credentials struct {
	// Method and Source say in words what was found and where, such as "personal API
	// token" and "THALASSA_API_TOKEN".
	Method, Source string

	hold func() *held
}

// held is behind a function, where nothing that prints can see it.
type held struct {
	scheme string // of a fixed token
	token  string
	form   url.Values // of a token request
	basic  [2]string  // client id and secret
	file   string     // identity token, read again for each exchange
	issued string     // the Authorization that the service issued
	until  time.Time
	answer *answer // of the token endpoint, for the rows about it
}

const (
	methodPersonal = "personal API token"
	methodAccess   = "access token"
	methodClient   = "OIDC client credentials"
	methodExchange = "OIDC token exchange"
)

// String implements fmt.Stringer, without what the credentials hold.
func (c Credentials) String() string { return c.Method + " from " + c.Source }

// GoString does the same for %#v.
func (c Credentials) GoString() string { return c.String() }

func newCredentials(method, source string, h held) Credentials {
	return Credentials{Method: method, Source: source, hold: func() *held { return &h }}
}

// isSet reports whether there are credentials at all.
func (c Credentials) isSet() bool { return c.hold != nil }

// secrets are the texts that must not be shown.
func (c Credentials) secrets() []string {
	if !c.isSet() {
		return nil
	}
	h := c.hold()
	return []string{h.token, h.basic[1], h.form.Get("subject_token")}
}

// renew drops an issued token, so that the next request asks for another one. It
// reports whether the credentials can do that.
func (c Credentials) renew() bool {
	h := c.hold()
	had := h.issued != ""
	h.issued = ""
	return had
}

// authorize returns the Authorization header, with a token from the service where
// the credentials are of OIDC.
func (c Credentials) authorize(ctx context.Context, s *service) (string, error) {
	h := c.hold()
	if h.scheme != "" {
		return h.scheme + " " + h.token, nil
	}
	if h.issued != "" && s.now().Before(h.until) {
		return h.issued, nil
	}
	if err := c.exchange(ctx, s); err != nil {
		return "", err
	}
	return h.issued, nil
}

// exchange asks the token endpoint for an access token.
func (c Credentials) exchange(ctx context.Context, s *service) error {
	h := c.hold()
	form := url.Values{}
	for name, values := range h.form {
		form[name] = values
	}
	if h.file != "" {
		token, err := readSecretFile(h.file)
		if err != nil {
			return err
		}
		s.scrub.hide(token)
		form.Set("subject_token", token)
	}
	target := strings.TrimSuffix(s.base.String(), "/") + "/oidc/token"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("the token request: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("User-Agent", userAgent+s.version)
	if h.basic[0] != "" {
		request.SetBasicAuth(url.QueryEscape(h.basic[0]), url.QueryEscape(h.basic[1]))
	}
	r := requestOfToken
	sent := s.now()
	response, err := s.http.Do(request)
	if err != nil {
		return s.failure(ctx, r, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return s.failure(ctx, r, err)
	}
	var token struct {
		AccessToken string  `json:"access_token"`
		ExpiresIn   float64 `json:"expires_in"`
	}
	_ = json.Unmarshal(body, &token) // Another form has no token, which is reported below.
	s.scrub.hide(token.AccessToken)
	a := answer{operation: r.operation, status: response.StatusCode, header: response.Header, body: body, sent: sent}
	h.answer = &a
	if !a.ok() || token.AccessToken == "" {
		return &RefusedError{fmt.Sprintf("the token endpoint answered %s", s.scrub.clean(a.said()))}
	}
	h.issued = "Bearer " + token.AccessToken
	// Renewed at half its life. Without a life it is kept until it is refused.
	h.until = sent.Add(time.Duration(token.ExpiresIn/2) * time.Second)
	if token.ExpiresIn <= 0 {
		h.until = sent.Add(24 * time.Hour)
	}
	return nil
}

var requestOfToken = request{operation: "issueToken", method: http.MethodPost}

// RefusedError says that the service does not accept the credentials.
type RefusedError struct{ reason string }

func (e *RefusedError) Error() string { return e.reason }

// checkHeaderText refuses a text that cannot travel in a header.
func checkHeaderText(text string) error {
	if text == "" {
		return errors.New("is empty")
	}
	if text != strings.TrimSpace(text) || strings.ContainsAny(text, "\r\n") {
		return errors.New("begins or ends with white space, or contains a line break")
	}
	return nil
}
