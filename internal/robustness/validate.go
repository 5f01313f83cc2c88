package robustness

import (
	"fmt"
	"slices"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// Validate lists what a history shows that no user may meet: a write that happened
// twice, one that was lost, a success that was none, something destroyed that was
// not planned. An empty list means that all was well.
func Validate(h History) []string {
	var problems []string
	for i, step := range h.Steps {
		for _, problem := range step.problems(h) {
			problems = append(problems, fmt.Sprintf("step %d (%s): %s", i+1, step.scenario(), problem))
		}
	}
	for _, broken := range h.Broken {
		problems = append(problems, "broken promise: "+broken)
	}
	for _, unsettled := range h.Unsettled {
		problems = append(problems, "not settled: "+unsettled)
	}
	return append(problems, repeated(h)...)
}

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
		if s.Outcome == Done && s.Policy != s.Wanted {
			return []string{fmt.Sprintf("the policy is said to be changed, and is %s, not %s", s.Policy, s.Wanted)}
		}
	case DeleteSecret:
		if s.Outcome == Done && !s.Gone {
			return []string{"the secret is said to be deleted, and is there"}
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
		return []string{"false success: it was never written"}
	case (s.Outcome == Refused || s.Outcome == Idle) && times > 0:
		return []string{"lost: it was written, and the user was told that it was not: " + s.Said}
	case times > 1:
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
		return []string{fmt.Sprintf("false success: the state has version %d, and Terraform put %v", s.Version, put)}
	}
	if got := h.Values[s.Version]; s.Wish == PutValue && got != s.Value {
		return []string{fmt.Sprintf("false success: version %d holds %q, and %q was wanted", s.Version, got, s.Value)}
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
	if s.Wish == DestroyOld && s.Outcome == Done {
		for _, version := range s.Due {
			if !slices.Contains(gone, version) && !h.destroyedBefore(version, s.From) {
				problems = append(problems, fmt.Sprintf("false success: version %d is said to be destroyed", version))
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
		if step.Wish != PutValue || step.Tracks || step.Outcome == Idle || step.Outcome == Refused {
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
