package client_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// madeAt is the time of both clocks when a fuzzed write is under way, and the one at
// which a history has to say that a version was made, to be taken for it.
const (
	madeAt     = "2026-11-01T09:00:00Z"
	madeAtDate = "Sun, 01 Nov 2026 09:00:00 GMT"
)

// writes makes a configuration's service answer what is posted by one body, and what
// is read, to find out what became of it, by another.
func writes(posted, date, read string) func(*client.Config) {
	return func(c *client.Config) {
		c.Now = func() time.Time { return time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC) }
		c.Transport = transport(func(r *http.Request) (*http.Response, error) {
			body, status := read, http.StatusOK
			if r.Method != http.MethodGet {
				body, status = posted, http.StatusCreated
			}
			return response(r, status, strings.NewReader(body), "Date", date), nil
		})
	}
}

// answersOfWrites are the answers to a put and a create, and to reading back.
func answersOfWrites(f *testing.F) {
	f.Helper()
	histories := []string{
		`{"path":"/app/db","versions":[{"version":2,"status":"active","stage":"current","valueFormat":"string","createdAt":"` + madeAt + `"},{"version":1,"createdAt":"2026-03-02T10:00:00Z"}]}`,
		`{"path":"/app/db","versions":[{"version":3,"createdAt":"` + madeAt + `"},{"version":2,"createdAt":"` + madeAt + `"}]}`,
		`{"path":"/app/db","annotations":{"thalassasecrets/creation":"nonce"},"createdAt":"` + madeAt + `"}`,
		`{"path":"/app/db","versions":[{"version":2,"status":"destroyed","createdAt":"9999-12-31T23:59:59Z"}]}`,
		`{"path":"/app/other"}`, `{"path":"/app/db"}`, `null`, ``,
	}
	for i, posted := range []string{
		`{"path":"/app/db","version":2}`, `{"version":0}`, `{"version":-1}`, `{"version":9223372036854775808}`, `{"version":"2"}`, `{"path":"/app/db","currentVersion":1}`, `[]`, ``,
		`{"path":"/app/db","version":2`, `<html>`,
	} {
		for _, date := range []string{madeAtDate, "", "Fri, 31 Dec 9999 23:59:59 GMT", "yesterday"} {
			f.Add(posted, date, histories[i%len(histories)])
			f.Add(posted, date, histories[0])
		}
	}
}

func FuzzPutAnswer(f *testing.F) {
	answersOfWrites(f)
	id := mustID(f, "nl-01/app/db")
	f.Fuzz(func(t *testing.T, posted, date, read string) {
		put, err := newClient(t, once, writes(posted, date, read)).PutValue(soon(t), id, client.GeneratedValue(8), client.JustSeen(id, 1))
		switch {
		case err != nil && put != client.Written{}:
			t.Errorf("%v, and yet version %d", err, put.Version)
		case err == nil && put.Version < 1:
			t.Errorf("version %d was put", put.Version)
		case err == nil && put.ReadBack && put.Version < 2:
			t.Errorf("version %d was read back, and was there before", put.Version)
		case err != nil:
			checkUnknownOutcome(t, err)
		}
	})
}

func FuzzCreateAnswer(f *testing.F) {
	answersOfWrites(f)
	id := mustID(f, "nl-01/app/db")
	f.Fuzz(func(t *testing.T, posted, date, read string) {
		secret, err := newClient(t, once, writes(posted, date, read)).CreateSecret(soon(t), client.NewSecret{
			ID: id, KMSKey: "kms-1", Value: client.GeneratedValue(8), Creation: "nonce",
		})
		if err != nil {
			checkUnknownOutcome(t, err)
			return
		}
		if problem := implausible(secret); problem != "" || secret.ID != id {
			t.Errorf("%s: %s", secret.ID, problem)
		}
	})
}

// checkUnknownOutcome checks that a write without a usable answer was read back, and is
// not taken for one that was refused: the service has refused nothing.
func checkUnknownOutcome(t *testing.T, err error) {
	t.Helper()
	var unknown *client.UnknownOutcomeError
	var refused *client.Error
	if errors.As(err, &refused) {
		t.Errorf("the write ended with %v", err)
	}
	if errors.As(err, &unknown) && unknown.Known == "" {
		t.Errorf("nobody looked what became of it: %v", err)
	}
}

