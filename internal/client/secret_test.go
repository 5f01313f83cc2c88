package client_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

func TestCreateSecretSends(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		secret client.NewSecret
		body   string
	}{
		{
			"the least",
			client.NewSecret{KMSKey: "kms-1", Value: client.GeneratedValue(32)},
			`{"path":"/app/db","kmsKeyIdentity":"kms-1","generateSecret":{"byteLength":32}}`,
		},
		{
			"all fields",
			client.NewSecret{
				KMSKey: "kms-1", Description: "The shop's <database>",
				Labels: map[string]string{"team": "shop"}, Annotations: map[string]string{"thalassasecrets/placeholder": "1"},
				Value:        client.BytesValue([]byte("s3cret")),
				AccessPolicy: &client.AccessPolicy{Conditions: []client.Condition{{Type: "ip", Effect: "allow", CIDRs: []string{"192.0.2.0/24"}}}},
			},
			`{"path":"/app/db","kmsKeyIdentity":"kms-1","description":"The shop's <database>",
			  "labels":{"team":"shop"},"annotations":{"thalassasecrets/placeholder":"1"},"secretString":"czNjcmV0",
			  "accessPolicy":{"conditions":[{"type":"ip","effect":"allow","cidrs":["192.0.2.0/24"]}]}}`,
		},
		{
			"pairs",
			client.NewSecret{KMSKey: "kms-1", Value: client.PairsValue(map[string]string{"user": "app", "empty": ""})},
			`{"path":"/app/db","kmsKeyIdentity":"kms-1","secretKeyValues":{"user":"YXBw","empty":""}}`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, says(http.StatusCreated, `{"path":"/app/db","createdAt":"2026-03-02T10:00:00.5Z","currentVersion":1}`))
			tc.secret.ID = mustID(t, "nl-01/app/db")
			created, err := s.client().CreateSecret(t.Context(), tc.secret)
			if err != nil {
				t.Fatal(err)
			}
			s.sent(http.MethodPost, "/v1/secrets/nl-01/secrets", tc.body)
			same(t, created, client.Secret{ID: tc.secret.ID, CreatedAt: at(t, "2026-03-02T10:00:00.5Z"), CurrentVersion: 1, AsOf: answeredAt})
		})
	}
}

