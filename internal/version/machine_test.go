package version_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// desired is the configuration of a resource.
type desired struct {
	counter, keeper int
	input           string // empty for none
	compared        bool
	external        version.External
	policy          version.Policy
}

// drawDesired changes some parts of a configuration.
func drawDesired(t *rapid.T, had desired) desired {
	if rapid.Bool().Draw(t, "counts") {
		had.counter++
	}
	if rapid.Bool().Draw(t, "keeps") {
		had.keeper++
	}
	if rapid.IntRange(0, 3).Draw(t, "changes more") > 0 {
		return had
	}
	had.input = rapid.SampledFrom([]string{"secret_string_wo", "generate", "secret_string", ""}).Draw(t, "input")
	had.compared = had.input == "secret_string_wo" && rapid.Bool().Draw(t, "compared")
	had.external = rapid.SampledFrom([]version.External{version.ExternalAdopt, version.ExternalOverwrite, version.ExternalIgnore}).Draw(t, "external")
	had.policy = version.Policy{}
	if rapid.Bool().Draw(t, "rotates") {
		had.policy.RotateAfter = time.Duration(rapid.IntRange(1, 60).Draw(t, "after")) * 24 * time.Hour
	}
	if rapid.Bool().Draw(t, "retains") {
		had.policy.Retention = &version.Retention{
			Keep: rapid.IntRange(0, 2).Draw(t, "keep"), MinIdle: time.Duration(rapid.IntRange(0, 3).Draw(t, "idle")) * 24 * time.Hour,
		}
	}
	return had
}

// resource is a version resource as Terraform keeps it.
type resource struct {
	shown   version.Shown
	record  version.Record
	applied desired
	// imported says that no apply has followed the import yet.
	imported bool
}

func (w desired) fingerprint() json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`"%d"`, w.counter))
}

// want converts a configuration to the engine's types, as the provider does. Nothing is
// unknown during apply.
func (r resource) want(w desired, applying bool) version.Want {
	want := version.Want{
		External: w.external, Input: w.input, Format: "string", Renewable: w.input == "generate" || w.input == "secret_string_wo", Compared: w.compared,
		Edited: w != r.applied, Was: r.applied.policy, After: version.Maybe[time.Duration]{Value: w.policy.RotateAfter},
		Retention: version.Maybe[*version.Retention]{Value: w.policy.Retention},
	}
	switch {
	case w.input == "":
	case w.input != r.record.Input, !w.compared && w.counter != r.applied.counter:
		want.Value = version.Changed
	case w.compared && r.record.Fingerprint != nil && string(w.fingerprint()) != string(r.record.Fingerprint):
		want.Value = version.Undecided
		if applying {
			want.Value = version.Changed
		}
	}
	if w.keeper != r.applied.keeper {
		want.Keepers = version.Changed
	}
	if w.compared {
		want.Fingerprint = w.fingerprint
	}
	return want
}

// unsure makes some of what is wanted unknown, as a plan may find it.
func unsure(t *rapid.T, want version.Want) version.Want {
	if rapid.IntRange(0, 3).Draw(t, "is unsure") > 0 {
		return want
	}
	if rapid.Bool().Draw(t, "value unknown") && want.Input != "" {
		want.Value, want.Uncertain = version.Undecided, true
	}
	if rapid.Bool().Draw(t, "age unknown") {
		want.After = version.Maybe[time.Duration]{Unknown: true}
	}
	if rapid.Bool().Draw(t, "retention unknown") {
		want.Retention = version.Maybe[*version.Retention]{Unknown: true}
	}
	if rapid.Bool().Draw(t, "external unknown") {
		want.External = ""
	}
	return want
}

