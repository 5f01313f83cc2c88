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

// disturbances of a write in the runs of the property: all of them are complete
// answers, so that each can be recorded.
var disturbances = map[string]refserver.Fault{
	"none":           {},
	"429":            status(refserver.ActionStatus, 429, "json", "0"),
	"429, done":      status(refserver.ActionStatusAfterCommit, 429, "json", "0"),
	"503":            status(refserver.ActionStatus, 503, "empty", "0"),
	"502, done":      status(refserver.ActionStatusAfterCommit, 502, "html", ""),
	"404, done":      status(refserver.ActionStatusAfterCommit, 404, "html", ""),
	"302":            status(refserver.ActionStatus, 302, "empty", ""),
	"half an answer": {Action: refserver.ActionTruncateJSON},
}

// disturbedReads are those of a read.
var disturbedReads = map[string]refserver.Fault{
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

// checksOfLooks is how many runs the property makes unless -rapid.checks says otherwise:
// each is a life of a secret through the provider.
const checksOfLooks = "30"

func init() {
	if err := flag.Set("rapid.checks", checksOfLooks); err != nil {
		panic(err)
	}
}

// Wherever other clients act, but for the gap between a look and the request behind
// it: every change that happens is preceded by a look at the secret that allows it,
// with nothing in between.
func TestEveryChangeIsPrecededByALook(t *testing.T) {
	t.Parallel()
	var changes int
	rapid.Check(t, func(rt *rapid.T) {
		w, err := newWorld(t.Context(), t, rapid.Uint64().Draw(rt, "seed"))
		if err != nil {
			rt.Fatal(err)
		}
		defer w.server.Close()
		for _, core := range []*acctest.Core{w.secret, w.version} {
			core.Provider["request_timeout"] = "30s" // Nothing stalls here, but the machine may be busy.
		}
		for _, wish := range []Wish{CreateSecret, PutValue, PutValue} {
			step := Step{Wish: wish}
			step.Value, step.Wanted = w.configure(wish)
			if err := w.settle(t.Context(), step); err != nil {
				rt.Fatal(err)
			}
			w.server.Clock().Advance(time.Hour)
		}
		for range rapid.IntRange(1, 3).Draw(rt, "wishes") {
			wish := rapid.SampledFrom([]Wish{PutValue, PutGenerated, DestroyOld, DestroyOld, ChangePolicy, DeleteSecret}).Draw(rt, "wish")
			changes += w.observed(t.Context(), rt, wish)
			if w.secret.State == nil {
				break
			}
		}
	})
	if t.Logf("%d changes, each behind a look that allows it", changes); changes == 0 {
		t.Error("nothing was changed")
	}
}

// deedsAgainst are the deeds of another client that matter to a wish. An ordinary apply
// plans with the first read and looks with the second.
func deedsAgainst(wish Wish) []string {
	switch {
	case wish.puts():
		return []string{"puts", "puts", deedReveal, deedDestroyCurrent, deedRecreate}
	case wish == DestroyOld:
		return []string{deedReveal, deedReveal, deedDestroyCurrent, deedDestroyOld, deedRecreate, "puts"}
	}
	return []string{deedRecreate, deedRecreate, deedDelete, "puts"}
}

// observed fulfils a wish beside other clients, and checks each change.
func (w *world) observed(ctx context.Context, rt *rapid.T, wish Wish) (changes int) {
	r := &recorder{w: w, deeds: map[int]string{}}
	for range rapid.IntRange(0, 3).Draw(rt, "rivals") {
		deed := rapid.SampledFrom(deedsAgainst(wish)).Draw(rt, "deed")
		r.deeds[rapid.SampledFrom([]int{1, 2, 2, 2, 3, 3, 4, 5, 6}).Draw(rt, "before read")] = deed
	}
	w.configure(wish)
	if retention := w.value["retention"]; wish.puts() && retention == nil && rapid.Bool().Draw(rt, "retention") {
		w.value["retention"] = map[string]any{"keep": int64(0)}
	}
	core := w.of(wish)
	r.record()
	defer w.server.Intercept(nil)
	defer w.server.ClearFaults()
	var apply func() error
	if wish == DeleteSecret {
		apply = func() error { return core.Destroy(ctx) }
	} else {
		plan, err := core.Plan(ctx, w.configOf(wish))
		if err != nil || plan.IsEmpty() {
			return 0
		}
		apply = func() error { return core.Apply(ctx, plan) }
	}
	r.done()
	planned := r.applying()
	p := w.premiseOf(planned)
	if life := lifeInState(core); core == w.secret && planned == nil {
		p.life = life
	}
	if w.of(wish) == w.version && core.State == nil {
		p = premise{keep: p.keep, minIdle: p.minIdle}
	}
	if retention, ok := w.value["retention"].(map[string]any); ok && retention["min_idle"] == nil {
		p.minIdle = 0
	}
	if err := w.disturb(rt, wish); err != nil {
		rt.Fatal(err)
	}
	err := apply()
	r.done()
	for _, violation := range r.violations(p) {
		rt.Errorf("%s: %s\n%+v", wish, violation, r.exchanges)
	}
	if _, _, unexpected := outcomeOf(err); unexpected != nil {
		rt.Errorf("%s: %v", wish, unexpected)
	}
	if found := w.emptied(ctx, r); found != "" {
		rt.Errorf("%s: %s\n%+v", wish, found, r.exchanges)
	}
	for _, e := range r.exchanges[r.phase:] {
		for _, event := range e.did {
			if event.Principal == principal {
				changes++
			}
		}
	}
	return changes
}

// emptied says that a secret from which retention destroyed something has no version
// left to read.
func (w *world) emptied(ctx context.Context, r *recorder) string {
	for _, e := range r.exchanges[r.phase:] {
		for _, event := range e.did {
			if event.Principal != principal || event.Event != eventDestroy {
				continue
			}
			secret, err := w.server.Outsider().GetSecret(ctx, w.server.ID(dbID))
			if err == nil && len(activeOf(secret)) == 0 {
				return "no version is left to read, after retention has destroyed one"
			}
		}
	}
	return ""
}

// disturb draws what the server does to the write and to the reads beside it.
func (w *world) disturb(rt *rapid.T, wish Wish) error {
	var rules []refserver.Fault
	if write := disturbances[keysOf(disturbances).Draw(rt, "write")]; write.Action != "" {
		write.Operation, write.Principal, write.Times = wish.operation(), principal, rapid.IntRange(1, 2).Draw(rt, "times")
		rules = append(rules, write)
	}
	if read := disturbedReads[keysOf(disturbedReads).Draw(rt, "read")]; read.Action != "" {
		read.Operation, read.Principal, read.Nth = "getSecret", principal, rapid.IntRange(1, 4).Draw(rt, "nth")
		rules = append(rules, read)
	}
	return w.server.SetFaults(rules...)
}