func TestGetSecret(t *testing.T) {
	t.Parallel()
	s := serve(t, says(http.StatusOK, `{
		"path":"/app/db","description":"Database","labels":{"team":"shop"},"annotations":{"a/b":"1"},
		"createdAt":"2026-03-02T11:00:00.123456789+01:00","updatedAt":"2026-03-03T10:00:00Z","lastAccessedAt":"2026-03-04T10:00:00Z",
		"currentVersion":3,"objectVersion":7,
		"kmsKey":{"identity":"kms-1","name":"Main","keyType":"aes256-gcm96","status":"active"},
		"region":{"identity":"reg-1","slug":"nl-01","name":"Netherlands"},
		"accessPolicy":{"conditions":[{"type":"ip","effect":"deny","cidrs":["192.0.2.0/24"]}]},
		"versions":[
			{"version":1,"status":"destroyed","valueFormat":"string","createdAt":"2026-03-02T10:00:00Z","destroyedAt":"2026-03-03T10:00:00Z"},
			{"version":3,"status":"active","stage":"current","valueFormat":"keyValue","createdAt":"2026-03-03T09:00:00Z","lastAccessedAt":"2026-03-04T10:00:00Z"},
			{"version":2,"status":"active","valueFormat":"string","createdAt":"2026-03-02T12:00:00Z"}]}`))
	id := mustID(t, "nl-01/app/db")
	secret, err := s.client().GetSecret(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	s.sent(http.MethodGet, "/v1/secrets/nl-01/secret/app/db?includeVersions=true", "")
	same(t, secret, client.Secret{
		ID: id, Description: "Database",
		Labels: map[string]string{"team": "shop"}, Annotations: map[string]string{"a/b": "1"},
		CreatedAt: at(t, "2026-03-02T10:00:00.123456789Z"), UpdatedAt: at(t, "2026-03-03T10:00:00Z"), LastAccessedAt: at(t, "2026-03-04T10:00:00Z"),
		CurrentVersion: 3, ObjectVersion: 7, AsOf: answeredAt,
		KMSKey:       client.KMSKeyRef{Identity: "kms-1", Name: "Main", Type: "aes256-gcm96", Status: client.KeyActive},
		AccessPolicy: &client.AccessPolicy{Conditions: []client.Condition{{Type: "ip", Effect: "deny", CIDRs: []string{"192.0.2.0/24"}}}},
		Versions: []client.Version{
			{Number: 3, Status: client.VersionActive, Current: true, ValueFormat: client.FormatKeyValue, CreatedAt: at(t, "2026-03-03T09:00:00Z"), LastAccessedAt: at(t, "2026-03-04T10:00:00Z")},
			{Number: 2, Status: client.VersionActive, ValueFormat: client.FormatString, CreatedAt: at(t, "2026-03-02T12:00:00Z")},
			{Number: 1, Status: client.VersionDestroyed, ValueFormat: client.FormatString, CreatedAt: at(t, "2026-03-02T10:00:00Z"), DestroyedAt: at(t, "2026-03-03T10:00:00Z")},
		},
	})
}

// Any field that is not an identity may be absent, or null.
func TestGetSecretWithNextToNothing(t *testing.T) {
	t.Parallel()
	id := mustID(t, "nl-01/app/db")
	for name, answer := range map[string]string{
		"absent": `{"path":"/app/db","kmsKey":{"identity":"kms-1"},"versions":[{"version":1}]}`,
		"null": `{"path":"/app/db","description":null,"labels":null,"createdAt":null,"currentVersion":null,"accessPolicy":null,
			"kmsKey":{"identity":"kms-1","status":null},
			"versions":[{"version":1,"status":null,"stage":null,"valueFormat":null,"createdAt":null,"lastAccessedAt":null,"destroyedAt":null}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			secret, err := newClient(t, inMemory(http.StatusOK, answer)).GetSecret(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			same(t, secret, client.Secret{
				ID: id, KMSKey: client.KMSKeyRef{Identity: "kms-1"}, CurrentVersion: 1,
				Versions: []client.Version{{Number: 1, Status: client.VersionActive, Current: true}},
			})
		})
	}
}

// "+" means itself in a path, and a space in a query unless it is escaped.
func TestPlusTravelsUnchanged(t *testing.T) {
	t.Parallel()
	id := mustID(t, "nl-01/a+b/c++")
	for uri, call := range map[string]func(context.Context, *client.Client) error{
		"/v1/secrets/nl-01/secret/a+b/c++": func(ctx context.Context, c *client.Client) error {
			return c.DeleteSecret(ctx, id, client.JustSeen(id, 3))
		},
		"/v1/secrets/nl-01/secret/a+b/c++/versions?version=2": func(ctx context.Context, c *client.Client) error {
			return c.DestroyVersion(ctx, id, 2, client.JustSeen(id, 3))
		},
		"/v1/secrets/nl-01/secrets?pathPrefix=%2Fa%2Bb%2F": func(ctx context.Context, c *client.Client) error {
			_, err := c.ListSecrets(ctx, "nl-01", mustPrefix(t, "/a+b/"))
			return err
		},
		"/v1/secrets/nl-01/secrets?path=%2Fa%2Bb": func(ctx context.Context, c *client.Client) error {
			_, err := c.BrowseSecrets(ctx, "nl-01", mustPrefix(t, "/a+b"))
			return err
		},
	} {
		body := `null`
		switch {
		case strings.Contains(uri, "?path="):
			body = `{"path":"/a+b"}`
		case strings.Contains(uri, "/secret/"):
			body = ``
		}
		s := serve(t, says(http.StatusOK, body))
		if err := call(t.Context(), s.client()); err != nil {
			t.Errorf("%s: %v", uri, err)
		}
		if got := s.requests()[0].URI; got != uri {
			t.Errorf("sent %s, want %s", got, uri)
		}
	}
}

// An entry whose path the client could never name is left out; it does not spoil
// the rest.
const entries = `[
	{"path":"/app/db","currentVersion":3,"kmsKey":{"identity":"kms-1"}},
	{"path":"/app/versions"},
	{"path":"/app/../db"},
	{"path":"/app/dé"},
	{"path":""},
	{},
	{"path":"/app/a+b"}]`

func TestListSecrets(t *testing.T) {
	t.Parallel()
	s := serve(t, says(http.StatusOK, entries))
	secrets, err := s.client().ListSecrets(t.Context(), "nl-01", mustPrefix(t, "/"))
	if err != nil {
		t.Fatal(err)
	}
	s.sent(http.MethodGet, "/v1/secrets/nl-01/secrets?pathPrefix=%2F", "")
	same(t, secrets, []client.Secret{
		{ID: mustID(t, "nl-01/app/db"), CurrentVersion: 3, KMSKey: client.KMSKeyRef{Identity: "kms-1"}, AsOf: answeredAt},
		{ID: mustID(t, "nl-01/app/a+b"), AsOf: answeredAt},
	})
}

func TestBrowseSecrets(t *testing.T) {
	t.Parallel()
	s := serve(t, says(http.StatusOK, `{"path":"/app/","prefixes":["/app/db/"],"secrets":`+entries+`}`))
	listing, err := s.client().BrowseSecrets(t.Context(), "nl-01", mustPrefix(t, "/app/"))
	if err != nil {
		t.Fatal(err)
	}
	s.sent(http.MethodGet, "/v1/secrets/nl-01/secrets?path=%2Fapp%2F", "")
	same(t, listing, client.Listing{
		Prefixes: []string{"/app/db/"},
		Secrets: []client.Secret{
			{ID: mustID(t, "nl-01/app/db"), CurrentVersion: 3, KMSKey: client.KMSKeyRef{Identity: "kms-1"}, AsOf: answeredAt},
			{ID: mustID(t, "nl-01/app/a+b"), AsOf: answeredAt},
		},
	})
}

// Only 204 is likely, but any 2xx in the form of the API says that it is done.
func TestDeleteTakesAnySuccess(t *testing.T) {
	t.Parallel()
	for _, a := range []answer{says(http.StatusNoContent, ""), says(http.StatusOK, ""), says(http.StatusAccepted, `{"path":"/app/db"}`)} {
		s := serve(t, a)
		if err := s.client().DeleteSecret(t.Context(), mustID(t, "nl-01/app/db"), client.JustSeen(mustID(t, "nl-01/app/db"), 3)); err != nil {
			t.Error(err)
		}
		s.sent(http.MethodDelete, "/v1/secrets/nl-01/secret/app/db", "")
	}
}

// Ids that no parser made would build the URL of something else, so nothing is
// sent for them.
func TestIDsThatCannotBePartOfAURL(t *testing.T) {
	t.Parallel()
	path := mustID(t, "nl-01/app/db").Path
	value := client.BytesValue([]byte("x"))
	for name, id := range map[string]secretpath.SecretID{
		"zero":                {},
		"no path":             {Region: "nl-01"},
		"no region":           {Path: path},
		"region of two parts": {Region: "nl-01/secret", Path: path},
		"region of dots":      {Region: "..", Path: path},
		"region with a query": {Region: "nl-01?x=", Path: path},
	} {
		s := serve(t)
		c := s.client()
		for operation, call := range map[string]func() error{
			"CreateSecret": func() error {
				_, err := c.CreateSecret(t.Context(), client.NewSecret{ID: id, KMSKey: "kms-1", Value: value})
				return err
			},
			"GetSecret":          func() error { _, err := c.GetSecret(t.Context(), id); return err },
			"DeleteSecret":       func() error { return c.DeleteSecret(t.Context(), id, client.JustSeen(id, 3)) },
			"PutValue":           func() error { _, err := c.PutValue(t.Context(), id, value, client.JustSeen(id, 3)); return err },
			"RevealValue":        func() error { _, err := c.RevealValue(t.Context(), id, 1); return err },
			"DestroyVersion":     func() error { return c.DestroyVersion(t.Context(), id, 1, client.JustSeen(id, 3)) },
			"UpdateAccessPolicy": func() error { _, err := c.UpdateAccessPolicy(t.Context(), id, nil, client.JustSeen(id, 3)); return err },
		} {
			if err := call(); err == nil {
				t.Errorf("%s accepted an id with %s", operation, name)
			}
		}
		if n := len(s.requests()); n != 0 {
			t.Errorf("%s: %d requests", name, n)
		}
	}
}

func TestRegionsThatCannotBePartOfAURL(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, region := range []string{"", "..", "NL-01", "nl-01/secret", "nl-01?x=", "nl 01"} {
		if _, err := s.client().ListSecrets(t.Context(), region, mustPrefix(t, "/")); err == nil {
			t.Errorf("list accepted the region %q", region)
		}
		if _, err := s.client().BrowseSecrets(t.Context(), region, mustPrefix(t, "/")); err == nil {
			t.Errorf("browse accepted the region %q", region)
		}
	}
	if n := len(s.requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// An answer without a secret, or about another secret, cannot be used.
func TestAnswerAboutAnotherSecret(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `null`, `{"path":"/somebody/else","versions":[{"version":1}]}`} {
		if s, err := newClient(t, inMemory(200, body)).GetSecret(t.Context(), mustID(t, "nl-01/app/db")); err == nil {
			t.Errorf("%s: %+v", body, s)
		}
	}
	c := newClient(t, inMemory(200, `{"path":"/somebody/else","version":1,"secretString":"dg=="}`))
	if _, err := c.RevealValue(t.Context(), mustID(t, "nl-01/app/db"), 1); err == nil || !strings.Contains(err.Error(), "not about nl-01/app/db") {
		t.Errorf("a value of another secret: %v", err)
	}
	var unknown *client.UnknownOutcomeError
	if _, err := c.PutValue(t.Context(), mustID(t, "nl-01/app/db"), client.GeneratedValue(8), client.JustSeen(mustID(t, "nl-01/app/db"), 3)); !errors.As(err, &unknown) {
		t.Errorf("a version of another secret: %v", err)
	}
}
