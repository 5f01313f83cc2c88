package acctest_test

import (
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// corePlayer plays with Core.
type corePlayer struct {
	*stage
	core  *acctest.Core
	saved *acctest.CorePlan
	// applying is whether the last step is an apply.
	applying bool
	// privates are the prior private states that were sent, by the prior state.
	privates map[string][]byte
	mutation
}

// mutation is what a Core does that Terraform does not do.
type mutation struct {
	// alter changes a request before it is sent.
	alter func(p *corePlayer, request any)
	// beforePlan changes what is played before a plan, or how.
	beforePlan func(p *corePlayer, options []acctest.PlanOption) []acctest.PlanOption
	// beforeApply changes what is played before an apply.
	beforeApply func(p *corePlayer)
	// shows is how the first line begins that differs, of the CLI or of Core.
	shows string
}

func newCorePlayer(s *stage, cli acctest.CLI) *corePlayer {
	return &corePlayer{stage: s, core: &acctest.Core{CLI: cli}, privates: map[string][]byte{}}
}

func (p *corePlayer) in() *stage { return p.stage }

// start makes the Core when the scenario has said which resource it is about.
func (p *corePlayer) start() {
	if p.saved != nil {
		return
	}
	serve := p.serve()
	core, err := acctest.NewCoreOf(p.t.Context(), func() (tfprotov6.ProviderServer, error) { return serve(), nil }, p.typeName)
	if err != nil {
		p.t.Fatal(err)
	}
	core.CLI = p.core.CLI
	if p.alter != nil {
		core.Alter(func(request any) { p.alter(p, request) })
	}
	p.core = core
}

func (p *corePlayer) plan(options ...acctest.PlanOption) {
	p.start()
	p.core.CreateBeforeDestroy = p.createBeforeDestroy
	if p.beforePlan != nil {
		options = p.beforePlan(p, options)
	}
	p.applying = false
	var err error
	p.saved, err = p.core.Plan(p.t.Context(), p.config, options...)
	p.noteCalls("plan", p.deposedIDs())
	p.noteShown(acctest.RenderDiagnostics(p.saved.Diagnostics))
	if err != nil {
		p.note("plan", "failed")
		return
	}
	before := "null"
	if prior := p.saved.Prior(); prior != nil {
		before = acctest.Render(prior.Value)
	}
	p.note("plan", fmt.Sprintf("%s: %s -> %s", p.saved.Action, before, acctest.Render(p.saved.Value)))
	for _, deposed := range p.saved.Deposed() {
		p.note("plan", fmt.Sprintf("deposed, delete: %s", acctest.Render(deposed.Value)))
	}
}

func (p *corePlayer) apply() {
	deposed := p.deposedIDs()
	if p.config != nil {
		known := maps.Clone(p.config)
		for name, value := range known {
			if value == acctest.Unknown {
				known[name] = late
			}
		}
		p.saved.Resolve(known)
	}
	if p.beforeApply != nil {
		p.beforeApply(p)
	}
	p.applying = true
	err := p.core.Apply(p.t.Context(), p.saved)
	p.noteCalls("apply", deposed)
	p.noteShown(acctest.RenderDiagnostics(p.core.Diagnostics))
	if err != nil {
		p.note("apply", "failed")
	}
	kind := "current"
	if i := p.core.State; i != nil {
		if i.Tainted {
			kind = "tainted"
		}
		p.noteInstance(kind, acctest.Render(i.Value), acctest.RenderPrivate(i.Private), renderTexts(acctest.IdentityOf(i.Identity)))
	}
	for _, i := range p.core.Deposed {
		p.noteInstance("deposed", acctest.Render(i.Value), acctest.RenderPrivate(i.Private), renderTexts(acctest.IdentityOf(i.Identity)))
	}
}

func (p *corePlayer) taint() { p.core.Taint() }

func (p *corePlayer) deposedIDs() []string {
	var ids []string
	for _, i := range p.core.Deposed {
		ids = append(ids, idText(acctest.Render(acctest.Attribute(i.Value, "id"))))
	}
	return ids
}

// idText is how an id stands in a rendered value.
func idText(quoted string) string { return `"id":` + quoted }

func renderTexts(texts map[string]string) string {
	if len(texts) == 0 {
		return ""
	}
	return fmt.Sprint(texts)
}
