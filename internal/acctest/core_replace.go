package acctest

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// replacement is how an instance is replaced.
func (c *Core) replacement() PlanAction {
	if c.CreateBeforeDestroy {
		return CreateThenDelete
	}
	return DeleteThenCreate
}

// replaces reports that one of the attributes that the provider cannot change in place
// does change.
func replaces(paths []*tftypes.AttributePath, prior, planned tftypes.Value) bool {
	return slices.ContainsFunc(paths, func(path *tftypes.AttributePath) bool {
		before, _, errBefore := tftypes.WalkAttributePath(prior, path)
		after, _, errAfter := tftypes.WalkAttributePath(planned, path)
		was, isBefore := before.(tftypes.Value)
		is, isAfter := after.(tftypes.Value)
		if errBefore != nil || errAfter != nil || !isBefore || !isAfter {
			return (errBefore == nil) != (errAfter == nil)
		}
		return !is.IsFullyKnown() || !was.Equal(is)
	})
}

// planReplacement plans once more, as if there were no instance, but with the private
// state that the first answer has returned. Of what this answer says only errors are
// shown, and then all of it.
func (c *Core) planReplacement(ctx context.Context, provider tfprotov6.ProviderServer, plan *CorePlan) error {
	plan.Action = c.replacement()
	value, resp, err := c.change(ctx, provider, nil, plan.private, plan.config)
	if err != nil {
		plan.say(resp)
		return plan.sayBug(err)
	}
	plan.Value, plan.private = value, resp.PlannedPrivate
	return nil
}

// planDeposed refreshes and plans the end of what a former replacement has left.
func (c *Core) planDeposed(ctx context.Context, provider tfprotov6.ProviderServer, plan *CorePlan, refresh bool) error {
	var still []*Instance
	for _, deposed := range plan.deposed {
		if refresh {
			refreshed, diagnostics, err := c.read(ctx, provider, deposed)
			plan.Diagnostics = append(plan.Diagnostics, diagnostics...)
			if err != nil {
				return err
			}
			if refreshed == nil {
				continue
			}
			deposed = refreshed
		}
		if _, err := c.planDelete(ctx, provider, plan, deposed); err != nil {
			return err
		}
		still = append(still, deposed)
	}
	plan.deposed = still
	return nil
}

// planDelete plans the end of an instance and returns the private state that Delete
// gets.
func (c *Core) planDelete(ctx context.Context, provider tfprotov6.ProviderServer, plan *CorePlan, at *Instance) (private []byte, err error) {
	_, resp, err := c.change(ctx, provider, at, at.Private, c.null())
	plan.say(resp)
	if err != nil {
		return nil, plan.sayBug(err)
	}
	return resp.PlannedPrivate, nil
}

// planRemoved plans the end of an instance that is configured no more. Terraform
// plans it from the state as it was, and refreshes afterwards; OpenTofu refreshes first.
func (c *Core) planRemoved(ctx context.Context, provider tfprotov6.ProviderServer, plan *CorePlan, refresh bool) (err error) {
	if plan.prior == nil {
		return nil
	}
	if refresh && c.OpenTofu {
		if err := c.refreshFor(ctx, provider, plan); err != nil || plan.prior == nil {
			return err
		}
	}
	plan.Action = DeleteOnly
	if plan.private, err = c.planDelete(ctx, provider, plan, plan.prior); err != nil {
		return err
	}
	if refresh && !c.OpenTofu {
		if err := c.refreshFor(ctx, provider, plan); err != nil {
			return err
		}
	}
	if plan.prior == nil {
		plan.Action = NoOp
	}
	return nil
}

// planDestroyAll is "plan -destroy". Its refresh is a whole plan of which only errors are
// shown, in a process of its own. In the next one all instances are planned to go, each
// with its private state, tainted or not.
func (c *Core) planDestroyAll(ctx context.Context, plan *CorePlan, options []PlanOption) error {
	if !slices.Contains(options, NoRefresh) && (plan.prior != nil || len(plan.deposed) > 0) {
		refresh := *plan
		if err := c.planAll(ctx, &refresh, nil); err != nil {
			*plan = refresh
			return err
		}
		plan.prior, plan.deposed = refresh.prior, refresh.deposed
	}
	provider, err := c.provider(ctx)
	if err != nil {
		return err
	}
	if err := c.planDeposed(ctx, provider, plan, false); err != nil || plan.prior == nil {
		return err
	}
	plan.Action = DeleteOnly
	plan.private, err = c.planDelete(ctx, provider, plan, plan.prior)
	return err
}