// refresh is a refresh before a plan. Where the entry of a list confirms what is there, it
// changes nothing.
func (r *resource) refresh(t *rapid.T, m *memoryStore) {
	m.strange = nil
	if wrong := r.wronglyConfirmed(m, m.entry()); wrong != "" {
		t.Fatal(wrong)
	}
	if shown, record, _, ok := version.Refresh(m.snapshot(), r.shown, r.record, r.applied.policy); ok {
		r.shown, r.record = retained(shown, r.applied), record
	}
}

// retained shows the active versions only where there is a retention, as the provider
// does.
func retained(shown version.Shown, w desired) version.Shown {
	if w.policy.Retention == nil {
		shown.Active = nil
	}
	return shown
}

// plan proposes, and returns which versions the plan names as going.
func (r *resource) plan(want version.Want) (p version.Proposal, planned version.Planned, named []int64) {
	p = version.Plan(r.shown, r.record, want)
	planned = p.Planned()
	for _, w := range p.Warnings() {
		named = append(named, w.Versions...)
	}
	seen := p.Case.Observation
	if shows := want.Retention.Value != nil || want.Retention.Unknown; shows && !planned.ActiveUnknown {
		for _, n := range r.shown.Active {
			if !slices.Contains(planned.Active, n) {
				named = append(named, n)
			}
		}
	} else {
		// Then diagnostic.PlanWarnings lists them.
		named = slices.Concat(named, seen.Retire, seen.RetireOnPut)
	}
	return p, planned, named
}

// apply carries a plan out, and holds it to what the plan has named.
func (r *resource) apply(t *rapid.T, m *memoryStore, w desired, p version.Proposal, planned version.Planned, named []int64) error {
	before := len(m.look.ActiveUpTo(m.look.Newest()))
	m.puts, m.gone, m.harm = nil, nil, ""
	want := r.want(w, true)
	done, err := version.Update(t.Context(), m, r.shown, r.record, want, planned)
	switch {
	case m.harm != "":
		t.Fatal(m.harm)
	case len(m.puts) > 1, len(m.puts) > 0 && !planned.Open:
		t.Fatalf("the plan said %+v, and the apply put %v", planned, m.puts)
	case err == nil && planned.Open && planned.Reason != "" && len(m.puts) == 0:
		t.Fatalf("the plan promised to put for %q, and the apply did not", planned.Reason)
	case planned.Open && planned.Reason == "" && p.Decision.Action != version.DecideInApply:
		t.Fatalf("no warning says that a version may be put: %+v", p.Decision)
	case before > 0 && len(m.look.ActiveUpTo(m.look.Newest())) == 0:
		t.Fatal("no version is active")
	case err == nil && want.Value == version.Changed && !w.compared && w.external != version.ExternalIgnore && !r.imported && len(m.puts) == 0:
		t.Fatal("a new version was asked for, none was put, and the request is recorded")
	}
	for _, n := range m.gone {
		if !slices.Contains(named, n) {
			t.Fatalf("version %d was destroyed, and the plan named %v: %+v", n, named, planned)
		}
	}
	if err != nil {
		return err
	}
	r.shown, r.record, r.applied, r.imported = retained(done.Shown, w), done.Record, w, false
	return nil
}

