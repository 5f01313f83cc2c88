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

// PlanOption is how a plan differs from an ordinary one.
type PlanOption int

const (
	// Replace is -replace, and a replace_triggered_by that has changed.
	Replace PlanOption = iota + 1
	// NoRefresh is -refresh=false.
	NoRefresh
	// DestroyAll is -destroy.
	DestroyAll
)

// PlanAction is what a plan does with the resource.
type PlanAction string

// The actions of a plan, with the words that a plan's JSON has for them.
const (
	NoOp             PlanAction = "no-op"
	CreateOnly       PlanAction = "create"
	UpdateInPlace    PlanAction = "update"
	DeleteOnly       PlanAction = "delete"
	DeleteThenCreate PlanAction = "delete, create"
	CreateThenDelete PlanAction = "create, delete"
)

// CorePlan is a plan for the resource. It can be applied at any time, as a saved plan
// can, as long as the state has not changed.
type CorePlan struct {
	Action   PlanAction
	Value    tftypes.Value // of the planned state, null where the resource goes
	Warnings []string      // their summaries, from PlanFrom with their details
	// Diagnostics are all that the plan shows.
	Diagnostics []*tfprotov6.Diagnostic

	prior    *Instance
	gone     *Instance   // what the refresh has found gone: its private state without a value
	deposed  []*Instance // that go
	returned planReturns // what Delete gets
	config   tftypes.Value
	destroy  bool // with DestroyAll
	// The state that the plan was made from.
	from        *Instance
	fromDeposed []*Instance
}

// planReturns is what the provider has returned with a planned state: the private state,
// and the identity unless the plan is a replacement.
type planReturns struct {
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// Plan refreshes and plans. The state stays as it was. Without a configuration the
// resource was removed from it. A plan that failed is returned too, with its
// diagnostics.
func (c *Core) Plan(ctx context.Context, config map[string]any, options ...PlanOption) (*CorePlan, error) {
	plan := c.newPlan(config)
	if err := c.validateFirst(ctx, plan); err != nil {
		return plan, err
	}
	var err error
	if plan.destroy = slices.Contains(options, DestroyAll); plan.destroy {
		err = c.planDestroyAll(ctx, plan, options)
	} else {
		err = c.planAll(ctx, plan, options)
	}
	for _, d := range plan.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityWarning {
			plan.Warnings = append(plan.Warnings, d.Summary)
		}
	}
	return plan, err
}

// PlanFrom plans from what a refresh has found.
func (c *Core) PlanFrom(ctx context.Context, prior *Instance, config map[string]any) (*CorePlan, error) {
	plan := c.newPlan(config)
	plan.prior, plan.deposed = prior, nil
	provider, err := c.provider(ctx)
	if err != nil {
		return plan, err
	}
	err = c.planCurrent(ctx, provider, plan, false)
	for _, d := range plan.Diagnostics {
		plan.Warnings = append(plan.Warnings, d.Summary+": "+d.Detail)
	}
	return plan, err
}

func (c *Core) newPlan(config map[string]any) *CorePlan {
	plan := &CorePlan{Action: NoOp, config: c.null(), Value: c.null(), prior: c.State, from: c.State, deposed: c.Deposed, fromDeposed: c.Deposed}
	if config != nil {
		plan.config = objectOf(c.schema.ValueType(), config)
	}
	return plan
}

// validateFirst is what Terraform does before it plans, in a provider that it does not
// configure.
func (c *Core) validateFirst(ctx context.Context, plan *CorePlan) error {
	if plan.config.IsNull() {
		return nil
	}
	provider, err := c.unconfigured()
	if err != nil {
		return err
	}
	diagnostics, err := c.validate(ctx, provider, plan.config)
	plan.Diagnostics = append(plan.Diagnostics, diagnostics...)
	return err
}

