package provider_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/tfserver"
)

// eavesdropper keeps the requests about resources that a provider gets.
type eavesdropper struct {
	tfprotov6.ProviderServer

	heard *[]any
}

func (e eavesdropper) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	*e.heard = append(*e.heard, req)
	return e.ProviderServer.ReadResource(ctx, req)
}

func (e eavesdropper) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	*e.heard = append(*e.heard, req)
	return e.ProviderServer.PlanResourceChange(ctx, req)
}

func (e eavesdropper) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	*e.heard = append(*e.heard, req)
	return e.ProviderServer.ValidateResourceConfig(ctx, req)
}

// bendingWorld has a few resources, and requests about them.
type bendingWorld struct {
	strategyMachine

	schemas  *tfprotov6.GetProviderSchemaResponse
	requests []any
}

// newBendingWorld applies a few resources, lets others work on them and time pass, and
// listens to a plan.
func newBendingWorld(t *testing.T, rt *rapid.T) *bendingWorld {
	t.Helper()
	w := &bendingWorld{strategyMachine: strategyMachine{s: acctest.NewServer(t)}}
	rt.Cleanup(w.s.Close)
	var err error
	if w.fleet, err = newFleet(rt.Context(), w.s); err != nil {
		rt.Fatal(err)
	}
	for i := range 2 {
		path := fmt.Sprintf("/app/%d", i)
		w.secrets = append(w.secrets, path)
		container := map[string]any{"path": path, "kms_key_id": acctest.KMSKey}
		maps.Copy(container, steadySecrets[rapid.SampledFrom(slices.Sorted(maps.Keys(steadySecrets))).Draw(rt, "secret")])
		version := map[string]any{"path": path}
		maps.Copy(version, steadyVersions[rapid.SampledFrom(slices.Sorted(maps.Keys(steadyVersions))).Draw(rt, "version")])
		if err := w.fleet.add(rt.Context(), w.fleet.container, container); err != nil {
			rt.Fatal(err)
		}
		if err := w.fleet.add(rt.Context(), w.fleet.version, version); err != nil {
			rt.Fatal(err)
		}
	}
	if rapid.Bool().Draw(rt, "drift") {
		w.drift(rt)
	}
	w.listen(rt)
	return w
}

// listen plans every resource in a process and keeps the requests.
func (w *bendingWorld) listen(rt *rapid.T) {
	serve := w.s.Factories()["thalassasecrets"]
	tapped := func() (tfprotov6.ProviderServer, error) {
		inner, err := serve()
		return eavesdropper{inner, &w.requests}, err
	}
	for i, member := range w.fleet.members {
		typeName := []string{"thalassasecrets_secret", "thalassasecrets_secret_version"}[i%2]
		listening, err := acctest.NewCoreOf(rt.Context(), tapped, typeName)
		if err != nil {
			rt.Fatal(err)
		}
		listening.State = member.State
		_, _ = listening.Plan(rt.Context(), w.fleet.configs[i]) // It may be refused, because of the drift.
	}
	inner, err := serve()
	if err != nil {
		rt.Fatal(err)
	}
	if w.schemas, err = inner.GetProviderSchema(rt.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		rt.Fatal(err)
	}
}

// ask sends a request to a process of its own, and returns both answers to it.
func (w *bendingWorld) ask(rt *rapid.T, req any) (both tfserver.Answers) {
	environment := w.s.Environment()
	server := provider.NewServer("test",
		provider.WithEnvironment(func(name string) string { return environment[name] }),
		provider.WithClock(w.s.Clock().Now),
		provider.WithSleep(func(ctx context.Context, _ time.Duration) error { return ctx.Err() }),
		provider.WithWatchedAnswers(func(a tfserver.Answers) { both = a }))()
	block, err := tfprotov6.NewDynamicValue(w.schemas.Provider.ValueType(), nothing(w.schemas.Provider.ValueType()))
	if err == nil {
		_, err = server.ConfigureProvider(rt.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: &block})
	}
	switch req := req.(type) {
	case *tfprotov6.ReadResourceRequest:
		_, err = server.ReadResource(rt.Context(), req)
	case *tfprotov6.PlanResourceChangeRequest:
		_, err = server.PlanResourceChange(rt.Context(), req)
	case *tfprotov6.ValidateResourceConfigRequest:
		_, err = server.ValidateResourceConfig(rt.Context(), req)
	}
	if err != nil {
		rt.Fatal(err)
	}
	return both
}

// nothing is an object of nulls.
func nothing(typ tftypes.Type) tftypes.Value {
	attributes := map[string]tftypes.Value{}
	if object, ok := typ.(tftypes.Object); ok {
		for name, attribute := range object.AttributeTypes {
			attributes[name] = tftypes.NewValue(attribute, nil)
		}
	}
	return tftypes.NewValue(typ, attributes)
}

// TestFastPathAgrees bends requests at random and finds that the fast path either leaves
// them to the framework or answers as it does. Each mutant of the fast path is found out.
func TestFastPathAgrees(t *testing.T) {
	t.Parallel()
	found := map[string]int{}
	fast := 0
	rapid.Check(t, func(rt *rapid.T) {
		w := newBendingWorld(t, rt)
		for _, req := range w.requests {
			bent := parts(rt, req, w.schemas)
			for range rapid.SampledFrom([]int{1, 1, 1, 2, 0}).Draw(rt, "bends") {
				bent = bent.clone()
				bent.bend(rt)
			}
			both := w.ask(rt, bent.whole(rt))
			if both.Fast != nil {
				fast++
				if difference := acctest.DifferenceOf(both); difference != "" {
					rt.Fatalf("%s of %s: %s", bent.method, bent.typeName, difference)
				}
			}
			for name, mutant := range mutants {
				mutated := mutant(rt, w, bent, both)
				if mutated != nil && acctest.DifferenceOf(tfserver.Answers{Type: both.Type, Fast: mutated, Full: both.Full}) != "" {
					found[name]++
				}
			}
		}
	})
	t.Logf("%d answers of the fast path agree, and the mutants were found out: %v", fast, found)
	for name := range mutants {
		if found[name] == 0 && fast > 100 { // Not where a single failure is played again.
			t.Errorf("no request finds out the mutant: %s", name)
		}
	}
}
