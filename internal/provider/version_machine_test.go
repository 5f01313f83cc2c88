package provider_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// TestVersionMachine lets random people do random things to one secret while
// somebody plans and applies, through the provider's real protocol. The world and
// the clock also move between a plan and its apply.
func TestVersionMachine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := newVersionMachine(t, rt)
		rt.Repeat(map[string]func(*rapid.T){
			"":                     m.check,
			"change configuration": m.configure,
			"plan and apply":       func(rt *rapid.T) { m.apply(rt, false) },
			"plan, wait and apply": func(rt *rapid.T) { m.apply(rt, true) },
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

// configure draws a valid configuration.
func (m *versionMachine) configure(rt *rapid.T) {
	m.serial++
	value := fmt.Sprint("value ", m.serial)
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
	if rapid.Bool().Draw(rt, "retains") {
		retention := map[string]any{"keep": int64(rapid.IntRange(0, 2).Draw(rt, "keep"))}
		if days := rapid.IntRange(0, 3).Draw(rt, "min_idle"); days > 0 {
			retention["min_idle"] = fmt.Sprintf("%dd", days)
		}
		c["retention"] = retention
	}
	m.config = c
}

func (m *versionMachine) wait(rt *rapid.T) {
	m.s.Clock().Advance(time.Duration(rapid.IntRange(1, 24*6).Draw(rt, "hours")) * time.Hour)
}

// outsider does something that Terraform did not ask for.
func (m *versionMachine) outsider(rt *rapid.T) {
	ctx := rt.Context()
	api, id := m.s.Outsider(), m.s.ID(dbID)
	m.s.Clock().Advance(time.Minute)
	switch action := rapid.SampledFrom([]string{"put", "put", "destroy", "destroy current", "reveal", "reveal", "recreate", "delete", "key"}).Draw(rt, "action"); action {
	case "put":
		_, _ = api.PutValue(ctx, id, client.BytesValue([]byte("theirs"))) // The key may refuse.
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
		if err := api.DestroyVersion(ctx, id, version); err != nil {
			rt.Fatal(err)
		}
	case "recreate", "delete":
		_ = api.DeleteSecret(ctx, id) // It may be gone.
		m.s.Clock().Advance(time.Minute)
		m.s.KeyStatus(refserver.KeyActive)
		if action == "recreate" {
			m.create(rt)
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

// apply plans and applies, and looks at what came of it.
func (m *versionMachine) apply(rt *rapid.T, worldMoves bool) {
	ctx := rt.Context()
	m.s.Mark()
	plan, err := m.core.Plan(ctx, m.config)
	if m.s.Writes() != 0 {
		rt.Fatalf("a plan wrote: %v", m.s.Calls())
	}
	if m.refused(rt, "plan", err) {
		return
	}
	if worldMoves {
		m.wait(rt)
		m.outsider(rt)
	}
	before := m.history(rt)
	m.s.Mark()
	err = m.core.Apply(ctx, plan)
	puts := m.puts()
	m.checkPuts(rt, plan, puts, err)
	m.checkDestroyed(rt, before)
	if m.refused(rt, "apply", err) || worldMoves {
		return
	}
	again, err := m.core.Plan(ctx, m.config)
	if err != nil {
		rt.Fatalf("the plan after an apply fails: %v", err)
	}
	if !again.IsEmpty() {
		rt.Fatalf("the plan after an apply is not empty: %s\nconfiguration: %v", again.Changes(), m.config)
	}
}

// refused tells an error that a user could meet from a bug.
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
		case "Nothing to put", "KMS key refuses the planned version", "Cannot write the secret value", "Version is no longer idle", "Cannot read the secret":
		default:
			rt.Fatalf("%s: %s: %s", phase, d.Summary, d.Detail)
		}
	}
	return true
}

// puts are the versions that Terraform has put since the mark.
func (m *versionMachine) puts() int {
	puts := 0
	for _, entry := range m.s.Terraform() {
		if entry.Operation == "putSecretValue" && entry.Status < 300 {
			puts++
		}
	}
	return puts
}

// checkPuts: as many versions are written as the plan said.
func (m *versionMachine) checkPuts(rt *rapid.T, plan *acctest.CorePlan, puts int, err error) {
	version, reason := acctest.Attribute(plan.Value, "version"), acctest.Attribute(plan.Value, "last_change")
	least, most := 0, 0
	if !version.IsKnown() {
		most = 1
		if reason.IsKnown() && err == nil {
			least = 1
		}
	}
	if puts < least || puts > most {
		rt.Fatalf("%d puts, planned %d to %d: %s", puts, least, most, plan.Changes())
	}
	if puts > 0 && m.core.State != nil {
		m.ours = append(m.ours, m.managed(rt))
	}
}

func (m *versionMachine) managed(rt *rapid.T) int64 {
	number := acctest.Int64(acctest.Attribute(m.core.State.Value, "version"))
	if len(number) != 1 {
		rt.Fatal("the state has no version")
	}
	return number[0]
}

// history is what the server knows, nothing for a secret that is gone.
func (m *versionMachine) history(rt *rapid.T) client.Secret {
	secret, err := m.s.Outsider().GetSecret(rt.Context(), m.s.ID(dbID))
	if err != nil && !client.IsNotFound(err) {
		rt.Fatal(err)
	}
	return secret
}

// checkDestroyed holds every version that Terraform destroyed against the rules of
// retention, worked out anew.
func (m *versionMachine) checkDestroyed(rt *rapid.T, before client.Secret) {
	after := m.history(rt)
	var newest int64
	if m.core.State != nil {
		newest = m.managed(rt)
	}
	for _, was := range before.Versions {
		i := slices.IndexFunc(after.Versions, func(v client.Version) bool { return v.Number == was.Number })
		if was.Status != client.VersionActive || i < 0 || after.Versions[i].Status == client.VersionActive {
			continue
		}
		if was.Number == 1 && before.Annotations["thalassasecrets/placeholder"] != "" && after.CurrentVersion == newest {
			continue
		}
		if problem := m.mustStay(was, after, newest); problem != "" {
			rt.Fatalf("version %d was destroyed, but %s\nconfiguration: %v\nours: %v\nbefore: %v\nafter: %v",
				was.Number, problem, m.config, m.ours, before.Versions, after.Versions)
		}
	}
}

// mustStay says why retention had to spare a version.
func (m *versionMachine) mustStay(v client.Version, after client.Secret, newest int64) string {
	retention, _ := m.config["retention"].(map[string]any)
	if retention == nil {
		return "there is no retention"
	}
	if v.Number >= newest {
		return fmt.Sprintf("%d is managed", newest)
	}
	keep, _ := retention["keep"].(int64)
	newer := int64(0)
	var superseded time.Time
	for _, other := range after.Versions { // Newest first.
		if other.Number <= v.Number {
			continue
		}
		superseded = other.CreatedAt
		if other.Number < newest && other.Status == client.VersionActive {
			newer++
		}
	}
	if newer < keep {
		return fmt.Sprintf("only %d newer ones stay of %d to keep", newer, keep)
	}
	ours := slices.Clone(m.ours)
	if m.taken != 0 {
		ours = append([]int64{m.taken}, ours...)
	}
	if n := len(ours); n == 0 || v.Number > ours[n-1] || n > 1 && v.Number > ours[n-2] && v.Number < ours[n-1] || n == 1 && m.taken == 0 {
		return "somebody else put it after our last put but one"
	}
	idle := 0
	if text, ok := retention["min_idle"].(string); ok {
		if _, err := fmt.Sscanf(strings.TrimSuffix(text, "d"), "%d", &idle); err != nil {
			return err.Error()
		}
	}
	last := superseded
	if v.LastAccessedAt.After(last) {
		last = v.LastAccessedAt
	}
	if since := m.s.Clock().Now().Sub(last); since < time.Duration(idle)*oneDay {
		return fmt.Sprintf("it is idle for %s only", since)
	}
	return ""
}

// check holds after every step.
func (m *versionMachine) check(rt *rapid.T) {
	if broken := m.s.Broken(); len(broken) > 0 {
		rt.Fatal(broken)
	}
}
