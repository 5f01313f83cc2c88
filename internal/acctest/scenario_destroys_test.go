package acctest_test

import (
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// destroyScenarios are about the end of a probe.
var destroyScenarios = []scenario{
	{
		fact: "destroy", name: "while the backend changes",
		play: func(p player) {
			begin(p)
			p.plan(acctest.DestroyAll)
			drift(p)
			p.apply()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		fact: "destroy", name: "without a refresh",
		play: func(p player) {
			begin(p)
			drift(p)
			p.plan(acctest.DestroyAll, acctest.NoRefresh)
			p.apply()
		},
		notices: []string{deleteGetsTheState, "-refresh=false refreshes"},
	},
	{
		fact: "destroy", name: "that fails, and again",
		play: func(p player) {
			begin(p)
			p.plan(acctest.DestroyAll)
			fail(p, "delete")
			p.apply()
			recovers(p)
			p.plan(acctest.DestroyAll)
			p.apply()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		fact: "destroy", name: "that its plan refuses",
		play: func(p player) {
			begin(p)
			fail(p, "plan destroy")
			p.plan(acctest.DestroyAll)
			p.in().config = nil
			p.plan()
		},
	},
	{
		// Before 1.12 Terraform plans the end from the state as it was, and refreshes
		// afterwards. Later ones and OpenTofu refresh first.
		fact: "destroy", name: "because removed, of what has drifted",
		play: func(p player) {
			begin(p)
			drift(p)
			p.in().config = nil
			p.plan()
			p.apply()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		fact: "destroy", name: "because removed, of what is gone",
		play: func(p player) {
			begin(p)
			vanish(p)
			p.in().config = nil
			p.plan()
			p.apply()
		},
	},
	{
		fact: "destroy", name: "because removed, without a refresh",
		play: func(p player) {
			begin(p)
			p.in().config = nil
			p.plan(acctest.NoRefresh)
			p.apply()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		fact: "destroy", name: "because removed, which fails",
		play: func(p player) {
			begin(p)
			drift(p)
			p.in().config = nil
			p.plan()
			fail(p, "delete")
			p.apply()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		fact: "process", name: "of a destroy, twice",
		play: func(p player) {
			begin(p)
			p.plan(acctest.DestroyAll)
			p.apply()
			p.plan(acctest.DestroyAll)
			p.apply()
		},
	},
	{
		fact: "process", name: "of a destroy of what is gone",
		play: func(p player) {
			begin(p)
			vanish(p)
			p.plan(acctest.DestroyAll)
			p.apply()
		},
	},
	{
		fact: "process", name: "of a destroy whose ordinary plan fails",
		play: func(p player) {
			begin(p)
			fail(p, "plan update")
			p.plan(acctest.DestroyAll)
			p.plan(acctest.DestroyAll, acctest.NoRefresh)
			p.apply()
		},
	},
	{
		fact: "process", name: "of a destroy whose ordinary plan replaces",
		play: func(p player) {
			begin(p)
			p.in().config["fixed"] = "another"
			p.plan(acctest.DestroyAll)
			p.apply()
		},
	},
}
