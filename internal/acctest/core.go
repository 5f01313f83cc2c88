package acctest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Core plays Terraform's part of the protocol for one resource, without a CLI. It
// does what Terraform does between a configuration and a state, with a new
// provider for each phase, and refuses what Terraform refuses: a second plan that
// contradicts the first, and a result that contradicts the plan.
//
// Config builds what it takes: strings, bools, ints, map[string]string and
// map[string]any by attribute, and values that Terraform has made; what is left
// out is null.
type Core struct {
	// State is the resource's instance, nil for none.
	State *Instance
	// Provider is the provider block, besides what the environment says.
	Provider map[string]any
	// Warned are the summaries of the warnings of the last apply.
	Warned []string

	server   *Server
	typeName string
	schema   *tfprotov6.Schema
	list     *tfprotov6.Schema // of the list resource of the same type, nil for none
	run      *Run
}

// Instance is what a state holds of a resource.
type Instance struct {
	Value    tftypes.Value
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
}

// CorePlan is a plan for the resource.
type CorePlan struct {
	Value    tftypes.Value // of the planned state
	Warnings []string      // their summaries, from PlanFrom with their details

	prior  *Instance
	config tftypes.Value
}

// NewCore begins without a state.
func NewCore(ctx context.Context, s *Server, typeName string) (*Core, error) {
	c := &Core{server: s, typeName: typeName}
	provider, err := c.provider(ctx)
	if err != nil {
		return nil, err
	}
	schemas, err := provider.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	c.schema, c.list = schemas.ResourceSchemas[typeName], schemas.ListResourceSchemas[typeName]
	return c, failed(schemas.Diagnostics)
}

// provider is a process of its own, as each phase of Terraform has one, unless the
// resource is part of a run.
func (c *Core) provider(ctx context.Context) (tfprotov6.ProviderServer, error) {
	if c.run != nil {
		return c.run.provider, nil
	}
	provider, err := c.server.Factories()["thalassasecrets"]()
	if err != nil {
		return nil, err
	}
	schema, err := provider.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	block, err := dynamic(objectOf(schema.Provider.ValueType(), c.Provider))
	if err != nil {
		return nil, err
	}
	configured, err := provider.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: block})
	if err != nil {
		return nil, err
	}
	return provider, failed(configured.Diagnostics)
}

// Plan refreshes and plans. The state stays as it was.
func (c *Core) Plan(ctx context.Context, config map[string]any) (*CorePlan, error) {
	provider, err := c.provider(ctx)
	if err != nil {
		return nil, err
	}
	plan := &CorePlan{config: objectOf(c.schema.ValueType(), config)}
	raw, err := dynamic(plan.config)
	if err != nil {
		return nil, err
	}
	valid, err := provider.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: c.typeName, Config: raw,
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		return nil, err
	}
	if err := failed(valid.Diagnostics); err != nil {
		return nil, err
	}
	var warnings []*tfprotov6.Diagnostic
	if c.State != nil {
		if plan.prior, warnings, err = c.read(ctx, provider, c.State); err != nil {
			return nil, err
		}
	}
	value, _, more, err := c.plan(ctx, provider, plan.prior, plan.config)
	plan.Value = value
	for _, d := range append(warnings, more...) {
		plan.Warnings = append(plan.Warnings, d.Summary)
	}
	return plan, err
}

// IsEmpty reports that the plan changes nothing.
func (p *CorePlan) IsEmpty() bool { return p.prior != nil && p.Value.Equal(p.prior.Value) }

// Prior is what the refresh of the plan found, nil for nothing.
func (p *CorePlan) Prior() *Instance { return p.prior }

// Changes tells in short what the plan changes.
func (p *CorePlan) Changes() string {
	var before map[string]tftypes.Value
	if p.prior != nil {
		before = attributesOf(p.prior.Value)
	}
	var changes []string
	for name, after := range attributesOf(p.Value) {
		if was, ok := before[name]; !ok || !was.Equal(after) {
			changes = append(changes, fmt.Sprintf("%s: %s -> %s", name, was, after))
		}
	}
	slices.Sort(changes)
	return strings.Join(changes, "; ")
}

// read is ReadResource. A resource that is gone is nil.
func (c *Core) read(ctx context.Context, provider tfprotov6.ProviderServer, at *Instance) (*Instance, []*tfprotov6.Diagnostic, error) {
	current, err := dynamic(at.Value)
	if err != nil {
		return nil, nil, err
	}
	resp, err := provider.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: c.typeName, CurrentState: current, Private: at.Private, CurrentIdentity: at.Identity,
	})
	if err != nil {
		return nil, nil, err
	}
	if err := failed(resp.Diagnostics); err != nil {
		return nil, nil, err
	}
	value, err := resp.NewState.Unmarshal(c.schema.ValueType())
	if err != nil || value.IsNull() {
		return nil, resp.Diagnostics, err
	}
	return &Instance{value, resp.Private, resp.NewIdentity}, resp.Diagnostics, nil
}

