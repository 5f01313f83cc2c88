package acctest_test

import (
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// planScenarios are about plans and applies of probes that stay where they are.
var planScenarios = []scenario{
	{
		fact: "apply", name: "of an update, while the backend changes",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = "another"
			p.plan()
			drift(p)
			p.apply()
			p.plan()
			p.apply()
		},
		notices: []string{applyGetsThePlan},
	},
	{
		fact: "apply", name: "of an update without a refresh",
		play: func(p player) {
			begin(p)
			drift(p)
			p.in().config["input"] = "another"
			p.plan(acctest.NoRefresh)
			p.apply()
		},
		notices: []string{applyGetsThePlan, "-refresh=false refreshes"},
	},
	{
		fact: "apply", name: "of a create whose input is unknown",
		play: func(p player) {
			p.in().config = map[string]any{"name": "a", "input": acctest.Unknown}
			p.plan()
			p.apply()
		},
	},
	{
		fact: "apply", name: "of an update whose input is unknown",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = acctest.Unknown
			p.plan()
			p.apply()
		},
		notices: []string{applyGetsThePlan},
	},
	{
		fact: "apply", name: "of a replacement because of what is unknown, which turns out the same",
		play: func(p player) {
			p.in().config = map[string]any{"name": "a", "fixed": late}
			p.plan()
			p.apply()
			p.in().config["fixed"] = acctest.Unknown
			p.plan()
			p.apply()
		},
	},
	{
		fact: "apply", name: "of a configuration that turns out invalid",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = acctest.Unknown
			p.plan()
			fail(p, "validate")
			p.apply()
		},
	},
	{
		fact: "apply", name: "that is planned to fail",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = "another"
			p.plan()
			fail(p, "plan update")
			p.apply()
		},
	},
	{
		fact: "apply", name: "of a plan that has become stale",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = "another"
			p.plan()
			p.apply()
			p.apply()
		},
	},
	{
		fact: "apply", name: "of a write-only value",
		play: func(p player) {
			p.in().config = map[string]any{"name": "a", "secret_wo": "hidden"}
			p.plan()
			p.apply()
			p.in().config["input"] = "another"
			p.plan()
			p.apply()
		},
	},
	{
		fact: "mode", name: "is not told",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = "another"
			p.plan(acctest.NoRefresh)
			planned := p.in().firstPlanned()
			p.apply()
			if again := p.in().firstPlanned(); again != planned {
				p.in().t.Errorf("the apply plans otherwise than the plan:\n%s\n%s", planned, again)
			}
		},
	},
	{
		// Terraform starts a provider for the apply of nothing, OpenTofu does not.
		fact: "no-op", name: "is not planned again",
		play: func(p player) {
			begin(p)
			drift(p)
			p.plan()
			p.apply()
			p.plan(acctest.NoRefresh)
			p.apply()
		},
		notices: []string{"a no-op is planned again"},
	},
	{
		fact: "list", name: "has one unknown element",
		play: func(p player) {
			p.in().config = map[string]any{"name": "a"}
			p.plan()
			p.apply()
			p.in().config["input"] = "another"
			p.plan()
			p.apply()
		},
	},
	{
		fact: "list", name: "of an update gets shorter",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = "another"
			p.plan()
			meanwhile(p, func(w *probeBackend) { w.misfit = true })
			p.apply()
			p.plan()
		},
	},
	{
		fact: "list", name: "of a create gets shorter, which taints",
		play: func(p player) {
			p.in().config = map[string]any{"name": "a"}
			p.plan()
			meanwhile(p, func(w *probeBackend) { w.misfit = true })
			p.apply()
			p.plan()
		},
	},
	{
		fact: "list", name: "of unknown length gets any",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = ofUnknownLength
			p.plan()
			meanwhile(p, func(w *probeBackend) { w.misfit = true })
			p.apply()
		},
	},
	{
		fact: "gone", name: "and created again",
		play: func(p player) {
			begin(p)
			vanish(p)
			p.plan()
			p.apply()
		},
		notices: []string{"a plan without a state has no private state"},
	},
	{
		fact: "gone", name: "without a refresh",
		play: func(p player) {
			begin(p)
			vanish(p)
			p.plan(acctest.NoRefresh)
			p.apply()
		},
		notices: []string{"-refresh=false refreshes"},
	},
	{
		fact: "failure", name: "of a refresh",
		play: func(p player) {
			begin(p)
			fail(p, "read p-1")
			p.plan()
			p.plan(acctest.DestroyAll)
			p.in().config = nil
			p.plan()
		},
	},
	{
		fact: "failure", name: "of an update",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = "another"
			p.plan()
			fail(p, "update")
			p.apply()
			p.plan()
		},
	},
	{
		fact: "failure", name: "of a create that leaves nothing",
		play: func(p player) {
			p.in().config = map[string]any{"name": "a"}
			p.plan()
			fail(p, "refuse create")
			p.apply()
			p.plan()
		},
	},
	{
		fact: "failure", name: "of the validation",
		play: func(p player) {
			begin(p)
			fail(p, "validate")
			p.plan()
			p.plan(acctest.DestroyAll)
		},
	},
}
