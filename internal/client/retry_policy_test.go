package client_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// troubles make the first attempt end as a row of the policy says.
func troubles() map[string]transport {
	answers := func(status int, body string) transport {
		return func(r *http.Request) (*http.Response, error) {
			return response(r, status, strings.NewReader(body)), nil
		}
	}
	fails := func(err error) transport {
		return func(*http.Request) (*http.Response, error) { return nil, err }
	}
	dial := func(err error) error { return &net.OpError{Op: "dial", Err: err} }
	return map[string]transport{
		"connection refused":                     fails(dial(syscall.ECONNREFUSED)),
		"closed while the connection was set up": fails(dial(io.EOF)),
		"certificate not trusted":                fails(&tls.CertificateVerificationError{Err: errors.New("unknown authority")}),
		"no such host":                           fails(dial(&net.DNSError{IsNotFound: true})),
		"429":                                    answers(429, ""),
		"401, credentials that renew":            answers(401, ""),
		"401, a fixed token":                     answers(401, ""),
		"400":                                    answers(400, `{"message":"no"}`),
		"403":                                    answers(403, `{"message":"no"}`),
		"404":                                    answers(404, `{"message":"no"}`),
		"409":                                    answers(409, `{"message":"no"}`),
		"500":                                    answers(500, ""),
		"501":                                    answers(501, ""),
		"502":                                    answers(502, "<html>"),
		"503":                                    answers(503, ""),
		"503, no KMS in the region":              answers(503, `{"message":"KMS is not available in the region"}`),
		"504":                                    answers(504, ""),
		"408, 425, 499 and the like":             answers(408, `{"message":"timed out"}`),
		"a page with 403 or 404":                 answers(404, "<html>default backend - 404</html>"),
		"connection reset":                       fails(&net.OpError{Op: "read", Err: syscall.ECONNRESET}),
		"closed without an answer":               fails(io.EOF),
		"no answer in time": func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"success, but the body breaks off": func(r *http.Request) (*http.Response, error) {
			return response(r, 200, io.MultiReader(strings.NewReader(`{"path":`), cutBody{})), nil
		},
		"success, but the body is not JSON": answers(200, "<html>"),
		"redirect": func(r *http.Request) (*http.Response, error) {
			return response(r, 307, http.NoBody, "Location", "https://elsewhere.example.com"), nil
		},
	}
}

// cutBody is the rest of a body whose connection was closed.
type cutBody struct{}

func (cutBody) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// The retry policy is a table in a guide for users, and this is its test: every
// row is played for every operation.
func TestRetryPolicy(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../templates/guides/lost-answers.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(guide), "|---|---|---|---|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	played := 0
	for row := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(row), "| "), " | ")
		if len(cells) != 7 {
			t.Fatalf("the row %q has %d cells", row, len(cells))
		}
		trouble := troubles()[cells[0]]
		if trouble == nil {
			t.Fatalf("nobody knows how to make %q", cells[0])
		}
		played++
		for _, op := range operations(t) {
			want := cells[1]
			switch op.name {
			case "updateAccessPolicy":
				want = cells[2]
			case "destroySecretVersion", "deleteSecret":
				want = cells[3]
			case "putSecretValue":
				want = cells[4]
			case "createSecret":
				want = cells[5]
			}
			t.Run(cells[0]+"/"+op.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					if got := whatFollows(t, op, trouble, strings.HasPrefix(cells[0], "401, credentials")); got != want {
						t.Errorf("%q, want %q, because %s", got, want, cells[6])
					}
				})
			})
		}
	}
	if played != len(troubles()) {
		t.Errorf("%d rows were played, and %d troubles are known", played, len(troubles()))
	}
}

// whatFollows says in the words of the table what the client does after a failed first
// attempt: all later attempts succeed, and reading back shows that nothing happened.
func whatFollows(t *testing.T, op operation, trouble transport, renews bool) string {
	t.Helper()
	var sent, reads int
	err := op.call(t.Context(), newClient(t, func(c *client.Config) {
		c.Retry, c.Sleep, c.RequestTimeout = client.Retry{}, nil, 10*time.Second
		if renews {
			c.Credentials = client.ClientCredentials("id", "secret")
		}
		c.Transport = transport(func(r *http.Request) (*http.Response, error) {
			date := []string{"Date", time.Now().UTC().Format(http.TimeFormat), "Content-Type", "application/json"}
			switch {
			case strings.HasSuffix(r.URL.Path, "/oidc/token"):
				return response(r, 200, strings.NewReader(`{"access_token":"t","expires_in":3600}`), date...), nil
			case r.Method == http.MethodGet && op.method == http.MethodGet:
			case r.URL.Query().Has("path"): // Whether the secret is gone.
				return response(r, 200, strings.NewReader(`{"path":"/app/"}`), date...), nil
			case r.Method == http.MethodGet && op.name == "createSecret":
				reads++
				return response(r, 404, strings.NewReader(`{"message":"no"}`), date...), nil
			case r.Method == http.MethodGet:
				reads++
				return response(r, 200, strings.NewReader(threeVersions), date...), nil
			}
			if sent++; sent == 1 {
				return trouble(r)
			}
			return response(r, op.status, strings.NewReader(op.answer), date...), nil
		})
	}))
	switch {
	case reads > 0 && sent == 2 && err == nil:
		return "look, again"
	case reads > 0 && sent == 1 && err == nil:
		return "look, done"
	case reads > 0 && sent == 1:
		return "look"
	case sent == 2 && err == nil:
		return "again"
	case sent == 1 && err == nil:
		return "done"
	case sent == 1:
		return "no"
	}
	t.Errorf("sent %d times, looked %d times: %v", sent, reads, err)
	return ""
}
