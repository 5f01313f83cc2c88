package client_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// operation is one operation of the API with its shortest request and answer. The table
// is for tests of all operations.
type operation struct {
	name   string
	method string
	uri    string
	body   string
	status int
	answer string
	write  bool // happening twice would leave a second version or secret
	call   func(context.Context, *client.Client) error
}

func operations(t *testing.T) []operation {
	t.Helper()
	id, prefix := mustID(t, "nl-01/app/db"), mustPrefix(t, "/app/")
	value := client.BytesValue([]byte("s3cret"))
	return []operation{
		{
			name: "createSecret", method: http.MethodPost, uri: "/v1/secrets/nl-01/secrets", write: true,
			body:   `{"path":"/app/db","kmsKeyIdentity":"kms-1","secretString":"czNjcmV0"}`,
			status: http.StatusCreated, answer: `{"path":"/app/db"}`,
			call: func(ctx context.Context, c *client.Client) error {
				_, err := c.CreateSecret(ctx, client.NewSecret{ID: id, KMSKey: "kms-1", Value: value})
				return err
			},
		},
		{
			name: "putSecretValue", method: http.MethodPost, uri: "/v1/secrets/nl-01/secret/app/db/versions", write: true,
			body:   `{"path":"/app/db","secretString":"czNjcmV0"}`,
			status: http.StatusOK, answer: `{"path":"/app/db","version":4}`,
			call: func(ctx context.Context, c *client.Client) error {
				_, err := c.PutValue(ctx, id, value, client.JustSeen(id, 3))
				return err
			},
		},
		{
			name: "getSecretValue", method: http.MethodPost, uri: "/v1/secrets/nl-01/secret/app/db/value",
			body:   `{"path":"/app/db","version":2}`,
			status: http.StatusOK, answer: `{"path":"/app/db","version":2,"secretString":"czNjcmV0"}`,
			call: func(ctx context.Context, c *client.Client) error {
				_, err := c.RevealValue(ctx, id, 2)
				return err
			},
		},
		{
			name: "getSecret", method: http.MethodGet, uri: "/v1/secrets/nl-01/secret/app/db?includeVersions=true",
			status: http.StatusOK, answer: `{"path":"/app/db","versions":[{"version":1}]}`,
			call: func(ctx context.Context, c *client.Client) error {
				_, err := c.GetSecret(ctx, id)
				return err
			},
		},
		{
			name: "listSecrets", method: http.MethodGet, uri: "/v1/secrets/nl-01/secrets?pathPrefix=%2Fapp%2F",
			status: http.StatusOK, answer: `[]`,
			call: func(ctx context.Context, c *client.Client) error {
				_, err := c.ListSecrets(ctx, "nl-01", prefix)
				return err
			},
		},
		{
			name: "browseSecrets", method: http.MethodGet, uri: "/v1/secrets/nl-01/secrets?path=%2Fapp%2F",
			status: http.StatusOK, answer: `{"path":"/app/"}`,
			call: func(ctx context.Context, c *client.Client) error {
				_, err := c.BrowseSecrets(ctx, "nl-01", prefix)
				return err
			},
		},
		{
			name: "updateAccessPolicy", method: http.MethodPut, uri: "/v1/secrets/nl-01/secret/app/db/policy",
			body:   `{"accessPolicy":{"conditions":[]}}`,
			status: http.StatusOK, answer: `{"path":"/app/db"}`,
			call: func(ctx context.Context, c *client.Client) error {
				_, err := c.UpdateAccessPolicy(ctx, id, &client.AccessPolicy{}, client.JustSeen(id, 3))
				return err
			},
		},
		{
			name: "destroySecretVersion", method: http.MethodDelete, uri: "/v1/secrets/nl-01/secret/app/db/versions?version=3",
			status: http.StatusNoContent,
			call: func(ctx context.Context, c *client.Client) error {
				return c.DestroyVersion(ctx, id, 3, client.JustSeen(id, 3))
			},
		},
		{
			name: "deleteSecret", method: http.MethodDelete, uri: "/v1/secrets/nl-01/secret/app/db",
			status: http.StatusNoContent,
			call: func(ctx context.Context, c *client.Client) error {
				return c.DeleteSecret(ctx, id, client.JustSeen(id, 3))
			},
		},
		{
			name: "getKMSSummary", method: http.MethodGet, uri: "/v1/kms/summary",
			status: http.StatusOK, answer: `{"featureEnabled":true}`,
			call: func(ctx context.Context, c *client.Client) error {
				_, err := c.KMSRegions(ctx)
				return err
			},
		},
		{
			name: "getKMSKey", method: http.MethodGet, uri: "/v1/kms/nl-01/keys/kms-1",
			status: http.StatusOK, answer: `{"identity":"kms-1"}`,
			call: func(ctx context.Context, c *client.Client) error {
				_, err := c.GetKMSKey(ctx, "nl-01", "kms-1")
				return err
			},
		},
	}
}
