package acctest

import (
	"context"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Recorder records what a provider is asked about its resources, and what it
// answers. All providers that Record wraps write to the same recording, so that one
// recording shows the processes of a whole run of Terraform one after the other.
type Recorder struct {
	mu    sync.Mutex
	calls []Call
}

// Call is one request about a resource with its answer, or the configuration of the
// provider, with which each process begins. Values are in the form that Render gives
// them, and what a method does not have is empty.
type Call struct {
	Method string
	Type   string

	// The request.
	Prior, Config, Proposed, Planned string
	Private                          string // the prior one, in ApplyResourceChange the planned one
	Identity                         string // likewise

	// The answer.
	Answer          string // the new, planned or imported state
	AnswerPrivate   string
	AnswerIdentity  string
	RequiresReplace []string
	Diagnostics     []string
}

// served is all that a provider of the framework serves.
type served interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// recorded is a provider with a recorder in front of it.
type recorded struct {
	served
	recorder *Recorder

	once    sync.Once
	schemas *tfprotov6.GetProviderSchemaResponse
}

var _ served = (*recorded)(nil)

// Record returns a factory for the same provider with the recorder in front of it.
func (r *Recorder) Record(serve func() tfprotov6.ProviderServer) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		inner, ok := serve().(served)
		if !ok {
			panic("acctest: the provider does not serve lists and actions, as every provider of the framework does")
		}
		return &recorded{served: inner, recorder: r}
	}
}

// Take returns what was recorded since it was last called.
func (r *Recorder) Take() []Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls := r.calls
	r.calls = nil
	return calls
}

func (r *Recorder) add(call Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, call)
}

// ConfigureProvider implements tfprotov6.ProviderServer.
func (p *recorded) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	resp, err := p.served.ConfigureProvider(ctx, req)
	if err == nil {
		p.recorder.add(Call{Method: "ConfigureProvider", Diagnostics: RenderDiagnostics(resp.Diagnostics)})
	}
	return resp, err
}

// ValidateResourceConfig implements tfprotov6.ResourceServer.
func (p *recorded) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	resp, err := p.served.ValidateResourceConfig(ctx, req)
	if err == nil {
		p.recorder.add(Call{
			Method: "ValidateResourceConfig", Type: req.TypeName, Config: p.render(ctx, req.TypeName, req.Config),
			Diagnostics: RenderDiagnostics(resp.Diagnostics),
		})
	}
	return resp, err
}

// ReadResource implements tfprotov6.ResourceServer.
func (p *recorded) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := p.served.ReadResource(ctx, req)
	if err == nil {
		p.recorder.add(Call{
			Method: "ReadResource", Type: req.TypeName, Prior: p.render(ctx, req.TypeName, req.CurrentState),
			Private: RenderPrivate(req.Private), Identity: renderIdentity(req.CurrentIdentity),
			Answer: p.render(ctx, req.TypeName, resp.NewState), AnswerPrivate: RenderPrivate(resp.Private),
			AnswerIdentity: renderIdentity(resp.NewIdentity), Diagnostics: RenderDiagnostics(resp.Diagnostics),
		})
	}
	return resp, err
}

// PlanResourceChange implements tfprotov6.ResourceServer.
func (p *recorded) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := p.served.PlanResourceChange(ctx, req)
	if err == nil {
		call := Call{
			Method: "PlanResourceChange", Type: req.TypeName, Prior: p.render(ctx, req.TypeName, req.PriorState),
			Config: p.render(ctx, req.TypeName, req.Config), Proposed: p.render(ctx, req.TypeName, req.ProposedNewState),
			Private: RenderPrivate(req.PriorPrivate), Identity: renderIdentity(req.PriorIdentity),
			Answer: p.render(ctx, req.TypeName, resp.PlannedState), AnswerPrivate: RenderPrivate(resp.PlannedPrivate),
			AnswerIdentity: renderIdentity(resp.PlannedIdentity), Diagnostics: RenderDiagnostics(resp.Diagnostics),
		}
		for _, path := range resp.RequiresReplace {
			call.RequiresReplace = append(call.RequiresReplace, path.String())
		}
		slices.Sort(call.RequiresReplace)
		p.recorder.add(call)
	}
	return resp, err
}

// ApplyResourceChange implements tfprotov6.ResourceServer.
func (p *recorded) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := p.served.ApplyResourceChange(ctx, req)
	if err == nil {
		p.recorder.add(Call{
			Method: "ApplyResourceChange", Type: req.TypeName, Prior: p.render(ctx, req.TypeName, req.PriorState),
			Config: p.render(ctx, req.TypeName, req.Config), Planned: p.render(ctx, req.TypeName, req.PlannedState),
			Private: RenderPrivate(req.PlannedPrivate), Identity: renderIdentity(req.PlannedIdentity),
			Answer: p.render(ctx, req.TypeName, resp.NewState), AnswerPrivate: RenderPrivate(resp.Private),
			AnswerIdentity: renderIdentity(resp.NewIdentity), Diagnostics: RenderDiagnostics(resp.Diagnostics),
		})
	}
	return resp, err
}

// ImportResourceState implements tfprotov6.ResourceServer.
func (p *recorded) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	resp, err := p.served.ImportResourceState(ctx, req)
	if err != nil {
		return resp, err
	}
	call := Call{Method: "ImportResourceState", Type: req.TypeName, Prior: req.ID, Identity: renderIdentity(req.Identity), Diagnostics: RenderDiagnostics(resp.Diagnostics)}
	for _, imported := range resp.ImportedResources {
		call.Answer += p.render(ctx, req.TypeName, imported.State)
		call.AnswerPrivate += RenderPrivate(imported.Private)
		call.AnswerIdentity += renderIdentity(imported.Identity)
	}
	p.recorder.add(call)
	return resp, err
}

// render shows a value of a resource. If the value cannot be decoded, it shows the
// error, which differs from every other recording.
func (p *recorded) render(ctx context.Context, typeName string, v *tfprotov6.DynamicValue) string {
	p.once.Do(func() { p.schemas, _ = p.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{}) })
	switch {
	case v == nil:
		return ""
	case p.schemas == nil || p.schemas.ResourceSchemas[typeName] == nil:
		return "no schema of " + typeName
	}
	value, err := v.Unmarshal(p.schemas.ResourceSchemas[typeName].ValueType())
	if err != nil {
		return err.Error()
	}
	return Render(value)
}
