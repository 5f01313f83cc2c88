package robustness

import (
	"context"
	"flag"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// writeFaults are the faults of a write in the property. All of them are complete
// responses, so that the recorder can keep each.
var writeFaults = map[string]refserver.Fault{
	"none":           {},
	"429":            status(refserver.ActionStatus, 429, "json", "0"),
	"429, done":      status(refserver.ActionStatusAfterCommit, 429, "json", "0"),
	"503":            status(refserver.ActionStatus, 503, "empty", "0"),
	"502, done":      status(refserver.ActionStatusAfterCommit, 502, "html", ""),
	"404, done":      status(refserver.ActionStatusAfterCommit, 404, "html", ""),
	"302":            status(refserver.ActionStatus, 302, "empty", ""),
	"half an answer": {Action: refserver.ActionTruncateJSON},
}

// readFaults are the faults of a read.
var readFaults = map[string]refserver.Fault{
	"none":          {},
	"502":           status(refserver.ActionStatus, 502, "html", ""),
	"404":           status(refserver.ActionStatus, 404, "html", ""),
	"stale":         {Action: refserver.ActionStale},
	"other current": {Action: refserver.ActionWrongCurrentVersion, Version: "current-1"},
	"row missing":   {Action: refserver.ActionDropVersionRow},
}

func keysOf[V any](m map[string]V) *rapid.Generator[string] {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	return rapid.SampledFrom(slices.Sorted(slices.Values(names)))
}

// propertyRuns is the number of runs of the property, if -rapid.checks does not set it.
// Each run is the life of a secret through the provider.
const propertyRuns = "30"

func init() {
	if err := flag.Set("rapid.checks", propertyRuns); err != nil {
		panic(err)
	}
}

// Other clients act at any time except between a guard's read and the request after it.
// Every change follows directly after a read of the secret that allows it.
func TestEveryChangeIsPrecededByALook(t *testing.T) {
	t.Parallel()
	var changes int
	rapid.Check(t, func(rt *rapid.T) {
		env, err := newEnvironment(t.Context(), t, rapid.Uint64().Draw(rt, "seed"))
		if err != nil {
			rt.Fatal(err)
		}
		defer env.server.Close()
		for _, core := range []*acctest.Core{env.secret, env.version} {
			core.Provider["request_timeout"] = "30s" // Nothing stalls here, but the machine may be busy.
		}
		for _, operation := range []Operation{CreateSecret, PutValue, PutValue} {
			step := Step{Operation: operation}
			step.Value, step.Wanted = env.configure(operation)
			if err := env.converge(t.Context(), step); err != nil {
				rt.Fatal(err)
			}
			env.server.Clock().Advance(time.Hour)
		}
		for range rapid.IntRange(1, 3).Draw(rt, "operations") {
			operation := rapid.SampledFrom([]Operation{PutValue, PutGenerated, DestroyOld, DestroyOld, ChangePolicy, DeleteSecret}).Draw(rt, "operation")
			changes += env.checkedStep(t.Context(), rt, operation)
			if env.secret.State == nil {
				break
			}
		}
	})
	if t.Logf("%d changes, each after a read that allows it", changes); changes == 0 {
		t.Error("nothing was changed")
	}
}

// conflictingActions are the actions of another client that conflict with an operation.
// An ordinary apply plans with the first read, and its guard makes the second.
func conflictingActions(operation Operation) []string {
	switch {
	case operation.puts():
		return []string{"puts", "puts", reveals, destroysCurrent, recreates}
	case operation == DestroyOld:
		return []string{reveals, reveals, destroysCurrent, destroysOld, recreates, "puts"}
	}
	return []string{recreates, recreates, deletes, "puts"}
}

// checkedStep carries out an operation with concurrent writers, and checks each change.
func (env *environment) checkedStep(ctx context.Context, rt *rapid.T, operation Operation) (changes int) {
	r := &recorder{env: env, actions: map[int]string{}}
	for range rapid.IntRange(0, 3).Draw(rt, "writers") {
		action := rapid.SampledFrom(conflictingActions(operation)).Draw(rt, "action")
		r.actions[rapid.SampledFrom([]int{1, 2, 2, 2, 3, 3, 4, 5, 6}).Draw(rt, "before read")] = action
	}
	env.configure(operation)
	if retention := env.versionConfig["retention"]; operation.puts() && retention == nil && rapid.Bool().Draw(rt, "retention") {
		env.versionConfig["retention"] = map[string]any{"keep": int64(0)}
	}
	core := env.resourceOf(operation)
	r.record()
	defer env.server.Intercept(nil)
	defer env.server.ClearFaults()
	var apply func() error
	if operation == DeleteSecret {
		apply = func() error { return core.Destroy(ctx) }
	} else {
		plan, err := core.Plan(ctx, env.configOf(operation))
		if err != nil || plan.IsEmpty() {
			return 0
		}
		apply = func() error { return core.Apply(ctx, plan) }
	}
	r.wait()
	planned := r.startApply()
	p := env.premiseOf(planned)
	if life := lifeInState(core); core == env.secret && planned == nil {
		p.life = life
	}
	if env.resourceOf(operation) == env.version && core.State == nil {
		p = premise{keep: p.keep, minIdle: p.minIdle}
	}
	if retention, ok := env.versionConfig["retention"].(map[string]any); ok && retention["min_idle"] == nil {
		p.minIdle = 0
	}
	if err := env.drawFaults(rt, operation); err != nil {
		rt.Fatal(err)
	}
	err := apply()
	r.wait()
	for _, violation := range r.violations(p) {
		rt.Errorf("%s: %s\n%+v", operation, violation, r.exchanges)
	}
	if _, _, unexpected := outcomeOf(err); unexpected != nil {
		rt.Errorf("%s: %v", operation, unexpected)
	}
	if found := env.lostLastVersion(ctx, r); found != "" {
		rt.Errorf("%s: %s\n%+v", operation, found, r.exchanges)
	}
	for _, e := range r.exchanges[r.applyStart:] {
		for _, event := range e.events {
			if event.Principal == principal {
				changes++
			}
		}
	}
	return changes
}

// lostLastVersion reports a secret without an active version after retention has
// destroyed one.
func (env *environment) lostLastVersion(ctx context.Context, r *recorder) string {
	for _, e := range r.exchanges[r.applyStart:] {
		for _, event := range e.events {
			if event.Principal != principal || event.Event != eventDestroy {
				continue
			}
			secret, err := env.server.Outsider().GetSecret(ctx, env.server.ID(dbID))
			if err == nil && len(activeOf(secret)) == 0 {
				return "no version is left to read, after retention has destroyed one"
			}
		}
	}
	return ""
}

// drawFaults draws the faults of the write and of its reads.
func (env *environment) drawFaults(rt *rapid.T, operation Operation) error {
	var rules []refserver.Fault
	if write := writeFaults[keysOf(writeFaults).Draw(rt, "write")]; write.Action != "" {
		write.Operation, write.Principal, write.Times = operation.request(), principal, rapid.IntRange(1, 2).Draw(rt, "times")
		rules = append(rules, write)
	}
	if read := readFaults[keysOf(readFaults).Draw(rt, "read")]; read.Action != "" {
		read.Operation, read.Principal, read.Nth = "getSecret", principal, rapid.IntRange(1, 4).Draw(rt, "nth")
		rules = append(rules, read)
	}
	return env.server.SetFaults(rules...)
}
