package robustness

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// Run plays the run of a seed and returns its history.
func Run(ctx context.Context, t testing.TB, seed uint64) (History, error) {
	t.Helper()
	return run(ctx, t, seed, false)
}

// RunInGap plays the run of a seed in which another client acts in the gap that every
// guard leaves.
func RunInGap(ctx context.Context, t testing.TB, seed uint64) (History, error) {
	t.Helper()
	return run(ctx, t, seed, true)
}

func run(ctx context.Context, t testing.TB, seed uint64, gap bool) (History, error) {
	t.Helper()
	w, err := newWorld(ctx, t, seed)
	if err != nil {
		return History{}, err
	}
	w.gap = gap
	defer w.server.Close()
	for _, wish := range w.wishes() {
		if err := w.fulfil(ctx, wish); err != nil {
			return w.history, fmt.Errorf("%s: %w", wish, err)
		}
		if w.over {
			break
		}
	}
	return w.end(), nil
}

// end completes the history with what the server knows.
func (w *world) end() History {
	w.history.Audit = w.server.Audit()
	w.history.Broken = w.server.Broken()
	return w.history
}

// wishes draws what is wanted in a run: a life of a secret from its creation to its
// end.
func (w *world) wishes() []Wish {
	wishes := []Wish{CreateSecret, PutValue}
	if w.chance.IntN(3) == 0 {
		wishes[1] = PutGenerated
	}
	for range 3 + w.chance.IntN(4) {
		wishes = append(wishes, []Wish{PutValue, PutValue, PutGenerated, DestroyOld, ChangePolicy}[w.chance.IntN(5)])
	}
	return append(wishes, DeleteSecret)
}

// fulfil wants something, in trouble at first, and without it until it is settled.
func (w *world) fulfil(ctx context.Context, wish Wish) error {
	w.server.Clock().Advance(time.Hour)
	value, policy := w.configure(wish)
	step := Step{Wish: wish, Value: value, Wanted: policy, Rival: "none", Hindrance: "none"}
	hindrances := Hindrances()
	trouble := w.drawTrouble(wish)
	hindrance := hindrances[0]
	if w.chance.IntN(3) == 0 {
		hindrance = hindrances[w.chance.IntN(len(hindrances))]
	}
	if wish != CreateSecret {
		step.Rival = w.drawRival(wish, trouble)
	}
	if err := w.play(ctx, &step, trouble, hindrance); err != nil {
		return err
	}
	if w.over = endsLife(step.Rival); w.over {
		return nil // What is at the path now is another's.
	}
	// A state that was lied to knows versions that are not there.
	w.over = step.lie() && wish.puts()
	return w.settle(ctx, step)
}

// clearSky is the fog of a plan that nothing disturbs.
const clearSky = "none"

// drawTrouble draws what can strike a wish: what fails as often as what lies.
func (w *world) drawTrouble(wish Wish) Trouble {
	troubles := Troubles()
	lies := len(falsehoods())
	if w.chance.IntN(2) == 0 {
		troubles = troubles[:len(troubles)-lies]
	} else {
		troubles = troubles[len(troubles)-lies:]
	}
	for {
		if trouble := troubles[w.chance.IntN(len(troubles))]; trouble.strikes(wish) {
			return trouble
		}
	}
}

// drawRival draws when another client acts, and what it does. As the request is under
// way they only put where it is carried out: a put that was not cannot be told from
// theirs, and neither can one that is answered with the number of theirs.
func (w *world) drawRival(wish Wish, trouble Trouble) string {
	if w.gap {
		return gapRivals()[w.chance.IntN(len(gapRivals()))]
	}
	if w.chance.IntN(5) > 1 {
		return noRival
	}
	names := rivals()[1:]
	for {
		name := names[w.chance.IntN(len(names))]
		switch _, moment := rivalOf(name); {
		case moment == momentAtOnce && (!trouble.Commits || !wish.puts() || trouble.Name == "old number, done"):
		case endsLife(name) && (w.version.State == nil || w.chance.IntN(2) == 0): // It ends the run.
		default:
			return name
		}
	}
}

// settle applies again, without any trouble, as users do who see an error. In the
// end nothing is left to do.
func (w *world) settle(ctx context.Context, former Step) error {
	for range 3 {
		w.server.Clock().Advance(time.Hour)
		if former.Wish == DeleteSecret && w.secret.State == nil {
			return nil
		}
		step := Step{
			Wish: former.Wish, Value: former.Value, Wanted: former.Wanted,
			Rival: "none", Hindrance: "none", Recovery: true,
		}
		if isTaken(former.Said) {
			if err := w.secret.Import(ctx, dbID); err != nil {
				return fmt.Errorf("import: %w", err)
			}
			step.Imported = true
		}
		if err := w.play(ctx, &step, Trouble{Name: "none"}, Trouble{}); err != nil {
			return err
		}
		if step.Outcome == Idle && !isTaken(step.Said) {
			return nil
		}
		former = step
	}
	w.history.Unsettled = append(w.history.Unsettled, fmt.Sprintf("%s: %s", former.Wish, former.Said))
	return nil
}

// isTaken reports the refusal of a plan or of an apply that would create a secret which
// exists. The advice is to import it.
func isTaken(said string) bool {
	return strings.Contains(said, "Secret exists already") || strings.Contains(said, "exists at this path already")
}

