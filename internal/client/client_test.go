package client_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// Each operation is sent to the letter, by an organisation and by a project.
func TestEveryOperationOnTheWire(t *testing.T) {
	t.Parallel()
	callers := []struct {
		name    string
		change  func(*client.Config)
		headers map[string]string // empty: must not be sent
	}{
		{
			name:   "organisation with an API token",
			change: func(*client.Config) {},
			headers: map[string]string{
				"Authorization": "Token api-token", "X-Organisation-Identity": "acme", "X-Project-Identity": "",
			},
		},
		{
			name: "project with an access token",
			change: func(c *client.Config) {
				c.Project, c.Credentials = "shop", client.AccessToken("eyJ.access")
				c.UserAgent = "Terraform/1.14.0 thalassasecrets/1.2.3"
			},
			headers: map[string]string{
				"Authorization": "Bearer eyJ.access", "X-Organisation-Identity": "acme", "X-Project-Identity": "shop",
				"User-Agent": "Terraform/1.14.0 thalassasecrets/1.2.3",
			},
		},
	}
	for _, caller := range callers {
		for _, op := range operations(t) {
			t.Run(caller.name+"/"+op.name, func(t *testing.T) {
				t.Parallel()
				s := serve(t, says(op.status, op.answer))
				if err := op.call(t.Context(), s.client(caller.change)); err != nil {
					t.Fatal(err)
				}
				s.sent(op.method, op.uri, op.body)
				want := map[string]string{"Accept": "application/json", "Content-Type": ""}
				if op.body != "" {
					want["Content-Type"] = "application/json"
				}
				for name, value := range caller.headers {
					want[name] = value
				}
				for name, value := range want {
					var values []string
					if value != "" {
						values = []string{value}
					}
					if got := s.requests()[0].Header.Values(name); !reflect.DeepEqual(append([]string(nil), got...), values) {
						t.Errorf("%s: %q, want %q", name, got, values)
					}
				}
			})
		}
	}
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	const mustBeURL, mustBeHTTPS = "must be a URL such as", "must use https"
	for _, tc := range []struct{ name, endpoint, refusal string }{
		{"none means the default", "", ""},
		{"https", "https://api.example.com", ""},
		{"https with a port and a path", "https://api.example.com:8443/gateway/", ""},
		{"scheme in capitals", "HTTPS://api.example.com", ""},
		{"plain http to localhost", "http://localhost:8080", ""},
		{"plain http to 127.0.0.1", "http://127.0.0.1:8080", ""},
		{"plain http to elsewhere in 127/8", "http://127.8.8.8", ""},
		{"plain http to ::1", "http://[::1]:8080", ""},
		{"plain http to a name", "http://api.example.com", mustBeHTTPS},
		{"plain http to a private address", "http://10.0.0.1", mustBeHTTPS},
		{"plain http to all addresses", "http://0.0.0.0:8080", mustBeHTTPS},
		{"a name that begins like a loopback address", "http://127.0.0.1.example.com", mustBeHTTPS},
		{"a name that begins like localhost", "http://localhost.example.com", mustBeHTTPS},
		{"ftp", "ftp://api.example.com", mustBeURL},
		{"no scheme", "api.example.com", mustBeURL},
		{"no host", "https://", mustBeURL},
		{"a path alone", "/v1", mustBeURL},
		{"user name", "https://ci@api.example.com", "must not carry a user name or password"},
		{"user name and password", "https://ci:pw@api.example.com", "must not carry a user name or password"},
		{"query", "https://api.example.com?debug=1", "must not have a query or fragment"},
		{"fragment", "https://api.example.com#top", "must not have a query or fragment"},
		{"no URL", "https://api.example.com:port", mustBeURL},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := client.New(client.Config{Endpoint: tc.endpoint, Organisation: "acme", Credentials: client.Token("t")})
			switch {
			case tc.refusal == "" && err != nil:
				t.Errorf("%q was refused: %v", tc.endpoint, err)
			case tc.refusal != "" && (err == nil || !strings.Contains(err.Error(), tc.refusal)):
				t.Errorf("%q: %v, want %q", tc.endpoint, err, tc.refusal)
			}
		})
	}
}

// An endpoint with a password is refused, and the error does not contain the password.
func TestRefusedUserInfoIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{
		(&url.URL{Scheme: "https", Host: "api.example.com", User: url.UserPassword("ci", "hunter2")}).String(),
		"https://ci:hunter2", "ci:hunter2@api.example.com", "https:/ci:hunter2@api.example.com", "https://ci:hun ter2 hunter2@api.example.com",
		"https://api.example.com?token=hunter2", "https://api.example.com#hunter2", "http://api.example.com/hunter2", "ftp://ci:hunter2@api.example.com",
		"https://api.example.com:hunter2", "https://%zzhunter2",
	} {
		_, err := client.New(client.Config{Endpoint: endpoint, Organisation: "acme", Credentials: client.Token("t")})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
}

