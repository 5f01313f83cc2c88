package inventory_test

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// A run that refreshes a thousand secrets, one after the other.
func BenchmarkRefresh(b *testing.B) {
	const secrets = 1000
	server := httptest.NewServer(refserver.New(refserver.Config{Principals: []refserver.Principal{{Name: "bench", Token: "t"}}}))
	b.Cleanup(server.Close)
	api, err := client.New(client.Config{Endpoint: server.URL, Organisation: "o-1", Credentials: client.Token("t")})
	if err != nil {
		b.Fatal(err)
	}
	ids := make([]secretpath.SecretID, secrets)
	for i := range ids {
		if ids[i], err = secretpath.ParseSecretID(fmt.Sprintf("nl-01/app/team-%d/secret-%d", i%20, i)); err != nil {
			b.Fatal(err)
		}
		if _, err := api.CreateSecret(b.Context(), client.NewSecret{ID: ids[i], KMSKey: "kms-nl-01", Value: client.GeneratedValue(32)}); err != nil {
			b.Fatal(err)
		}
	}
	for _, strategy := range []inventory.Strategy{inventory.Auto, inventory.Individual} {
		b.Run(string(strategy), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				inv := inventory.New(api, strategy)
				for _, id := range ids {
					if _, _, err := inv.Refresh(b.Context(), id, func(e inventory.Entry) bool { return e.CurrentVersion == 1 }); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*secrets), "µs/secret")
		})
	}
}