// play plans and applies a wish in trouble, and notes what came of it.
func (w *world) play(ctx context.Context, step *Step, trouble, hindrance Trouble) error {
	step.Number, step.Trouble, step.InForm = len(w.history.Steps)+1, trouble.Name, slices.Contains(trouble.InForm, step.Wish)
	step.Late, step.Fresh = trouble.Late, w.version.State == nil
	if hindrance.Name != "" {
		step.Hindrance = hindrance.Name
	}
	step.Outcome = Idle
	step.From = len(w.server.Audit())
	err := w.attempt(ctx, step, trouble, hindrance)
	w.flush(ctx)
	w.server.ClearFaults()
	step.To = len(w.server.Audit())
	step.Version = w.managed()
	w.look(ctx, step)
	w.history.Steps = append(w.history.Steps, *step)
	return err
}

func (w *world) attempt(ctx context.Context, step *Step, trouble, hindrance Trouble) error {
	core := w.of(step.Wish)
	var plan *acctest.CorePlan
	if step.Wish != DeleteSecret {
		var err error
		if plan, err = w.plan(ctx, step, core); err != nil {
			_, step.Said, err = outcomeOf(err)
			return err
		}
		if plan.IsEmpty() {
			core.State = plan.Prior()
			return nil
		}
		w.promised(step, plan)
	}
	if deed, moment := rivalOf(step.Rival); moment == momentBefore {
		w.rival(ctx, deed)
	}
	if err := w.strike(step.Wish, trouble, hindrance); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := w.arrange(ctx, step)
	if trouble.Interrupt {
		stop = w.watch(step.Wish.operation(), 1, cancel)
	}
	w.server.Mark()
	before := core.State
	var err error
	if plan == nil {
		err = core.Destroy(ctx)
	} else {
		err = core.Apply(ctx, plan)
	}
	stop()
	step.Requests = w.server.Calls()
	step.Warned = core.Warned
	step.Fired = w.fired()
	w.await(step)
	step.Outcome, step.Said, err = outcomeOf(err)
	if trouble.Kill {
		// Nobody was there to write the state.
		core.State, step.Outcome, step.Said = before, Killed, ""
	}
	return err
}

// plan plans, sometimes in a fog that the plan has to see through.
func (w *world) plan(ctx context.Context, step *Step, core *acctest.Core) (*acctest.CorePlan, error) {
	if fogs := Fogs(); !step.Recovery && step.Fog == "" && w.chance.IntN(4) == 0 {
		fog := fogs[w.chance.IntN(len(fogs))]
		step.Fog = fog.Name
		if err := w.server.SetFaults(fog.Rules...); err != nil {
			return nil, err
		}
		defer w.server.ClearFaults()
	}
	return core.Plan(ctx, w.configOf(step.Wish))
}

// promised notes which versions a plan lets go. A put may retire the placeholder,
// and with a retention whatever is not newer than the version that was managed. A
// plan with another retention leaves open what goes, but what readers get stays.
func (w *world) promised(step *Step, plan *acctest.CorePlan) {
	planned := acctest.Attribute(plan.Value, "active_versions")
	upTo := func(most int64) {
		for number := int64(1); number <= most; number++ {
			step.Allowed = append(step.Allowed, number)
		}
	}
	switch {
	case step.Wish.puts():
		step.Tracks = acctest.Attribute(plan.Value, "version").IsKnown()
		upTo(1)
		if w.value["retention"] != nil {
			step.Allowed = nil
			upTo(max(1, w.managed()))
		}
	case step.Wish != DestroyOld:
	case !acctest.Attribute(plan.Value, "version").IsKnown(): // It puts over what another client has put.
		upTo(w.managed())
	case !planned.IsKnown():
		upTo(w.managed() - 1)
	case plan.Prior() != nil:
		for _, number := range acctest.Int64(acctest.Attribute(plan.Prior().Value, "active_versions")) {
			if !slices.Contains(acctest.Int64(planned), number) {
				step.Allowed = append(step.Allowed, number)
			}
		}
		step.Due = step.Allowed
	}
}

// strike makes the server disturb what the wish needs.
func (w *world) strike(wish Wish, trouble, hindrance Trouble) error {
	var rules []refserver.Fault
	for _, rule := range trouble.Rules {
		rule.Operation, rule.Principal, rule.Name = wish.operation(), principal, troubleRule
		rules = append(rules, rule)
	}
	return w.server.SetFaults(append(rules, hindrance.Rules...)...)
}

// troubleRule names the rules that a trouble consists of, as opposed to hindrances.
const troubleRule = "trouble"

// fired counts how often the trouble has struck.
func (w *world) fired() int {
	fired := 0
	for _, rule := range w.server.Faults() {
		if rule.Name == troubleRule {
			fired += rule.Fired
		}
	}
	return fired
}

// flush makes as many requests as what is done after its answer waits for.
func (w *world) flush(ctx context.Context) {
	for range mostLate {
		_, err := w.server.Outsider().GetSecret(ctx, w.server.ID(dbID))
		if err != nil && !client.IsNotFound(err) {
			w.t.Errorf("seed %d: %v", w.history.Seed, err)
		}
	}
}

// mostLate is after how many requests the last of what was answered early is done.
const mostLate = 8

// await waits for what is done late, so that every event belongs to one step.
func (w *world) await(step *Step) {
	isLate := step.Trouble == "done late" && step.Fired > 0
	if !isLate && step.Rival == noRival { // A rival may be at work for longer than Terraform waits.
		return
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if w.server.Idle() {
			return
		}
	}
}
