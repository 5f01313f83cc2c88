package client_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// The error has only the fields of the token endpoint's answer that are meant for
// people, and permanent failures get one attempt.
func TestTokenErrors(t *testing.T) {
	t.Parallel()
	const unusable = "getting an access token: the answer is not the one that OAuth 2.0 documents"
	for name, tc := range map[string]struct {
		answers []answer
		says    string
	}{
		"OAuth's fields": {
			[]answer{says(401, `{"error":"invalid_client","error_description":"unknown client"}`)},
			"getting an access token: 401 Unauthorized: invalid_client: unknown client",
		},
		"the API's field":      {[]answer{says(400, `{"message":"no such account"}`)}, "getting an access token: 400 Bad Request: no such account"},
		"code alone":           {[]answer{says(400, `{"error":"invalid_grant"}`)}, "getting an access token: 400 Bad Request: invalid_grant"},
		"a page":               {[]answer{says(403, "<html>"+sentinel+"</html>")}, "getting an access token: 403 Forbidden"},
		"a form":               {[]answer{says(400, "error="+sentinel, "Content-Type", "text/plain")}, "getting an access token: 400 Bad Request"},
		"refusal as a success": {[]answer{issues(`{"error":"invalid_scope"}`)}, "getting an access token: 200 OK: invalid_scope"},
		"the secret is echoed": {
			[]answer{says(401, `{"error":"invalid_client","error_description":"the secret `+sentinel+` is wrong"}`)},
			"getting an access token: 401 Unauthorized: invalid_client: (the answer quotes the request, and is not shown)",
		},
		"long words": {
			[]answer{says(400, `{"error_description":"`+strings.Repeat("x", 2000)+`"}`)},
			"getting an access token: 400 Bad Request: " + strings.Repeat("x", 1000) + "…",
		},
		"redirect":       {[]answer{says(307, "", "Location", "http://127.0.0.1:1/")}, "getting an access token: 307 Temporary Redirect"},
		"no token":       {[]answer{issues(`{"token":"` + sentinel + `"}`)}, unusable},
		"no JSON":        {[]answer{issues(sentinel)}, unusable},
		"a bad lifetime": {[]answer{issues(`{"access_token":"` + sentinel + `","expires_in":"` + sentinel + `"}`)}, unusable},
		"another type":   {[]answer{issues(`{"access_token":"` + sentinel + `","token_type":"mac"}`)}, "getting an access token: the token is of another type than Bearer"},
		"busy for ever": {
			[]answer{says(503, ""), says(429, `{"message":"slow down"}`), says(500, `{"message":"broken"}`)},
			"getting an access token: 500 Internal Server Error: broken",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, tc.answers...)
			_, err := s.client(func(c *client.Config) { c.Credentials = client.ClientCredentials("ci", sentinel) }).KMSRegions(t.Context())
			var failed *client.TokenError
			if !errors.As(err, &failed) || failed.Error() != tc.says {
				t.Fatalf("got %v\nwant %s", err, tc.says)
			}
			noLeak(t, "the error", err.Error())
			if n := len(s.requests()); n != len(tc.answers) {
				t.Errorf("%d requests, want %d", n, len(tc.answers))
			}
		})
	}
}

// A connection failure ends with the next attempt, and a failure with the next caller.
func TestTokenEndpointRecovers(t *testing.T) {
	t.Parallel()
	s := serve(t, says(503, ""), hangsUp, issues(aToken), says(200, `{}`))
	c := s.client(func(c *client.Config) { c.Credentials = client.ClientCredentials("ci", "secret") })
	if _, err := c.KMSRegions(t.Context()); err != nil {
		t.Error(err)
	}
	s = serve(t, says(401, ""), issues(aToken), says(200, `{}`))
	c = s.client(func(c *client.Config) { c.Credentials = client.ClientCredentials("ci", "secret") })
	if _, err := c.KMSRegions(t.Context()); err == nil {
		t.Error("the first caller was let in")
	}
	if _, err := c.KMSRegions(t.Context()); err != nil {
		t.Error(err)
	}
}

// A client secret or identity token must not follow a redirect to another host.
func TestTokenRequestIsNotRedirected(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, credentials := range []client.Credentials{
			client.ClientCredentials("ci", sentinel),
			client.TokenExchange(client.ServiceAccount{Organisation: "acme", ID: "sa-1"}, identity(sentinel)),
		} {
			elsewhere := serve(t) // any request to it fails the test
			s := serve(t, says(status, "", "Location", elsewhere.url+"/oidc/token"))
			_, err := s.client(func(c *client.Config) { c.Credentials = credentials }).KMSRegions(t.Context())
			var failed *client.TokenError
			if !errors.As(err, &failed) || failed.Status != status {
				t.Errorf("%d: %v", status, err)
			}
		}
	}
}

// A write that was never sent, because there was no token, is not in doubt.
func TestNoTokenNoDoubt(t *testing.T) {
	t.Parallel()
	s := serve(t, says(http.StatusUnauthorized, ""))
	c := s.client(func(c *client.Config) { c.Credentials = client.ClientCredentials("ci", "secret") })
	_, err := c.PutValue(t.Context(), mustID(t, "nl-01/app/db"), client.BytesValue([]byte("v")), client.JustSeen(mustID(t, "nl-01/app/db"), 3))
	var unknown *client.UnknownOutcomeError
	if err == nil || errors.As(err, &unknown) {
		t.Errorf("got %v", err)
	}
}

func TestIdentityTokenFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, tc := range map[string]struct{ content, token, problem string }{
		"as echo writes it": {"eyJ.job\n", "eyJ.job", ""},
		"with Windows ends": {"eyJ.job\r\n", "eyJ.job", ""},
		"empty":             {"", "", "the file is empty"},
		"blank":             {" \n", "", "the file is empty"},
		"two lines":         {sentinel + "\n" + sentinel, "", "the file holds something else than the token alone"},
		"the whole answer":  {`{"value":"` + sentinel + `"}`, "", "the file holds something else than the token alone"},
		"large":             {strings.Repeat("x", 65<<10), "", "the file is larger than 65536 bytes, which no token is"},
	} {
		file := filepath.Join(dir, name)
		write(t, file, tc.content)
		token, err := client.IdentityTokenFile(file)(t.Context())
		switch {
		case tc.problem == "" && (err != nil || token != tc.token):
			t.Errorf("%s: %q, %v", name, token, err)
		case tc.problem != "" && (err == nil || err.Error() != `the identity token in the file "`+file+`": `+tc.problem):
			t.Errorf("%s: %v", name, err)
		case err != nil:
			noLeak(t, name, err.Error())
		}
	}
	missing := filepath.Join(dir, "missing")
	if _, err := client.IdentityTokenFile(missing)(t.Context()); !errors.Is(err, os.ErrNotExist) || strings.Count(err.Error(), missing) != 1 {
		t.Errorf("got %v", err)
	}
	if _, err := client.IdentityTokenFile(dir)(t.Context()); err == nil {
		t.Error("a directory was read")
	}
}

// Credentials that no client has bound cannot know whom to ask.
func TestUnboundCredentials(t *testing.T) {
	t.Parallel()
	if _, err := client.ClientCredentials("ci", "secret").Authorization(t.Context()); err == nil {
		t.Error("credentials without a client gave a token")
	}
}
