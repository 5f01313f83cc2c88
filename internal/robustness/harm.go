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

// past is what a secret was at some moment of the audit log.
type past struct {
	life   int // how often it was created
	active []int64
}

// after is the past with one more event.
func (p past) after(e refserver.Event) past {
	switch e.Event {
	case eventCreate:
		return past{life: p.life + 1, active: []int64{1}}
	case eventDelete:
		return past{life: p.life}
	case eventPut:
		p.active = append(slices.Clone(p.active), e.Version)
	case eventDestroy:
		p.active = slices.DeleteFunc(slices.Clone(p.active), func(n int64) bool { return n == e.Version })
	}
	return p
}

// isCurrent reports the version that readers get.
func (p past) isCurrent(number int64) bool {
	return len(p.active) > 0 && slices.Max(p.active) == number
}

// harm lists what Terraform did in a step to what was not as its plan saw it: to a
// secret of another life, to the current version, to one that was read since, or over
// a version that another client has put since.
func (s Step) harm(h History) (problems []string) {
	var at past
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
		} else if s.Wish != CreateSecret {
			problems = append(problems, s.harmOf(e, at, planned, read, theirs)...)
		}
		at = at.after(e)
	}
	return problems
}

// harmOf is the harm of one event. Of what is carried out late it is not known whether
// it was sent before or after another client acted.
func (s Step) harmOf(e refserver.Event, at past, planned int, read, theirs []int64) (problems []string) {
	if !isChange(e) {
		return nil
	}
	if at.life != planned && (e.Event != eventPut || !s.Fresh && !s.Late) {
		problems = append(problems, fmt.Sprintf("another's: %s in another life of the secret than the plan saw", e.Event))
	}
	if e.Event == eventDestroy && at.isCurrent(e.Version) {
		problems = append(problems, fmt.Sprintf("destroyed what was current: version %d", e.Version))
	}
	if e.Event == eventDestroy && slices.Contains(read, e.Version) {
		problems = append(problems, fmt.Sprintf("destroyed what was read since the plan: version %d", e.Version))
	}
	_, moment := rivalOf(s.Rival)
	if e.Event == eventPut && len(theirs) > 0 && !s.Fresh && !s.Late && !s.isBlind() && moment != momentAtOnce {
		problems = append(problems, fmt.Sprintf("put over what another client put since the plan: version %d over %v", e.Version, theirs))
	}
	return problems
}

// isChange reports an event that changes a secret that is there.
func isChange(e refserver.Event) bool {
	return slices.Contains([]string{eventPut, eventDestroy, eventDelete, eventPolicy}, e.Event)
}

// isBlind reports a step in which a read has left out the newest version, in the API's
// own form, so that no guard can see what another client has put.
func (s Step) isBlind() bool { return s.Hindrance == "stale" || s.Hindrance == "row missing" }
