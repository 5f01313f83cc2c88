package acctest

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// TaintedError is the error of a create that failed and returned a state. The object
// may be incomplete, so the next plan replaces it.
type TaintedError struct{ Refused *RefusedError }

func (e *TaintedError) Error() string {
	return "a failed create returned a state, which taints the resource: " + e.Refused.Error()
}

// Apply carries out a plan in a new provider and without a refresh, and makes the
// result the state. It is given the plan alone, so time may have passed and the service
// may have changed.
func (c *Core) Apply(ctx context.Context, plan *CorePlan) error {
	c.Warned, c.Diagnostics = nil, nil
	if plan.from != c.State || !slices.Equal(plan.fromDeposed, c.Deposed) {
		return c.bug(stalePlan, errors.New("the state has changed since the plan was made"))
	}
	c.State, c.Deposed = plan.prior, plan.deposed
	if plan.Action == NoOp && len(plan.deposed) == 0 && (c.CLI.Product == openTofu || plan.destroy || plan.config.IsNull()) {
		return nil // No provider is started. Terraform starts one for what stays.
	}
	provider, err := c.provider(ctx)
	if err != nil {
		return err
	}
	return errors.Join(c.applyDeposed(ctx, provider), c.applyCurrent(ctx, provider, plan))
}

// applyDeposed destroys what former replacements have left.
func (c *Core) applyDeposed(ctx context.Context, provider tfprotov6.ProviderServer) error {
	var failures []error
	var left []*Instance
	for _, deposed := range c.Deposed {
		still, err := c.destroyDeposed(ctx, provider, deposed)
		if still != nil {
			left = append(left, still)
		}
		if err != nil {
			failures = append(failures, err)
		}
	}
	c.Deposed = left
	return errors.Join(failures...)
}

// applyCurrent carries out what is planned for the instance.
func (c *Core) applyCurrent(ctx context.Context, provider tfprotov6.ProviderServer, plan *CorePlan) (err error) {
	switch plan.Action {
	case NoOp:
		return nil
	case DeleteOnly:
		c.State, err = c.delete(ctx, provider, plan.prior, plan.returned)
		return err
	case DeleteThenCreate:
		if c.State, err = c.delete(ctx, provider, plan.prior, plan.returned); err != nil {
			return err
		}
		return c.write(ctx, provider, plan)
	case CreateThenDelete:
		former := c.State
		c.State = nil
		if err := c.write(ctx, provider, plan); err != nil {
			if c.State == nil {
				c.State = former // Nothing has taken its place.
			} else {
				c.Deposed = append(slices.Clone(c.Deposed), former)
			}
			return err
		}
		still, err := c.destroyDeposed(ctx, provider, former)
		if still != nil {
			c.Deposed = append(slices.Clone(c.Deposed), still)
		}
		return err
	case CreateOnly, UpdateInPlace:
	}
	return c.write(ctx, provider, plan)
}

// destroyDeposed plans the end of an instance, although the plan may have done so, and
// carries it out. It returns what is left of it.
func (c *Core) destroyDeposed(ctx context.Context, provider tfprotov6.ProviderServer, at *Instance) (*Instance, error) {
	again := &CorePlan{}
	end, err := c.planDelete(ctx, provider, again, at)
	c.Diagnostics = append(c.Diagnostics, again.Diagnostics...)
	if err != nil {
		return at, err
	}
	return c.delete(ctx, provider, at, end)
}

// delete is ApplyResourceChange for an instance that goes. It returns what is left of
// it.
func (c *Core) delete(ctx context.Context, provider tfprotov6.ProviderServer, at *Instance, end planReturns) (*Instance, error) {
	value, resp, err := c.apply(ctx, provider, at.Value, c.null(), c.null(), end)
	switch {
	case err != nil && (resp == nil || value.IsNull()):
		return at, err
	case err == nil && value.IsNull():
		return nil, nil //nolint:nilnil // Nothing is left, and that is fine.
	case err == nil:
		err = c.bug(invalidResult, errors.New("something is left of what was deleted"))
	}
	return &Instance{Value: value, Private: resp.Private, Identity: resp.NewIdentity, Tainted: at.Tainted}, err
}

