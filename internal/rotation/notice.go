package rotation

import (
	"fmt"
	"slices"
	"strconv"
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
	add := func(summary, detail string) {
		notices = append(notices, Notice{Summary: summary + ": " + id, Detail: detail})
	}
	if summary := s.summary(); summary != "" {
		add(summary, joinSentences(s.happened(id), s.planned(d), s.wayOut(d)))
	}
	if !s.Verdict.DueAt.IsZero() && s.Verdict.Finding != NoneActive {
		s.noticeDue(id, d, add)
	}
	if text := s.retirement(id, d); text != "" {
		add("Versions to be retired", text)
	}
	if s.HasValue && s.Pending && d.Action != Put {
		add("Value recorded, not written", fmt.Sprintf(
			"%s was imported or moved here, and its value cannot be compared with the configured one without revealing it. "+
				"Until the first update after that, the value inputs are recorded and nothing is put. "+
				"To write the configured value, apply a change of value_wo_version, which is recorded, and then another.", id))
	}
	if s.External == Ignore && s.HasValue && !s.Pending && s.Value != Unchanged && d.Action != Put {
		add("Value recorded, not written", fmt.Sprintf(
			"The value inputs of %s changed, but on_external_version = \"ignore\" leaves the value to somebody else once it is created, so nothing is put. "+
				"To write the configured value, apply on_external_version = \"adopt\" or \"overwrite\" first, and change value_wo_version (or the value itself, where it is kept in state) after that.", id))
	}
	return notices
}

// puts reports that a decision leads to a put for certain: what is due is put,
// whatever else is left to apply.
func (s Situation) puts(d Decision) bool {
	open := s.Rotation != Unchanged || s.Uncertain || s.External == "" || s.Verdict.Key.Blocked()
	return d.Action == Put || d.Action == DecideInApply && s.isDue() && !open
}

// retirement says what retention destroys, empty for nothing.
func (s Situation) retirement(id string, d Decision) string {
	retires := func(before string, numbers []int64, after string) string {
		if len(numbers) == 0 {
			return ""
		}
		return before + " " + VersionList(numbers) + after
	}
	without, with := s.Verdict.Retire, s.Verdict.RetireOnPut
	switch {
	case s.puts(d):
		return retires("Once the new version of "+id+" is confirmed as current, retention destroys", with, " for good.")
	case d.Action != DecideInApply || !s.HasValue:
		return retires("Retention destroys", without, " of "+id+" for good.")
	case len(without)+len(with) == 0:
		return ""
	}
	open := "Whether a new version of " + id + " is put is decided during apply."
	if slices.Equal(without, with) {
		return joinSentences(open, retires("Either way, retention destroys", with, " for good."))
	}
	return joinSentences(open, retires("If none is, retention destroys", without, " for good."),
		retires("Once one is put and confirmed as current, retention destroys", with, " for good."))
}

// noticeDue says what becomes of a version that is due for rotation.
func (s Situation) noticeDue(id string, d Decision, add func(summary, detail string)) {
	number := s.Managed
	if s.Verdict.CurrentVersion != 0 {
		number = s.Verdict.CurrentVersion
	}
	due := fmt.Sprintf("Version %d of %s is due for rotation since %s.", number, id, s.Verdict.DueAt.UTC().Format(time.DateOnly))
	switch {
	case d.Action == Put && d.Reason == ReasonRotation, d.Action == DecideInApply && s.puts(d):
		add("Rotation due", due+" This plan puts a new version.")
	case d.Postponed == ReasonRotation:
		add("Rotation waits for its KMS key", fmt.Sprintf("%s Its KMS key %q is %s, so this plan puts nothing and the rotation stays due. Ways out: enable the key, or rotate to a secret with another key.",
			due, s.Verdict.Key.ID, s.Verdict.Key.Words()))
	case d.Action == Keep && !s.HasValue:
		add("Rotation due, not possible", due+" No value is configured, so there is nothing to put.")
	case d.Action == Keep && s.External == Ignore:
		add("Rotation due, not possible", due+` on_external_version = "ignore" leaves rotation to somebody else.`)
	case d.Action == Keep && !s.Renewable:
		add("Rotation due, not possible", due+" The configured value is kept in state and would be the same again: change it, or use a write-only input or generate.")
	}
}

