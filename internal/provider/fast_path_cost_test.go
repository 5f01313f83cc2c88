package provider_test

import (
	"encoding/json"
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

// hear listens to the plan of a resource.
func (f *fleet) hear(t *testing.T, s *acctest.Server, i int) (r steadyRequests) {
	t.Helper()
	var heard []any
	typeName := []string{"thalassasecrets_secret", "thalassasecrets_secret_version"}[i]
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
	f := beginFleet(t, s)
	if err := f.add(t.Context(), f.container, map[string]any{"path": "/app/db", "kms_key_id": acctest.KMSKey, "labels": map[string]string{"team": "a"}}); err != nil {
		t.Fatal(err)
	}
	if err := f.add(t.Context(), f.version, map[string]any{"path": "/app/db", "secret_string_wo": "v", "rotation": map[string]any{"after": "30d"}}); err != nil {
		t.Fatal(err)
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

// A resource that stays as it is costs no more than this, so that the gain stays. The
// framework takes more than ten times as much.
func TestAllocationsOfASteadyResource(t *testing.T) {
	s := acctest.NewServer(t)
	f := steadyPair(t, s)
	for i, most := range []map[string]float64{
		{"validate": 240, "upgrade": 120, "read": 430, "plan": 500},
		{"validate": 370, "upgrade": 180, "read": 670, "plan": 1300},
	} {
		r := f.hear(t, s, i)
		for name, ask := range r.asks(t, configuredServer(t, s.Environment())) {
			ask() // The first read asks the service.
			took := testing.AllocsPerRun(20, ask)
			if t.Logf("%s of %s: %.0f allocations", name, r.read.TypeName, took); took > most[name] {
				t.Errorf("%s of %s takes %.0f allocations, at most %.0f are expected", name, r.read.TypeName, took, most[name])
			}
		}
	}
}
