package provider_test

import (
	"bytes"
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

// TestReadStrategiesAgree lets random people do random things to the secrets of a
// state, reads it by both strategies, and finds the same in every resource: state,
// private state, plan and warnings. Lists are late, denied, broken or incomplete
// at random, but never out of date, which no single read could tell either.
func TestReadStrategiesAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := newStrategyMachine(t, rt)
		for left := rapid.IntRange(0, 2).Draw(rt, "rounds"); left >= 0; left-- {
			m.drift(rt)
			m.troubleLists(rt)
			m.compare(rt, left == 0) // Plans take most of the time, and follow from the rest.
		}
	})
}

type strategyMachine struct {
	s       *acctest.Server
	fleet   *fleet
	secrets []string // their paths
}

func newStrategyMachine(t *testing.T, rt *rapid.T) *strategyMachine {
	t.Helper()
	m := &strategyMachine{s: acctest.NewServer(t)}
	rt.Cleanup(m.s.Close)
	var err error
	if m.fleet, err = newFleet(rt.Context(), m.s); err != nil {
		rt.Fatal(err)
	}
	for i := range rapid.IntRange(12, 18).Draw(rt, "secrets") {
		m.add(rt, i)
	}
	return m
}

// add applies a secret and, most often, a version of it that was put once or twice.
func (m *strategyMachine) add(rt *rapid.T, i int) {
	path := fmt.Sprintf("/%s/%d", rapid.SampledFrom([]string{"app", "app", "app", "app/a", "app/b", "other"}).Draw(rt, "directory"), i)
	m.secrets = append(m.secrets, path)
	container := map[string]any{"path": path, "kms_key_id": acctest.KMSKey, "deletion_protection": false}
	if rapid.Bool().Draw(rt, "described") {
		container["description"] = "d"
		container["labels"] = map[string]string{"a": "b"}
	}
	switch rapid.IntRange(0, 3).Draw(rt, "policy") {
	case 0:
		container["access_policy"] = map[string]any{"conditions": []any{}}
	case 1:
		container["access_policy"] = map[string]any{"conditions": []any{
			map[string]any{"type": "ip", "effect": "allow", "cidrs": []string{"0.0.0.0/0", "::/0"}},
		}}
	}
	if err := m.fleet.add(rt.Context(), m.fleet.container, container); err != nil {
		rt.Fatal(err)
	}
	if rapid.IntRange(0, 5).Draw(rt, "alone") == 0 {
		return
	}
	version := map[string]any{"path": path, "secret_string_wo": "v", "value_wo_version": "0"}
	if rapid.Bool().Draw(rt, "rotates") {
		version["rotation"] = map[string]any{"after": fmt.Sprintf("%dd", rapid.IntRange(1, 3).Draw(rt, "after"))}
	} else {
		version["on_external_version"] = rapid.SampledFrom([]string{"adopt", "ignore", "overwrite"}).Draw(rt, "external")
	}
	if rapid.Bool().Draw(rt, "retains") {
		version["retention"] = map[string]any{"keep": int64(rapid.IntRange(0, 1).Draw(rt, "keep"))}
		if rapid.Bool().Draw(rt, "patient") {
			version["retention"] = map[string]any{"keep": int64(rapid.IntRange(0, 1).Draw(rt, "keep")), "min_idle": "1d"}
		}
	}
	if err := m.fleet.add(rt.Context(), m.fleet.version, version); err != nil {
		rt.Fatal(err)
	}
	last := len(m.fleet.members) - 1
	for n := range rapid.IntRange(0, 1).Draw(rt, "puts") {
		m.s.Clock().Advance(time.Minute)
		version["value_wo_version"] = fmt.Sprint(n + 1)
		plan, err := m.fleet.members[last].Plan(rt.Context(), version)
		if err == nil {
			err = m.fleet.members[last].Apply(rt.Context(), plan)
		}
		if err != nil {
			rt.Fatal(err)
		}
	}
}