// Words names a key's state as a person would.
func (k Key) Words() string { return strings.ReplaceAll(k.Status, "_", " ") }

// KeyRefusal explains a put that was asked for and that the key refuses.
func KeyRefusal(id string, k Key) string {
	return fmt.Sprintf("A new version of %s is planned, but its KMS key %q is %s and seals nothing. Nothing was written. Ways out: enable the key (cancel its deletion first, if it is pending); "+
		"leave this resource out of the plan with -target of the others; or, to destroy resources meanwhile, run destroy with -refresh=false.", id, k.ID, k.Words())
}

// StillWaiting explains why a version that retention does not keep is still there.
func StillWaiting(id string, w Waiting, minIdle string) Notice {
	sign := "was superseded"
	if w.Read {
		sign = "was last read"
	}
	return Notice{
		Summary: fmt.Sprintf("Version %d waits to be retired: %s", w.Version, id),
		Detail: fmt.Sprintf("Version %d of %s %s%s. Retention destroys it once it has been superseded and unread for %s.",
			w.Version, id, sign, on(w.Since), minIdle),
	}
}

// VersionList writes "version 2" or "versions 2, 3".
func VersionList(numbers []int64) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.FormatInt(n, 10)
	}
	if len(words) == 1 {
		return "version " + words[0]
	}
	return "versions " + strings.Join(words, ", ")
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
		if s.Verdict.OnlyPlaceholder {
			return "No value has been put yet"
		}
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
		if v.ManagedActive {
			return fmt.Sprintf("Version %d of %s is not current any more; version %d%s is.", s.Managed, id, v.CurrentVersion, from(v.CurrentCreatedAt))
		}
		return fmt.Sprintf("Version %d of %s was destroyed outside Terraform, so that version %d%s is current again.",
			s.Managed, id, v.CurrentVersion, from(v.CurrentCreatedAt)) + placeholderNote(v)
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
		return fmt.Sprintf("Version %d of %s is only the placeholder that the secret was created with.", s.Managed, id)
	}
	return ""
}

func placeholderNote(v Verdict) string {
	if !v.OnlyPlaceholder {
		return ""
	}
	return " It is only the placeholder that the secret was created with."
}

func (s Situation) planned(d Decision) string {
	switch d.Action {
	case Track:
		return fmt.Sprintf("This plan tracks version %d and writes nothing.", s.Verdict.CurrentVersion)
	case Put:
		text := "This plan puts the configured value as the newest version"
		switch d.Reason {
		case ReasonRotation:
			return "This plan puts a new version, because the current one is due for rotation."
		case ReasonOverwritten:
			text += `, as on_external_version = "overwrite" asks`
		case ReasonCreated, ReasonValue, ReasonKeeper, ReasonAdopted, ReasonHealed, ReasonImported:
		}
		return text + "."
	case DecideInApply:
		return "Whether the configured value is put is known only during apply."
	case Keep:
		if d.Postponed != "" {
			return fmt.Sprintf("The configured value would be put, but the KMS key %q is %s. This plan writes nothing, and the put stays due.", s.Verdict.Key.ID, s.Verdict.Key.Words())
		}
	}
	return "This plan writes nothing."
}

func (s Situation) wayOut(d Decision) string {
	switch {
	case d.Action == Track && s.HasValue && !s.Pending:
		return "To push your value, change value_wo_version (or the value itself, where it is kept in state)."
	case d.Postponed != "":
		return "Enable the key to let it happen."
	case d.Action == Keep && s.Verdict.Finding == Current && s.HasValue:
		return "To put the configured value, change value_wo_version."
	case d.Action == Keep && s.Verdict.Finding == Current:
		return "Give a value to put."
	case d.Action != Keep || s.Verdict.CurrentVersion != 0:
		return ""
	case !s.HasValue:
		return "There is no value to put again: configure one, or put a version elsewhere."
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
