package refserver_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// Sixty-four callers share a few secrets while another reads all metadata. Under the
// race detector this shows that the store returns copies only, and that version numbers
// have no gaps or duplicates.
func TestParallelCallers(t *testing.T) {
	const callers, rounds, shared = 64, 6, 4
	g := newRig(t, refserver.Config{})
	for i := range shared {
		g.create(fmt.Sprintf("/shared/%d", i))
	}
	url := func(i int) string { return fmt.Sprintf("/v1/secrets/nl-01/secret/shared/%d", i%shared) }
	numbers := make([][]int64, callers)
	var wg sync.WaitGroup
	for caller := range callers {
		wg.Go(func() {
			for round := range rounds {
				var put struct{ Version int64 }
				r := g.send(root, "POST", url(caller)+"/versions", `{"generateSecret":{"byteLength":16}}`)
				if err := json.Unmarshal([]byte(r.body), &put); err != nil || r.status != 200 {
					t.Errorf("put: %d %s", r.status, r.body)
					return
				}
				numbers[caller] = append(numbers[caller], put.Version)
				own := fmt.Sprintf(`{"path":"/own/%d-%d","kmsKeyIdentity":"kms-nl-01","secretString":"aGk="}`, caller, round)
				for _, r := range []reply{
					g.send(root, "POST", url(caller)+"/value", ""),
					g.send(root, "GET", url(caller)+"?includeVersions=true", ""),
					g.send(root, "GET", secrets+"?path=/shared/", ""),
					g.send(root, "PUT", url(caller)+"/policy", `{"accessPolicy":{"conditions":[{"type":"ip","effect":"allow","cidrs":["127.0.0.0/8","::1/128"]}]}}`),
					g.send(root, "POST", secrets, own),
				} {
					if r.status >= 300 {
						t.Errorf("%d %s", r.status, r.body)
					}
				}
				_, _, _ = g.Journal(), g.Audit(), g.Billing()
				g.Clock().Advance(time.Second)
				if err := g.AddPrincipal(refserver.Principal{Name: "p", Token: "p", Projects: []string{"x"}}); err != nil {
					t.Error(err)
				}
				_, _, _ = g.Principals(), g.Keys(), g.Regions()
			}
		})
	}
	wg.Wait()
	for i := range shared {
		seen := map[int64]bool{}
		for caller := i; caller < callers; caller += shared {
			for _, n := range numbers[caller] {
				if seen[n] {
					t.Errorf("/shared/%d: version %d was handed out twice", i, n)
				}
				seen[n] = true
			}
		}
		for n := int64(2); n <= int64(1+rounds*callers/shared); n++ {
			if !seen[n] {
				t.Errorf("/shared/%d: version %d is missing", i, n)
			}
		}
	}
	if got, want := len(g.Journal()), shared+callers*rounds*6; got != want {
		t.Errorf("%d journal entries, want %d", got, want)
	}
}

func TestServersAreApart(t *testing.T) {
	a, b := newRig(t, refserver.Config{}), newRig(t, refserver.Config{})
	a.create("/app/db")
	b.do("GET", appDB, "", 404)
	if len(a.Journal()) != 1 || len(b.Audit()) != 0 {
		t.Error("two servers share what they know")
	}
}
