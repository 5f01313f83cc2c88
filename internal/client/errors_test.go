package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

func TestPredicates(t *testing.T) {
	t.Parallel()
	predicates := []struct {
		name string
		is   func(error) bool
	}{
		{"not found", client.IsNotFound},
		{"forbidden", client.IsForbidden},
		{"unauthorized", client.IsUnauthorized},
		{"rate limited", client.IsRateLimited},
		{"refused", client.IsRefused},
		{"conflict", client.IsConflict},
		{"KMS key unavailable", client.IsKMSKeyUnavailable},
		{"KMS unavailable", client.IsKMSUnavailable},
		{"feature disabled", client.IsFeatureDisabled},
	}
	said := func(status int, message string) error {
		return &client.Error{Status: status, Documented: true, Message: message}
	}
	for _, tc := range []struct {
		name string
		err  error
		want string
	}{
		{"no error", nil, ""},
		{"no answer", &client.NoAnswerError{Err: io.ErrUnexpectedEOF}, ""},
		{"cancelled", context.Canceled, ""},
		{"400", said(400, "invalid path"), "refused"},
		{"400 already exists", said(400, "A secret already exists at this path"), "refused, conflict"},
		{"400 in capitals", said(400, "ALREADY EXISTS"), "refused, conflict"},
		{"400 KMS key disabled", said(400, "KMS key kms-1 is not operational"), "refused, KMS key unavailable"},
		{"400 kms in lower case", said(400, "kms key is pending deletion"), "refused, KMS key unavailable"},
		{"401", said(401, "invalid token"), "unauthorized"},
		{"403", said(403, "missing permission putSecretValue"), "forbidden"},
		{"403 feature", said(403, "Feature secrets is off for this organisation"), "forbidden, feature disabled"},
		{"403 not enabled", said(403, "kms is not enabled for this organisation"), "forbidden, feature disabled"},
		{"404", said(404, "secret not found"), "not found, refused"},
		{"404 KMS key", said(404, "KMS key kms-1 not found"), "not found, refused, KMS key unavailable"},
		{"409", said(409, ""), "conflict"},
		{"409 without that message", said(409, "try later"), "conflict"},
		{"422 already exists", said(422, "already exists"), ""},
		{"429", said(429, ""), "rate limited"},
		{"500", said(500, "internal error"), ""},
		{"500 KMS", said(500, "kms: internal error"), ""},
		{"503", said(503, "maintenance"), ""},
		{"503 KMS", said(503, "KMS is not available in region nl-01"), "KMS unavailable"},
		{"404 feature", said(404, "feature not found"), "not found, refused"},
		{"404 of something else", &client.Error{Status: 404}, ""},
		{"403 of something else", &client.Error{Status: 403}, ""},
		{"409 of something else", &client.Error{Status: 409}, ""},
		{"401 of something else", &client.Error{Status: 401}, "unauthorized"},
		{"429 of something else", &client.Error{Status: 429}, "rate limited"},
		{"wrapped", fmt.Errorf("refreshing: %w", said(404, "")), "not found, refused"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range predicates {
				if p.is(tc.err) {
					got = append(got, p.name)
				}
			}
			if strings.Join(got, ", ") != tc.want {
				t.Errorf("%v is %q, want %q", tc.err, got, tc.want)
			}
		})
	}
}

