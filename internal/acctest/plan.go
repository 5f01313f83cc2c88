package acctest

import (
	tfjson "github.com/hashicorp/terraform-json"
)

// Plan is a plan that was made and saved.
type Plan struct {
	Result
	*saved
}

// saved is the file of a plan, which is looked at where a test wants to, and as long
// as no other plan has taken its place.
type saved struct {
	w      *Workspace
	number int
	raw    []byte
	parsed tfjson.Plan
}

// savedPlan is where Plan saves, for tests that apply it.
const savedPlan = "saved.plan"

// Plan makes a plan that has to succeed: code 0 is an empty plan, 2 one with
// changes.
func (w *Workspace) Plan(args ...string) Plan {
	w.t.Helper()
	result := w.Run(append([]string{"plan", "-json", "-detailed-exitcode", "-out=" + savedPlan}, args...)...)
	if result.Code == 1 {
		w.t.Fatalf("plan failed:\n%s", result.explain())
	}
	w.plans++
	return Plan{result, &saved{w: w, number: w.plans}}
}

// show prints the plan.
func (p *saved) show(how string) Result {
	p.w.t.Helper()
	if p.number != p.w.plans {
		p.w.t.Fatal("another plan has been saved since")
	}
	return p.w.Run("show", how, savedPlan)
}

// Raw is the saved plan as JSON.
func (p *saved) Raw() []byte {
	p.w.t.Helper()
	if p.raw == nil {
		p.raw = []byte(p.show("-json").Stdout)
	}
	return p.raw
}

// JSON is the saved plan.
func (p *saved) JSON() *tfjson.Plan {
	p.w.t.Helper()
	if p.parsed.FormatVersion == "" {
		p.parsed.UseJSONNumber(true)
		if err := p.parsed.UnmarshalJSON(p.Raw()); err != nil {
			p.w.t.Fatalf("show -json: %v\n%s", err, p.Raw())
		}
	}
	return &p.parsed
}

// Text is the plan as a user reads it.
func (p *saved) Text() string {
	p.w.t.Helper()
	return p.show("-no-color").Stdout
}

// Change is the planned change of a resource.
func (p *saved) Change(address string) *tfjson.Change {
	p.w.t.Helper()
	for _, change := range p.JSON().ResourceChanges {
		if change.Address == address {
			return change.Change
		}
	}
	p.w.t.Fatalf("the plan does not know %s", address)
	return nil
}
