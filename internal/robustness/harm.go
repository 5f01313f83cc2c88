package robustness

import (
	"fmt"
	"slices"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// The events of the audit log that change something.
const (
	eventCreate  = "secrets.create"
	eventPut     = "secrets.put_value"
	eventReveal  = "secrets.get_value"
	eventDestroy = "secrets.destroy_version"
	eventDelete  = "secrets.delete"
	eventPolicy  = "secrets.update_policy"
)

// secretState is the state of a secret at a point of the audit log.
type secretState struct {
	life   int // the number of creates
	active []int64
}

// after is the state after one more event.
func (p secretState) after(e refserver.Event) secretState {
	switch e.Event {
	case eventCreate:
		return secretState{life: p.life + 1, active: []int64{1}}
	case eventDelete:
		return secretState{life: p.life}
	case eventPut:
		p.active = append(slices.Clone(p.active), e.Version)
	case eventDestroy:
		p.active = slices.DeleteFunc(slices.Clone(p.active), func(n int64) bool { return n == e.Version })
	}
	return p
}

// isCurrent reports the version that readers get.
func (p secretState) isCurrent(number int64) bool {
	return len(p.active) > 0 && slices.Max(p.active) == number
}

// harm lists the changes of a step to something that had changed since the plan: a
// secret of another life, a version that became current or was read, or a put over a
// version of another client.
func (s Step) harm(h History) (problems []string) {
	var at secretState
	for _, e := range h.Audit[:s.From] {
		at = at.after(e)
	}
	planned := at.life
	var read, theirs []int64 // since the plan
	for _, e := range h.Audit[s.From:s.To] {
		if e.Principal != principal {
			switch e.Event {
			case eventReveal:
				read = append(read, e.Version)
			case eventPut:
				theirs = append(theirs, e.Version)
			case eventDestroy:
				theirs = slices.DeleteFunc(theirs, func(n int64) bool { return n == e.Version })
			}
		} else if s.Operation != CreateSecret {
			problems = append(problems, s.harmOf(e, at, planned, read, theirs)...)
		}
		at = at.after(e)
	}
	return problems
}

// harmOf is the harm of one event. For a late commit it is not known whether the
// request was sent before or after another client acted.
func (s Step) harmOf(e refserver.Event, at secretState, planned int, read, theirs []int64) (problems []string) {
	if !isChange(e) {
		return nil
	}
	if at.life != planned && (e.Event != eventPut || !s.Fresh && !s.Late) {
		problems = append(problems, fmt.Sprintf("another secret: %s in another life of the secret than the plan saw", e.Event))
	}
	if e.Event == eventDestroy && at.isCurrent(e.Version) {
		problems = append(problems, fmt.Sprintf("destroyed what was current: version %d", e.Version))
	}
	if e.Event == eventDestroy && slices.Contains(read, e.Version) {
		problems = append(problems, fmt.Sprintf("destroyed what was read since the plan: version %d", e.Version))
	}
	if e.Event == eventPut && len(theirs) > 0 && s.seesOtherPuts() {
		problems = append(problems, fmt.Sprintf("put over what another client put since the plan: version %d over %v", e.Version, theirs))
	}
	return problems
}

// seesOtherPuts reports a step in which a guard can see the puts of another client.
func (s Step) seesOtherPuts() bool {
	_, when := splitWriter(s.ConcurrentWriter)
	return !s.Fresh && !s.Late && !s.readsAreStale() && when != duringRequest
}

// isChange reports an event that changes an existing secret.
func isChange(e refserver.Event) bool {
	return slices.Contains([]string{eventPut, eventDestroy, eventDelete, eventPolicy}, e.Event)
}

// readsAreStale reports a step in which a well-formed read omits the newest version, so
// that no guard can see the put of another client.
func (s Step) readsAreStale() bool { return s.ReadFault == "stale" || s.ReadFault == "row missing" }
