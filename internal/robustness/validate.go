package robustness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// Validate lists what a history shows that no user may meet: a write that happened
// twice, one that was lost, a success that was none, something destroyed that was
// not planned. An empty list means that all was well.
func Validate(h History) []string {
	problems, _ := validated(h)
	return problems
}

// Excused lists what came of lies in the API's own form, which no client can see
// through without another read.
func Excused(h History) []string {
	_, excused := validated(h)
	return excused
}

func validated(h History) (problems, excused []string) {
	for i, step := range h.Steps {
		name := func(problem string) string { return fmt.Sprintf("step %d (%s): %s", i+1, step.scenario(), problem) }
		for _, problem := range step.problems(h) {
			if step.lie() && isAboutWhatWasDone(problem) {
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
		problems = append(problems, "broken promise: "+broken)
	}
	for _, unsettled := range h.Unsettled {
		problems = append(problems, "not settled: "+unsettled)
	}
	return append(problems, repeated(h)...), excused
}

// isAboutWhatWasDone reports a problem that a false word about what was done explains.
func isAboutWhatWasDone(problem string) bool {
	return strings.HasPrefix(problem, falseSuccess) || strings.HasPrefix(problem, lost)
}

// The kinds of problems that a false word explains.
const (
	falseSuccess = "false success: "
	lost         = "lost: "
)

// problems of a single step.
func (s Step) problems(h History) []string {
	switch s.Wish {
	case CreateSecret:
		if s.Imported {
			return nil
		}
		return s.written(h, "secrets.create")
	case PutValue, PutGenerated:
		if s.Tracks {
			return s.untouched(h)
		}
		return append(s.written(h, "secrets.put_value"), append(s.held(h), s.destroyed(h)...)...)
	case DestroyOld:
		return s.destroyed(h)
	case ChangePolicy:
		if s.Outcome == Done && s.Policy != s.Wanted && !endsLife(s.Rival) {
			return []string{fmt.Sprintf(falseSuccess+"the policy is said to be changed, and is %s, not %s", s.Policy, s.Wanted)}
		}
	case DeleteSecret:
		deleted := slices.ContainsFunc(h.Audit[s.From:s.To], func(e refserver.Event) bool { return e.Event == eventDelete })
		if s.Outcome == Done && !s.Gone && (!endsLife(s.Rival) || !deleted) {
			return []string{falseSuccess + "the secret is said to be deleted, and is there"}
		}
	}
	return nil
}

// events are what Terraform has done in a step.
func (s Step) events(h History, name string) []int64 {
	var versions []int64
	for _, event := range h.Audit[s.From:s.To] {
		if event.Event == name && event.Principal == principal {
			versions = append(versions, event.Version)
		}
	}
	return versions
}

// written checks how often a write happened that must happen once.
func (s Step) written(h History, event string) []string {
	times := len(s.events(h, event))
	switch {
	case s.Outcome == Done && times == 0:
		return []string{falseSuccess + "it was never written"}
	case (s.Outcome == Refused || s.Outcome == Idle) && times > 0:
		return []string{lost + "it was written, and the user was told that it was not: " + s.Said}
	case times > 1 && !slices.Contains(s.Warned, "Version of unknown origin: "+dbID):
		return []string{fmt.Sprintf("duplicated: it was written %d times", times)}
	}
	return nil
}

// untouched checks that a plan that writes nothing wrote nothing.
func (s Step) untouched(h History) []string {
	if put := s.events(h, "secrets.put_value"); len(put) > 0 {
		return []string{fmt.Sprintf("unasked: versions %v were put by a plan that puts nothing", put)}
	}
	return nil
}

// held checks that the version in the state is the one that was put, and holds the
// value that was wanted.
func (s Step) held(h History) []string {
	if s.Outcome != Done {
		return nil
	}
	if put := s.events(h, "secrets.put_value"); !slices.Contains(put, s.Version) {
		return []string{fmt.Sprintf(falseSuccess+"the state has version %d, and Terraform put %v", s.Version, put)}
	}
	if endsLife(s.Rival) || h.destroyedBefore(s.Version, s.To) {
		return nil // Its value is known to nobody any more.
	}
	if got := h.Values[s.Version]; s.Wish == PutValue && got != s.Value {
		return []string{fmt.Sprintf(falseSuccess+"version %d holds %q, and %q was wanted", s.Version, got, s.Value)}
	}
	return nil
}

// destroyed checks that only what was planned is gone, and all of it where that
// was said. A put may retire the placeholder.
func (s Step) destroyed(h History) []string {
	var problems []string
	gone := s.events(h, "secrets.destroy_version")
	for _, version := range gone {
		if !slices.Contains(s.Allowed, version) {
			problems = append(problems, fmt.Sprintf("version %d was destroyed, and only %v may be", version, s.Allowed))
		}
	}
	if s.Wish == DestroyOld && s.Outcome == Done && !slices.Contains(s.Warned, "Version not retired: "+dbID) {
		for _, version := range s.Due {
			if !slices.Contains(gone, version) && !h.destroyedBefore(version, s.To) && !endsLife(s.Rival) {
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

// repeated finds a value that more versions hold than the user has asked for: once,
// and once more for each time that they were told that it is in doubt, or nothing.
func repeated(h History) []string {
	allowed := map[string]int{}
	for _, step := range h.Steps {
		if step.Wish == DestroyOld {
			for _, version := range step.events(h, eventPut) { // Its plan repairs what another client did.
				allowed[h.Values[version]]++
			}
		}
		if step.Wish != PutValue || step.Tracks || step.Outcome == Idle || step.Outcome == Refused && !step.lie() {
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
