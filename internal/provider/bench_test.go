package provider_test

import (
	"fmt"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// benchmarkedSecrets is the size of the state in these benchmarks; each secret has a
// version.
const benchmarkedSecrets = 250

func benchmarkedFleet(b *testing.B) *fleet {
	b.Helper()
	f := beginFleet(b, acctest.NewServer(b))
	for i := range benchmarkedSecrets {
		path := fmt.Sprintf("/app/team-%d/secret-%d", i%20, i)
		container := map[string]any{"path": path, "kms_key_id": acctest.KMSKey, "labels": map[string]string{"team": "a"}}
		version := map[string]any{"path": path, "secret_string_wo": "v", "rotation": map[string]any{"after": "30d"}}
		if err := f.add(b.Context(), f.container, container); err != nil {
			b.Fatal(err)
		}
		if err := f.add(b.Context(), f.version, version); err != nil {
			b.Fatal(err)
		}
	}
	return f
}

// Refreshing and planning a state, without the CLI: what the provider itself takes,
// with the tests' side of the protocol. Divide by the resources of the state.
func BenchmarkSteadyPlan(b *testing.B) {
	for _, strategy := range []string{"auto", "individual"} {
		b.Run(strategy, func(b *testing.B) {
			f := benchmarkedFleet(b)
			order := f.inOrder()
			b.ReportAllocs()
			for b.Loop() {
				run, err := f.run(b.Context(), strategy)
				if err != nil {
					b.Fatal(err)
				}
				for _, g := range f.look(b.Context(), run, order, true) {
					if g.err != nil || !g.plan.IsEmpty() {
						b.Fatalf("the plan is not empty: %v", g.err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(order)), "µs/resource")
		})
	}
}
