package acctest

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Unknown is a value that is not known yet, in a configuration that is only
// validated or planned.
var Unknown any = unknown{}

type unknown struct{}

// Action plays Terraform's part of the protocol for one action, without a CLI, with
// a provider for each phase, as Terraform has one process for a plan and another
// for an apply. Configurations are written as for Core.
type Action struct {
	// Provider is the provider block, besides what the environment says.
	Provider map[string]any

	typeName string
	factory  func() (tfprotov6.ProviderServer, error)
}

// Action is an action of a provider that is configured to use the server.
func (s *Server) Action(typeName string) *Action {
	return NewAction(typeName, s.Factories()["thalassasecrets"])
}

// NewAction is an action of providers that the factory makes.
func NewAction(typeName string, factory func() (tfprotov6.ProviderServer, error)) *Action {
	return &Action{typeName: typeName, factory: factory}
}

// Invocation is what an action has said.
type Invocation struct {
	Progress    []string
	Diagnostics []*tfprotov6.Diagnostic
}

// Warned finds the warning with a summary and returns its detail.
func (i Invocation) Warned(summary string) (detail string, found bool) {
	for _, d := range i.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityWarning && d.Summary == summary {
			return d.Detail, true
		}
	}
	return "", false
}

// Validate is what Terraform asks first, before the provider is configured.
func (a *Action) Validate(ctx context.Context, config map[string]any) error {
	server, schema, err := a.provider(ctx, false)
	if err != nil {
		return err
	}
	raw, err := dynamic(objectOf(schema.ValueType(), config))
	if err != nil {
		return err
	}
	resp, err := server.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: a.typeName, Config: raw})
	if err != nil {
		return err
	}
	return failed(resp.Diagnostics)
}

// Plan plans an invocation. Nothing of it reaches the invocation itself.
func (a *Action) Plan(ctx context.Context, config map[string]any) error {
	server, schema, err := a.provider(ctx, true)
	if err != nil {
		return err
	}
	raw, err := dynamic(objectOf(schema.ValueType(), config))
	if err != nil {
		return err
	}
	resp, err := server.PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: a.typeName, Config: raw})
	if err != nil {
		return err
	}
	return failed(resp.Diagnostics)
}

// Invoke invokes what was validated and planned. The error holds the errors among
// the diagnostics with which the action has completed.
func (a *Action) Invoke(ctx context.Context, config map[string]any) (Invocation, error) {
	var said Invocation
	server, schema, err := a.provider(ctx, true)
	if err != nil {
		return said, err
	}
	raw, err := dynamic(objectOf(schema.ValueType(), config))
	if err != nil {
		return said, err
	}
	stream, err := server.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: a.typeName, Config: raw})
	if err != nil {
		return said, err
	}
	completed := 0
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			said.Progress = append(said.Progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			said.Diagnostics = event.Diagnostics
			completed++
		}
	}
	if completed != 1 {
		return said, fmt.Errorf("the action completed %d times", completed)
	}
	return said, failed(said.Diagnostics)
}

// Run validates, plans and invokes.
func (a *Action) Run(ctx context.Context, config map[string]any) (Invocation, error) {
	if err := a.Validate(ctx, config); err != nil {
		return Invocation{}, fmt.Errorf("validate: %w", err)
	}
	if err := a.Plan(ctx, config); err != nil {
		return Invocation{}, fmt.Errorf("plan: %w", err)
	}
	return a.Invoke(ctx, config)
}

// actionProvider is a provider with actions.
type actionProvider interface {
	tfprotov6.ProviderServer
	tfprotov6.ActionServer
}

// provider starts a new provider.
func (a *Action) provider(ctx context.Context, configured bool) (actionProvider, *tfprotov6.Schema, error) {
	made, err := a.factory()
	if err != nil {
		return nil, nil, err
	}
	server, ok := made.(actionProvider)
	if !ok {
		return nil, nil, errors.New("the provider has no actions")
	}
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, nil, err
	}
	action := schemas.ActionSchemas[a.typeName]
	if action == nil {
		return nil, nil, fmt.Errorf("the provider has no action %s", a.typeName)
	}
	if !configured {
		return server, action.Schema, failed(schemas.Diagnostics)
	}
	block, err := dynamic(objectOf(schemas.Provider.ValueType(), a.Provider))
	if err != nil {
		return nil, nil, err
	}
	resp, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.14.0", Config: block})
	if err != nil {
		return nil, nil, err
	}
	return server, action.Schema, failed(resp.Diagnostics)
}
