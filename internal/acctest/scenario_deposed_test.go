package acctest_test

import (
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// depose replaces a probe whose end fails.
func depose(p player) {
	p.in().createBeforeDestroy = true
	begin(p)
	p.plan(acctest.Replace)
	fail(p, "delete")
	p.apply()
	recovers(p)
}

// deposedScenarios are about create_before_destroy and what it leaves.
var deposedScenarios = []scenario{
	{
		fact: "deposed", name: "only for as long as an apply takes",
		play: func(p player) {
			begin(p)
			p.in().createBeforeDestroy = true
			p.in().config["fixed"] = "another"
			p.plan()
			drift(p)
			p.apply()
			p.plan()
		},
		notices: []string{deleteGetsTheState, "a plan without a state has no private state", "create_before_destroy is not played"},
	},
	{
		fact: "deposed", name: "and tainted",
		play: func(p player) {
			p.in().createBeforeDestroy = true
			begin(p)
			p.taint()
			p.plan()
			p.apply()
		},
		notices: []string{deleteGetsTheState, "create_before_destroy is not played"},
	},
	{
		fact: "deposed", name: "until the next apply",
		play: func(p player) {
			depose(p)
			p.plan()
			drift(p)
			p.apply()
			p.plan()
		},
		notices: []string{deleteGetsTheState, "what is deposed is forgotten"},
	},
	{
		fact: "deposed", name: "beside a change, without a refresh",
		play: func(p player) {
			depose(p)
			p.in().config["input"] = "another"
			p.plan(acctest.NoRefresh)
			p.apply()
		},
		notices: []string{"what is deposed is forgotten"},
	},
	{
		fact: "deposed", name: "and gone",
		play: func(p player) {
			depose(p)
			vanish(p)
			p.plan()
			p.apply()
		},
	},
	{
		fact: "deposed", name: "and cannot be read",
		play: func(p player) {
			depose(p)
			fail(p, "read p-1")
			p.plan()
		},
	},
	{
		fact: "deposed", name: "and not destroyed again, beside a change",
		play: func(p player) {
			depose(p)
			p.in().config["input"] = "another"
			p.plan()
			fail(p, "delete")
			p.apply()
		},
	},
	{
		fact: "deposed", name: "and replaced once more",
		play: func(p player) {
			depose(p)
			p.plan(acctest.Replace)
			p.apply()
			p.plan()
		},
		notices: []string{"what is deposed is forgotten"},
	},
	{
		fact: "deposed", name: "and all is destroyed",
		play: func(p player) {
			depose(p)
			p.plan(acctest.DestroyAll)
			p.apply()
		},
		notices: []string{deleteGetsTheState, "what is deposed is forgotten"},
	},
	{
		fact: "deposed", name: "and the instance removed",
		play: func(p player) {
			depose(p)
			p.in().config = nil
			p.plan()
			p.apply()
		},
		notices: []string{deleteGetsTheState, "what is deposed is forgotten"},
	},
	{
		fact: "deposed", name: "and restored where the create leaves nothing",
		play: func(p player) {
			p.in().createBeforeDestroy = true
			begin(p)
			p.plan(acctest.Replace)
			fail(p, "refuse create")
			p.apply()
			p.plan()
		},
	},
	{
		fact: "deposed", name: "beside half an object",
		play: func(p player) {
			p.in().createBeforeDestroy = true
			begin(p)
			p.plan(acctest.Replace)
			fail(p, "create")
			p.apply()
			recovers(p)
			p.plan()
			p.apply()
		},
	},
	{
		fact: "deposed", name: "because its plan refuses",
		play: func(p player) {
			p.in().createBeforeDestroy = true
			begin(p)
			p.plan(acctest.Replace)
			fail(p, "plan destroy")
			p.apply()
			p.plan()
		},
	},
}
