package provider_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// TestSecretMachine lets a configuration, a state and the world of two secrets change at
// random: taints, replacements, renames without a moved block, create_before_destroy,
// plans without a refresh, lost states, and other clients. No protected secret is ever
// deleted, and in a world that stands still an apply is never refused what its plan has
// proposed.
func TestSecretMachine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := newSecretMachine(t, rt)
		rt.Repeat(map[string]func(*rapid.T){
			"change configuration": m.configure,
			"rename":               func(*rapid.T) { m.at = 1 - m.at },
			"plan and apply":       func(rt *rapid.T) { m.apply(rt, false) },
			"plan, wait and apply": func(rt *rapid.T) { m.apply(rt, true) },
			"replace":              func(rt *rapid.T) { m.apply(rt, rapid.Bool().Draw(rt, "world moves"), acctest.Replace) },
			"no refresh":           func(rt *rapid.T) { m.apply(rt, false, acctest.NoRefresh) },
			"replace, no refresh":  func(rt *rapid.T) { m.apply(rt, false, acctest.Replace, acctest.NoRefresh) },
			"destroy":              func(rt *rapid.T) { m.apply(rt, false, acctest.DestroyAll) },
			"taint":                m.taint,
			"lose the state":       m.lose,
			"change lifecycle":     m.changeLifecycle,
			"another client acts":  m.outsider,
		})
	})
}

// secretMachine is a configuration with a resource at one of two addresses, and the world
// of its secret.
type secretMachine struct {
	s         *acctest.Server
	addresses [2]*acctest.Core
	at        int // the address that the configuration has
	config    map[string]any
	// unseen says that the world has changed since a refresh.
	unseen bool
}

// machinePaths are the paths that a configuration chooses from.
var machinePaths = []string{"/app/db", "/app/other"}

func newSecretMachine(t *testing.T, rt *rapid.T) *secretMachine {
	t.Helper()
	m := &secretMachine{s: acctest.NewServer(t)}
	rt.Cleanup(m.s.Close)
	for i := range m.addresses {
		core, err := acctest.NewCore(rt.Context(), m.s, "thalassasecrets_secret")
		if err != nil {
			rt.Fatal(err)
		}
		m.addresses[i] = core
	}
	m.configure(rt)
	return m
}

func (m *secretMachine) configure(rt *rapid.T) {
	m.config = map[string]any{
		"path": rapid.SampledFrom(machinePaths).Draw(rt, "path"), "kms_key_id": acctest.KMSKey,
		"deletion_protection": rapid.Bool().Draw(rt, "protected"),
	}
	if rapid.IntRange(0, 3).Draw(rt, "described") == 0 {
		m.config["description"] = rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "description")
	}
}

func (m *secretMachine) taint(*rapid.T) {
	if m.addresses[m.at].State != nil {
		m.addresses[m.at].Taint()
	}
}

func (m *secretMachine) lose(*rapid.T) {
	for _, core := range m.addresses {
		core.State, core.Deposed = nil, nil
	}
}

func (m *secretMachine) changeLifecycle(*rapid.T) {
	for _, core := range m.addresses {
		core.CreateBeforeDestroy = !core.CreateBeforeDestroy
	}
}

// outsider creates or deletes a secret.
func (m *secretMachine) outsider(rt *rapid.T) {
	m.unseen = true
	m.s.Clock().Advance(time.Minute)
	id := m.s.ID("nl-01" + rapid.SampledFrom(machinePaths).Draw(rt, "path"))
	if err := m.s.Outsider().DeleteSecret(rt.Context(), id, client.Unguarded); err != nil && !client.IsNotFound(err) {
		rt.Fatal(err)
	}
	if rapid.Bool().Draw(rt, "created") {
		m.s.Clock().Advance(time.Minute)
		m.s.Create(client.NewSecret{ID: id, Value: client.BytesValue([]byte("theirs"))})
	}
}

// step is the plan of one address.
type step struct {
	core *acctest.Core
	plan *acctest.CorePlan
}

