package robustness

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// Scenario is one operation with one fault: the shortest form of a bug that a run has
// found. Unlike a seed, its meaning does not change with the code.
type Scenario struct {
	Operation        Operation
	Fault            Fault
	ReadFault        Fault
	ConcurrentWriter string // one of concurrentWriters
}

// ParseScenario reads what String writes: the four names with slashes in between.
func ParseScenario(s string) (Scenario, error) {
	names := strings.Split(s, " / ")
	if len(names) != 4 {
		return Scenario{}, fmt.Errorf("%q is not a scenario: it has to be OPERATION / FAULT / READ FAULT / CONCURRENT WRITER", s)
	}
	scenario := Scenario{Operation: Operation(names[0]), ConcurrentWriter: names[3]}
	if !slices.Contains(Operations(), scenario.Operation) {
		return Scenario{}, fmt.Errorf("there is no operation %q", names[0])
	}
	if !slices.Contains(append(concurrentWriters(), gapWriters()...), scenario.ConcurrentWriter) {
		return Scenario{}, fmt.Errorf("there is no concurrent writer %q", names[3])
	}
	var err error
	if scenario.Fault, err = findFault(Faults(), names[1]); err != nil {
		return Scenario{}, err
	}
	scenario.ReadFault, err = findFault(ReadFaults(), names[2])
	return scenario, err
}

func findFault(faults []Fault, name string) (Fault, error) {
	i := slices.IndexFunc(faults, func(t Fault) bool { return t.Name == name })
	if i < 0 {
		return Fault{}, fmt.Errorf("there is no fault %q", name)
	}
	return faults[i], nil
}

// String implements fmt.Stringer.
func (s Scenario) String() string {
	return fmt.Sprintf("%s / %s / %s / %s", s.Operation, s.Fault.Name, s.ReadFault.Name, s.ConcurrentWriter)
}

// scenario is the scenario of a step, as text.
func (s Step) scenario() string {
	return fmt.Sprintf("%s / %s / %s / %s", s.Operation, s.Fault, s.ReadFault, s.ConcurrentWriter)
}

// Play runs a scenario in a separate environment, after the operations that it needs,
// and returns the history.
func Play(ctx context.Context, t testing.TB, s Scenario) (History, error) {
	t.Helper()
	env, err := newEnvironment(ctx, t, 1)
	if err != nil {
		return History{}, err
	}
	defer env.server.Close()
	before := map[Operation][]Operation{
		PutValue: {CreateSecret, PutValue}, PutGenerated: {CreateSecret, PutGenerated},
		DestroyOld: {CreateSecret, PutValue, DestroyOld, PutValue}, ChangePolicy: {CreateSecret}, DeleteSecret: {CreateSecret},
	}
	for _, operation := range before[s.Operation] {
		step := Step{Operation: operation}
		step.Value, step.Wanted = env.configure(operation)
		if err := env.converge(ctx, step); err != nil {
			return env.history, err
		}
	}
	env.server.Clock().Advance(time.Hour)
	step := Step{Operation: s.Operation, ConcurrentWriter: s.ConcurrentWriter, PlanFault: noFault}
	step.Value, step.Wanted = env.configure(s.Operation)
	if err := env.runStep(ctx, &step, s.Fault, s.ReadFault); err != nil {
		return env.history, err
	}
	if removesSecret(s.ConcurrentWriter) {
		return env.finish(), nil
	}
	if err := env.converge(ctx, step); err != nil {
		return env.history, err
	}
	return env.finish(), nil
}
