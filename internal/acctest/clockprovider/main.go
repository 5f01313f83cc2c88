// The provider as acceptance tests run it that let time pass: its clock is the
// one of the reference server, whose admin API ACCTEST_CLOCK names.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
)

func main() {
	err := providerserver.Serve(context.Background(), provider.New("test", provider.WithClock(now)), providerserver.ServeOpts{
		Address: "registry.terraform.io/thalassasecrets/thalassasecrets",
	})
	if err != nil {
		log.Fatal(err)
	}
}

// now asks the server each time, because a test moves the clock while a provider
// runs.
func now() time.Time {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, os.Getenv("ACCTEST_CLOCK"), nil) //nolint:gosec // The test itself names its server.
	if err != nil {
		log.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req) //nolint:gosec // As above.
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var clock struct {
		Now time.Time `json:"now"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&clock); err != nil {
		log.Fatal(err)
	}
	return clock.Now
}
