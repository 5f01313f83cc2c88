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

// Run makes the run of a seed and returns its history.
func Run(ctx context.Context, t testing.TB, seed uint64) (History, error) {
	t.Helper()
	return run(ctx, t, seed, false)
}

// RunInGap makes the run of a seed in which another client acts between a guard's read
// and the request after it.
func RunInGap(ctx context.Context, t testing.TB, seed uint64) (History, error) {
	t.Helper()
	return run(ctx, t, seed, true)
}

func run(ctx context.Context, t testing.TB, seed uint64, gap bool) (History, error) {
	t.Helper()
	env, err := newEnvironment(ctx, t, seed)
	if err != nil {
		return History{}, err
	}
	env.gap = gap
	defer env.server.Close()
	for _, operation := range env.drawOperations() {
		if err := env.perform(ctx, operation); err != nil {
			return env.history, fmt.Errorf("%s: %w", operation, err)
		}
		if env.ended {
			break
		}
	}
	return env.finish(), nil
}

// finish adds the audit log and the broken invariants of the server to the history.
func (env *environment) finish() History {
	env.history.Audit = env.server.Audit()
	env.history.Broken = env.server.Broken()
	return env.history
}

// drawOperations draws the operations of a run, from the creation of the secret to its
// deletion.
func (env *environment) drawOperations() []Operation {
	operations := []Operation{CreateSecret, PutValue}
	if env.random.IntN(3) == 0 {
		operations[1] = PutGenerated
	}
	for range 3 + env.random.IntN(4) {
		operations = append(operations, []Operation{PutValue, PutValue, PutGenerated, DestroyOld, ChangePolicy}[env.random.IntN(5)])
	}
	return append(operations, DeleteSecret)
}

// perform carries out an operation with a fault, and then without one until the plan is
// empty.
func (env *environment) perform(ctx context.Context, operation Operation) error {
	env.server.Clock().Advance(time.Hour)
	value, policy := env.configure(operation)
	step := Step{Operation: operation, Value: value, Wanted: policy, ConcurrentWriter: "none", ReadFault: "none"}
	readFaults := ReadFaults()
	fault := env.drawFault(operation)
	readFault := readFaults[0]
	if env.random.IntN(3) == 0 {
		readFault = readFaults[env.random.IntN(len(readFaults))]
	}
	if operation != CreateSecret {
		step.ConcurrentWriter = env.drawWriter(operation, fault)
	}
	if err := env.runStep(ctx, &step, fault, readFault); err != nil {
		return err
	}
	if env.ended = removesSecret(step.ConcurrentWriter); env.ended {
		return nil // The path has no secret now, or another one.
	}
	// After a false success the state has a version that does not exist.
	env.ended = step.gotFalseResponse() && operation.puts()
	return env.converge(ctx, step)
}

// noFault is the name of a plan fault that has no effect.
const noFault = "none"

// drawFault draws a fault that applies to an operation: a failure as often as a false
// response.
func (env *environment) drawFault(operation Operation) Fault {
	faults := Faults()
	forged := len(falseResponses())
	if env.random.IntN(2) == 0 {
		faults = faults[:len(faults)-forged]
	} else {
		faults = faults[len(faults)-forged:]
	}
	for {
		if fault := faults[env.random.IntN(len(faults))]; fault.appliesTo(operation) {
			return fault
		}
	}
}

// drawWriter draws the action of another client and its time. During the request it
// puts only if the request is carried out: a put that was lost, or is answered with the
// other client's number, cannot be distinguished from the other client's put.
func (env *environment) drawWriter(operation Operation, fault Fault) string {
	if env.gap {
		return gapWriters()[env.random.IntN(len(gapWriters()))]
	}
	if env.random.IntN(5) > 1 {
		return noWriter
	}
	names := concurrentWriters()[1:]
	for {
		name := names[env.random.IntN(len(names))]
		switch _, when := splitWriter(name); {
		case when == duringRequest && (!fault.Commits || !operation.puts() || fault.Name == "old number, done"):
		case removesSecret(name) && (env.version.State == nil || env.random.IntN(2) == 0): // It ends the run.
		default:
			return name
		}
	}
}

// converge applies again without faults, as users do after an error, until the plan is
// empty.
func (env *environment) converge(ctx context.Context, former Step) error {
	for range 3 {
		env.server.Clock().Advance(time.Hour)
		if former.Operation == DeleteSecret && env.secret.State == nil {
			return nil
		}
		step := Step{
			Operation: former.Operation, Value: former.Value, Wanted: former.Wanted,
			ConcurrentWriter: "none", ReadFault: "none", Recovery: true,
		}
		if isExistingSecret(former.Error) {
			if err := env.secret.Import(ctx, dbID); err != nil {
				return fmt.Errorf("import: %w", err)
			}
			step.Imported = true
		}
		if err := env.runStep(ctx, &step, Fault{Name: "none"}, Fault{}); err != nil {
			return err
		}
		if step.Outcome == Idle && !isExistingSecret(step.Error) {
			return nil
		}
		former = step
	}
	env.history.NotConverged = append(env.history.NotConverged, fmt.Sprintf("%s: %s", former.Operation, former.Error))
	return nil
}

// isExistingSecret reports the error of a plan or an apply that would create an
// existing secret. Its advice is to import the secret.
func isExistingSecret(message string) bool {
	return strings.Contains(message, "Secret exists already") || strings.Contains(message, "exists at this path already")
}

