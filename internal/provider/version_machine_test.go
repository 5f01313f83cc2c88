package provider_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// TestVersionMachine makes random changes of one secret by other clients, and random
// plans and applies through the provider's real protocol. The secret and the clock also
// change between a plan and its apply.
func TestVersionMachine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := newVersionMachine(t, rt)
		rt.Repeat(map[string]func(*rapid.T){
			"":                     m.check,
			"change configuration": m.configure,
			"plan and apply":       func(rt *rapid.T) { m.apply(rt, false) },
			"plan, wait and apply": func(rt *rapid.T) { m.apply(rt, true) },
			"replace":              func(rt *rapid.T) { m.apply(rt, rapid.Bool().Draw(rt, "world moves"), acctest.Replace) },
			"destroy":              func(rt *rapid.T) { m.apply(rt, rapid.Bool().Draw(rt, "world moves"), acctest.DestroyAll) },
			"taint":                m.taint,
			"change lifecycle":     func(*rapid.T) { m.core.CreateBeforeDestroy = !m.core.CreateBeforeDestroy },
			"time passes":          m.wait,
			"somebody acts":        m.outsider,
			"import":               m.imports,
		})
	})
}

// versionMachine is the world of one run, and what an onlooker remembers of it.
type versionMachine struct {
	s      *acctest.Server
	core   *acctest.Core
	config map[string]any
	serial int
	moved  bool // the world has moved between the plan and the apply
	// open are attributes of the configuration that only an apply knows.
	open map[string]any

	ours []int64 // what Terraform put in this life of the secret, oldest first
	life time.Time
	// taken is a version that was imported, and so counts as put by Terraform.
	taken int64
}

func newVersionMachine(t *testing.T, rt *rapid.T) *versionMachine {
	t.Helper()
	m := &versionMachine{s: acctest.NewServer(t)}
	core, err := acctest.NewCore(t.Context(), m.s, "thalassasecrets_secret_version")
	if err != nil {
		rt.Fatal(err)
	}
	m.core = core
	m.s.AllowNoCurrent() // deletion_policy may destroy the only version.
	rt.Cleanup(m.s.Close)
	m.create(rt)
	m.configure(rt)
	return m
}

func (m *versionMachine) create(rt *rapid.T) {
	n := client.NewSecret{ID: m.s.ID(dbID), Value: client.BytesValue([]byte("theirs"))}
	if rapid.Bool().Draw(rt, "placeholder") {
		n.Annotations = map[string]string{"thalassasecrets/placeholder": "1"}
	}
	m.life = m.s.Create(n).CreatedAt
	m.ours, m.taken = nil, 0
}

func (m *versionMachine) configure(rt *rapid.T) {
	m.serial++
	m.config = versionConfig(rt, fmt.Sprint("value ", m.serial))
	m.open, m.core.IgnoreChanges = nil, nil
	input := inputOf(m.config)
	if input != "" && rapid.IntRange(0, 4).Draw(rt, "ignored") == 0 {
		m.core.IgnoreChanges = []string{input}
	}
	if rapid.IntRange(0, 2).Draw(rt, "unknown") == 0 {
		candidates := []string{"value_wo_version"}
		if input != "" && input != "generate" {
			candidates = append(candidates, input, input)
		}
		m.open = map[string]any{rapid.SampledFrom(candidates).Draw(rt, "not known in a plan"): acctest.Unknown}
	}
	// The counter and the keepers stay where they are: it is forgotten, not removed.
	if input != "" && rapid.IntRange(0, 3).Draw(rt, "forgotten") == 0 {
		delete(m.config, input)
		if m.config["on_external_version"] == "overwrite" {
			m.config["on_external_version"] = "adopt"
		}
	}
}

// inputOf is the attribute that gives the value of a configuration.
func inputOf(config map[string]any) string {
	for _, input := range []string{"secret_string_wo", "secret_key_values_wo", "secret_string", "generate"} {
		if config[input] != nil {
			return input
		}
	}
	return ""
}

// inPlan is the configuration as far as a plan knows it.
func (m *versionMachine) inPlan() map[string]any {
	config := maps.Clone(m.config)
	maps.Copy(config, m.open)
	return config
}

