package acctest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// player plays scenarios, with Core or with a CLI, and notes what there was to see.
type player interface {
	// plan plans, saves the plan and notes it.
	plan(options ...acctest.PlanOption)
	// apply applies the saved plan and notes what came of it.
	apply()
	taint()
	// in is the stage that the player plays on.
	in() *stage
}

// stage is what both players have: a world of their own, which is the same for both, and
// the configuration.
type stage struct {
	t        testing.TB
	server   *acctest.Server
	probes   *probeWorld
	recorder *acctest.Recorder
	identity bool // is compared: the CLI has it
	// typeName is the resource that a scenario is about.
	typeName string
	// config is its configuration, nil for none. What is Unknown becomes late in apply.
	config              map[string]any
	createBeforeDestroy bool
	log                 []string
}

// late is the value that an unknown one becomes.
const late = "known late"

// newStage begins with an empty world.
func newStage(t testing.TB, cli acctest.CLI) *stage {
	t.Helper()
	has, _ := cli.Has(acctest.ImportByIdentity)
	s := &stage{
		t: t, server: acctest.NewServerWith(t, refserver.Config{Seed: 1}), probes: newProbeWorld(),
		recorder: &acctest.Recorder{}, identity: has, typeName: "thalassasecrets_probe",
	}
	s.server.AllowNoCurrent()
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
		return provider.ServerOf(probing{whole, s.probes})
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
	calls := s.recorder.Take()
	late := func(call acctest.Call) int {
		if slices.ContainsFunc(deposed, func(id string) bool { return call.Prior != "" && strings.Contains(call.Prior, id) }) {
			return 0
		}
		return 1
	}
	for from := 0; from < len(calls); {
		to := from + 1
		for to < len(calls) && calls[to].Method != "ConfigureProvider" {
			to++
		}
		slices.SortStableFunc(calls[min(from+1, to):to], func(a, b acctest.Call) int { return late(a) - late(b) })
		from = to
	}
	for _, call := range calls {
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
// provider's bug has other words in each CLI, but the same summary.
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
	s.note("shown", strings.Join(diagnostics, "\n"))
}

// noteInstance notes an instance of the state.
func (s *stage) noteInstance(kind, attributes, private, identity string) {
	if !s.identity {
		identity = ""
	}
	s.note("state", fmt.Sprintf("%s %s private %s identity %s", kind, attributes, private, identity))
}

// corePlayer plays with Core.
type corePlayer struct {
	*stage
	core  *acctest.Core
	saved *acctest.CorePlan
	alter func(core *acctest.Core, request any)
}

func newCorePlayer(s *stage, cli acctest.CLI) *corePlayer {
	return &corePlayer{stage: s, core: &acctest.Core{OpenTofu: cli.Product == "OpenTofu"}}
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
	core.OpenTofu = p.core.OpenTofu
	if p.alter != nil {
		core.Alter(func(request any) { p.alter(core, request) })
	}
	p.core = core
}

func (p *corePlayer) plan(options ...acctest.PlanOption) {
	p.start()
	p.core.CreateBeforeDestroy = p.createBeforeDestroy
	var err error
	p.saved, err = p.core.Plan(p.t.Context(), p.config, options...)
	p.noteCalls(fmt.Sprint("plan", options), p.deposedIDs())
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

// cliPlayer plays with the CLI.
type cliPlayer struct {
	*stage
	w     *acctest.Workspace
	state []cliInstance
}

// cliInstance is an instance as the file of a state has it.
type cliInstance struct {
	Status     string          `json:"status"`
	Deposed    string          `json:"deposed"`
	Attributes map[string]any  `json:"attributes"`
	Private    string          `json:"private"`
	Identity   json.RawMessage `json:"identity"`
}

func newCLIPlayer(s *stage) *cliPlayer {
	p := &cliPlayer{stage: s, w: acctest.NewWorkspace(s.t, s.server)}
	p.w.Serve(s.serve())
	return p
}

func (p *cliPlayer) in() *stage { return p.stage }

func (p *cliPlayer) address() string { return p.typeName + ".it" }

// write writes the configuration in the JSON form.
func (p *cliPlayer) write() {
	resources := map[string]any{}
	if p.config != nil {
		block := map[string]any{"lifecycle": map[string]any{"create_before_destroy": p.createBeforeDestroy}}
		for name, value := range p.config {
			if value == acctest.Unknown {
				resources["terraform_data"] = map[string]any{"late": map[string]any{"input": late}}
				value = "${terraform_data.late.output}"
			}
			block[name] = value
		}
		resources[p.typeName] = map[string]any{"it": block}
	}
	file := map[string]any{"resource": resources}
	if len(resources) == 0 {
		delete(file, "resource") // An empty one is refused.
	}
	text, err := json.Marshal(file)
	if err != nil {
		p.t.Fatal(err)
	}
	p.w.Write("main.tf.json", string(text))
}

func (p *cliPlayer) plan(options ...acctest.PlanOption) {
	p.write()
	args := []string{"plan", "-json", "-out=saved.plan", "-input=false"}
	for _, option := range options {
		args = append(args, map[acctest.PlanOption]string{
			acctest.Replace: "-replace=" + p.address(), acctest.NoRefresh: "-refresh=false", acctest.DestroyAll: "-destroy",
		}[option])
	}
	planned := p.w.Run(args...)
	p.noteCalls(fmt.Sprint("plan", options), p.deposedIDs())
	p.noteShown(rendered(planned.Diagnostics))
	if planned.Code != 0 {
		p.note("plan", "failed")
		return
	}
	p.notePlan()
	p.recorder.Take() // Showing a plan asks for schemas only, as far as it asks.
}

// notePlan notes what the saved plan does.
func (p *cliPlayer) notePlan() {
	shown := p.w.Run("show", "-json", "saved.plan")
	var plan struct {
		Changes []struct {
			Address string `json:"address"`
			Deposed string `json:"deposed"`
			Change  struct {
				Actions      []string `json:"actions"`
				Before       any      `json:"before"`
				After        any      `json:"after"`
				AfterUnknown any      `json:"after_unknown"`
			} `json:"change"`
		} `json:"resource_changes"`
	}
	decoder := json.NewDecoder(strings.NewReader(shown.Stdout))
	decoder.UseNumber()
	if err := decoder.Decode(&plan); err != nil {
		p.t.Fatalf("show -json: %v\n%s%s", err, shown.Stdout, shown.Stderr)
	}
	current, deposed := "no-op: null -> null", []string{}
	for _, change := range plan.Changes {
		before := acctest.RenderJSON(change.Change.Before)
		switch {
		case change.Address != p.address(), change.Deposed != "" && change.Change.Actions[0] == "no-op":
		case change.Deposed != "":
			deposed = append(deposed, fmt.Sprintf("deposed, %s: %s", strings.Join(change.Change.Actions, ", "), before))
		default:
			after := acctest.RenderJSON(withUnknown(change.Change.After, change.Change.AfterUnknown))
			current = fmt.Sprintf("%s: %s -> %s", strings.Join(change.Change.Actions, ", "), before, after)
		}
	}
	for _, line := range append([]string{current}, deposed...) {
		p.note("plan", line)
	}
}

// withUnknown puts what is not known into a planned value.
func withUnknown(after, unknown any) any {
	switch unknown := unknown.(type) {
	case bool:
		if unknown {
			return "(unknown)"
		}
	case map[string]any:
		object, _ := after.(map[string]any)
		for name, inner := range unknown {
			object[name] = withUnknown(object[name], inner)
		}
	case []any:
		list, _ := after.([]any)
		for i, inner := range unknown {
			list[i] = withUnknown(list[i], inner)
		}
	}
	return after
}

func (p *cliPlayer) apply() {
	deposed := p.deposedIDs()
	applied := p.w.Run("apply", "-json", "-input=false", "saved.plan")
	p.noteCalls("apply", deposed)
	p.noteShown(rendered(applied.Diagnostics))
	if applied.Code != 0 {
		p.note("apply", "failed")
	}
	p.readState()
	for _, kind := range []string{"current", "tainted", "deposed"} {
		for _, i := range p.state {
			if i.kind() != kind {
				continue
			}
			private, err := base64.StdEncoding.DecodeString(i.Private)
			if err != nil {
				p.t.Fatal(err)
			}
			p.noteInstance(kind, acctest.RenderJSON(i.Attributes), acctest.RenderPrivate(private), i.identity())
		}
	}
}

func (i cliInstance) kind() string {
	switch {
	case i.Deposed != "":
		return "deposed"
	case i.Status == "tainted":
		return "tainted"
	}
	return "current"
}

// identity shows the identity, all of whose attributes are texts.
func (i cliInstance) identity() string {
	var texts map[string]string
	if json.Unmarshal(i.Identity, &texts) != nil {
		return ""
	}
	maps.DeleteFunc(texts, func(_, text string) bool { return text == "" })
	return renderTexts(texts)
}

// readState reads the file of the state.
func (p *cliPlayer) readState() {
	var state struct {
		Resources []struct {
			Type      string        `json:"type"`
			Instances []cliInstance `json:"instances"`
		} `json:"resources"`
	}
	decoder := json.NewDecoder(bytes.NewReader(p.w.Read("terraform.tfstate")))
	decoder.UseNumber()
	if err := decoder.Decode(&state); err != nil {
		p.t.Fatal(err)
	}
	p.state = nil
	for _, resource := range state.Resources {
		if resource.Type == p.typeName {
			p.state = append(p.state, resource.Instances...)
		}
	}
}

func (p *cliPlayer) taint() {
	if tainted := p.w.Run("taint", p.address()); tainted.Code != 0 {
		p.t.Fatalf("taint: %s", tainted.Stderr)
	}
	p.recorder.Take() // It asks for schemas only, as far as it asks.
}

func (p *cliPlayer) deposedIDs() []string {
	var ids []string
	for _, i := range p.state {
		if i.Deposed != "" {
			ids = append(ids, idText(acctest.RenderJSON(i.Attributes["id"])))
		}
	}
	return ids
}

func rendered(diagnostics []tfjson.Diagnostic) []string {
	var texts []string
	for _, d := range diagnostics {
		texts = append(texts, acctest.RenderDiagnostic(string(d.Severity), d.Summary, d.Detail))
	}
	return texts
}
