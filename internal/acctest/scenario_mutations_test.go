package acctest_test

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

const (
	// deleteGetsTheState is what Core once did, and what the comparison is for.
	deleteGetsTheState = "Delete gets the private state of the state, not that of the plan"
	applyGetsThePlan   = "the plan within an apply gets the private state of the plan"

	private = "call:   private "
)

// mutations are what a Core could do that Terraform does not do.
var mutations = map[string]mutation{
	deleteGetsTheState: {shows: private, alter: func(p *corePlayer, request any) {
		switch req := request.(type) {
		case *tfprotov6.PlanResourceChangeRequest:
			p.privates[string(req.PriorState.MsgPack)] = req.PriorPrivate
		case *tfprotov6.ApplyResourceChangeRequest:
			if !isNull(p, req.PlannedState) {
				return
			}
			of, known := p.privates[string(req.PriorState.MsgPack)]
			if !known {
				of = p.core.State.Private // A tainted one was planned without.
			}
			req.PlannedPrivate = of
		}
	}},
	applyGetsThePlan: {shows: private, alter: func(p *corePlayer, request any) {
		if req, ok := request.(*tfprotov6.PlanResourceChangeRequest); ok && p.applying && !isNull(p, req.PriorState) {
			req.PriorPrivate = p.saved.Returned()
		}
	}},
	"a create half has the plan's private state": {shows: private, alter: func(p *corePlayer, request any) {
		if req, ok := request.(*tfprotov6.PlanResourceChangeRequest); ok && p.applying && isNull(p, req.PriorState) {
			req.PriorPrivate = p.saved.Returned()
		}
	}},
	"a plan without a state has no private state": {shows: private, alter: func(p *corePlayer, request any) {
		if req, ok := request.(*tfprotov6.PlanResourceChangeRequest); ok && !p.applying && isNull(p, req.PriorState) {
			req.PriorPrivate = nil
		}
	}},
	"a tainted instance is planned with its private state": {shows: private, alter: func(p *corePlayer, request any) {
		if req, ok := request.(*tfprotov6.PlanResourceChangeRequest); ok && !p.applying && p.core.State != nil && p.core.State.Tainted {
			req.PriorPrivate = p.core.State.Private
		}
	}},
	"a no-op is planned again": {shows: "call: ", beforeApply: func(p *corePlayer) {
		if p.saved.Action != acctest.NoOp {
			return
		}
		if _, err := p.core.PlanFrom(p.t.Context(), p.saved.Prior(), p.config); err != nil {
			p.t.Error(err)
		}
	}},
	"-refresh=false refreshes": {beforePlan: without(acctest.NoRefresh)},
	"-replace is not played":   {beforePlan: without(acctest.Replace)},
	"a taint is not played": {beforePlan: func(p *corePlayer, options []acctest.PlanOption) []acctest.PlanOption {
		if p.core.State != nil {
			p.core.State.Tainted = false
		}
		return options
	}},
	"create_before_destroy is not played": {beforePlan: func(p *corePlayer, options []acctest.PlanOption) []acctest.PlanOption {
		p.core.CreateBeforeDestroy = false
		return options
	}},
	"what is deposed is forgotten": {beforePlan: func(p *corePlayer, options []acctest.PlanOption) []acctest.PlanOption {
		p.core.Deposed = nil
		return options
	}},
}

// without drops an option.
func without(dropped acctest.PlanOption) func(*corePlayer, []acctest.PlanOption) []acctest.PlanOption {
	return func(_ *corePlayer, options []acctest.PlanOption) []acctest.PlanOption {
		return slices.DeleteFunc(slices.Clone(options), func(o acctest.PlanOption) bool { return o == dropped })
	}
}

// isNull reports a state of nothing.
func isNull(p *corePlayer, state *tfprotov6.DynamicValue) bool {
	null, err := state.IsNull()
	if err != nil {
		p.t.Error(err)
	}
	return null
}
