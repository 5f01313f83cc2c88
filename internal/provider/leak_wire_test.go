package provider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// wire plays Terraform's part of the protocol for one resource and writes down all
// that the provider answers and logs: diagnostics, states, plans, private bytes.
type wire struct {
	t        *testing.T
	server   *acctest.Server
	typeName string
	config   map[string]tftypes.Value
	timeout  string // of one attempt

	mu       sync.Mutex
	answered bytes.Buffer

	state   *tfprotov6.DynamicValue
	private []byte
}

var _ io.Writer = (*wire)(nil)

// Write writes down what is logged.
func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.answered.Write(p)
}

// note writes down an answer: all its fields, bytes in base64.
func (w *wire) note(answer any, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err) // The protocol itself has failed.
	}
	encoded, err := json.Marshal(answer)
	if err != nil {
		w.t.Fatal(err)
	}
	_, _ = w.Write(append(encoded, '\n')) // A buffer takes everything.
}

// said is all that was written down.
func (w *wire) said() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.answered.String()
}

// logging is a context in which the provider and the framework log everything.
func (w *wire) logging(ctx context.Context) context.Context {
	return tflogtest.RootLogger(tfsdklogtest.RootLogger(ctx, w), w)
}

// provider starts a new provider, as Terraform does for each phase.
func (w *wire) provider(ctx context.Context) (tfprotov6.ProviderServer, *tfprotov6.Schema) {
	w.t.Helper()
	server, err := w.server.Factories()["thalassasecrets"]()
	if err != nil {
		w.t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		w.t.Fatal(err)
	}
	configured, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: configuration(w.t, schemas.Provider, map[string]tftypes.Value{
		"request_timeout": tftypes.NewValue(tftypes.String, w.timeout), "retry": impatient,
	})})
	w.note(configured, err)
	return server, schemas.ResourceSchemas[w.typeName]
}

// impatient is the argument retry of a provider that hardly waits.
var impatient = tftypes.NewValue(once.Type(), map[string]tftypes.Value{
	"max_attempts": tftypes.NewValue(tftypes.Number, 3),
	"min_wait":     tftypes.NewValue(tftypes.String, "1ms"),
	"max_wait":     tftypes.NewValue(tftypes.String, "2ms"),
})

// apply refreshes, plans and applies, with a new provider for the last. What disturb
// does happens before that.
func (w *wire) apply(ctx context.Context, disturb func()) {
	w.t.Helper()
	server, schema := w.provider(ctx)
	config := configuration(w.t, schema, w.config)
	prior := w.read(ctx, server, schema)
	valid, err := server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: w.typeName, Config: config,
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	w.note(valid, err)
	plan := func(server tfprotov6.ProviderServer) *tfprotov6.PlanResourceChangeResponse {
		planned, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
			TypeName: w.typeName, PriorState: prior, ProposedNewState: w.proposed(schema, prior, config), Config: config, PriorPrivate: w.private,
		})
		w.note(planned, err)
		return planned
	}
	plan(server)
	if disturb != nil {
		disturb()
	}
	server, _ = w.provider(ctx)
	planned := plan(server)
	if planned.PlannedState == nil || hasError(planned.Diagnostics) {
		return
	}
	applied, err := server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: w.typeName, PriorState: prior, PlannedState: planned.PlannedState, Config: config, PlannedPrivate: planned.PlannedPrivate,
	})
	w.note(applied, err)
	if applied.NewState != nil {
		w.state, w.private = applied.NewState, applied.Private
	}
}

// read refreshes. The state of nothing is null.
func (w *wire) read(ctx context.Context, server tfprotov6.ProviderServer, schema *tfprotov6.Schema) *tfprotov6.DynamicValue {
	w.t.Helper()
	if w.state == nil || w.value(schema, w.state).IsNull() {
		none, err := tfprotov6.NewDynamicValue(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil))
		if err != nil {
			w.t.Fatal(err)
		}
		return &none
	}
	refreshed, err := server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: w.typeName, CurrentState: w.state, Private: w.private})
	w.note(refreshed, err)
	if !hasError(refreshed.Diagnostics) {
		w.state, w.private = refreshed.NewState, refreshed.Private
	}
	return w.state
}

// proposed is what is configured and, for computed attributes, what was there.
func (w *wire) proposed(schema *tfprotov6.Schema, prior, config *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	w.t.Helper()
	wanted := map[string]tftypes.Value{}
	for _, attribute := range schema.Block.Attributes {
		wanted[attribute.Name] = acctest.Attribute(w.value(schema, config), attribute.Name)
		if was := w.value(schema, prior); attribute.Computed && wanted[attribute.Name].IsNull() && !was.IsNull() {
			wanted[attribute.Name] = acctest.Attribute(was, attribute.Name)
		}
	}
	return configuration(w.t, schema, wanted)
}

func (w *wire) value(schema *tfprotov6.Schema, raw *tfprotov6.DynamicValue) tftypes.Value {
	w.t.Helper()
	value, err := raw.Unmarshal(schema.ValueType())
	if err != nil {
		w.t.Fatal(err)
	}
	return value
}

func hasError(diagnostics []*tfprotov6.Diagnostic) bool {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}