// plan plans both addresses in one process, in any order. Terraform applies nothing where
// any of them fails.
func (m *secretMachine) plan(rt *rapid.T, options []acctest.PlanOption) ([]step, error) {
	run, err := m.addresses[0].NewRun(rt.Context())
	if err != nil {
		rt.Fatal(err)
	}
	var steps []step
	var failures []error
	for _, i := range m.order(rt) {
		core, config, chosen := m.addresses[i], m.config, options
		if i != m.at {
			config = nil
			chosen = slices.DeleteFunc(slices.Clone(options), func(o acctest.PlanOption) bool { return o == acctest.Replace })
		}
		planned, err := core.In(run).Plan(rt.Context(), config, chosen...)
		failures = append(failures, err)
		steps = append(steps, step{core, planned})
	}
	return steps, errors.Join(failures...)
}

func (m *secretMachine) order(rt *rapid.T) []int {
	if rapid.Bool().Draw(rt, "the other way round") {
		return []int{1, 0}
	}
	return []int{0, 1}
}

// apply plans and applies, and looks at what came of it.
func (m *secretMachine) apply(rt *rapid.T, worldMoves bool, options ...acctest.PlanOption) {
	m.s.Mark()
	steps, err := m.plan(rt, options)
	blind := m.unseen && slices.Contains(options, acctest.NoRefresh)
	if m.s.Writes() != 0 {
		rt.Fatalf("a plan wrote: %v", m.s.Calls())
	}
	if err != nil {
		m.mustBeRefused(rt, "plan", err)
		return
	}
	if m.unseen = blind; worldMoves {
		m.outsider(rt)
	}
	m.s.Mark()
	protected, turned := m.protected(), m.turned()
	run, err := m.addresses[0].NewRun(rt.Context())
	if err != nil {
		rt.Fatal(err)
	}
	var failures []error
	rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "order"), 0)).Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] }) //nolint:gosec // The order of a test.
	for _, s := range steps {
		applying := s.core.In(run)
		failures = append(failures, applying.Apply(rt.Context(), s.plan))
		s.core.State, s.core.Deposed = applying.State, applying.Deposed
	}
	for _, call := range m.s.Terraform() {
		for _, id := range protected {
			if call.Operation == "deleteSecret" && call.Status < 300 && strings.HasSuffix(call.Path, strings.TrimPrefix(id, "nl-01")) {
				rt.Fatalf("the protected secret %s was deleted", id)
			}
		}
	}
	if err := errors.Join(failures...); err != nil {
		m.mustBeRefused(rt, "apply", err)
		if !worldMoves && !blind && !m.excused(turned, err) {
			rt.Fatalf("an apply in a world that stands still is refused: %v", err)
		}
	}
}

// protected are the secrets whose state says that they are protected.
func (m *secretMachine) protected() (ids []string) {
	for _, core := range m.addresses {
		if core.State != nil && fmt.Sprint(acctest.Attribute(core.State.Value, "deletion_protection")) == `tftypes.Bool<"true">` {
			ids = append(ids, textOf(core.State, "id"))
		}
	}
	return ids
}

// turned reports that the resource is tainted and also turns to another path.
func (m *secretMachine) turned() bool {
	state := m.addresses[m.at].State
	return state != nil && state.Tainted && textOf(state, "path") != m.config["path"]
}

// excused are the two refusals of an apply that no plan can foresee: the plan of a replacement does not show
// create_before_destroy, and the plan of a tainted resource does not show which secret goes.
func (m *secretMachine) excused(turned bool, err error) bool {
	return m.addresses[m.at].CreateBeforeDestroy && strings.Contains(err.Error(), "create_before_destroy") ||
		turned && strings.Contains(err.Error(), "Secret is protected from deletion")
}

// mustBeRefused distinguishes an error for the user from a bug.
func (m *secretMachine) mustBeRefused(rt *rapid.T, phase string, err error) {
	if refusal := (*acctest.RefusedError)(nil); !errors.As(err, &refusal) {
		rt.Fatalf("%s: %v\nconfiguration: %v", phase, err, m.config)
	}
}
