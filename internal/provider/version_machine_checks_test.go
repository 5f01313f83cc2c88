package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

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
		m.ours, m.taken = nil, 0 // What comes next knows nothing of the former one.
	default:
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