// Whatever anybody does before and during plans and applies, an apply puts and destroys
// only what its plan has named, over nothing that the plan did not know, and a world that
// stands still comes to rest.
func TestMachine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := newMemory(rapid.Bool().Draw(t, "placeholder"))
		r := resource{applied: desired{input: "secret_string_wo", external: version.ExternalAdopt}}
		if rapid.Bool().Draw(t, "is imported") {
			r.shown, r.record = version.Show(m.look.Versions[0], version.ReasonImported), version.Imported(1)
			r.imported = true
		} else {
			done, err := version.Create(t.Context(), m, r.want(r.applied, true), version.PlannedPut(r.want(r.applied, false), version.ReasonCreated))
			if err != nil {
				t.Fatal(err)
			}
			r.shown, r.record = retained(done.Shown, r.applied), done.Record
		}
		for range rapid.IntRange(1, 6).Draw(t, "rounds") {
			for range rapid.IntRange(0, 3).Draw(t, "moves") {
				m.happens(t)
			}
			next := drawDesired(t, r.applied)
			r.refresh(t, m)
			p, planned, named := r.plan(unsure(t, r.want(next, false)))
			if p.Decision.Refused {
				continue
			}
			if next.compared && rapid.Bool().Draw(t, "the value is ephemeral") {
				next.counter++
			}
			// What an input or a choice makes possible may be due already.
			possible := next.input != r.applied.input || next.external != r.applied.external || r.imported
			others := rapid.Bool().Draw(t, "others act")
			if others {
				m.moves = func(m *memoryStore) { m.happens(t) }
				m.fails = func(version.Step) bool { return rapid.IntRange(0, 9).Draw(t, "fails") == 0 }
			}
			err := r.apply(t, m, next, p, planned, named) // Others and failures may stop it.
			m.moves, m.fails = nil, nil
			due := !r.applied.policy.DueSince(r.shown.PutAt, m.look.AsOf).IsZero()
			if again, _, _ := r.plan(r.want(r.applied, false)); err == nil && !others && !possible && !due && again.Decision.Action == version.Put {
				t.Fatalf("after %+v, a plan without a refresh puts again: %+v", p.Decision, again.Decision)
			}
		}
		r.comesToRest(t, m)
	})
}

// comesToRest: after at most two applies in a still world the plan is empty, and what an
// apply leaves behind is what the next refresh finds, to the byte.
func (r *resource) comesToRest(t *rapid.T, m *memoryStore) {
	m.look.Key.Status = "active"
	for round := range 3 {
		r.refresh(t, m)
		p, planned, named := r.plan(r.want(r.applied, false))
		if empty := !planned.Open && reflect.DeepEqual(planned.Shown, r.shown) && len(p.Case.Observation.Retire) == 0; empty {
			return
		}
		if round == 2 {
			t.Fatalf("the third plan is not empty: %+v %+v, of %+v", p.Decision, planned, r.shown)
		}
		if err := r.apply(t, m, r.applied, p, planned, named); err != nil {
			t.Fatalf("an apply fails in a still world: %v\n%+v\n%+v\n%+v", err, p.Decision, r.record, m.look)
		}
		again := *r
		again.refresh(t, m)
		if !again.record.IsSame(r.record) || !reflect.DeepEqual(again.shown, r.shown) {
			a, _ := json.Marshal(r.record)
			b, _ := json.Marshal(again.record)
			t.Fatalf("an apply leaves\n%s %+v\nand the refresh finds\n%s %+v", a, r.shown, b, again.shown)
		}
	}
}

// A version is destroyed with its resource only where the plan has announced it, and
// only the one that the state knows.
func TestMachineRemoves(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := newMemory(false)
		managed := m.add()
		m.look.AsOf = m.look.AsOf.Add(time.Hour)
		row, _ := m.look.Find(managed)
		shown, record := version.Show(row, version.ReasonCreated), version.Record{Life: m.look.Life, Put: managed}
		life := m.look.Life
		m.moves = func(m *memoryStore) { m.happens(t) }
		announced := rapid.Bool().Draw(t, "announced")
		warnings, err := version.Remove(t.Context(), removing{m}, shown, record, announced)
		var stale *version.StaleError
		switch {
		case !announced && (len(m.gone) > 0 || len(warnings) != 1 || warnings[0].ID != version.NotAnnounced):
			t.Fatalf("destroyed %v unannounced: %+v", m.gone, warnings)
		case len(m.gone) > 0 && (m.gone[0] != managed || m.look.Life.Compare(life) != version.Same):
			t.Fatalf("destroyed %v of the life %v", m.gone, m.look.Life)
		case err != nil && !errors.As(err, &stale):
			t.Fatal(err)
		}
	})
}

// removing is a store that may destroy what is current: that is what it is asked for.
type removing struct{ *memoryStore }