// plan is PlanResourceChange.
func (c *Core) plan(ctx context.Context, provider tfprotov6.ProviderServer, prior *Instance, config tftypes.Value) (tftypes.Value, *tfprotov6.PlanResourceChangeResponse, []*tfprotov6.Diagnostic, error) {
	req := &tfprotov6.PlanResourceChangeRequest{TypeName: c.typeName}
	before := tftypes.NewValue(c.schema.ValueType(), nil)
	if prior != nil {
		before, req.PriorPrivate, req.PriorIdentity = prior.Value, prior.Private, prior.Identity
	}
	var err error
	for target, value := range map[**tfprotov6.DynamicValue]tftypes.Value{
		&req.PriorState: before, &req.Config: config, &req.ProposedNewState: c.proposed(before, config),
	} {
		if *target, err = dynamic(value); err != nil {
			return tftypes.Value{}, nil, nil, err
		}
	}
	resp, err := provider.PlanResourceChange(ctx, req)
	if err != nil {
		return tftypes.Value{}, nil, nil, err
	}
	if err := failed(resp.Diagnostics); err != nil {
		return tftypes.Value{}, nil, nil, err
	}
	if len(resp.RequiresReplace) > 0 && prior != nil {
		return tftypes.Value{}, nil, nil, fmt.Errorf("replacement is not played here: %v", resp.RequiresReplace)
	}
	value, err := resp.PlannedState.Unmarshal(c.schema.ValueType())
	return value, resp, resp.Diagnostics, err
}

// proposed is Terraform's own guess at the planned state: what is configured, and
// for computed attributes that are not, what was there.
func (c *Core) proposed(prior, config tftypes.Value) tftypes.Value {
	before, wanted := attributesOf(prior), attributesOf(config)
	for _, attribute := range c.schema.Block.Attributes {
		if old, ok := before[attribute.Name]; ok && attribute.Computed && wanted[attribute.Name].IsNull() {
			wanted[attribute.Name] = old
		}
	}
	return tftypes.NewValue(c.schema.ValueType(), wanted)
}

// Destroy plans and applies the end of the resource, without a refresh.
func (c *Core) Destroy(ctx context.Context) error {
	provider, err := c.provider(ctx)
	if err != nil {
		return err
	}
	none := tftypes.NewValue(c.schema.ValueType(), nil)
	req := &tfprotov6.ApplyResourceChangeRequest{TypeName: c.typeName, PlannedPrivate: c.State.Private, PlannedIdentity: c.State.Identity}
	plan := &tfprotov6.PlanResourceChangeRequest{TypeName: c.typeName, PriorPrivate: c.State.Private, PriorIdentity: c.State.Identity}
	if plan.PriorState, err = dynamic(c.State.Value); err != nil {
		return err
	}
	if plan.Config, err = dynamic(none); err != nil {
		return err
	}
	plan.ProposedNewState, req.PriorState, req.PlannedState, req.Config = plan.Config, plan.PriorState, plan.Config, plan.Config
	planned, err := provider.PlanResourceChange(ctx, plan)
	if err != nil {
		return err
	}
	if err := failed(planned.Diagnostics); err != nil {
		return err
	}
	applied, err := provider.ApplyResourceChange(ctx, req)
	if err != nil {
		return err
	}
	if err := failed(applied.Diagnostics); err != nil {
		return err
	}
	c.State = nil
	return nil
}

// Apply carries out a plan that is not empty, in a new provider and without a
// refresh, and makes the result the state.
func (c *Core) Apply(ctx context.Context, plan *CorePlan) error {
	if plan.IsEmpty() {
		c.State = plan.prior
		return nil
	}
	provider, err := c.provider(ctx)
	if err != nil {
		return err
	}
	again, resp, _, err := c.plan(ctx, provider, plan.prior, plan.config)
	if err != nil {
		return err
	}
	if err := conforms(plan.Value, again); err != nil {
		return fmt.Errorf("provider produced inconsistent final plan: %w", err)
	}
	c.State = plan.prior
	if plan.prior != nil && again.Equal(plan.prior.Value) {
		return nil
	}
	before := tftypes.NewValue(c.schema.ValueType(), nil)
	if plan.prior != nil {
		before = plan.prior.Value
	}
	req := &tfprotov6.ApplyResourceChangeRequest{
		TypeName: c.typeName, PlannedState: resp.PlannedState, PlannedPrivate: resp.PlannedPrivate, PlannedIdentity: resp.PlannedIdentity,
	}
	if req.PriorState, err = dynamic(before); err != nil {
		return err
	}
	if req.Config, err = dynamic(plan.config); err != nil {
		return err
	}
	applied, err := provider.ApplyResourceChange(ctx, req)
	if err != nil {
		return err
	}
	value, err := applied.NewState.Unmarshal(c.schema.ValueType())
	if err != nil {
		return err
	}
	c.Warned = nil
	for _, d := range applied.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityWarning {
			c.Warned = append(c.Warned, d.Summary)
		}
	}
	refused := failed(applied.Diagnostics)
	if !value.IsNull() {
		c.State = &Instance{value, applied.Private, applied.NewIdentity}
	}
	if refused != nil {
		if plan.prior == nil && !value.IsNull() {
			return errors.New("a failed create returned a state, which taints the resource")
		}
		return refused
	}
	if err := conforms(again, value); err != nil {
		return fmt.Errorf("provider produced inconsistent result after apply: %w", err)
	}
	if !value.IsFullyKnown() {
		return errors.New("provider returned a state that is not fully known")
	}
	return nil
}
