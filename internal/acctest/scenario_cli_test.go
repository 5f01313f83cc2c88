package acctest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// cliPlayer plays with the CLI.
type cliPlayer struct {
	*stage
	w     *acctest.Workspace
	state []cliInstance
	// triggers counts the changes of what replaces.
	triggers int
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
		lifecycle := map[string]any{"create_before_destroy": p.createBeforeDestroy}
		if p.triggered {
			resources["terraform_data"] = map[string]any{"trigger": map[string]any{"input": p.triggers}}
			lifecycle["replace_triggered_by"] = []string{"terraform_data.trigger"}
		}
		block := map[string]any{"lifecycle": lifecycle}
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
	options = slices.Clone(options)
	if at := slices.Index(options, acctest.Replace); at >= 0 && p.triggered {
		p.triggers++
		options = slices.Delete(options, at, at+1)
	}
	p.write()
	args := []string{"plan", "-json", "-out=saved.plan", "-input=false"}
	for _, option := range options {
		args = append(args, map[acctest.PlanOption]string{
			acctest.Replace: "-replace=" + p.address(), acctest.NoRefresh: "-refresh=false", acctest.DestroyAll: "-destroy",
		}[option])
	}
	planned := p.w.Run(args...)
	p.noteCalls("plan", p.deposedIDs())
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