func FuzzPolicyAnswer(f *testing.F) {
	for _, body := range []string{
		`{"path":"/app/db","accessPolicy":{"conditions":[{"type":"ip","effect":"allow","cidrs":["10.0.0.0/8"]},{"type":"time","effect":"deny","startHour":22,"endHour":0,"timezone":"Europe/Amsterdam"}]}}`,
		`{"accessPolicy":null}`, `{"accessPolicy":{"statements":[]}}`, `{"accessPolicy":{"conditions":null}}`, `{"accessPolicy":{"conditions":[null,{"startHour":-1,"cidrs":[null]}]}}`,
		`{"accessPolicy":{"conditions":[{"startHour":1e2}]}}`, `{"accessPolicy":[]}`, `{}`, `null`, ``,
	} {
		f.Add(body)
	}
	id := mustID(f, "nl-01/app/db")
	f.Fuzz(func(t *testing.T, body string) {
		secret, err := newClient(t, once, inMemory(http.StatusOK, body)).UpdateAccessPolicy(soon(t), id, &client.AccessPolicy{}, client.JustSeen(id, 3))
		if err != nil {
			return
		}
		if problem := implausible(secret); problem != "" || secret.ID != id {
			t.Errorf("%s: %s", body, problem)
		}
		if secret.AccessPolicy != nil && secret.AccessPolicy.Conditions == nil {
			t.Errorf("%s: a policy whose conditions are neither there nor none", body)
		}
	})
}

// An answer with any headers is read without waiting. A failure keeps its status, and
// its Retry-After is the time to wait.
func FuzzHeaders(f *testing.F) {
	for _, retryAfter := range []string{"3", "-1", "0", "", "99999999999999999999", "2147483648", "1e9", "Sun, 01 Nov 2026 09:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "soon"} {
		for _, date := range []string{madeAtDate, "Sunday, 01-Nov-26 09:00:00 GMT", "Sun Nov  1 09:00:00 2026", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "", "now"} {
			f.Add(retryAfter, date, "req-1", 429)
			f.Add(retryAfter, date, "\x00\xff", 502)
		}
	}
	id := mustID(f, "nl-01/app/db")
	history := `{"path":"/app/db","versions":[{"version":2,"createdAt":"` + madeAt + `"},{"version":1}]}`
	f.Fuzz(func(t *testing.T, retryAfter, date, requestID string, status int) {
		if status < 300 || status > 599 {
			return
		}
		c := newClient(t, once, func(c *client.Config) {
			c.Retry.MaxAttempts = 2
			c.Transport = transport(func(r *http.Request) (*http.Response, error) {
				headers := []string{"Retry-After", retryAfter, "Date", date, "X-Request-Id", requestID}
				if r.Method == http.MethodGet && strings.Contains(r.URL.RawQuery, "includeVersions") {
					return response(r, http.StatusOK, strings.NewReader(history), headers...), nil
				}
				return response(r, status, strings.NewReader(`{"message":"no"}`), headers...), nil
			})
		})
		if _, err := c.PutValue(soon(t), id, client.GeneratedValue(8), client.JustSeen(id, 1)); err == nil && status < 500 {
			t.Error("a refused put went well")
		}
		_, err := c.KMSRegions(soon(t))
		var said *client.Error
		if !errors.As(err, &said) || said.Status != status || said.RetryAfter < 0 || strings.ContainsFunc(said.RequestID, unicode.IsControl) {
			t.Errorf("%d, Retry-After %q: %#v", status, retryAfter, err)
		}
		if requestID == "req-1" && said.RequestID != requestID {
			t.Errorf("the id of the request is %q", said.RequestID)
		}
		if digits := strings.Trim(retryAfter, "0123456789"); digits == "" && len(retryAfter) > 0 && len(retryAfter) < 10 && said.RetryAfter%time.Second != 0 {
			t.Errorf("Retry-After %q is %s", retryAfter, said.RetryAfter)
		}
		if slices.Contains([]string{"", "0", "-1"}, retryAfter) && said.RetryAfter != 0 {
			t.Errorf("Retry-After %q is %s", retryAfter, said.RetryAfter)
		}
	})
}
