package acctest_test

import (
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// replaced are the mutations that every replacement of a probe shows, delete first.
var replaced = []string{
	deleteGetsTheState, "a plan without a state has no private state", "a create half has the plan's private state",
}

// replaceScenarios are about replacements of probes, delete first.
var replaceScenarios = []scenario{
	{
		fact: "replace", name: "with -replace",
		play: func(p player) {
			begin(p)
			p.plan(acctest.Replace)
			p.apply()
			p.plan()
		},
		notices: replaced,
	},
	{
		fact: "replace", name: "with replace_triggered_by",
		play: func(p player) {
			p.in().triggered = true
			begin(p)
			p.plan(acctest.Replace)
			p.apply()
			p.plan()
		},
		notices: replaced,
	},
	{
		fact: "replace", name: "because the provider demands it",
		play: func(p player) {
			begin(p)
			p.in().config["fixed"] = "another"
			p.plan()
			drift(p)
			p.apply()
			p.plan()
		},
		notices: replaced,
	},
	{
		fact: "replace", name: "without a refresh",
		play: func(p player) {
			begin(p)
			drift(p)
			p.plan(acctest.Replace, acctest.NoRefresh)
			p.apply()
		},
		notices: append([]string{"-refresh=false refreshes"}, replaced...),
	},
	{
		fact: "replace", name: "of what is gone",
		play: func(p player) {
			begin(p)
			vanish(p)
			p.plan(acctest.Replace)
			p.apply()
		},
	},
	{
		fact: "replace", name: "whose second plan fails",
		play: func(p player) {
			begin(p)
			fail(p, "plan create")
			p.plan(acctest.Replace)
		},
	},
	{
		fact: "replace", name: "whose first plan fails",
		play: func(p player) {
			begin(p)
			fail(p, "plan update")
			p.plan(acctest.Replace)
		},
	},
	{
		fact: "replace", name: "whose delete half fails",
		play: func(p player) {
			begin(p)
			p.plan(acctest.Replace)
			fail(p, "delete")
			p.apply()
			p.plan()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		fact: "replace", name: "whose create half fails",
		play: func(p player) {
			begin(p)
			p.plan(acctest.Replace)
			fail(p, "refuse create")
			p.apply()
			p.plan()
		},
	},
	{
		fact: "silent", name: "until its second plan",
		play: func(p player) {
			begin(p)
			p.plan(acctest.NoRefresh)
			ordinary := p.in().firstPlanned()
			p.plan(acctest.NoRefresh, acctest.Replace)
			if first := p.in().firstPlanned(); first != ordinary {
				p.in().t.Errorf("the first plan of a replacement can be told from an ordinary one:\n%s\n%s", ordinary, first)
			}
		},
		notices: []string{"-replace is not played"},
	},
}

// taintScenarios are about tainted probes.
var taintScenarios = []scenario{
	{
		fact: "taint", name: "and replaced",
		play: func(p player) {
			begin(p)
			p.taint()
			p.plan()
			p.apply()
			p.plan()
		},
		notices: []string{"a tainted instance is planned with its private state", "a taint is not played"},
	},
	{
		fact: "taint", name: "and replaced without a refresh",
		play: func(p player) {
			begin(p)
			p.taint()
			p.plan(acctest.NoRefresh)
			p.apply()
		},
		notices: []string{"a tainted instance is planned with its private state", "a taint is not played"},
	},
	{
		fact: "taint", name: "and gone",
		play: func(p player) {
			begin(p)
			p.taint()
			vanish(p)
			p.plan()
			p.apply()
		},
	},
	{
		fact: "taint", name: "and destroyed",
		play: func(p player) {
			begin(p)
			p.taint()
			p.plan(acctest.DestroyAll)
			p.apply()
		},
		notices: []string{deleteGetsTheState, "a taint is not played"},
	},
	{
		fact: "taint", name: "and removed",
		play: func(p player) {
			begin(p)
			p.taint()
			p.in().config = nil
			p.plan()
			p.apply()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		fact: "taint", name: "by a create that failed",
		play: func(p player) {
			p.in().config = map[string]any{"name": "a"}
			p.plan()
			fail(p, "create")
			p.apply()
			recovers(p)
			p.plan()
			p.apply()
		},
		notices: []string{"a tainted instance is planned with its private state"},
	},
	{
		fact: "taint", name: "stays where its delete fails",
		play: func(p player) {
			begin(p)
			p.taint()
			p.plan()
			fail(p, "delete")
			p.apply()
			p.plan()
		},
	},
}
