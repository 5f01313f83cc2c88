package acctest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// scenario is something that happens to one resource, and what it shows. It is played
// twice, with Core and with the CLI.
type scenario struct {
	name string
	play func(p player)
	// notices are the ways in which a Core could do something else than Terraform that
	// the scenario has to notice.
	notices []string
}

// scenarios are in the order of the facts that they show.
var scenarios = []scenario{
	{
		name: "C1: an apply plans again from the refresh, without the plan's private state",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = "another"
			p.plan()
			p.in().probes.change(func(w *probeWorld) { w.objects["p-1"] = 40 })
			p.apply()
			p.plan()
			p.apply()
		},
		notices: []string{"apply plans with the plan's private state"},
	},
	{
		name: "C1: what is unknown becomes known in apply",
		play: func(p player) {
			p.in().config = map[string]any{"name": "a", "input": acctest.Unknown}
			p.plan()
			p.apply()
		},
	},
	{
		name: "C1: what is unknown in the plan of an update",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = acctest.Unknown
			p.plan()
			p.apply()
		},
	},
	{
		name: "C1: a configuration that turns out invalid in apply",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = acctest.Unknown
			p.plan()
			p.in().probes.change(func(w *probeWorld) { w.fails["validate"] = true })
			p.apply()
		},
	},
	{
		name: "C2: Delete gets the private state of the plan, through a saved plan",
		play: func(p player) {
			begin(p)
			p.plan(acctest.DestroyAll)
			p.in().probes.change(func(w *probeWorld) { w.objects["p-1"] = 40 })
			p.apply()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		name: "C2: a destroy without a refresh",
		play: func(p player) {
			begin(p)
			p.in().probes.change(func(w *probeWorld) { w.objects["p-1"] = 40 })
			p.plan(acctest.DestroyAll, acctest.NoRefresh)
			p.apply()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		// Terraform 1.11 plans the end from the state as it was and refreshes afterwards.
		// OpenTofu 1.12 refreshes first.
		name: "C2: removed from the configuration",
		play: func(p player) {
			begin(p)
			p.in().probes.change(func(w *probeWorld) { w.objects["p-1"] = 40 })
			p.in().config = nil
			p.plan()
			p.apply()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		name: "C2: removed from the configuration and gone",
		play: func(p player) {
			begin(p)
			p.in().probes.change(func(w *probeWorld) { delete(w.objects, "p-1") })
			p.in().config = nil
			p.plan()
			p.apply()
		},
	},
	{
		name: "C2: removed from the configuration, without a refresh",
		play: func(p player) {
			begin(p)
			p.in().config = nil
			p.plan(acctest.NoRefresh)
			p.apply()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		name: "C2: a destroy that fails",
		play: func(p player) {
			begin(p)
			p.plan(acctest.DestroyAll)
			p.in().probes.change(func(w *probeWorld) { w.fails["delete"] = true })
			p.apply()
			p.in().probes.change(func(w *probeWorld) { w.fails["delete"] = false })
			p.plan(acctest.DestroyAll)
			p.apply()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		name: "C3: -replace",
		play: func(p player) {
			begin(p)
			p.plan(acctest.Replace)
			p.apply()
			p.plan()
		},
		notices: []string{deleteGetsTheState, "the second plan has no private state", "the create half has private state"},
	},
	{
		name: "C3: forced by the provider",
		play: func(p player) {
			begin(p)
			p.in().config["fixed"] = "another"
			p.plan()
			p.apply()
			p.plan()
		},
		notices: []string{deleteGetsTheState, "the second plan has no private state", "the create half has private state"},
	},
	{
		name: "C3: an error of the second plan is shown",
		play: func(p player) {
			begin(p)
			p.in().probes.change(func(w *probeWorld) { w.fails["plan create"] = true })
			p.plan(acctest.Replace)
		},
	},
	{
		name: "C3: an error of the first plan",
		play: func(p player) {
			begin(p)
			p.in().probes.change(func(w *probeWorld) { w.fails["plan update"] = true })
			p.plan(acctest.Replace)
		},
	},
	{
		name: "a refresh fails",
		play: func(p player) {
			begin(p)
			p.in().probes.change(func(w *probeWorld) { w.fails["read p-1"] = true })
			p.plan()
			p.plan(acctest.DestroyAll)
			p.in().config = nil
			p.plan()
		},
	},
	{
		name: "an update fails",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = "another"
			p.plan()
			p.in().probes.change(func(w *probeWorld) { w.fails["update"] = true })
			p.apply()
			p.plan()
		},
	},
	{
		name: "a configuration is invalid",
		play: func(p player) {
			begin(p)
			p.in().probes.change(func(w *probeWorld) { w.fails["validate"] = true })
			p.plan()
			p.plan(acctest.DestroyAll)
		},
	},
	{
		name: "what is gone leaves its private state to the plan that creates it again",
		play: func(p player) {
			begin(p)
			p.in().probes.change(func(w *probeWorld) { delete(w.objects, "p-1") })
			p.plan()
			p.apply()
		},
		notices: []string{"what is gone leaves no private state"},
	},
	{
		name: "a protected secret is gone",
		play: func(p player) {
			p.in().typeName = "thalassasecrets_secret"
			p.in().config = map[string]any{"path": "/app/db", "kms_key_id": acctest.KMSKey}
			p.plan()
			p.apply()
			p.in().server.Delete(putInto)
			p.plan()
			p.apply()
		},
	},
	{
		name: "C2: removed from the configuration, and its destroy fails",
		play: func(p player) {
			begin(p)
			p.in().probes.change(func(w *probeWorld) { w.objects["p-1"] = 40 })
			p.in().config = nil
			p.plan()
			p.in().probes.change(func(w *probeWorld) { w.fails["delete"] = true })
			p.apply()
		},
	},
	{
		name: "C3: -replace of what is gone",
		play: func(p player) {
			begin(p)
			p.in().probes.change(func(w *probeWorld) { delete(w.objects, "p-1") })
			p.plan(acctest.Replace)
			p.apply()
		},
	},
	{
		name: "C3: the delete half fails",
		play: func(p player) {
			begin(p)
			p.plan(acctest.Replace)
			p.in().probes.change(func(w *probeWorld) { w.fails["delete"] = true })
			p.apply()
		},
	},
	{
		name: "C3: the create half fails and leaves nothing",
		play: func(p player) {
			begin(p)
			p.plan(acctest.Replace)
			p.in().probes.change(func(w *probeWorld) { w.fails["refuse create"] = true })
			p.apply()
			p.plan()
		},
	},
	{
		name: "C4: neither warning nor attribute of the plan names what -replace destroys",
		play: func(p player) {
			putFirst(p)
			p.plan(acctest.Replace)
			p.apply()
			p.plan()
		},
	},
	{
		name: "C5: tainted",
		play: func(p player) {
			begin(p)
			p.taint()
			p.plan()
			p.apply()
			p.plan()
		},
		notices: []string{"a tainted instance is planned with its private state"},
	},
	{
		name: "C5: tainted, without a refresh",
		play: func(p player) {
			begin(p)
			p.taint()
			p.plan(acctest.NoRefresh)
			p.apply()
		},
		notices: []string{"a tainted instance is planned with its private state"},
	},
	{
		name: "C5: tainted and gone",
		play: func(p player) {
			begin(p)
			p.taint()
			p.in().probes.change(func(w *probeWorld) { delete(w.objects, "p-1") })
			p.plan()
			p.apply()
		},
	},
	{
		name: "C5: tainted, and then destroyed, which has the private state",
		play: func(p player) {
			begin(p)
			p.taint()
			p.plan(acctest.DestroyAll)
			p.apply()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		name: "C5: tainted, and then removed from the configuration",
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
		name: "C5: tainted by a create that failed",
		play: func(p player) {
			p.in().config = map[string]any{"name": "a"}
			p.plan()
			p.in().probes.change(func(w *probeWorld) { w.fails["create"] = true })
			p.apply()
			p.in().probes.change(func(w *probeWorld) { w.fails["create"] = false })
			p.plan()
			p.apply()
		},
		notices: []string{"a tainted instance is planned with its private state"},
	},
	{
		name: "C5: a tainted version with deletion_policy = destroy",
		play: func(p player) {
			putFirst(p)
			p.taint()
			p.plan()
			p.apply()
			p.plan()
		},
	},
	{
		name: "C5: a tainted version with deletion_policy = destroy, destroyed",
		play: func(p player) {
			putFirst(p)
			p.taint()
			p.plan(acctest.DestroyAll)
			p.apply()
		},
	},
	{
		name: "C5: a tainted version with deletion_policy = destroy of another life",
		play: func(p player) {
			putFirst(p)
			p.taint()
			p.plan()
			p.in().recreate()
			p.apply()
		},
	},
	{
		name: "C6: create_before_destroy",
		play: func(p player) {
			begin(p)
			p.in().createBeforeDestroy = true
			p.in().config["fixed"] = "another"
			p.plan()
			p.apply()
			p.plan()
		},
		notices: []string{deleteGetsTheState, "the second plan has no private state"},
	},
	{
		name: "C6: create_before_destroy of a tainted one, whose end has the private state",
		play: func(p player) {
			p.in().createBeforeDestroy = true
			begin(p)
			p.taint()
			p.plan()
			p.apply()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		name: "C6: a deposed object is left, and goes with the next plan",
		play: func(p player) {
			deposed(p)
			p.plan()
			p.apply()
			p.plan()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		name: "C6: a deposed object beside a change, without a refresh",
		play: func(p player) {
			deposed(p)
			p.in().config["input"] = "yet another"
			p.plan(acctest.NoRefresh)
			p.apply()
		},
	},
	{
		name: "C6: a deposed object that is gone",
		play: func(p player) {
			deposed(p)
			p.in().probes.change(func(w *probeWorld) { delete(w.objects, "p-1") })
			p.plan()
			p.apply()
		},
	},
	{
		name: "C6: a deposed object that cannot be read",
		play: func(p player) {
			deposed(p)
			p.in().probes.change(func(w *probeWorld) { w.fails["read p-1"] = true })
			p.plan()
		},
	},
	{
		name: "C6: a deposed object whose end fails again, beside a change",
		play: func(p player) {
			deposed(p)
			p.in().config["input"] = "yet another"
			p.plan()
			p.in().probes.change(func(w *probeWorld) { w.fails["delete"] = true })
			p.apply()
		},
	},
	{
		name: "C6: a deposed object, and all is destroyed",
		play: func(p player) {
			deposed(p)
			p.plan(acctest.DestroyAll)
			p.apply()
		},
		notices: []string{deleteGetsTheState},
	},
	{
		name: "C6: the create half fails and leaves nothing",
		play: func(p player) {
			p.in().createBeforeDestroy = true
			begin(p)
			p.plan(acctest.Replace)
			p.in().probes.change(func(w *probeWorld) { w.fails["refuse create"] = true })
			p.apply()
			p.plan()
		},
	},
	{
		name: "C6: the create half fails and leaves half an object",
		play: func(p player) {
			p.in().createBeforeDestroy = true
			begin(p)
			p.plan(acctest.Replace)
			p.in().probes.change(func(w *probeWorld) { w.fails["create"] = true })
			p.apply()
			p.in().probes.change(func(w *probeWorld) { w.fails["create"] = false })
			p.plan()
			p.apply()
		},
	},
	{
		name: "C6: the end of the deposed object is refused by its plan",
		play: func(p player) {
			p.in().createBeforeDestroy = true
			begin(p)
			p.plan(acctest.Replace)
			p.in().probes.change(func(w *probeWorld) { w.fails["plan destroy"] = true })
			p.apply()
		},
	},
	{
		name: "C6: a version with deletion_policy = destroy",
		play: func(p player) {
			p.in().createBeforeDestroy = true
			putFirst(p)
			p.plan(acctest.Replace)
			p.apply()
			p.plan()
		},
	},
	{
		name: "C7: a refresh and the plan of a destroy are two processes",
		play: func(p player) {
			begin(p)
			p.plan(acctest.DestroyAll)
			p.apply()
			p.plan(acctest.DestroyAll)
			p.apply()
		},
	},
	{
		name: "C7: a destroy of what is gone",
		play: func(p player) {
			begin(p)
			p.in().probes.change(func(w *probeWorld) { delete(w.objects, "p-1") })
			p.plan(acctest.DestroyAll)
			p.apply()
		},
	},
	{
		name: "C7: the ordinary plan within a destroy fails",
		play: func(p player) {
			begin(p)
			p.in().probes.change(func(w *probeWorld) { w.fails["plan update"] = true })
			p.plan(acctest.DestroyAll)
		},
	},
	{
		name: "C7: a version with deletion_policy = destroy",
		play: func(p player) {
			putFirst(p)
			p.plan(acctest.DestroyAll)
			p.in().server.Put(putInto, "of somebody else")
			p.apply()
		},
	},
	{
		// Terraform starts a provider for the apply of nothing, OpenTofu does not.
		name: "C9: a no-op is not planned again",
		play: func(p player) {
			begin(p)
			p.plan()
			p.apply()
			p.plan(acctest.NoRefresh)
			p.apply()
		},
		notices: []string{"a no-op is planned again"},
	},
	{
		name: "C10: a list with one unknown element",
		play: func(p player) {
			p.in().config = map[string]any{"name": "a"}
			p.plan()
			p.apply()
		},
	},
	{
		name: "C10: a list with one unknown element gets shorter",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = "another"
			p.plan()
			p.in().probes.change(func(w *probeWorld) { w.misfit = true })
			p.apply()
		},
	},
	{
		name: "C10: a created list with one unknown element gets shorter",
		play: func(p player) {
			p.in().config = map[string]any{"name": "a"}
			p.plan()
			p.in().probes.change(func(w *probeWorld) { w.misfit = true })
			p.apply()
			p.plan()
		},
	},
	{
		name: "C10: a list of unknown length may get any",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = ofUnknownLength
			p.plan()
			p.in().probes.change(func(w *probeWorld) { w.misfit = true })
			p.apply()
		},
	},
	{
		name: "a saved plan is stale once another one was applied",
		play: func(p player) {
			begin(p)
			p.in().config["input"] = "another"
			p.plan()
			p.apply()
			p.apply()
		},
	},
	{
		name: "a write-only value stays in the configuration",
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
		name: "the life of a version",
		play: func(p player) {
			putFirst(p)
			p.in().config["value_wo_version"] = "2"
			p.plan()
			p.in().server.Put(putInto, "of somebody else")
			p.apply()
			p.plan()
			p.apply()
		},
	},
	{
		name: "a version of another secret",
		play: func(p player) {
			putFirst(p)
			p.in().server.Create(client.NewSecret{ID: p.in().server.ID("nl-01/app/other"), Value: client.BytesValue([]byte("theirs"))})
			p.in().config["secret_id"] = "nl-01/app/other"
			p.plan()
			p.apply()
			p.plan()
		},
	},
	{
		name: "a protected secret is not replaced",
		play: func(p player) {
			p.in().typeName = "thalassasecrets_secret"
			p.in().config = map[string]any{"path": "/app/db", "kms_key_id": acctest.KMSKey}
			p.plan()
			p.apply()
			p.plan(acctest.Replace)
			p.plan(acctest.DestroyAll)
			p.taint()
			p.plan()
		},
	},
	{
		name: "a secret is replaced",
		play: func(p player) {
			p.in().typeName = "thalassasecrets_secret"
			p.in().config = map[string]any{"path": "/app/db", "kms_key_id": acctest.KMSKey, "deletion_protection": false}
			p.plan()
			p.apply()
			p.in().config["description"] = "another"
			p.plan()
			p.apply()
			p.plan()
		},
	},
}

const (
	// putInto is the secret that scenarios of versions are about.
	putInto = "nl-01/app/db"
	// ofUnknownLength makes a probe plan a list of which nothing is known.
	ofUnknownLength = "of unknown length"
)

// begin creates a probe.
func begin(p player) {
	p.in().config = map[string]any{"name": "a", "fixed": "first"}
	p.plan()
	p.apply()
}

// deposed replaces a probe whose end fails.
func deposed(p player) {
	p.in().createBeforeDestroy = true
	begin(p)
	p.plan(acctest.Replace)
	p.in().probes.change(func(w *probeWorld) { w.fails["delete"] = true })
	p.apply()
	p.in().probes.change(func(w *probeWorld) { w.fails["delete"] = false })
}

// putFirst puts a version into a secret that is there.
func putFirst(p player) {
	p.in().create()
	p.in().typeName = "thalassasecrets_secret_version"
	p.in().config = map[string]any{
		"secret_id": putInto, "secret_string_wo": "mine", "value_wo_version": "1", "deletion_policy": "destroy",
	}
	p.plan()
	p.apply()
}

// create creates the secret that versions are put into, as somebody else.
func (s *stage) create() {
	s.server.Create(client.NewSecret{ID: s.server.ID(putInto), Value: client.BytesValue([]byte("theirs"))})
}

// recreate deletes the secret and creates it again with as many versions.
func (s *stage) recreate() {
	s.server.Delete(putInto)
	s.create()
	s.server.Put(putInto, "theirs too")
}

// TestCoreDoesWhatTerraformDoes plays each scenario with Core and with the CLI, and
// compares everything that there was to see: the calls in their order, with the states,
// plans, private states and identities that they carry and return, the requests to the
// service, what each plan does, the diagnostics that a user sees, and the state. Nothing
// of it is written down here: both sides are recorded in the same run.
func TestCoreDoesWhatTerraformDoes(t *testing.T) {
	t.Parallel()
	cli := acctest.Needs(t, acctest.WriteOnly)
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			told := newCLIPlayer(newStage(t, cli))
			s.play(told)
			played := newCorePlayer(newStage(t, cli), cli)
			s.play(played)
			if difference := differ(told.log, played.log); difference != "" {
				t.Errorf("%s and Core part:\n%s", cli, difference)
			}
		})
	}
}

// differ shows where two logs part, each from the last heading on. It is empty where they
// are the same.
func differ(told, played []string) string {
	at := 0
	for at < len(told) && at < len(played) && told[at] == played[at] {
		at++
	}
	if at == len(told) && at == len(played) {
		return ""
	}
	from := at
	for from > 0 && !strings.HasPrefix(told[min(from, len(told)-1)], "---") {
		from--
	}
	var text strings.Builder
	for _, line := range told[from:at] {
		fmt.Fprintf(&text, "    %s\n", line)
	}
	for _, line := range told[at:min(at+12, len(told))] {
		fmt.Fprintf(&text, "CLI   %s\n", line)
	}
	for _, line := range played[at:min(at+12, len(played))] {
		fmt.Fprintf(&text, "Core  %s\n", line)
	}
	return text.String()
}

// deleteGetsTheState is the fault that Core once had.
const deleteGetsTheState = "Delete gets the private state of the state"