// write plans once more, which may make known what was not, and creates or updates.
func (c *Core) write(ctx context.Context, provider tfprotov6.ProviderServer, plan *CorePlan) error {
	prior := c.State
	again, resp, err := c.planAgain(ctx, provider, plan, prior)
	if err != nil {
		return err
	}
	before := c.null()
	if prior != nil {
		before = prior.Value
		if again.Equal(before) {
			return nil
		}
	}
	value, applied, err := c.apply(ctx, provider, before, again, plan.config, planReturns{resp.PlannedPrivate, resp.PlannedIdentity})
	if applied == nil {
		return err
	}
	if err == nil {
		err = c.whole(again, value)
	}
	if !value.IsNull() {
		c.State = &Instance{Value: value, Private: applied.Private, Identity: applied.NewIdentity}
		c.State.Tainted = err != nil && prior == nil
	}
	if refused := (*RefusedError)(nil); errors.As(err, &refused) && prior == nil && !value.IsNull() {
		return &TaintedError{refused}
	}
	return err
}

// whole refuses a result that contradicts the plan, or is not one.
func (c *Core) whole(planned, value tftypes.Value) error {
	if !value.IsFullyKnown() {
		return c.bug(invalidResult, errors.New("not all of the result is known"))
	}
	if value.IsNull() {
		return c.bug(inconsistentResult, errors.New("there is no result"))
	}
	if err := conforms(planned, value); err != nil {
		return c.bug(inconsistentResult, err)
	}
	return nil
}

// planAgain is the plan within an apply. It starts from the refresh of the plan, and
// gets nothing that the plan has returned.
func (c *Core) planAgain(ctx context.Context, provider tfprotov6.ProviderServer, plan *CorePlan, prior *Instance) (tftypes.Value, *tfprotov6.PlanResourceChangeResponse, error) {
	said, err := c.validate(ctx, provider, plan.config)
	c.Diagnostics = append(c.Diagnostics, said...)
	if err != nil {
		return tftypes.Value{}, nil, err
	}
	again, resp, err := c.change(ctx, provider, prior, privateOf(prior), plan.config)
	if resp != nil {
		c.Diagnostics = append(c.Diagnostics, resp.Diagnostics...)
	}
	if bug := (*BugError)(nil); errors.As(err, &bug) {
		c.Diagnostics = append(c.Diagnostics, bug.diagnostic())
	}
	if err != nil {
		return again, resp, err
	}
	if prior != nil && replaces(resp.RequiresReplace, prior.Value, again) {
		return again, resp, c.bug(inconsistentPlan, errors.New("an update has become a replacement"))
	}
	if err := conforms(plan.Value, again); err != nil {
		return again, resp, c.bug(inconsistentPlan, err)
	}
	return again, resp, nil
}

// apply is ApplyResourceChange. The answer is there even where it has errors.
func (c *Core) apply(ctx context.Context, provider tfprotov6.ProviderServer, prior, planned, config tftypes.Value, returned planReturns) (tftypes.Value, *tfprotov6.ApplyResourceChangeResponse, error) {
	req := &tfprotov6.ApplyResourceChangeRequest{TypeName: c.typeName, PlannedPrivate: returned.private, PlannedIdentity: returned.identity}
	var err error
	for target, value := range map[**tfprotov6.DynamicValue]tftypes.Value{&req.PriorState: prior, &req.PlannedState: planned, &req.Config: config} {
		if *target, err = dynamic(value); err != nil {
			return tftypes.Value{}, nil, err
		}
	}
	c.altered(req)
	resp, err := provider.ApplyResourceChange(ctx, req)
	if err != nil {
		return tftypes.Value{}, nil, err
	}
	c.Diagnostics = append(c.Diagnostics, resp.Diagnostics...)
	for _, d := range resp.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityWarning {
			c.Warned = append(c.Warned, d.Summary)
		}
	}
	value, err := resp.NewState.Unmarshal(c.schema.ValueType())
	if err != nil {
		return tftypes.Value{}, nil, err
	}
	return value, resp, failed(resp.Diagnostics)
}

// bug is an error that Terraform itself shows.
func (c *Core) bug(summary string, problem error) error {
	bug := &BugError{summary, problem}
	c.Diagnostics = append(c.Diagnostics, bug.diagnostic())
	return bug
}

// Destroy plans and applies the end of the resource, without a refresh.
func (c *Core) Destroy(ctx context.Context) error {
	plan, err := c.Plan(ctx, nil, DestroyAll, NoRefresh)
	if err != nil {
		return err
	}
	return c.Apply(ctx, plan)
}
