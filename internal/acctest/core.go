package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Core plays Terraform's part of the protocol for one resource, without a CLI. It
// does what Terraform does between a configuration and a state, with a new
// provider for each phase, and refuses what Terraform refuses: a plan that contradicts
// the configuration, a second plan that contradicts the first, and a result that
// contradicts the plan. TestCoreDoesWhatTerraformDoes compares it with a real CLI.
//
// Config builds what it takes: strings, bools, ints, map[string]string and
// map[string]any by attribute, and values that Terraform has made; what is left
// out is null.
type Core struct {
	// State is the resource's instance, nil for none.
	State *Instance
	// Deposed are former instances that a replacement has left to destroy.
	Deposed []*Instance
	// CreateBeforeDestroy is the lifecycle setting of that name.
	CreateBeforeDestroy bool
	// IgnoreChanges is the lifecycle setting of that name. It takes names of attributes.
	IgnoreChanges []string
	// CLI is the one that Core plays, where they differ. The zero value is the newest
	// Terraform.
	CLI CLI
	// Provider is the provider block, besides what the environment says.
	Provider map[string]any
	// Warned are the summaries of the warnings with which the last apply carried out
	// its plan.
	Warned []string
	// Diagnostics are all that the last apply shows, those of planning again included.
	Diagnostics []*tfprotov6.Diagnostic

	factory  func() (tfprotov6.ProviderServer, error)
	typeName string
	block    *tfprotov6.Schema // of the provider
	schema   *tfprotov6.Schema
	list     *tfprotov6.Schema // of the list resource of the same type, nil for none
	run      *Run
	// alter changes a request before it is sent. Tests set it, to see that they notice
	// a Core that does something else than Terraform.
	alter func(request any)
}

// Instance is what a state holds of a resource.
type Instance struct {
	Value    tftypes.Value
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
	// Tainted says that the next plan replaces the instance.
	Tainted bool
}

// NewCore begins without a state.
func NewCore(ctx context.Context, s *Server, typeName string) (*Core, error) {
	return NewCoreOf(ctx, s.Factories()["thalassasecrets"], typeName)
}

// NewCoreOf begins without a state. Each process is a provider that the factory makes.
func NewCoreOf(ctx context.Context, factory func() (tfprotov6.ProviderServer, error), typeName string) (*Core, error) {
	c := &Core{factory: factory, typeName: typeName}
	provider, err := factory()
	if err != nil {
		return nil, err
	}
	schemas, err := provider.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	c.block, c.schema, c.list = schemas.Provider, schemas.ResourceSchemas[typeName], schemas.ListResourceSchemas[typeName]
	return c, failed(schemas.Diagnostics)
}

// provider starts a new provider, as Terraform does for each phase, unless the resource
// is part of a run.
func (c *Core) provider(ctx context.Context) (tfprotov6.ProviderServer, error) {
	if c.run != nil {
		return c.run.provider, nil
	}
	provider, err := c.factory()
	if err != nil {
		return nil, err
	}
	block, err := dynamic(objectOf(c.block.ValueType(), c.Provider))
	if err != nil {
		return nil, err
	}
	configured, err := provider.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: block})
	if err != nil {
		return nil, err
	}
	return provider, failed(configured.Diagnostics)
}

// unconfigured is a process that only validates, and so has no configuration.
func (c *Core) unconfigured() (tfprotov6.ProviderServer, error) {
	if c.run != nil {
		return c.run.provider, nil
	}
	return c.factory()
}

// Taint marks the instance as one that the next plan replaces, as "terraform taint"
// does.
func (c *Core) Taint() {
	tainted := *c.State
	tainted.Tainted = true
	c.State = &tainted
}

// validate is ValidateResourceConfig.
func (c *Core) validate(ctx context.Context, provider tfprotov6.ProviderServer, config tftypes.Value) ([]*tfprotov6.Diagnostic, error) {
	raw, err := dynamic(config)
	if err != nil {
		return nil, err
	}
	resp, err := provider.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: c.typeName, Config: raw,
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		return nil, err
	}
	return resp.Diagnostics, failed(resp.Diagnostics)
}

