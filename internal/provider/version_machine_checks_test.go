package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

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
	if !plan.Value.IsNull() && !version.IsKnown() {
		most = 1
		if reason.IsKnown() && err == nil {
			least = 1
		}
	}
	if puts < least || puts > most {
		rt.Fatalf("%d puts, planned %d to %d: %s", puts, least, most, plan.Changes())
	}
	switch plan.Action {
	case acctest.DeleteOnly, acctest.DeleteThenCreate, acctest.CreateThenDelete:
		m.ours, m.taken = nil, 0 // The next version does not depend on the former one.
	default:
	}
	if puts > 0 && m.core.State != nil {
		m.ours = append(m.ours, m.managed(rt))
	}
}

// checkSuperseded checks that a create which replaces a value of another client has
// warned. A placeholder is not a value.
func (m *versionMachine) checkSuperseded(rt *rapid.T, plan *acctest.CorePlan, before client.Secret, puts int) {
	prior, managed := plan.Prior(), int64(0)
	creates := plan.Action == acctest.CreateOnly || prior != nil && prior.Tainted
	if prior != nil {
		managed = slices.Max(append(acctest.Int64(acctest.Attribute(prior.Value, "version")), 0))
	}
	row, found := currentOf(before)
	if puts == 0 || m.moved || !creates || !found || row.Number == managed || isPlaceholder(before) {
		return
	}
	if !slices.Contains(plan.Warnings, "Existing value superseded: "+dbID) {
		rt.Fatalf("version %d of another was superseded without a warning, the plan says %q", row.Number, plan.Warnings)
	}
}

// currentOf is the version of a secret that can be read as the current one.
func currentOf(secret client.Secret) (client.Version, bool) {
	for _, row := range secret.Versions {
		if row.Number == secret.CurrentVersion && row.Status == client.VersionActive {
			return row, true
		}
	}
	return client.Version{}, false
}

// isPlaceholder reports that readers of a secret get the value that it began with, which
// is marked as none.
func isPlaceholder(secret client.Secret) bool {
	return secret.CurrentVersion == 1 && secret.Annotations["thalassasecrets/placeholder"] == "1"
}

// checkAsked: a counter or a keeper that has advanced in the state has led to a put,
// unless the plan, or the plan again in apply, has said that nothing is put for it.
func (m *versionMachine) checkAsked(rt *rapid.T, plan *acctest.CorePlan, puts int) {
	prior, now := plan.Prior(), m.core.State
	if prior == nil || now == nil || puts > 0 || !advanced(prior, now) {
		return
	}
	said := slices.Clone(plan.Diagnostics)
	said = append(said, m.core.Diagnostics...)
	for _, d := range said {
		switch d.Summary {
		case "Configured value not written: " + dbID:
			return
		case "Value leaves the state: " + dbID:
			// The first counter came with it, and the value turned out to be the same.
			if acctest.Attribute(prior.Value, "value_wo_version").IsNull() {
				return
			}
		}
	}
	rt.Fatalf("a new version was asked for, none was put, and the request is recorded: %s\nconfiguration: %v, not known in the plan: %v, ignored: %v",
		plan.Changes(), m.config, m.open, m.core.IgnoreChanges)
}

// advanced reports a counter that is another one, or keepers that were there and are
// others.
func advanced(prior, now *acctest.Instance) bool {
	counter := acctest.Attribute(now.Value, "value_wo_version")
	if !counter.IsNull() && !counter.Equal(acctest.Attribute(prior.Value, "value_wo_version")) {
		return true
	}
	before, after := keepersOf(prior), keepersOf(now)
	return len(before) > 0 && len(after) > 0 && !maps.EqualFunc(before, after, func(a, b tftypes.Value) bool { return a.Equal(b) })
}

func keepersOf(i *acctest.Instance) map[string]tftypes.Value {
	return partsOf(partsOf(acctest.Attribute(i.Value, "rotation"))["keepers"])
}

// partsOf are the parts of an object or a map, none of null.
func partsOf(v tftypes.Value) map[string]tftypes.Value {
	parts := map[string]tftypes.Value{}
	if v.Type() != nil && v.IsKnown() && !v.IsNull() {
		_ = v.As(&parts) // It is one or the other by its schema.
	}
	return parts
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

// checkDestroyed checks every version that Terraform destroyed with a second
// implementation of the rules of retention.
func (m *versionMachine) checkDestroyed(rt *rapid.T, before client.Secret, plan *acctest.CorePlan) {
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
		m.checkNamed(rt, before, plan, was)
		if isUnreadPlaceholder(before, was) && after.CurrentVersion == newest || announced(plan, was) {
			continue
		}
		if problem := m.mustStay(was, after, newest); problem != "" {
			rt.Fatalf("version %d was destroyed, but %s\nconfiguration: %v\nours: %v\nbefore: %v\nafter: %v",
				was.Number, problem, m.config, m.ours, before.Versions, after.Versions)
		}
	}
}

// announced reports a version that goes with the resource, because its deletion_policy
// is "destroy" and the plan is one of a destroy. The number alone does not tell: another
// life of the secret has the same.
func announced(plan *acctest.CorePlan, was client.Version) bool {
	if plan.Action != acctest.DeleteOnly {
		return false
	}
	prior := plan.Prior()
	return deletionPolicy(prior) == "destroy" && textOf(prior, "created_at") == was.CreatedAt.Format(time.RFC3339) &&
		slices.Equal(acctest.Int64(acctest.Attribute(prior.Value, "version")), []int64{was.Number})
}

func deletionPolicy(i *acctest.Instance) string { return textOf(i, "deletion_policy") }

// textOf is an attribute that is a text, empty for null.
func textOf(i *acctest.Instance, name string) string {
	var s string
	_ = acctest.Attribute(i.Value, name).As(&s) // It is a text by its schema.
	return s
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
	if n := len(ours); n == 0 || v.Number > ours[n-1] || n > 1 && v.Number > ours[n-2] && v.Number < ours[n-1] || n == 1 {
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
