package provider_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// fleet is a state with many secrets and their versions.
type fleet struct {
	container, version *acctest.Core // to fork others from
	members            []*acctest.Core
	configs            []map[string]any // of the members
}

func newFleet(ctx context.Context, s *acctest.Server) (*fleet, error) {
	f := &fleet{}
	var err error
	if f.container, err = acctest.NewCore(ctx, s, "thalassasecrets_secret"); err != nil {
		return nil, err
	}
	f.version, err = acctest.NewCore(ctx, s, "thalassasecrets_secret_version")
	return f, err
}

// beginFleet makes a state to add to.
func beginFleet(tb testing.TB, s *acctest.Server) *fleet {
	tb.Helper()
	f, err := newFleet(tb.Context(), s)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// add applies a new resource.
func (f *fleet) add(ctx context.Context, template *acctest.Core, config map[string]any) error {
	member := template.Fork(nil)
	plan, err := member.Plan(ctx, config)
	if err != nil {
		return err
	}
	if err := member.Apply(ctx, plan); err != nil {
		return err
	}
	f.members, f.configs = append(f.members, member), append(f.configs, config)
	return nil
}

// run starts a process that reads by a strategy.
func (f *fleet) run(ctx context.Context, strategy string) (*acctest.Run, error) {
	template := f.container.Fork(nil)
	template.Provider = map[string]any{"read_strategy": strategy}
	return template.NewRun(ctx)
}

// glance is what a phase shows of one resource.
type glance struct {
	refreshed *acctest.Instance
	warnings  []string
	plan      *acctest.CorePlan
	err       error
}

// look refreshes and plans every member in one process, ten at a time as Terraform
// does, in the given order.
func (f *fleet) look(ctx context.Context, run *acctest.Run, order []int, plans bool) []glance {
	glances := make([]glance, len(f.members))
	next := make(chan int)
	var workers sync.WaitGroup
	for range 10 {
		workers.Go(func() {
			for i := range next {
				member, g := f.members[i].In(run), &glances[i]
				if member.State == nil {
					continue
				}
				if g.refreshed, g.warnings, g.err = member.Refresh(ctx); g.err == nil && plans {
					g.plan, g.err = member.PlanFrom(ctx, g.refreshed, f.configs[i])
				}
			}
		})
	}
	for _, i := range order {
		next <- i
	}
	close(next)
	workers.Wait()
	return glances
}

// inOrder is the order in which the members came.
func (f *fleet) inOrder() []int {
	order := make([]int, len(f.members))
	for i := range order {
		order[i] = i
	}
	return order
}

// A steady plan of a thousand secrets and a thousand versions costs as much as one
// of a few, and its refresh finds nothing.
func TestSteadyPlanIsFlat(t *testing.T) {
	t.Parallel()
	secrets := 1000
	if testing.Short() {
		secrets = 100
	}
	s := acctest.NewServer(t)
	f := beginFleet(t, s)
	for i := range secrets {
		path := fmt.Sprintf("/app/team-%d/secret-%d", i%20, i)
		container := map[string]any{"path": path, "kms_key_id": acctest.KMSKey, "deletion_protection": false}
		version := map[string]any{"path": path, "secret_string_wo": "v", "value_wo_version": "1"}
		switch i % 5 {
		case 1:
			container["labels"] = map[string]string{"team": "a"}
			version["rotation"] = map[string]any{"after": "30d"}
		case 2:
			container["description"] = "one of many"
			version["retention"] = map[string]any{"keep": int64(1)}
		case 3:
			container["access_policy"] = map[string]any{"conditions": []any{map[string]any{"type": "ip", "effect": "allow", "cidrs": []string{"10.0.0.0/8", "127.0.0.0/8", "::1/128"}}}}
		}
		if err := f.add(t.Context(), f.container, container); err != nil {
			t.Fatal(err)
		}
		if err := f.add(t.Context(), f.version, version); err != nil {
			t.Fatal(err)
		}
	}
	s.Clock().Advance(time.Hour)
	f.isSteady(t, s, 20)
}

// isSteady reads and plans everything in one process. Nothing may change, no warning may
// come, and the plan may cost so many requests.
func (f *fleet) isSteady(t *testing.T, s *acctest.Server, most int) {
	t.Helper()
	run, err := f.run(t.Context(), "auto")
	if err != nil {
		t.Fatal(err)
	}
	s.Mark()
	for i, g := range f.look(t.Context(), run, f.inOrder(), true) {
		switch had := f.members[i].State; {
		case g.err != nil:
			t.Fatal(g.err)
		case g.refreshed == nil || !g.refreshed.Value.Equal(had.Value) || string(g.refreshed.Private) != string(had.Private):
			t.Fatalf("a refresh changes resource %d", i)
		case !g.plan.IsEmpty() || len(g.warnings)+len(g.plan.Warnings) > 0:
			t.Fatalf("the plan of resource %d is not empty: %s %q", i, g.plan.Changes(), g.warnings)
		}
	}
	calls, requests := s.Calls(), 0
	for _, n := range calls {
		requests += n
	}
	t.Logf("%d resources cost %v", len(f.members), calls)
	if requests > most {
		t.Errorf("%d requests for a steady plan of %d resources are more than %d: %v", requests, len(f.members), most, calls)
	}
}

// A fleet that has rotated is as steady: each secret has a superseded version that retention
// keeps, and a list tells that it is still there.
func TestSteadyPlanAfterRotationIsFlat(t *testing.T) {
	t.Parallel()
	secrets := 300 // "make bench" measures a thousand.
	if testing.Short() {
		secrets = 60
	}
	s := acctest.NewServer(t)
	f := beginFleet(t, s)
	for i := range secrets {
		path := fmt.Sprintf("/app/team-%d/secret-%d", i%20, i)
		container := map[string]any{"path": path, "kms_key_id": acctest.KMSKey, "deletion_protection": false}
		version := map[string]any{"path": path, "secret_string_wo": "v", "value_wo_version": "0", "retention": map[string]any{"keep": int64(1)}}
		if i%2 > 0 {
			version["retention"] = map[string]any{"keep": int64(1), "min_idle": "7d"}
		}
		if err := f.add(t.Context(), f.container, container); err != nil {
			t.Fatal(err)
		}
		if err := f.add(t.Context(), f.version, version); err != nil {
			t.Fatal(err)
		}
		f.rotate(t, 2*i+1)
	}
	s.Clock().Advance(10 * oneDay)
	for i := range secrets {
		if i%4 > 0 { // The second rotation retires a version.
			f.rotate(t, 2*i+1)
		}
		if active := acctest.Int64(acctest.Attribute(f.members[2*i+1].State.Value, "active_versions")); len(active) != 2 {
			t.Fatalf("versions %v of secret %d are active, want two", active, i)
		}
		s.Reveal(fmt.Sprintf("%s/app/team-%d/secret-%d", acctest.Region, i%20, i), 0) // The value is in use.
	}
	s.Clock().Advance(time.Hour)
	f.isSteady(t, s, 50)
}

// So are versions that another client has superseded, where that is to be ignored, once a
// refresh has recorded it.
func TestSteadyPlanOfIgnoredVersionsIsFlat(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	supersededFleet(t, s, 60, "ignore").isSteady(t, s, 20)
}

// A refresh that no plan follows says of each version that it is superseded, also where that
// was recorded before.
func TestRefreshNamesSupersededVersionsEachTime(t *testing.T) {
	t.Parallel()
	f := supersededFleet(t, acctest.NewServer(t), 12, "adopt")
	run, err := f.run(t.Context(), "auto")
	if err != nil {
		t.Fatal(err)
	}
	for i, g := range f.look(t.Context(), run, f.inOrder(), false) {
		if warned := len(g.warnings) == 1; g.err != nil || warned != (i%2 > 0) {
			t.Errorf("the refresh of resource %d warns of %q, %v", i, g.warnings, g.err)
		}
	}
}

// supersededFleet has secrets whose managed version another client has superseded, as a
// refresh has recorded.
func supersededFleet(t *testing.T, s *acctest.Server, secrets int, external string) *fleet {
	t.Helper()
	f := beginFleet(t, s)
	for i := range secrets {
		path := fmt.Sprintf("/app/%d", i)
		config := map[string]any{"path": path, "secret_string_wo": "v", "value_wo_version": "0", "on_external_version": external}
		if i%3 > 0 {
			config["retention"] = map[string]any{"keep": int64(i % 3)}
		}
		if err := f.add(t.Context(), f.container, map[string]any{"path": path, "kms_key_id": acctest.KMSKey}); err != nil {
			t.Fatal(err)
		}
		if err := f.add(t.Context(), f.version, config); err != nil {
			t.Fatal(err)
		}
		s.Put(acctest.Region+path, "theirs")
		if i%2 > 0 {
			s.Put(acctest.Region+path, "theirs")
			s.Destroy(acctest.Region+path, 3)
		}
		member := f.members[2*i+1]
		refreshed, _, err := member.Refresh(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		member.State = refreshed
	}
	return f
}

// rotate puts another version of a member.
func (f *fleet) rotate(t *testing.T, member int) {
	t.Helper()
	core, config := f.members[member], f.configs[member]
	counter, _ := config["value_wo_version"].(string)
	config["value_wo_version"] = counter + "1"
	plan, err := core.Plan(t.Context(), config)
	if err == nil {
		err = core.Apply(t.Context(), plan)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A secret may have a policy that a list does not show, even if the list shows other
// policies. So an entry without a policy never confirms that there is none.
func TestPolicyThatNoListShows(t *testing.T) {
	t.Parallel()
	const another, changed = 13, 14 // They come after the list.
	for name, hides := range map[string]func(path any) bool{
		"none":             func(any) bool { return true },
		"that of another":  func(path any) bool { return path == fmt.Sprintf("/app/%d", changed) },
		"what is to be so": func(any) bool { return false },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			f := beginFleet(t, s)
			for i := range changed + 1 {
				container := map[string]any{"path": fmt.Sprintf("/app/%d", i), "kms_key_id": acctest.KMSKey}
				container["access_policy"] = map[string]any{"conditions": []any{}}
				if err := f.add(t.Context(), f.container, container); err != nil {
					t.Fatal(err)
				}
			}
			policy := &client.AccessPolicy{Conditions: []client.Condition{{Type: "ip", Effect: "deny", CIDRs: []string{"192.0.2.0/24"}}}}
			for _, i := range []int{another, changed} {
				if _, err := s.Outsider().UpdateAccessPolicy(t.Context(), s.ID(fmt.Sprintf("nl-01/app/%d", i)), policy, client.Unguarded); err != nil {
					t.Fatal(err)
				}
			}
			s.ChangeLists(func(entry map[string]any) bool {
				if hides(entry["path"]) {
					delete(entry, "accessPolicy")
				}
				return true
			})
			run, err := f.run(t.Context(), "auto")
			if err != nil {
				t.Fatal(err)
			}
			for i, g := range f.look(t.Context(), run, f.inOrder(), true) {
				if g.err != nil || g.plan.IsEmpty() != (i < another) {
					t.Errorf("the plan of %d is empty: %v, %v", i, g.plan.IsEmpty(), g.err)
				}
			}
		})
	}
}
