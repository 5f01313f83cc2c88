package acctest

import (
	"context"
	"errors"
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
	value, resp, err := c.change(ctx, provider, nil, plan.returned.private, plan.config)
	if err != nil {
		plan.say(resp)
		return plan.sayBug(err)
	}
	plan.Value, plan.returned.private = value, resp.PlannedPrivate
	return nil
}

// planDeposed refreshes and plans the end of what a former replacement has left.
func (c *Core) planDeposed(ctx context.Context, provider tfprotov6.ProviderServer, plan *CorePlan, refresh bool) error {
	var failures []error
	var still []*Instance
	for _, deposed := range plan.deposed {
		if refresh {
			refreshed, diagnostics, err := c.read(ctx, provider, deposed)
			plan.Diagnostics = append(plan.Diagnostics, diagnostics...)
			if err != nil || refreshed == nil {
				failures = append(failures, err)
				continue
			}
			deposed = refreshed
		}
		_, err := c.planDelete(ctx, provider, plan, deposed)
		failures = append(failures, err)
		still = append(still, deposed)
	}
	plan.deposed = still
	return errors.Join(failures...)
}

// planDelete plans the end of an instance.
func (c *Core) planDelete(ctx context.Context, provider tfprotov6.ProviderServer, plan *CorePlan, at *Instance) (planReturns, error) {
	_, resp, err := c.change(ctx, provider, at, at.Private, c.null())
	plan.say(resp)
	if err != nil {
		return planReturns{}, plan.sayBug(err)
	}
	return planReturns{resp.PlannedPrivate, resp.PlannedIdentity}, nil
}

// planRemoved plans the end of an instance that is configured no more. An older Terraform
// plans it from the state as it was, which Delete gets too, and refreshes afterwards, to
// see whether it is there at all.
func (c *Core) planRemoved(ctx context.Context, provider tfprotov6.ProviderServer, plan *CorePlan, refresh bool) (err error) {
	if plan.prior == nil {
		return nil
	}
	first := c.CLI.Plays(refreshBeforeRemoval)
	if refresh && first {
		if err := c.refreshFor(ctx, provider, plan); err != nil || plan.prior == nil {
			return err
		}
	}
	plan.Action = DeleteOnly
	if plan.returned, err = c.planDelete(ctx, provider, plan, plan.prior); err != nil {
		return err
	}
	if !refresh || first {
		return nil
	}
	found, diagnostics, err := c.read(ctx, provider, plan.prior)
	plan.Diagnostics = append(plan.Diagnostics, diagnostics...)
	if err == nil && found == nil {
		plan.Action, plan.prior = NoOp, nil
	}
	return err
}

// refreshBeforeRemoval is that what is removed from the configuration is refreshed before
// its end is planned: https://github.com/hashicorp/terraform/pull/36394.
var refreshBeforeRemoval = Feature{"plans of removals from the refresh", "1.12.0", "1.6.0"}

// planDestroyAll is "plan -destroy". Its refresh is a whole plan in a separate process,
// of which only errors are shown. The next process plans the destroy of all instances,
// each with its private state, tainted or not.
func (c *Core) planDestroyAll(ctx context.Context, plan *CorePlan, options []PlanOption) error {
	if !slices.Contains(options, NoRefresh) && !plan.isOfNothing() {
		refresh := *plan
		if err := c.planAll(ctx, &refresh, nil); err != nil {
			*plan = refresh
			return err
		}
		plan.prior, plan.deposed = refresh.prior, refresh.deposed
	}
	if plan.isOfNothing() {
		return nil // No provider is started.
	}
	provider, err := c.provider(ctx)
	if err != nil {
		return err
	}
	err = c.planDeposed(ctx, provider, plan, false)
	if plan.prior == nil {
		return err
	}
	plan.Action = DeleteOnly
	end, refused := c.planDelete(ctx, provider, plan, plan.prior)
	plan.returned = end
	return errors.Join(err, refused)
}