// planAll plans the instance and what is deposed.
func (c *Core) planAll(ctx context.Context, plan *CorePlan, options []PlanOption) error {
	if plan.config.IsNull() && plan.isOfNothing() {
		return nil // No provider is started.
	}
	provider, err := c.provider(ctx)
	if err != nil {
		return err
	}
	refresh := !slices.Contains(options, NoRefresh)
	// Neither waits for the other, nor do they share a failure.
	return errors.Join(c.planDeposed(ctx, provider, plan, refresh), c.planInstance(ctx, provider, plan, refresh, slices.Contains(options, Replace)))
}

// planInstance plans the instance.
func (c *Core) planInstance(ctx context.Context, provider tfprotov6.ProviderServer, plan *CorePlan, refresh, replace bool) error {
	if plan.config.IsNull() {
		return c.planRemoved(ctx, provider, plan, refresh)
	}
	if refresh {
		if err := c.refreshFor(ctx, provider, plan); err != nil {
			return err
		}
	}
	return c.planCurrent(ctx, provider, plan, replace)
}

// refreshFor refreshes the instance that a plan is about.
func (c *Core) refreshFor(ctx context.Context, provider tfprotov6.ProviderServer, plan *CorePlan) error {
	if plan.prior == nil {
		return nil
	}
	refreshed, diagnostics, err := c.readAny(ctx, provider, plan.prior)
	plan.Diagnostics = append(plan.Diagnostics, diagnostics...)
	if err != nil {
		return err
	}
	plan.prior = refreshed
	if refreshed.Value.IsNull() {
		plan.prior, plan.gone = nil, refreshed
	}
	return nil
}

// planCurrent plans the instance that is configured. A tainted one is planned as if
// there were none, without its private state; one that is gone leaves it.
func (c *Core) planCurrent(ctx context.Context, provider tfprotov6.ProviderServer, plan *CorePlan, replace bool) error {
	prior := plan.prior
	if prior == nil {
		prior = plan.gone
	}
	if prior != nil && prior.Tainted {
		prior = nil
	}
	diagnostics, err := c.validate(ctx, provider, plan.config)
	plan.Diagnostics = append(plan.Diagnostics, diagnostics...)
	if err != nil {
		return err
	}
	value, resp, err := c.change(ctx, provider, prior, privateOf(prior), plan.config)
	plan.say(resp)
	if err != nil {
		return plan.sayBug(err)
	}
	plan.Value, plan.returned.private = value, resp.PlannedPrivate
	switch {
	case plan.prior == nil:
		plan.Action = CreateOnly
	case prior == nil:
		plan.Action = c.replacement()
	case replace || replaces(resp.RequiresReplace, prior.Value, value):
		return c.planReplacement(ctx, provider, plan)
	case !value.Equal(prior.Value):
		plan.Action = UpdateInPlace
	}
	return nil
}

// Resolve gives the configuration as it is in apply, when all is known and where
// ephemeral values may be other ones.
func (p *CorePlan) Resolve(config map[string]any) {
	p.config = objectOf(p.config.Type(), config)
}

// IsEmpty reports that the plan changes nothing.
func (p *CorePlan) IsEmpty() bool {
	return p.Action == NoOp && p.prior != nil && len(p.deposed) == 0
}

// isOfNothing reports that the plan has no instance to begin with.
func (p *CorePlan) isOfNothing() bool { return p.prior == nil && len(p.deposed) == 0 }

// Prior is what the refresh of the plan found, nil for nothing.
func (p *CorePlan) Prior() *Instance { return p.prior }

// Deposed are the former instances that the plan destroys.
func (p *CorePlan) Deposed() []*Instance { return p.deposed }

// Changes lists the changes of the plan in short form.
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

// say shows the diagnostics of an answer, if there was one.
func (p *CorePlan) say(resp *tfprotov6.PlanResourceChangeResponse) {
	if resp != nil {
		p.Diagnostics = append(p.Diagnostics, resp.Diagnostics...)
	}
}

// sayBug shows what Terraform itself has to say about an answer.
func (p *CorePlan) sayBug(err error) error {
	if bug := (*BugError)(nil); errors.As(err, &bug) {
		p.Diagnostics = append(p.Diagnostics, bug.diagnostic())
	}
	return err
}

func privateOf(i *Instance) []byte {
	if i == nil {
		return nil
	}
	return i.Private
}