// drift lets others work on a few of the secrets.
func (m *strategyMachine) drift(rt *rapid.T) {
	ctx, api := rt.Context(), m.s.Outsider()
	m.s.Clock().Advance(time.Duration(rapid.SampledFrom([]int{1, 1, 12, 24, 30, 80}).Draw(rt, "hours")) * time.Hour)
	m.s.KeyStatus(refserver.KeyActive)
	for range rapid.IntRange(0, 6).Draw(rt, "acts") {
		id := m.s.ID(acctest.Region + rapid.SampledFrom(m.secrets).Draw(rt, "secret"))
		secret, err := api.GetSecret(ctx, id)
		if err != nil {
			m.s.Create(client.NewSecret{ID: id, Value: client.BytesValue([]byte("theirs"))})
			continue
		}
		version := rapid.SampledFrom(secret.Versions).Draw(rt, "version").Number
		switch rapid.SampledFrom([]string{"put", "destroy", "destroy current", "reveal", "policy", "policy", "no policy", "delete", "recreate"}).Draw(rt, "act") {
		case "put":
			_, err = api.PutValue(ctx, id, client.BytesValue([]byte("theirs")), client.Unguarded)
		case "destroy":
			err = api.DestroyVersion(ctx, id, version, client.Unguarded)
		case "destroy current":
			err = api.DestroyVersion(ctx, id, max(secret.CurrentVersion, 1), client.Unguarded)
		case "reveal":
			_, _ = api.RevealValue(ctx, id, version) // It may be destroyed.
		case "policy":
			_, err = api.UpdateAccessPolicy(ctx, id, &client.AccessPolicy{Conditions: []client.Condition{{Type: "ip", Effect: "deny", CIDRs: []string{"192.0.2.0/24"}}}}, client.Unguarded)
		case "no policy":
			_, err = api.UpdateAccessPolicy(ctx, id, nil, client.Unguarded)
		case "delete":
			err = api.DeleteSecret(ctx, id, client.Unguarded)
		case "recreate":
			if err = api.DeleteSecret(ctx, id, client.Unguarded); err == nil {
				m.s.Clock().Advance(time.Minute)
				m.s.Create(client.NewSecret{ID: id, Value: client.BytesValue([]byte("theirs")), Labels: map[string]string{"a": "c"}})
			}
		}
		if err != nil {
			rt.Fatal(err)
		}
	}
	m.s.KeyStatus(rapid.SampledFrom([]refserver.KeyStatus{refserver.KeyActive, refserver.KeyActive, refserver.KeyDisabled, refserver.KeyPendingDeletion}).Draw(rt, "key"))
}

// troubleLists makes something be wrong with lists, or nothing.
func (m *strategyMachine) troubleLists(rt *rapid.T) {
	m.s.ClearFaults()
	m.s.Intercept(nil)
	switch kind := rapid.SampledFrom([]string{"", "", "", "fault", "field", "field", "field", "some", "entries", "key"}).Draw(rt, "lists"); kind {
	case "fault":
		fault := refserver.Fault{Operation: "listSecrets", Action: rapid.SampledFrom([]refserver.FaultAction{
			refserver.ActionStatus, refserver.ActionTruncate, refserver.ActionGarbage, refserver.ActionEmptyBody, refserver.ActionResetBeforeCommit, refserver.ActionStatusAfterCommit,
		}).Draw(rt, "fault")}
		if fault.Action == refserver.ActionStatus || fault.Action == refserver.ActionStatusAfterCommit {
			fault.Status = rapid.SampledFrom([]int{400, 403, 404, 429, 500, 503}).Draw(rt, "status")
		}
		if err := m.s.SetFaults(fault); err != nil {
			rt.Fatal(err)
		}
	case "field", "some", "entries":
		field := rapid.SampledFrom([]string{"description", "labels", "annotations", "createdAt", "updatedAt", "currentVersion", "objectVersion", "lastAccessedAt", "kmsKey", "accessPolicy", "accessPolicy", "accessPolicy", "accessPolicy"}).Draw(rt, "field")
		n := 0
		m.s.ChangeLists(func(entry map[string]any) bool {
			if n++; kind != "field" && n%2 == 0 {
				return true
			}
			delete(entry, field)
			return kind != "entries"
		})
	case "key":
		m.s.ChangeLists(func(entry map[string]any) bool {
			key, _ := entry["kmsKey"].(map[string]any)
			delete(key, "status")
			return true
		})
	}
}

