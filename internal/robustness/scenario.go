package robustness

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// Scenario is one wish in one trouble: what a bug that a run has found comes down
// to. Unlike a seed it means the same for ever.
type Scenario struct {
	Wish      Wish
	Trouble   Trouble
	Hindrance Trouble
	Rival     string // as in rivals
}

// ParseScenario reads what String writes: the four names with slashes in between.
func ParseScenario(s string) (Scenario, error) {
	names := strings.Split(s, " / ")
	if len(names) != 4 {
		return Scenario{}, fmt.Errorf("%q is no scenario: it has to be WISH / TROUBLE / HINDRANCE / RIVAL", s)
	}
	scenario := Scenario{Wish: Wish(names[0]), Rival: names[3]}
	if !slices.Contains(Wishes(), scenario.Wish) {
		return Scenario{}, fmt.Errorf("there is no wish %q", names[0])
	}
	if !slices.Contains(append(rivals(), gapRivals()...), scenario.Rival) {
		return Scenario{}, fmt.Errorf("there is no rival %q", names[3])
	}
	var err error
	if scenario.Trouble, err = named(Troubles(), names[1]); err != nil {
		return Scenario{}, err
	}
	scenario.Hindrance, err = named(Hindrances(), names[2])
	return scenario, err
}

func named(troubles []Trouble, name string) (Trouble, error) {
	i := slices.IndexFunc(troubles, func(t Trouble) bool { return t.Name == name })
	if i < 0 {
		return Trouble{}, fmt.Errorf("there is no trouble %q", name)
	}
	return troubles[i], nil
}

// String implements fmt.Stringer.
func (s Scenario) String() string {
	return fmt.Sprintf("%s / %s / %s / %s", s.Wish, s.Trouble.Name, s.Hindrance.Name, s.Rival)
}

// scenario is what a step of a run comes down to.
func (s Step) scenario() string {
	return fmt.Sprintf("%s / %s / %s / %s", s.Wish, s.Trouble, s.Hindrance, s.Rival)
}

// Play plays a scenario in a world of its own, after whatever has to be there
// before it, and returns the history.
func Play(ctx context.Context, t testing.TB, s Scenario) (History, error) {
	t.Helper()
	w, err := newWorld(ctx, t, 1)
	if err != nil {
		return History{}, err
	}
	defer w.server.Close()
	before := map[Wish][]Wish{
		PutValue: {CreateSecret, PutValue}, PutGenerated: {CreateSecret, PutGenerated},
		DestroyOld: {CreateSecret, PutValue, DestroyOld, PutValue}, ChangePolicy: {CreateSecret}, DeleteSecret: {CreateSecret},
	}
	for _, wish := range before[s.Wish] {
		step := Step{Wish: wish}
		step.Value, step.Wanted = w.configure(wish)
		if err := w.settle(ctx, step); err != nil {
			return w.history, err
		}
	}
	w.server.Clock().Advance(time.Hour)
	step := Step{Wish: s.Wish, Rival: s.Rival, Fog: clearSky}
	step.Value, step.Wanted = w.configure(s.Wish)
	if err := w.play(ctx, &step, s.Trouble, s.Hindrance); err != nil {
		return w.history, err
	}
	if endsLife(s.Rival) {
		return w.end(), nil
	}
	if err := w.settle(ctx, step); err != nil {
		return w.history, err
	}
	return w.end(), nil
}