func TestErrorTexts(t *testing.T) {
	t.Parallel()
	put := client.Error{Operation: "putSecretValue", Method: "POST", URL: "/v1/secrets/nl-01/secret/app/db/versions", Status: 403}
	full := put
	full.Message, full.RequestID = "denied by the access policy", "req-1"
	noAnswer := &client.NoAnswerError{Operation: "getSecret", Method: "GET", URL: "/v1/secrets/nl-01/secret/app/db", Err: io.ErrUnexpectedEOF}
	for want, err := range map[string]error{
		"putSecretValue: POST /v1/secrets/nl-01/secret/app/db/versions: 403 Forbidden":                                              &put,
		"putSecretValue: POST /v1/secrets/nl-01/secret/app/db/versions: 403 Forbidden: denied by the access policy (request req-1)": &full,
		"getSecret: GET /v1/secrets/nl-01/secret/app/db: unexpected EOF":                                                            noAnswer,
		"the write may or may not have happened: getSecret: GET /v1/secrets/nl-01/secret/app/db: unexpected EOF":                    &client.UnknownOutcomeError{Err: noAnswer},
	} {
		if err.Error() != want {
			t.Errorf("got  %s\nwant %s", err, want)
		}
	}
	if !errors.Is(&client.UnknownOutcomeError{Err: noAnswer}, io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
}

func TestErrorKeepsWhatTheServiceSaid(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 1001)
	for _, tc := range []struct {
		name    string
		body    string
		message string
	}{
		{"documented", `{"message":"path is invalid"}`, "path is invalid"},
		{"with more fields", `{"code":7,"message":"path is invalid","details":[]}`, "path is invalid"},
		{"empty body", "", ""},
		{"empty object", `{}`, ""},
		{"null", `null`, ""},
		{"another type of message", `{"message":{"en":"no"}}`, ""},
		{"a list", `["path is invalid"]`, ""},
		{"a gateway's page", "<html><h1>400 Bad Request</h1></html>", ""},
		{"broken off", `{"message":"path is inv`, ""},
		{"not UTF-8", "{\"message\":\"\xff\"}", "\ufffd"},
		{"a long message", `{"message":"` + long + `"}`, strings.Repeat("é", 1000) + "…"},
		{"a body larger than is read", `{"message":"` + strings.Repeat("a", 1<<20) + `"}`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, says(http.StatusBadRequest, tc.body, "X-Request-Id", "req-1", "Retry-After", "7"))
			s.readAnswer = says(http.StatusOK, threeVersions)
			err := s.client(func(c *client.Config) { c.Endpoint += "/gateway" }).DestroyVersion(t.Context(), mustID(t, "nl-01/app/db"), 3, client.JustSeen(mustID(t, "nl-01/app/db"), 3))
			var said *client.Error
			if !errors.As(err, &said) {
				t.Fatalf("got %v", err)
			}
			same(t,
				[]any{said.Operation, said.Method, said.URL, said.Status, said.Message, said.RequestID, said.RetryAfter},
				[]any{
					"destroySecretVersion", "DELETE", "/gateway/v1/secrets/nl-01/secret/app/db/versions?version=3",
					400, tc.message, "req-1", 7 * time.Second,
				})
		})
	}
}

// A message may name the secret, and the secret may be called after what the
// predicates look for.
func TestPredicatesDoNotReadThePath(t *testing.T) {
	t.Parallel()
	id := mustID(t, "nl-01/kms/feature/db")
	for _, tc := range []struct {
		status  int
		message string
		is      func(error) bool
		want    bool
	}{
		{404, "secret /kms/feature/db not found", client.IsKMSKeyUnavailable, false},
		{404, "secret /kms/feature/db: KMS key not found", client.IsKMSKeyUnavailable, true},
		{503, "/kms/feature/db is locked", client.IsKMSUnavailable, false},
		{503, "KMS is not available for /kms/feature/db", client.IsKMSUnavailable, true},
		{403, "no permission on /kms/feature/db", client.IsFeatureDisabled, false},
		{403, "feature secrets is off", client.IsFeatureDisabled, true},
	} {
		c := newClient(t, inMemory(tc.status, `{"message":"`+tc.message+`"}`))
		for name, call := range map[string]func() error{
			"createSecret": func() error {
				_, err := c.CreateSecret(t.Context(), client.NewSecret{ID: id, Value: client.GeneratedValue(8)})
				return err
			},
			"putSecretValue": func() error {
				_, err := c.PutValue(t.Context(), id, client.GeneratedValue(8), client.JustSeen(id, 3))
				return err
			},
			"getSecretValue":       func() error { _, err := c.RevealValue(t.Context(), id, 0); return err },
			"getSecret":            func() error { _, err := c.GetSecret(t.Context(), id); return err },
			"updateAccessPolicy":   func() error { _, err := c.UpdateAccessPolicy(t.Context(), id, nil, client.JustSeen(id, 3)); return err },
			"deleteSecret":         func() error { return c.DeleteSecret(t.Context(), id, client.JustSeen(id, 3)) },
			"destroySecretVersion": func() error { return c.DestroyVersion(t.Context(), id, 1, client.JustSeen(id, 3)) },
		} {
			if err := call(); err == nil || tc.is(err) != tc.want {
				t.Errorf("%s: %v, taken for it: %v", name, err, !tc.want)
			}
		}
	}
}