// versionConfig draws a valid configuration, with a different value for a write-only
// input.
func versionConfig(rt *rapid.T, value string) map[string]any {
	c := map[string]any{"secret_id": dbID}
	kind := rapid.SampledFrom([]string{"write-only", "write-only", "generate", "static", "pairs", "none"}).Draw(rt, "input")
	switch kind {
	case "write-only":
		c["secret_string_wo"] = value
	case "generate":
		c["generate"] = map[string]any{"byte_length": int64(rapid.SampledFrom([]int{16, 32}).Draw(rt, "length"))}
	case "static":
		c["secret_string"] = rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "static")
	case "pairs":
		c["secret_key_values_wo"] = map[string]string{"k": value}
	}
	renewable := kind != "static"
	writeOnly := kind == "write-only" || kind == "pairs"
	if writeOnly && rapid.IntRange(0, 5).Draw(rt, "detect") == 0 {
		c["detect_value_changes"] = true
	} else if n := rapid.IntRange(0, 2).Draw(rt, "value_wo_version"); n > 0 {
		c["value_wo_version"] = fmt.Sprint(n)
	}
	external := []string{"adopt", "adopt", "ignore"}
	if kind != "generate" && kind != "none" {
		external = append(external, "overwrite")
	}
	choice := rapid.SampledFrom(external).Draw(rt, "on_external_version")
	c["on_external_version"] = choice
	if renewable && choice != "ignore" && rapid.Bool().Draw(rt, "rotates") {
		rotation := map[string]any{}
		if days := rapid.IntRange(0, 4).Draw(rt, "after"); days > 0 {
			rotation["after"] = fmt.Sprintf("%dd", days*5)
		}
		if keeper := rapid.IntRange(0, 2).Draw(rt, "keeper"); keeper > 0 {
			rotation["keepers"] = map[string]string{"k": fmt.Sprint(keeper)}
		}
		c["rotation"] = rotation
	}
	if writeOnly && !hasTrigger(c) {
		c["value_wo_version"] = "1"
	}
	if rapid.Bool().Draw(rt, "retains") {
		retention := map[string]any{"keep": int64(rapid.IntRange(0, 2).Draw(rt, "keep"))}
		if days := rapid.IntRange(0, 3).Draw(rt, "min_idle"); days > 0 {
			retention["min_idle"] = fmt.Sprintf("%dd", days)
		}
		c["retention"] = retention
	}
	if rapid.Bool().Draw(rt, "destroys") {
		c["deletion_policy"] = "destroy"
	}
	return c
}

// hasTrigger reports that a later write-only value can lead to a put.
func hasTrigger(config map[string]any) bool {
	rotation, _ := config["rotation"].(map[string]any)
	return config["value_wo_version"] != nil || config["detect_value_changes"] != nil || len(rotation) > 0
}

func (m *versionMachine) wait(rt *rapid.T) {
	m.s.Clock().Advance(time.Duration(rapid.IntRange(1, 24*6).Draw(rt, "hours")) * time.Hour)
}

// outsider does something that Terraform did not ask for.
func (m *versionMachine) outsider(rt *rapid.T) {
	ctx := rt.Context()
	api, id := m.s.Outsider(), m.s.ID(dbID)
	m.s.Clock().Advance(time.Minute)
	switch action := rapid.SampledFrom([]string{"put", "put", "destroy", "destroy current", "reveal", "reveal", "recreate", "recreate and put", "delete", "key"}).Draw(rt, "action"); action {
	case "put":
		_, _ = api.PutValue(ctx, id, client.BytesValue([]byte("theirs")), client.Unguarded) // The key may refuse.
	case "reveal", "destroy", "destroy current":
		secret, err := api.GetSecret(ctx, id)
		if err != nil || secret.CurrentVersion == 0 {
			return
		}
		version := secret.CurrentVersion
		if action != "destroy current" {
			version = rapid.SampledFrom(secret.Versions).Draw(rt, "version").Number
		}
		if action == "reveal" {
			_, _ = api.RevealValue(ctx, id, version) // It may be destroyed.
			return
		}
		if err := api.DestroyVersion(ctx, id, version, client.Unguarded); err != nil {
			rt.Fatal(err)
		}
	case "recreate", "recreate and put", "delete":
		_ = api.DeleteSecret(ctx, id, client.Unguarded) // It may be gone.
		m.s.Clock().Advance(time.Minute)
		m.s.KeyStatus(refserver.KeyActive)
		if action == "delete" {
			return
		}
		m.create(rt)
		if action == "recreate" {
			return
		}
		// The numbers of the former life come again.
		for range rapid.IntRange(1, 3).Draw(rt, "puts") {
			m.s.Put(dbID, "theirs")
		}
	case "key":
		m.s.KeyStatus(rapid.SampledFrom([]refserver.KeyStatus{refserver.KeyActive, refserver.KeyActive, refserver.KeyDisabled, refserver.KeyPendingDeletion}).Draw(rt, "status"))
	}
}