func TestDefaultEndpoint(t *testing.T) {
	t.Parallel()
	var asked string
	c := newClient(t, func(c *client.Config) {
		c.Transport = transport(func(r *http.Request) (*http.Response, error) {
			asked = r.URL.String()
			return response(r, http.StatusOK, strings.NewReader(`{}`)), nil
		})
	})
	if _, err := c.KMSRegions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := "https://api.thalassa.cloud/v1/kms/summary"; asked != want {
		t.Errorf("asked %s, want %s", asked, want)
	}
}

// A gateway may serve the API below a path, written with or without a slash.
func TestEndpointPathIsKept(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/gateway", "/gateway/"} {
		s := serve(t, says(http.StatusOK, `{"path":"/app/db","versions":[]}`))
		c := s.client(func(c *client.Config) { c.Endpoint += path })
		if _, err := c.GetSecret(t.Context(), mustID(t, "nl-01/app/db")); err != nil {
			t.Fatal(err)
		}
		s.sent(http.MethodGet, "/gateway/v1/secrets/nl-01/secret/app/db?includeVersions=true", "")
	}
}

func TestNewNeedsOrganisationAndCredentials(t *testing.T) {
	t.Parallel()
	if _, err := client.New(client.Config{Credentials: client.Token("t")}); err == nil || err.Error() != "the organisation must not be empty" {
		t.Errorf("without organisation: %v", err)
	}
	if _, err := client.New(client.Config{Organisation: "acme"}); err == nil || err.Error() != "credentials are required" {
		t.Errorf("without credentials: %v", err)
	}
}

func TestClientTellsWhomItSpeaksFor(t *testing.T) {
	t.Parallel()
	c := newClient(t, func(c *client.Config) { c.Project = "shop" })
	if c.Organisation() != "acme" || c.Project() != "shop" {
		t.Errorf("got %q, %q", c.Organisation(), c.Project())
	}
	if p := newClient(t).Project(); p != "" {
		t.Errorf("got the project %q, want none", p)
	}
}

// Log is called for every attempt, and gets no secret.
func TestLog(t *testing.T) {
	t.Parallel()
	s := serve(t,
		says(http.StatusTooManyRequests, `{"message":"slow down"}`, "X-Request-Id", "req-1"),
		says(http.StatusOK, threeVersions, "X-Request-Id", "req-look"),
		says(http.StatusOK, `{"version":4}`, "X-Request-Id", "req-2"),
		hangsUp,
		says(http.StatusForbidden, "", "X-Request-Id", "req-3"),
	)
	type exchange struct {
		client.Exchange

		id string
	}
	var log []exchange
	c := s.client(func(c *client.Config) {
		c.Log = func(_ context.Context, e client.Exchange) {
			id := e.RequestID()
			e.RequestID = nil // Functions are never the same.
			log = append(log, exchange{e, id})
		}
		c.Credentials = client.Token(sentinel)
	})
	id := mustID(t, "nl-01/app/db")
	if _, err := c.PutValue(t.Context(), id, client.BytesValue([]byte(sentinel)), client.JustSeen(id, 3)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.PutValue(t.Context(), id, client.BytesValue([]byte(sentinel)), client.JustSeen(id, 3)); err == nil {
		t.Fatal("a put without an answer succeeded")
	}
	put := client.Exchange{Operation: "putSecretValue", Method: http.MethodPost, URL: "/v1/secrets/nl-01/secret/app/db/versions"}
	limited, done := put, put
	limited.Status, done.Status = http.StatusTooManyRequests, http.StatusOK
	looked := client.Exchange{Operation: "getSecret", Method: http.MethodGet, Status: http.StatusForbidden}
	looked.URL = "/v1/secrets/nl-01/secret/app/db?includeVersions=true"
	before := looked
	before.Status = http.StatusOK
	same(t, log, []exchange{{limited, "req-1"}, {before, "req-look"}, {done, "req-2"}, {put, ""}, {looked, "req-3"}})
	noLeak(t, "the log", fmt.Sprintf("%+v", log))
}

// A password in an endpoint that is refused for another reason is quoted.
func TestPasswordInRefusedEndpoint(t *testing.T) {
	t.Parallel()
	for _, e := range []string{"ftp://ci:hunter2@api.example.com", "https://ci:hunter2@", "https://ci:hunter2@api.example.com:port"} {
		_, err := client.New(client.Config{Endpoint: e, Organisation: "acme", Credentials: client.Token("t")})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v", err)
		}
	}
}

func TestEndpointWithoutHost(t *testing.T) {
	t.Parallel()
	if _, err := client.New(client.Config{Endpoint: "https://:443", Organisation: "acme", Credentials: client.Token("t")}); err == nil {
		t.Error("it is accepted")
	}
}
