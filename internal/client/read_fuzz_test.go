package client_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

func FuzzDecodeBrowse(f *testing.F) {
	for _, body := range []string{
		`{"path":"/app/","prefixes":["/app/db/"],"secrets":[{"path":"/app/api","currentVersion":1}]}`,
		`{"prefixes":[null,1],"secrets":[null]}`, `{"secrets":[{"path":"/app/value"},{"path":"app"},{"path":"/a","versions":[{"version":-1}]}]}`,
		`{"prefixes":{}}`, `{}`, `[]`, `null`, ``, `{"secrets":[{"path":"/app/api"`,
	} {
		f.Add(body)
	}
	prefix := mustPrefix(f, "/")
	f.Fuzz(func(t *testing.T, body string) {
		listing, err := newClient(t, once, inMemory(http.StatusOK, body)).BrowseSecrets(soon(t), "nl-01", prefix)
		if err != nil {
			return
		}
		for _, secret := range listing.Secrets {
			if problem := implausible(secret); problem != "" || mustID(t, secret.ID.String()) != secret.ID {
				t.Errorf("%s: %s: %s", body, secret.ID, problem)
			}
		}
	})
}

func FuzzKMSSummary(f *testing.F) {
	for _, body := range []string{
		`{"featureEnabled":true,"regions":[{"identity":"r-1","slug":"nl-01","name":"NL","kmsAvailable":true,"totalKeys":3,"activeKeys":1,"disabledKeys":1,"pendingDeletionKeys":1}]}`,
		`{"regions":[{"slug":1}]}`, `{"regions":[null]}`, `{"regions":null}`, `{"regions":[{"disabledKeys":1e400}]}`, `{"regions":[{"kmsAvailable":"true"}]}`, `{}`, `[]`, `null`, ``,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		regions, err := newClient(t, once, inMemory(http.StatusOK, body)).KMSRegions(soon(t))
		if (regions == nil) != (err != nil) {
			t.Errorf("%s: %v and %v", body, regions, err)
		}
	})
}

func FuzzKMSKey(f *testing.F) {
	for _, seed := range []struct{ identity, body string }{
		{"kms-1", `{"identity":"kms-1","name":"app","keyType":"aes256-gcm96","status":"active","latestVersion":2,"versions":[]}`},
		{"kms-1", `{"identity":null}`},
		{"../x", `{}`},
		{"a/b", `{}`},
		{"", `null`},
		{"%2e%2e", `[]`},
		{"kms-1", `{"status":{}}`},
		{"kms-1", ``},
	} {
		f.Add(seed.identity, seed.body)
	}
	f.Fuzz(func(t *testing.T, identity, body string) {
		var asked string
		key, err := newClient(t, once, func(c *client.Config) {
			c.Transport = transport(func(r *http.Request) (*http.Response, error) {
				asked = r.URL.EscapedPath()
				return response(r, http.StatusOK, strings.NewReader(body)), nil
			})
		}).GetKMSKey(soon(t), "nl-01", identity)
		if err != nil && key != (client.KMSKeyRef{}) {
			t.Errorf("%v, and yet %+v", err, key)
		}
		// An identity that leads elsewhere is not asked for.
		if asked != "" && asked != "/v1/kms/nl-01/keys/"+identity {
			t.Errorf("asked for %s to read the key %q", asked, identity)
		}
	})
}

// For every answer of the token endpoint there is a token that can be sent, or an error
// without the secret that was sent.
func FuzzTokenAnswer(f *testing.F) {
	for _, body := range []string{
		`{"access_token":"at-1","token_type":"Bearer","expires_in":3600}`, `{"access_token":"at-1"}`, `{"access_token":"at-1","expires_in":-1}`, `{"access_token":"at-1","expires_in":1e30}`,
		`{"access_token":"at-1","expires_in":"3600"}`, `{"access_token":"at-1","token_type":"mac"}`, `{"access_token":""}`, `{"access_token":null}`, `{"token":"at-1"}`,
		`{"error":"invalid_client","error_description":"the secret ` + sentinel + ` is wrong"}`, `{"error":"` + sentinel + `"}`, `{"message":"` + sentinel + `"}`,
		`{"error":{}}`, `error=invalid_client&error_description=` + sentinel, `access_token=at-1&expires_in=99999999999999999999`, `<html>` + sentinel, `[]`, `null`, ``,
	} {
		for _, contentType := range []string{"application/json", "application/x-www-form-urlencoded", "text/plain; charset=utf-8", ";", ""} {
			f.Add(200, contentType, body)
			f.Add(401, contentType, body)
		}
		f.Add(503, "application/json", body)
	}
	f.Fuzz(func(t *testing.T, status int, contentType, body string) {
		if status < 200 || status > 599 {
			return
		}
		for _, credentials := range []client.Credentials{
			client.ClientCredentials("ci", sentinel),
			client.TokenExchange(client.ServiceAccount{Organisation: "acme", ID: "sa-1"}, identity(sentinel)),
		} {
			var sent string
			_, err := newClient(t, once, func(c *client.Config) {
				c.Credentials = credentials
				c.Transport = transport(func(r *http.Request) (*http.Response, error) {
					if strings.HasSuffix(r.URL.Path, "/oidc/token") {
						return response(r, status, strings.NewReader(body), "Content-Type", contentType), nil
					}
					sent = r.Header.Get("Authorization")
					return response(r, http.StatusOK, strings.NewReader(`{}`)), nil
				})
			}).KMSRegions(soon(t))
			switch token, isBearer := strings.CutPrefix(sent, "Bearer "); {
			case err == nil && (!isBearer || token == ""):
				t.Errorf("%d %q %q: sent %q", status, contentType, body, sent)
			case err != nil && sent != "":
				t.Errorf("%d %q %q: sent %q, and yet %v", status, contentType, body, sent, err)
			case err != nil && strings.Contains(err.Error(), sentinel):
				t.Errorf("%d %q %q: %v", status, contentType, body, err)
			}
		}
	})
}