// read is ReadResource. A resource that is gone is nil.
func (c *Core) read(ctx context.Context, provider tfprotov6.ProviderServer, at *Instance) (*Instance, []*tfprotov6.Diagnostic, error) {
	found, diagnostics, err := c.readAny(ctx, provider, at)
	if err != nil || found.Value.IsNull() {
		return nil, diagnostics, err
	}
	return found, diagnostics, nil
}

// readAny is ReadResource. A resource that is gone has a null value.
func (c *Core) readAny(ctx context.Context, provider tfprotov6.ProviderServer, at *Instance) (*Instance, []*tfprotov6.Diagnostic, error) {
	current, err := dynamic(at.Value)
	if err != nil {
		return nil, nil, err
	}
	req := &tfprotov6.ReadResourceRequest{TypeName: c.typeName, CurrentState: current, Private: at.Private, CurrentIdentity: at.Identity}
	c.altered(req)
	resp, err := provider.ReadResource(ctx, req)
	if err != nil {
		return nil, nil, err
	}
	if err := failed(resp.Diagnostics); err != nil {
		return nil, resp.Diagnostics, err
	}
	value, err := resp.NewState.Unmarshal(c.schema.ValueType())
	return &Instance{Value: value, Private: resp.Private, Identity: resp.NewIdentity, Tainted: at.Tainted}, resp.Diagnostics, err
}

// change is PlanResourceChange. A nil prior is none, as is one with a null value; what
// is to go has a null configuration.
func (c *Core) change(ctx context.Context, provider tfprotov6.ProviderServer, prior *Instance, private []byte, config tftypes.Value) (tftypes.Value, *tfprotov6.PlanResourceChangeResponse, error) {
	req := &tfprotov6.PlanResourceChangeRequest{TypeName: c.typeName, PriorPrivate: private}
	before := c.null()
	if prior != nil {
		before, req.PriorIdentity = prior.Value, prior.Identity
	}
	config = c.withoutIgnored(before, config)
	var err error
	for target, value := range map[**tfprotov6.DynamicValue]tftypes.Value{
		&req.PriorState: before, &req.Config: config, &req.ProposedNewState: c.proposed(before, config),
	} {
		if *target, err = dynamic(value); err != nil {
			return tftypes.Value{}, nil, err
		}
	}
	c.altered(req)
	resp, err := provider.PlanResourceChange(ctx, req)
	if err != nil {
		return tftypes.Value{}, nil, err
	}
	if err := failed(resp.Diagnostics); err != nil {
		return tftypes.Value{}, resp, err
	}
	value, err := resp.PlannedState.Unmarshal(c.schema.ValueType())
	if err == nil {
		err = c.validPlan(before, config, value)
	}
	return value, resp, err
}

// withoutIgnored is a configuration in which the attributes that are to be ignored are
// as they were. Terraform plans with it. It validates and applies with the configuration
// as it is written.
func (c *Core) withoutIgnored(prior, config tftypes.Value) tftypes.Value {
	if len(c.IgnoreChanges) == 0 || prior.IsNull() || config.IsNull() {
		return config
	}
	before, wanted := attributesOf(prior), attributesOf(config)
	for _, name := range c.IgnoreChanges {
		wanted[name] = before[name]
	}
	return tftypes.NewValue(config.Type(), wanted)
}

// proposed is Terraform's own guess at the planned state: what is configured, and
// for computed attributes that are not, what was there.
func (c *Core) proposed(prior, config tftypes.Value) tftypes.Value {
	if config.IsNull() {
		return config
	}
	before, wanted := attributesOf(prior), attributesOf(config)
	for _, attribute := range c.schema.Block.Attributes {
		if old, ok := before[attribute.Name]; ok && attribute.Computed && wanted[attribute.Name].IsNull() {
			wanted[attribute.Name] = old
		}
	}
	return tftypes.NewValue(c.schema.ValueType(), wanted)
}

// null is the value of what is not there.
func (c *Core) null() tftypes.Value { return tftypes.NewValue(c.schema.ValueType(), nil) }

// altered lets a test change a request.
func (c *Core) altered(request any) {
	if c.alter != nil {
		c.alter(request)
	}
}
