package rotation

import (
	"fmt"
	"strings"
	"time"
)

// Notice is a warning of a plan in words. Summaries end with the secret's id,
// because Terraform folds warnings whose summaries are the same into one.
type Notice struct {
	Summary string
	Detail  string
}

// Notices explains a decision wherever the situation is not the ordinary one.
// The id is the secret's.
func Notices(id string, s Situation, d Decision) []Notice {
	var notices []Notice
	if summary := s.summary(); summary != "" {
		notices = append(notices, Notice{
			Summary: summary + ": " + id,
			Detail:  joinSentences(s.happened(id), s.planned(d), s.wayOut(d)),
		})
	}
	if s.HasValue && s.Pending {
		notices = append(notices, Notice{
			Summary: "Value recorded, not written: " + id,
			Detail: fmt.Sprintf("%s was imported, and its value cannot be compared with the configured one without revealing it. "+
				"Until the first update after the import, the value inputs are recorded and nothing is put. "+
				"To write the configured value, change value_wo_version (or the value itself, where it is kept in state) once that update is applied.", id),
		})
	}
	if s.External == Ignore && s.HasValue && !s.Pending && s.Change != Unchanged {
		notices = append(notices, Notice{
			Summary: "Value recorded, not written: " + id,
			Detail: fmt.Sprintf("The value inputs of %s changed, but on_external_version = \"ignore\" leaves the value to somebody else once it is created, so nothing is put. "+
				"To write the configured value, set on_external_version to \"adopt\" or \"overwrite\" first.", id),
		})
	}
	return notices
}

// summary names the finding, or is empty where there is nothing to say: what the
// user chose to ignore is no news in every plan.
func (s Situation) summary() string {
	ignored := s.External == Ignore && !s.Pending
	switch s.Verdict.Finding {
	case Superseded:
		if !ignored {
			return "New version put outside Terraform"
		}
	case RolledBack:
		if !ignored {
			return "Version destroyed outside Terraform"
		}
	case NoneActive:
		return "No active version"
	case Recreated:
		return "Version lost with a re-created secret"
	case Current:
	}
	return ""
}

func (s Situation) happened(id string) string {
	v := s.Verdict
	switch v.Finding {
	case Superseded:
		text := fmt.Sprintf("Version %d of %s was put outside Terraform%s", v.CurrentVersion, id, on(v.CurrentCreatedAt))
		if !v.ManagedActive {
			text += fmt.Sprintf(", and version %d, which was managed here, was destroyed", s.Managed)
		}
		return text + "."
	case RolledBack:
		return fmt.Sprintf("Version %d of %s was destroyed outside Terraform, so that version %d%s is current again.",
			s.Managed, id, v.CurrentVersion, from(v.CurrentCreatedAt))
	case NoneActive:
		return fmt.Sprintf("Version %d of %s was destroyed outside Terraform and no other version is active: nobody can read this secret.", s.Managed, id)
	case Recreated:
		text := fmt.Sprintf("The secret %s was deleted and created again outside Terraform%s. Version %d, which was managed here, is gone", id, on(v.SecretCreatedAt), s.Managed)
		switch {
		case v.OnlyPlaceholder:
			return text + ", and no value has been put since."
		case v.CurrentVersion == 0:
			return text + ", and no version is active: nobody can read this secret."
		}
		return text + fmt.Sprintf("; version %d, put by somebody else, is current.", v.CurrentVersion)
	case Current:
	}
	return ""
}

func (s Situation) planned(d Decision) string {
	switch d.Action {
	case Track:
		return fmt.Sprintf("This plan tracks version %d and writes nothing.", s.Verdict.CurrentVersion)
	case Put:
		text := "This plan puts the configured value as the newest version"
		if d.Reason == ReasonOverwritten {
			text += `, as on_external_version = "overwrite" asks`
		}
		return text + "."
	case DecideInApply:
		return "Whether the configured value is put is known only during apply."
	case Keep:
	}
	return "This plan writes nothing."
}

func (s Situation) wayOut(d Decision) string {
	switch {
	case d.Action == Track && s.HasValue && !s.Pending:
		return "To push your value, change value_wo_version (or the value itself, where it is kept in state)."
	case d.Action != Keep || s.Verdict.CurrentVersion != 0:
		return ""
	case !s.HasValue:
		return "There is no value to put again: configure one, or put a version elsewhere."
	case s.Pending:
		return "To put the configured value, apply a change of value_wo_version and then another."
	}
	return `To put the configured value again, set on_external_version to "adopt" or "overwrite".`
}

func on(t time.Time) string { return dated(" on ", t) }

func from(t time.Time) string { return dated(" from ", t) }

func dated(before string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return before + t.UTC().Format(time.DateOnly)
}

func joinSentences(sentences ...string) string {
	var said []string
	for _, sentence := range sentences {
		if sentence != "" {
			said = append(said, sentence)
		}
	}
	return strings.Join(said, " ")
}