// runStep plans and applies an operation with a fault, and records the result.
func (env *environment) runStep(ctx context.Context, step *Step, fault, readFault Fault) error {
	step.Number, step.Fault, step.WellFormed = len(env.history.Steps)+1, fault.Name, slices.Contains(fault.WellFormed, step.Operation)
	step.Late, step.Fresh = fault.Late, env.version.State == nil
	if readFault.Name != "" {
		step.ReadFault = readFault.Name
	}
	step.Outcome = Idle
	step.From = len(env.server.Audit())
	err := env.planAndApply(ctx, step, fault, readFault)
	env.completeLateCommits(ctx)
	env.server.ClearFaults()
	step.To = len(env.server.Audit())
	step.Version = env.managedVersion()
	env.recordService(ctx, step)
	env.history.Steps = append(env.history.Steps, *step)
	return err
}

func (env *environment) planAndApply(ctx context.Context, step *Step, fault, readFault Fault) error {
	core := env.resourceOf(step.Operation)
	var plan *acctest.CorePlan
	if step.Operation != DeleteSecret {
		var err error
		if plan, err = env.plan(ctx, step, core); err != nil {
			_, step.Error, err = outcomeOf(err)
			return err
		}
		if plan.IsEmpty() {
			core.State = plan.Prior()
			return nil
		}
		env.recordPlannedDestroys(step, plan)
	}
	if action, when := splitWriter(step.ConcurrentWriter); when == beforeApply {
		env.writeConcurrently(ctx, action)
	}
	if err := env.injectFaults(step.Operation, fault, readFault); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := env.scheduleWriter(ctx, step)
	if fault.Interrupt {
		stop = env.beforeRequest(step.Operation.request(), 1, cancel)
	}
	env.server.Mark()
	before := core.State
	var err error
	if plan == nil {
		err = core.Destroy(ctx)
	} else {
		err = core.Apply(ctx, plan)
	}
	stop()
	step.Requests = env.server.Calls()
	step.Warnings = core.Warned
	step.Fired = env.faultsFired()
	env.awaitLateCommits(step)
	step.Outcome, step.Error, err = outcomeOf(err)
	if fault.Kill {
		// The provider was killed, so the state was not written.
		core.State, step.Outcome, step.Error = before, Killed, ""
	}
	return err
}

// plan makes the plan, sometimes with a fault from which its reads have to recover.
func (env *environment) plan(ctx context.Context, step *Step, core *acctest.Core) (*acctest.CorePlan, error) {
	if planFaults := PlanFaults(); !step.Recovery && step.PlanFault == "" && env.random.IntN(4) == 0 {
		planFault := planFaults[env.random.IntN(len(planFaults))]
		step.PlanFault = planFault.Name
		if err := env.server.SetFaults(planFault.Rules...); err != nil {
			return nil, err
		}
		defer env.server.ClearFaults()
	}
	return core.Plan(ctx, env.configOf(step.Operation))
}

// recordPlannedDestroys records the versions that a plan may destroy. A put may destroy
// the placeholder and, with a retention, the managed version and older ones. A plan
// with a changed retention does not name the versions, but never destroys the current
// one.
func (env *environment) recordPlannedDestroys(step *Step, plan *acctest.CorePlan) {
	planned := acctest.Attribute(plan.Value, "active_versions")
	upTo := func(most int64) {
		for number := int64(1); number <= most; number++ {
			step.MayDestroy = append(step.MayDestroy, number)
		}
	}
	switch {
	case step.Operation.puts():
		step.Adopts = acctest.Attribute(plan.Value, "version").IsKnown()
		upTo(1)
		if env.versionConfig["retention"] != nil {
			step.MayDestroy = nil
			upTo(max(1, env.managedVersion()))
		}
	case step.Operation != DestroyOld:
	case !acctest.Attribute(plan.Value, "version").IsKnown(): // It replaces a version of another client.
		upTo(env.managedVersion())
	case !planned.IsKnown():
		upTo(env.managedVersion() - 1)
	case plan.Prior() != nil:
		for _, number := range acctest.Int64(acctest.Attribute(plan.Prior().Value, "active_versions")) {
			if !slices.Contains(acctest.Int64(planned), number) {
				step.MayDestroy = append(step.MayDestroy, number)
			}
		}
		step.MustDestroy = step.MayDestroy
	}
}

// injectFaults sets the fault rules for an operation.
func (env *environment) injectFaults(operation Operation, fault, readFault Fault) error {
	var rules []refserver.Fault
	for _, rule := range fault.Rules {
		rule.Operation, rule.Principal, rule.Name = operation.request(), principal, writeFaultRule
		rules = append(rules, rule)
	}
	return env.server.SetFaults(append(rules, readFault.Rules...)...)
}

// writeFaultRule is the name of the rules of the write's fault. Those of the reads have
// no name.
const writeFaultRule = "write fault"

// faultsFired is how often the fault of the write fired.
func (env *environment) faultsFired() int {
	fired := 0
	for _, rule := range env.server.Faults() {
		if rule.Name == writeFaultRule {
			fired += rule.Fired
		}
	}
	return fired
}

// completeLateCommits makes so many requests that all late commits are carried out.
func (env *environment) completeLateCommits(ctx context.Context) {
	for range maxLateRequests {
		_, err := env.server.Outsider().GetSecret(ctx, env.server.ID(dbID))
		if err != nil && !client.IsNotFound(err) {
			env.t.Errorf("seed %d: %v", env.history.Seed, err)
		}
	}
}

// maxLateRequests is the highest number of requests that a late commit waits for.
const maxLateRequests = 8

// awaitLateCommits waits for late commits, so that every event belongs to one step.
func (env *environment) awaitLateCommits(step *Step) {
	isLate := step.Fault == "done late" && step.Fired > 0
	if !isLate && step.ConcurrentWriter == noWriter { // The other client may need longer than Terraform waits.
		return
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if env.server.Idle() {
			return
		}
	}
}
