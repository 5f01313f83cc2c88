package client_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// entryJSON is a secret as a list shows it.
func entryJSON(i int) string {
	return fmt.Sprintf(`{"path":"/app/team-%d/secret-%d","description":"one of many","labels":{"team":"a"},"annotations":{"thalassasecrets/creation":"ABCDEFGHIJKLMNOPQRSTUVWXYZ"},`+
		`"createdAt":"2026-11-01T09:00:00Z","updatedAt":"2026-11-01T09:00:00Z","currentVersion":2,"objectVersion":3,`+
		`"kmsKey":{"identity":"kms-nl-01","name":"key","keyType":"aes256-gcm96","status":"active"},`+
		`"region":{"identity":"region-nl-01","slug":"nl-01","name":"nl-01"}}`, i%20, i)
}

func BenchmarkGetSecret(b *testing.B) {
	history := make([]string, 10)
	for i := range history {
		history[i] = fmt.Sprintf(`{"version":%d,"status":"active","valueFormat":"string","createdAt":"2026-11-01T09:00:00Z","lastAccessedAt":"2026-11-02T09:00:00Z"}`, 10-i)
	}
	c := newClient(b, inMemory(http.StatusOK, strings.TrimSuffix(entryJSON(1), "}")+`,"versions":[`+strings.Join(history, ",")+`]}`))
	id := mustID(b, "nl-01/app/team-1/secret-1")
	b.ReportAllocs()
	for b.Loop() {
		if secret, err := c.GetSecret(b.Context(), id); err != nil || len(secret.Versions) != 10 {
			b.Fatal(secret, err)
		}
	}
}

// Memory does not grow with the list: an entry is gone when the next one comes.
func BenchmarkWalkSecrets(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			entries := make([]string, n)
			for i := range entries {
				entries[i] = entryJSON(i)
			}
			list := "[" + strings.Join(entries, ",") + "]"
			c, prefix := newClient(b, inMemory(http.StatusOK, list)), mustPrefix(b, "/app/")
			b.SetBytes(int64(len(list)))
			b.ReportAllocs()
			for b.Loop() {
				seen := 0
				err := c.WalkSecrets(b.Context(), "nl-01", prefix, client.Budget{Secrets: n, Bytes: 1 << 30}, func(client.Secret) { seen++ })
				if err != nil || seen != n {
					b.Fatal(seen, err)
				}
			}
		})
	}
}