// compare reads everything twice and goes on with what was found.
func (m *strategyMachine) compare(rt *rapid.T, plans bool) {
	order := rapid.Permutation(m.fleet.inOrder()).Draw(rt, "order")
	if rapid.Bool().Draw(rt, "in order") {
		slices.Sort(order)
	}
	found := map[string][]glance{}
	for _, strategy := range []string{"individual", "auto"} {
		run, err := m.fleet.run(rt.Context(), strategy)
		if err != nil {
			rt.Fatal(err)
		}
		found[strategy] = m.fleet.look(rt.Context(), run, order, plans)
	}
	for strategy, glances := range found {
		if named, due := namedDue(glances); named != min(due, 10) {
			rt.Fatalf("%s: %d of %d due versions are named", strategy, named, due)
		}
	}
	for i, want := range found["individual"] {
		if problem := want.differs(found["auto"][i]); problem != "" {
			rt.Fatalf("resource %d (%v): %s", i, m.fleet.configs[i], problem)
		}
		if m.fleet.members[i].State != nil && want.err == nil {
			m.fleet.members[i].State = want.refreshed
		}
	}
}

// differs says where two glances at the same resource are not the same.
func (g glance) differs(other glance) string {
	switch {
	case fmt.Sprint(g.err) != fmt.Sprint(other.err):
		return fmt.Sprintf("%v, not %v", other.err, g.err)
	case (g.refreshed == nil) != (other.refreshed == nil):
		return "one of them is gone"
	case g.refreshed != nil && !g.refreshed.Value.Equal(other.refreshed.Value):
		return fmt.Sprintf("the state is %s, not %s", other.refreshed.Value, g.refreshed.Value)
	case g.refreshed != nil && !bytes.Equal(g.refreshed.Private, other.refreshed.Private):
		return fmt.Sprintf("private state is %s, not %s", other.refreshed.Private, g.refreshed.Private)
	case !slices.Equal(ordered(g.warnings), ordered(other.warnings)):
		return fmt.Sprintf("it warns of %q, not %q", other.warnings, g.warnings)
	case (g.plan == nil) != (other.plan == nil):
		return "one of them has no plan"
	case g.plan != nil && !g.plan.Value.Equal(other.plan.Value):
		return fmt.Sprintf("the plan is %s, not %s", other.plan.Changes(), g.plan.Changes())
	case g.plan != nil && !slices.Equal(ordered(g.plan.Warnings), ordered(other.plan.Warnings)):
		return fmt.Sprintf("the plan warns of %q, not %q", other.plan.Warnings, g.plan.Warnings)
	}
	return ""
}

// ordered takes out of warnings what depends on the order in which resources are planned. The
// members here do not refer to each other, so the secret may be planned before or after its
// version is read, and any ten of the versions that are due may be the ones that are named.
func ordered(warnings []string) (same []string) {
	for _, text := range warnings {
		switch rest, isDue := strings.CutPrefix(text, rotationDue); {
		case strings.HasPrefix(text, "Managed version is not current: "):
		case isDue:
			_, detail, _ := strings.Cut(rest, ": ") // It names the secret, too.
			same = append(same, rotationDue+detail)
		default:
			same = append(same, text)
		}
	}
	return same
}

const rotationDue = "Rotation due: "

// namedDue counts the versions that are named as due in the summary of a warning, and those
// that are due.
func namedDue(glances []glance) (named, due int) {
	for _, g := range glances {
		if g.plan == nil {
			continue
		}
		for _, text := range g.plan.Warnings {
			rest, isDue := strings.CutPrefix(text, rotationDue)
			switch {
			case !isDue:
			case strings.HasPrefix(rest, "more secrets: "):
				due++
			default:
				named, due = named+1, due+1
			}
		}
	}
	return named, due
}