// No header is documented for the request's id, so the usual ones are tried. Their text
// is redacted like the service's messages, if it quotes the token or is long.
func TestRequestID(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		headers []string
		want    string
	}{
		{nil, ""},
		{[]string{"X-Request-Id", "a", "X-Correlation-Id", "b", "Traceparent", "c"}, "a"},
		{[]string{"X-Correlation-Id", "b", "Traceparent", "c"}, "b"},
		{[]string{"traceparent", "c"}, "c"},
		{[]string{"X-Request-Id", strings.Repeat("x", 300)}, strings.Repeat("x", 200) + "…"},
		{[]string{"X-Request-Id", "for api-token"}, "(the answer quotes the request, and is not shown)"},
	} {
		c := newClient(t, inMemory(http.StatusNotFound, `{}`, tc.headers...))
		var said *client.Error
		if _, err := c.KMSRegions(t.Context()); !errors.As(err, &said) || said.RequestID != tc.want {
			t.Errorf("%v: %v, want the id %q", tc.headers, err, tc.want)
		}
	}
}

// Whichever operation fails, its name and status are there.
func TestEveryOperationNamesItselfInErrors(t *testing.T) {
	t.Parallel()
	for _, op := range operations(t) {
		s := serve(t, says(http.StatusForbidden, `{"message":"no"}`))
		err := op.call(t.Context(), s.client())
		var said *client.Error
		if !errors.As(err, &said) || said.Operation != op.name || said.Method != op.method || said.Status != http.StatusForbidden || said.Message != "no" {
			t.Errorf("%s: %v", op.name, err)
		}
		// A refusal is an answer: nothing is in doubt, for a write either.
		var unknown *client.UnknownOutcomeError
		if errors.As(err, &unknown) {
			t.Errorf("%s: %v", op.name, err)
		}
	}
}

// url.Error names method and URL as well; once is enough for a reader.
func TestNoAnswerSaysItOnce(t *testing.T) {
	t.Parallel()
	cause := errors.New("the line is dead")
	c := newClient(t, func(c *client.Config) {
		c.Endpoint = "https://api.example.com/gateway"
		c.Transport = transport(func(*http.Request) (*http.Response, error) { return nil, cause })
	})
	_, err := c.KMSRegions(t.Context())
	if want := "getKMSSummary: GET /gateway/v1/kms/summary: the line is dead"; err == nil || err.Error() != want || !errors.Is(err, cause) {
		t.Errorf("got %v, want %s", err, want)
	}
	var noAnswer *client.NoAnswerError
	if !errors.As(err, &noAnswer) {
		t.Errorf("got %T", err)
	}
}

// With the default endpoint the URL in errors lacks its first slash.
func TestURLInErrors(t *testing.T) {
	t.Parallel()
	_, err := newClient(t, inMemory(http.StatusNotFound, "")).KMSRegions(t.Context())
	if want := "getKMSSummary: GET /v1/kms/summary: 404 Not Found"; err.Error() != want {
		t.Errorf("got %s, want %s", err, want)
	}
}
