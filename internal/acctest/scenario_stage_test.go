package acctest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/tfserver"
)

// player plays scenarios, with Core or with a CLI, and logs what is visible.
type player interface {
	// plan plans, saves the plan and notes it.
	plan(options ...acctest.PlanOption)
	// apply applies the saved plan and notes what came of it.
	apply()
	taint()
	// in is the stage that the player plays on.
	in() *stage
}

// stage is the environment of one run of a scenario: a separate backend, equal for Core
// and the CLI, and the configuration.
type stage struct {
	t        testing.TB
	server   *acctest.Server
	probes   *probeBackend
	recorder *acctest.Recorder
	identity bool // is compared: the CLI has it
	// typeName is the resource that a scenario is about.
	typeName string
	// config is its configuration, nil for none. An Unknown value becomes late in
	// apply.
	config              map[string]any
	createBeforeDestroy bool
	// triggered says that the CLI replaces by a replace_triggered_by, not by -replace.
	triggered bool

	log   []string
	calls []acctest.Call // of the last step
}

// late is the value that an unknown one becomes.
const late = "known late"

// newStage begins with an empty backend.
func newStage(t testing.TB, cli acctest.CLI) *stage {
	t.Helper()
	has, _ := cli.Has(acctest.ImportByIdentity)
	s := &stage{
		t: t, server: acctest.NewServerWith(t, refserver.Config{Seed: 1}), probes: newProbeWorld(),
		recorder: &acctest.Recorder{}, identity: has, typeName: "thalassasecrets_probe",
	}
	s.server.AllowNoCurrent() // The only version of a secret is destroyed in some.
	return s
}

// serve makes a provider with probes, whose calls are recorded.
func (s *stage) serve() func() tfprotov6.ProviderServer {
	environment := s.server.Environment()
	return s.recorder.Record(func() tfprotov6.ProviderServer {
		whole, ok := provider.New("test",
			provider.WithEnvironment(func(name string) string { return environment[name] }),
			provider.WithClock(s.server.Clock().Now))().(wholeProvider)
		if !ok {
			panic("the provider is less than it was")
		}
		return tfserver.Of(probing{whole, s.probes})
	})
}

// note writes a line of what is compared.
func (s *stage) note(what, text string) {
	for line := range strings.Lines(text + "\n") {
		s.log = append(s.log, what+": "+strings.TrimRight(line, "\n"))
	}
}

// noteCalls notes what the provider was asked and has answered, and what it asked the
// service. Terraform deals with what is deposed and with the instance at the same time:
// what is deposed comes first here.
func (s *stage) noteCalls(step string, deposed []string) {
	s.log = append(s.log, "--- "+step)
	s.calls = s.recorder.Take()
	process, order := 0, make([][2]int, len(s.calls))
	for i, call := range s.calls {
		if call.Method == "ConfigureProvider" {
			process++
		}
		order[i] = [2]int{process, 2}
		if call.Method == "ConfigureProvider" {
			order[i][1] = 0
		} else if slices.ContainsFunc(deposed, func(id string) bool { return strings.Contains(call.Prior, id) }) {
			order[i][1] = 1
		}
	}
	s.calls = sortedBy(s.calls, order)
	for _, call := range s.calls {
		if !s.identity {
			call.Identity, call.AnswerIdentity = "", ""
		}
		s.note("call", renderCall(call))
	}
	for _, entry := range s.server.Terraform() {
		s.note("request", fmt.Sprint(entry.Operation, " ", entry.Status))
	}
	s.server.Mark()
}

// sortedBy sorts by keys, and leaves as they are those with the same key.
func sortedBy(calls []acctest.Call, keys [][2]int) []acctest.Call {
	at := make([]int, len(calls))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return slices.Compare(keys[a][:], keys[b][:]) })
	sorted := make([]acctest.Call, len(calls))
	for i, from := range at {
		sorted[i] = calls[from]
	}
	return sorted
}

// firstPlanned is the first plan of a change that the last step has asked for.
func (s *stage) firstPlanned() string {
	for _, call := range s.calls {
		if call.Method == "PlanResourceChange" {
			return renderCall(call)
		}
	}
	return "none"
}

func renderCall(c acctest.Call) string {
	lines := []string{c.Method + " " + c.Type}
	for _, part := range [][2]string{
		{"prior", c.Prior},
		{"config", c.Config},
		{"proposed", c.Proposed},
		{"planned", c.Planned},
		{"private", c.Private},
		{"identity", c.Identity},
		{"answer", c.Answer},
		{"answer's private", c.AnswerPrivate},
		{"answer's identity", c.AnswerIdentity},
		{"replaces for", strings.Join(c.RequiresReplace, " ")},
		{"says", strings.Join(c.Diagnostics, "; ")},
	} {
		if part[1] != "" {
			lines = append(lines, "  "+part[0]+" "+part[1])
		}
	}
	return strings.Join(lines, "\n")
}

// noteShown notes the diagnostics that a user sees. What Terraform itself says of a
// provider's bug has other words in each CLI, but the same summary. Whether it shows the
// same words twice differs too.
func (s *stage) noteShown(diagnostics []string) {
	for i, d := range diagnostics {
		for _, own := range []string{"error: Provider produced ", "error: Provider returned invalid ", "error: Saved plan is stale"} {
			if strings.HasPrefix(d, own) {
				summary, _, _ := strings.Cut(strings.TrimPrefix(d, "error: "), ":")
				diagnostics[i] = "error: " + summary
			}
		}
	}
	slices.Sort(diagnostics)
	s.note("shown", strings.Join(slices.Compact(diagnostics), "\n"))
}

// noteInstance notes an instance of the state.
func (s *stage) noteInstance(kind, attributes, private, identity string) {
	if !s.identity {
		identity = ""
	}
	s.note("state", fmt.Sprintf("%s %s private %s identity %s", kind, attributes, private, identity))
}
