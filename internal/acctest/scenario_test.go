package acctest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// facts are what a provider can rely on, or has to cope with. Each scenario is about one
// of them.
var facts = map[string]string{
	"apply":   "An apply plans again, and validates before. It starts from the refresh of the plan, with its private state, and gets nothing that the plan returned. Unknown may become known.",
	"destroy": "Delete gets the private state that its plan returned, through a saved plan too.",
	"replace": "-replace, replace_triggered_by and what the provider demands plan twice: at first as for an ordinary update, then without a state but with the private state of the first answer. Warnings of the second are not shown. In the apply the create half has neither.",
	"silent":  "No plan of a -replace differs from that of an ordinary update before the second call, so nothing can name what is destroyed.",
	"taint":   "A tainted instance is planned once, without state, private state and identity, and these warnings are shown. Delete gets its attributes and the private state of that plan. A destroy of it is like any other.",
	"deposed": "With create_before_destroy the end of the former instance is planned in the apply, with its own private state. One whose end fails is deposed, and planned to go by every plan and again by the apply.",
	"process": "A plan is one process, a plan -destroy two, an apply another one, in which nothing is read. The refresh of a plan -destroy is a whole ordinary plan of which only errors are shown.",
	"mode":    "No request says whether it is part of a plan or of an apply.",
	"no-op":   "What does not change is not planned again in the apply.",
	"keep":    "A plan may keep the value of the state where the configuration has another one, or one that is not known yet, as long as both have one.",
	"list":    "A planned list may have known elements beside unknown ones. The result has the same length and the known elements.",
	"gone":    "What a refresh finds gone is planned without a state, but with the private state that the refresh returned.",
	"failure": "What fails leaves the state that the provider returned, and the rest goes on where it does not depend on it.",
	"life":    "Nothing else differs in the life of a resource.",
}

// scenario is something that happens to one resource. It is played twice, with Core and
// with the CLI.
type scenario struct {
	fact, name string
	play       func(p player)
	// notices are mutations of Core that the scenario has to notice.
	notices []string
}

func scenarios() []scenario {
	return slices.Concat(planScenarios, destroyScenarios, replaceScenarios, taintScenarios, deposedScenarios, resourceScenarios)
}

// TestCoreDoesWhatTerraformDoes plays each scenario with Core and with the CLI, and
// compares everything that is visible: the calls in their order, with the states,
// plans, private states and identities that they carry and return, the requests to the
// service, what each plan does, the diagnostics that a user sees, and the state. No
// expected value is written down: both sides are recorded in the same run. Then it plays
// mutations of Core, each of which must differ.
func TestCoreDoesWhatTerraformDoes(t *testing.T) {
	t.Parallel()
	cli := acctest.Needs(t, acctest.WriteOnly)
	for _, s := range scenarios() {
		t.Run(s.fact+"/"+s.name, func(t *testing.T) {
			t.Parallel()
			told := newCLIPlayer(newStage(t, cli))
			s.play(told)
			played := newCorePlayer(newStage(t, cli), cli)
			s.play(played)
			if difference, _ := differ(told.log, played.log); difference != "" {
				t.Fatalf("%s and Core differ:\n%s", cli, difference)
			}
			for _, name := range s.notices {
				mutant := newCorePlayer(newStage(t, cli), cli)
				mutant.mutation = mutations[name]
				s.play(mutant)
				difference, first := differ(told.log, mutant.log)
				shown := slices.ContainsFunc(first, func(line string) bool { return strings.HasPrefix(line, mutant.shows) })
				if difference == "" || !shown {
					t.Errorf("%q is not noticed, or not by what %q begins:\n%s", name, mutant.shows, difference)
				}
			}
		})
	}
}

// TestScenariosCoverFacts looks for facts without a scenario, scenarios without a fact,
// and mutations that no scenario has to notice.
func TestScenariosCoverFacts(t *testing.T) {
	t.Parallel()
	shown, noticed, names := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, s := range scenarios() {
		if facts[s.fact] == "" {
			t.Errorf("%q is about %q, which is no fact", s.name, s.fact)
		}
		if names[s.fact+s.name] {
			t.Errorf("there are two scenarios %s/%s", s.fact, s.name)
		}
		shown[s.fact], names[s.fact+s.name] = true, true
		for _, name := range s.notices {
			if _, known := mutations[name]; !known {
				t.Errorf("there is no mutation %q", name)
			}
			noticed[name] = true
		}
	}
	for fact := range facts {
		if !shown[fact] {
			t.Errorf("no scenario is about %q", fact)
		}
	}
	for name := range mutations {
		if !noticed[name] {
			t.Errorf("no scenario notices %q", name)
		}
	}
}

// differ shows where two logs part, from the last heading on, and the first lines that
// differ. It is empty where they are the same.
func differ(told, played []string) (difference string, first []string) {
	at := 0
	for at < len(told) && at < len(played) && told[at] == played[at] {
		at++
	}
	if at == len(told) && at == len(played) {
		return "", nil
	}
	from := at
	for from > 0 && (from >= len(told) || !strings.HasPrefix(told[from], "---")) {
		from--
	}
	var text strings.Builder
	show := func(side string, lines []string) {
		for _, line := range lines {
			fmt.Fprintf(&text, "%-5s %s\n", side, line)
		}
	}
	const most = 12
	show("", told[from:at])
	show("CLI", told[at:min(at+most, len(told))])
	show("Core", played[at:min(at+most, len(played))])
	return text.String(), slices.Concat(told[at:min(at+1, len(told))], played[at:min(at+1, len(played))])
}

// begin creates a probe.
func begin(p player) {
	p.in().config = map[string]any{"name": "a", "fixed": "first"}
	p.plan()
	p.apply()
}

// meanwhile changes the backend of the probes.
func meanwhile(p player, f func(w *probeBackend)) { p.in().probes.change(f) }

// fail lets methods of the probes fail from now on.
func fail(p player, methods ...string) {
	meanwhile(p, func(w *probeBackend) {
		for _, method := range methods {
			w.fails[method] = true
		}
	})
}

// recovers lets nothing fail any more.
func recovers(p player) { meanwhile(p, func(w *probeBackend) { clear(w.fails) }) }

// drift changes the first probe.
func drift(p player) { meanwhile(p, func(w *probeBackend) { w.objects["p-1"] = 40 }) }

// vanish removes the first probe.
func vanish(p player) { meanwhile(p, func(w *probeBackend) { delete(w.objects, "p-1") }) }
