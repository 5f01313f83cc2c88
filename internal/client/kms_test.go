package client_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

func TestKMSRegions(t *testing.T) {
	t.Parallel()
	s := serve(t, says(http.StatusOK, `{"featureEnabled":true,"regions":[
		{"identity":"reg-1","name":"Netherlands","slug":"nl-01","kmsAvailable":true,"totalKeys":6,"activeKeys":3,"disabledKeys":2,"pendingDeletionKeys":1},
		{"identity":"reg-2","name":"Germany","slug":"de-01"}]}`))
	regions, err := s.client().KMSRegions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.sent(http.MethodGet, "/v1/kms/summary", "")
	same(t, regions, []client.KMSRegion{{Slug: "nl-01", Available: true, Disabled: 2, PendingDeletion: 1}, {Slug: "de-01"}})
}

func TestGetKMSKey(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, answer string
		want         client.KMSKeyRef
	}{
		{
			"all fields",
			`{"identity":"kms-1","slug":"main","name":"Main","keyType":"aes256-gcm96","status":"pending_deletion","latestVersion":2,"versions":[{}]}`,
			client.KMSKeyRef{Identity: "kms-1", Name: "Main", Type: "aes256-gcm96", Status: client.KeyPendingDeletion},
		},
		{"no status", `{"identity":"kms-1","name":"Main"}`, client.KMSKeyRef{Identity: "kms-1", Name: "Main"}},
		{"a status of later days", `{"identity":"kms-1","status":"suspended"}`, client.KMSKeyRef{Identity: "kms-1", Status: "suspended"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, says(http.StatusOK, tc.answer))
			key, err := s.client().GetKMSKey(t.Context(), "nl-01", "kms-1")
			if err != nil {
				t.Fatal(err)
			}
			s.sent(http.MethodGet, "/v1/kms/nl-01/keys/kms-1", "")
			same(t, key, tc.want)
		})
	}
}

// An identity with a slash or a dot segment would name another resource, and one
// with a query another request.
func TestKeysThatCannotBePartOfAURL(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, tc := range []struct{ region, identity string }{
		{"nl-01", ""},
		{"nl-01", "."},
		{"nl-01", ".."},
		{"nl-01", "a/b"},
		{"nl-01", "kms-1/rotate"},
		{"nl-01", "../keys"},
		{"nl-01", "kms-1?force=true"},
		{"nl-01", "kms-1#x"},
		{"nl-01", "kms 1"},
		{"nl-01", "kms%2f1"},
		{"nl-01", "kms-1\n"},
		{"nl-01", strings.Repeat("k", 512)},
		{"", "kms-1"},
		{"NL-01", "kms-1"},
		{"..", "kms-1"},
		{"nl-01/keys", "kms-1"},
	} {
		if _, err := s.client().GetKMSKey(t.Context(), tc.region, tc.identity); err == nil {
			t.Errorf("%q in %q was accepted", tc.identity, tc.region)
		}
	}
	if n := len(s.requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// A secret can be bound to a symmetric key only. For an unknown type the service
// decides.
func TestIsSymmetric(t *testing.T) {
	t.Parallel()
	for keyType, want := range map[string]bool{
		"": true, "aes128-gcm96": true, "aes256-gcm96": true, "chacha20-poly1305": true,
		"rsa-4096": false, "ecdsa-p256": false, "AES256-GCM96": false,
	} {
		if got := (client.KMSKeyRef{Type: keyType}).IsSymmetric(); got != want {
			t.Errorf("%q: %v, want %v", keyType, got, want)
		}
	}
}