// imports takes a version over that nothing manages yet.
func (m *versionMachine) imports(rt *rapid.T) {
	secret, err := m.s.Outsider().GetSecret(rt.Context(), m.s.ID(dbID))
	if m.core.State != nil || err != nil || secret.CurrentVersion == 0 {
		return
	}
	number := rapid.SampledFrom(secret.Versions).Draw(rt, "version").Number
	m.s.Mark()
	if err := m.core.Import(rt.Context(), fmt.Sprintf("%s@%d", dbID, number)); err != nil {
		rt.Fatalf("import: %v", err)
	}
	m.taken = number
	if m.s.Writes() != 0 {
		rt.Fatalf("an import wrote: %v", m.s.Calls())
	}
}

// taint makes the next plan replace what is managed.
func (m *versionMachine) taint(*rapid.T) {
	if m.core.State == nil {
		return
	}
	m.core.Taint()
}

// apply plans and applies, and looks at what came of it.
func (m *versionMachine) apply(rt *rapid.T, worldMoves bool, options ...acctest.PlanOption) {
	ctx := rt.Context()
	m.s.Mark()
	plan, err := m.core.Plan(ctx, m.inPlan(), options...)
	if m.s.Writes() != 0 {
		rt.Fatalf("a plan wrote: %v", m.s.Calls())
	}
	if m.refused(rt, "plan", err) {
		return
	}
	m.checkOpen(rt, plan)
	m.moved = worldMoves
	if worldMoves {
		m.wait(rt)
		m.outsider(rt)
	}
	before := m.history(rt)
	m.s.Mark()
	if !slices.Contains(options, acctest.DestroyAll) {
		plan.Resolve(m.config)
	}
	err = m.core.Apply(ctx, plan)
	puts := m.puts()
	m.checkAsked(rt, plan, puts)
	m.checkPuts(rt, plan, puts, err)
	m.checkSuperseded(rt, plan, before, puts)
	m.checkDestroyed(rt, before, plan)
	if m.refused(rt, "apply", err) || worldMoves || slices.Contains(options, acctest.DestroyAll) {
		return
	}
	m.settles(rt, plan)
}

// refused distinguishes an error for the user from a bug.
func (m *versionMachine) refused(rt *rapid.T, phase string, err error) bool {
	if err == nil {
		return false
	}
	var refusal *acctest.RefusedError
	if !errors.As(err, &refusal) {
		rt.Fatalf("%s: %v\nconfiguration: %v", phase, err, m.config)
	}
	for _, d := range refusal.Diagnostics {
		switch d.Summary {
		case "No value for the requested change":
			if inputOf(m.config) != "" && len(m.core.IgnoreChanges) == 0 {
				rt.Fatalf("%s: a value is given: %s\nconfiguration: %v", phase, d.Detail, m.config)
			}
		case "Missing value", "KMS key refuses the planned version", "Cannot write the secret value", "Cannot read the secret":
		case "Not done: " + dbID:
			if !m.moved {
				rt.Fatalf("%s in a world that stood still: %s", phase, d.Detail)
			}
		default:
			rt.Fatalf("%s: %s: %s", phase, d.Summary, d.Detail)
		}
	}
	return true
}
