package provider_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
)

// steadyRequests are a plan's requests about one resource that stays as it is.
type steadyRequests struct {
	validate *tfprotov6.ValidateResourceConfigRequest
	upgrade  *tfprotov6.UpgradeResourceStateRequest
	read     *tfprotov6.ReadResourceRequest
	plan     *tfprotov6.PlanResourceChangeRequest
}

// order are the types of the members, which come in pairs.
func (f *fleet) order() []string {
	types := make([]string, len(f.members))
	for i := range types {
		types[i] = []string{"thalassasecrets_secret", "thalassasecrets_secret_version"}[i%2]
	}
	return types
}

// hear listens to the plan of a resource.
func (f *fleet) hear(t *testing.T, s *acctest.Server, i int) (r steadyRequests) {
	t.Helper()
	var heard []any
	typeName := f.order()[i]
	core, err := acctest.NewCoreOf(t.Context(), func() (tfprotov6.ProviderServer, error) {
		inner, err := s.Factories()["thalassasecrets"]()
		return eavesdropper{inner, &heard}, err
	}, typeName)
	if err != nil {
		t.Fatal(err)
	}
	core.State = f.members[i].State
	if _, err := core.Plan(t.Context(), f.configs[i]); err != nil {
		t.Fatal(err)
	}
	for _, req := range heard {
		switch req := req.(type) {
		case *tfprotov6.ValidateResourceConfigRequest:
			r.validate = req
		case *tfprotov6.ReadResourceRequest:
			r.read = req
		case *tfprotov6.PlanResourceChangeRequest:
			r.plan = req
		}
	}
	stored, err := json.Marshal(storedValue(t, core.State.Value))
	if err != nil {
		t.Fatal(err)
	}
	r.upgrade = &tfprotov6.UpgradeResourceStateRequest{TypeName: typeName, RawState: &tfprotov6.RawState{JSON: stored}}
	return r
}

// storedValue is what a state file has for a value.
func storedValue(t *testing.T, v tftypes.Value) any {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if v.IsNull() {
		return nil
	}
	switch typ := v.Type(); {
	case typ.Is(tftypes.String):
		var text string
		must(v.As(&text))
		return text
	case typ.Is(tftypes.Number):
		return acctest.Int64(v)[0]
	case typ.Is(tftypes.Bool):
		var is bool
		must(v.As(&is))
		return is
	case typ.Is(tftypes.Object{}), typ.Is(tftypes.Map{}):
		var attributes map[string]tftypes.Value
		must(v.As(&attributes))
		stored := map[string]any{}
		for name, attribute := range attributes {
			stored[name] = storedValue(t, attribute)
		}
		return stored
	}
	var elements []tftypes.Value
	must(v.As(&elements))
	stored := []any{}
	for _, element := range elements {
		stored = append(stored, storedValue(t, element))
	}
	return stored
}

// asks are the requests, each ready to be sent.
func (r steadyRequests) asks(t *testing.T, server tfprotov6.ProviderServer) map[string]func() {
	t.Helper()
	failed := func(err error) {
		if err != nil {
			t.Error(err)
		}
	}
	return map[string]func(){
		"validate": func() { _, err := server.ValidateResourceConfig(t.Context(), r.validate); failed(err) },
		"upgrade":  func() { _, err := server.UpgradeResourceState(t.Context(), r.upgrade); failed(err) },
		"read":     func() { _, err := server.ReadResource(t.Context(), r.read); failed(err) },
		"plan":     func() { _, err := server.PlanResourceChange(t.Context(), r.plan); failed(err) },
	}
}

// steadyPair is a secret and its version.
func steadyPair(t *testing.T, s *acctest.Server) *fleet {
	t.Helper()
	return steadyPairs(t, s, 1)
}

// steadyPairs are secrets with a version each.
func steadyPairs(t *testing.T, s *acctest.Server, pairs int) *fleet {
	t.Helper()
	f := beginFleet(t, s)
	for i := range pairs {
		path := fmt.Sprintf("/app/%d", i)
		if err := f.add(t.Context(), f.container, map[string]any{"path": path, "kms_key_id": acctest.KMSKey, "labels": map[string]string{"team": "a"}}); err != nil {
			t.Fatal(err)
		}
		if err := f.add(t.Context(), f.version, map[string]any{"path": path, "secret_string_wo": "v", "rotation": map[string]any{"after": "30d"}}); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// configuredServer is a provider as it is served, configured by its environment.
func configuredServer(t *testing.T, environment map[string]string, options ...provider.Option) tfprotov6.ProviderServer {
	t.Helper()
	server := provider.NewServer("test", append(options, provider.WithEnvironment(func(name string) string { return environment[name] }))...)()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: configuration(t, schemas.Provider, nil)}); err != nil {
		t.Fatal(err)
	}
	return server
}

// Resources that stay as they are cost no more than this in a plan, so that the gain stays.
// The framework takes more than ten times as much. The secrets are more than what was decoded
// last, so that each plan decodes them again.
func TestAllocationsOfASteadyPlan(t *testing.T) {
	const pairs = 40
	s := acctest.NewServer(t)
	f := steadyPairs(t, s, pairs)
	server := configuredServer(t, s.Environment())
	asks := map[string][]func(){}
	for i, typeName := range f.order() {
		r := f.hear(t, s, i)
		for _, method := range []string{"upgrade", "read", "validate", "plan"} {
			asks[typeName] = append(asks[typeName], r.asks(t, server)[method])
		}
	}
	for typeName, most := range map[string]float64{"thalassasecrets_secret": 880, "thalassasecrets_secret_version": 1850} {
		plan := func() {
			for _, ask := range asks[typeName] {
				ask()
			}
		}
		plan() // The first reads ask the service.
		took := testing.AllocsPerRun(5, plan) / pairs
		if t.Logf("the plan of a %s takes %.0f allocations", typeName, took); took > most {
			t.Errorf("the plan of a %s takes %.0f allocations, at most %.0f are expected", typeName, took, most)
		}
	}
}
