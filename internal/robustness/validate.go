package robustness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// Validate lists the problems of a history: a write that happened twice or was lost, a
// false success, a version that was destroyed without a plan. It is empty if there are
// none.
func Validate(h History) []string {
	problems, _ := classify(h)
	return problems
}

// Excused lists the problems that come from false responses in the API's own form. No
// client can detect these without another read.
func Excused(h History) []string {
	_, excused := classify(h)
	return excused
}

func classify(h History) (problems, excused []string) {
	for i, step := range h.Steps {
		name := func(problem string) string { return fmt.Sprintf("step %d (%s): %s", i+1, step.scenario(), problem) }
		for _, problem := range step.problems(h) {
			if step.gotFalseResponse() && isExcusable(problem) {
				excused = append(excused, name(problem))
			} else {
				problems = append(problems, name(problem))
			}
		}
		for _, problem := range step.harm(h) {
			problems = append(problems, name(problem))
		}
	}
	for _, broken := range h.Broken {
		problems = append(problems, "broken invariant: "+broken)
	}
	for _, operation := range h.NotConverged {
		problems = append(problems, "not converged: "+operation)
	}
	return append(problems, duplicates(h)...), excused
}

// isExcusable reports a problem that a false response explains.
func isExcusable(problem string) bool {
	return strings.HasPrefix(problem, falseSuccess) || strings.HasPrefix(problem, lost)
}

// The kinds of problems that a false response explains.
const (
	falseSuccess = "false success: "
	lost         = "lost: "
)

// problems lists the problems of a single step.
func (s Step) problems(h History) []string {
	switch s.Operation {
	case CreateSecret:
		if s.Imported {
			return nil
		}
		return s.writeProblems(h, "secrets.create")
	case PutValue, PutGenerated:
		if s.Adopts {
			return s.adoptProblems(h)
		}
		return append(s.writeProblems(h, "secrets.put_value"), append(s.valueProblems(h), s.destroyProblems(h)...)...)
	case DestroyOld:
		return s.destroyProblems(h)
	case ChangePolicy:
		if s.Outcome == Done && s.Policy != s.Wanted && !removesSecret(s.ConcurrentWriter) {
			return []string{fmt.Sprintf(falseSuccess+"the policy is said to be changed, and is %s, not %s", s.Policy, s.Wanted)}
		}
	case DeleteSecret:
		deleted := slices.ContainsFunc(h.Audit[s.From:s.To], func(e refserver.Event) bool { return e.Event == eventDelete })
		if s.Outcome == Done && !s.Gone && (!removesSecret(s.ConcurrentWriter) || !deleted) {
			return []string{falseSuccess + "the secret is said to be deleted, and is there"}
		}
	}
	return nil
}

// events are the versions of Terraform's events of this name in a step.
func (s Step) events(h History, name string) []int64 {
	var versions []int64
	for _, event := range h.Audit[s.From:s.To] {
		if event.Event == name && event.Principal == principal {
			versions = append(versions, event.Version)
		}
	}
	return versions
}

// writeProblems checks that a write happened exactly once.
func (s Step) writeProblems(h History, event string) []string {
	times := len(s.events(h, event))
	switch {
	case s.Outcome == Done && times == 0:
		return []string{falseSuccess + "it was never written"}
	case (s.Outcome == Refused || s.Outcome == Idle) && times > 0:
		return []string{lost + "it was written, and the report says that it was not: " + s.Error}
	case times > 1 && !slices.Contains(s.Warnings, "Version of unknown origin: "+dbID):
		return []string{fmt.Sprintf("duplicated: it was written %d times", times)}
	}
	return nil
}

// adoptProblems checks that a plan without a put did not put.
func (s Step) adoptProblems(h History) []string {
	if put := s.events(h, "secrets.put_value"); len(put) > 0 {
		return []string{fmt.Sprintf("unasked: versions %v were put by a plan that puts nothing", put)}
	}
	return nil
}

// valueProblems checks that the version in the state is the one that was put, and has
// the configured value.
func (s Step) valueProblems(h History) []string {
	if s.Outcome != Done {
		return nil
	}
	if put := s.events(h, "secrets.put_value"); !slices.Contains(put, s.Version) {
		return []string{fmt.Sprintf(falseSuccess+"the state has version %d, and Terraform put %v", s.Version, put)}
	}
	if removesSecret(s.ConcurrentWriter) || h.destroyedBefore(s.Version, s.To) {
		return nil // Its value cannot be read any more.
	}
	if got := h.Values[s.Version]; s.Operation == PutValue && got != s.Value {
		return []string{fmt.Sprintf(falseSuccess+"version %d holds %q, and %q was wanted", s.Version, got, s.Value)}
	}
	return nil
}

// destroyProblems checks that only planned versions were destroyed, and all of them if
// the plan named them. A put may destroy the placeholder.
func (s Step) destroyProblems(h History) []string {
	var problems []string
	gone := s.events(h, "secrets.destroy_version")
	for _, version := range gone {
		if !slices.Contains(s.MayDestroy, version) {
			problems = append(problems, fmt.Sprintf("version %d was destroyed, and only %v may be", version, s.MayDestroy))
		}
	}
	if s.Operation == DestroyOld && s.Outcome == Done && !slices.Contains(s.Warnings, "Version not retired: "+dbID) {
		for _, version := range s.MustDestroy {
			if !slices.Contains(gone, version) && !h.destroyedBefore(version, s.To) && !removesSecret(s.ConcurrentWriter) {
				problems = append(problems, fmt.Sprintf(falseSuccess+"version %d is said to be destroyed", version))
			}
		}
	}
	return problems
}

func (h History) destroyedBefore(version int64, index int) bool {
	return slices.ContainsFunc(h.Audit[:index], func(e refserver.Event) bool {
		return e.Event == "secrets.destroy_version" && e.Version == version
	})
}

// duplicates finds a value with more versions than the user has asked for: one, and one
// more for each unknown outcome or missing report.
func duplicates(h History) []string {
	allowed := map[string]int{}
	for _, step := range h.Steps {
		if step.Operation == DestroyOld {
			for _, version := range step.events(h, eventPut) { // Its plan overwrites the put of another client.
				allowed[h.Values[version]]++
			}
		}
		if step.Operation != PutValue || step.Adopts || step.Outcome == Idle || step.Outcome == Refused && !step.gotFalseResponse() {
			continue
		}
		allowed[step.Value]++
	}
	holding := map[string][]int64{}
	for version, value := range h.Values {
		holding[value] = append(holding[value], version)
	}
	var problems []string
	for value, most := range allowed {
		if versions := holding[value]; len(versions) > most {
			slices.Sort(versions)
			problems = append(problems, fmt.Sprintf("duplicated: the versions %v hold the value %q, which was put %d times at most", versions, value, most))
		}
	}
	slices.Sort(problems)
	return problems
}
