package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// once makes the failures of a client fast: there is one attempt, and reading back
// starts at once.
func once(c *client.Config) {
	c.Retry = client.Retry{MaxAttempts: 1, MinWait: time.Microsecond, MaxWait: time.Microsecond}
	c.Sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
}

// soon is a context that a call has no reason to outlast: nothing it does takes
// longer than to read what is there.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 5*time.Second)
	t.Cleanup(func() {
		defer cancel()
		if err := ctx.Err(); err != nil {
			t.Errorf("the call hung: %v", err)
		}
	})
	return ctx
}

// implausible says what in a secret no caller could make sense of.
func implausible(s client.Secret) string {
	switch {
	case s.ID.IsZero():
		return "it has no id"
	case s.CurrentVersion < 0:
		return fmt.Sprintf("version %d is current", s.CurrentVersion)
	case !slices.IsSortedFunc(s.Versions, func(a, b client.Version) int {
		switch {
		case a.Number > b.Number:
			return -1
		case a.Number < b.Number:
			return 1
		}
		return 0
	}):
		return "the history is not newest first"
	}
	var current []client.Version
	for _, v := range s.Versions {
		if v.Number < 0 {
			return fmt.Sprintf("there is a version %d", v.Number)
		}
		if v.Current {
			current = append(current, v)
		}
	}
	switch {
	case len(current) > 1:
		return "several versions are current"
	case len(current) == 1 && current[0].Status != client.VersionActive:
		return fmt.Sprintf("version %d is current and %s", current[0].Number, current[0].Status)
	case len(current) == 1 && current[0].Number != s.CurrentVersion:
		return "the current version is two"
	case s.Versions != nil && len(current) == 0 && s.CurrentVersion != 0:
		return fmt.Sprintf("version %d is current and not in the history", s.CurrentVersion)
	}
	return ""
}

func FuzzDecodeSecret(f *testing.F) {
	for _, body := range []string{
		`{"path":"/app/db","currentVersion":2,"versions":[{"version":2,"status":"active","stage":"current"},{"version":1,"status":"destroyed"}]}`,
		`{"path":"/app/db","versions":[{"version":1},{"version":3,"destroyedAt":"2026-03-03T10:00:00Z"},{"version":2,"stage":"current"}]}`,
		`{"path":"/app/db","createdAt":"2026-03-02T10:00:00.123456789+01:00","kmsKey":null,"accessPolicy":{"conditions":[{"startHour":0}]},"versions":[]}`,
		`{"currentVersion":9223372036854775807,"versions":[{"version":9223372036854775807},{"version":1}]}`,
		`{"createdAt":"yesterday"}`, `{"versions":{}}`, `[]`, `null`, ``, `{"versions":[{"version":1e3}]}`,
	} {
		f.Add(body)
	}
	id := mustID(f, "nl-01/app/db")
	f.Fuzz(func(t *testing.T, body string) {
		secret, err := newClient(t, once, inMemory(http.StatusOK, body)).GetSecret(soon(t), id)
		if err != nil {
			return
		}
		if problem := implausible(secret); problem != "" {
			t.Errorf("%s: %s", body, problem)
		}
		if secret.ID != id {
			t.Errorf("asked for %s, got %s", id, secret.ID)
		}
	})
}

func FuzzDecodeList(f *testing.F) {
	for _, body := range []string{
		entries, `[]`, `null`, `{}`, ``, `[null]`, `[{"path":"/app/db","currentVersion":1}`,
		`[{"path":"/app/db","versions":[{"version":2},{"version":1,"stage":"current"}]},{"path":"/app/value"}]`,
	} {
		f.Add(body)
	}
	prefix := mustPrefix(f, "/")
	f.Fuzz(func(t *testing.T, body string) {
		secrets, err := newClient(t, once, inMemory(http.StatusOK, body)).ListSecrets(soon(t), "nl-01", prefix)
		if err != nil {
			return
		}
		for _, secret := range secrets {
			if problem := implausible(secret); problem != "" {
				t.Errorf("%s: %s", body, problem)
			}
			if mustID(t, secret.ID.String()) != secret.ID {
				t.Errorf("%s: the id %s cannot be read back", body, secret.ID)
			}
		}
	})
}

func FuzzDecodeReveal(f *testing.F) {
	for _, body := range []string{
		`{"version":2,"secretString":"czNjcmV0","kmsKeyIdentity":"kms-1","kmsKeyVersion":"1"}`,
		`{"version":2,"secretKeyValues":{"user":"YXBw","empty":""}}`,
		`{"version":2,"secretString":"","secretKeyValues":{}}`,
		`{"version":2,"secretString":"not base64"}`, `{"version":2}`, `null`, ``, `[]`,
	} {
		f.Add(body)
	}
	id := mustID(f, "nl-01/app/db")
	f.Fuzz(func(t *testing.T, body string) {
		revealed, err := newClient(t, once, inMemory(http.StatusOK, body)).RevealValue(soon(t), id, 0)
		if err != nil {
			return
		}
		if (revealed.Bytes() == nil) == (revealed.Pairs() == nil) {
			t.Errorf("%s: it must be either bytes or pairs", body)
		}
		if revealed.Version < 0 {
			t.Errorf("%s: the value of version %d", body, revealed.Version)
		}
	})
}

func FuzzErrorBody(f *testing.F) {
	for _, seed := range []struct {
		status int
		body   string
	}{
		{400, `{"message":"a secret already exists at this path"}`},
		{404, `{"message":"KMS key not found"}`},
		{403, `{"message":null}`},
		{409, ``},
		{502, `<html>`},
		{503, `{"message":"KMS is not available"}`},
		{429, `[]`},
		{302, `null`},
		{599, "{\"message\":\"\xff\"}"},
	} {
		f.Add(seed.status, seed.body)
	}
	id := mustID(f, "nl-01/app/db")
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 300 || status > 599 {
			return
		}
		_, err := newClient(t, once, inMemory(status, body)).PutValue(soon(t), id, client.GeneratedValue(8), client.JustSeen(id, 3))
		var said *client.Error
		if !errors.As(err, &said) || said.Status != status || said.Operation != "putSecretValue" {
			t.Fatalf("%d %s: got %v", status, body, err)
		}
		if n := utf8.RuneCountInString(said.Message); n > 1001 || !utf8.ValidString(said.Message) {
			t.Errorf("%d %s: a message of %d characters: %q", status, body, n, said.Message)
		}
		// Only a limiter, a refused token and what the API says itself leave no doubt.
		var refusal struct {
			Message *string `json:"message"`
		}
		documented := json.Unmarshal([]byte(body), &refusal) == nil && refusal.Message != nil
		certain := status == 401 || status == 429 || client.IsKMSUnavailable(err) || documented && slices.Contains([]int{400, 403, 404, 413, 422}, status)
		var unknown *client.UnknownOutcomeError
		if errors.As(err, &unknown) == certain {
			t.Errorf("%d %s: %v", status, body, err)
		}
	})
}
