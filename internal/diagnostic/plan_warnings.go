package diagnostic

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// PlanWarnings explains a decision about the secret with the given id, if the situation is unusual.
// Listed says that the planned active_versions are known, so that the plan itself shows which versions
// it destroys.
func PlanWarnings(id string, o Offer, s version.Case, d version.Decision, listed bool) diag.Diagnostics {
	w := planWarnings{Case: s, id: id, offer: o, decision: d}
	w.addDrift()
	w.addDue()
	if d.Action == version.DecideInApply {
		w.add(VersionMayBePut, w.openQuestion())
	}
	if text := w.retirement(); text != "" && !listed {
		w.add(RetentionAnnounced, text)
	}
	if s.HasValue && s.Pending && d.Action != version.Put {
		w.add(ValueNotWritten, o.recorded(id))
	}
	if s.External == version.ExternalIgnore && s.HasValue && !s.Pending && s.Value != version.Unchanged && d.Action != version.Put {
		w.add(ValueNotWritten, o.ignored(id))
	}
	return w.diags
}

// planWarnings collects the warnings about a decision.
type planWarnings struct {
	version.Case

	id       string
	offer    Offer
	decision version.Decision
	diags    diag.Diagnostics
}

func (w *planWarnings) add(summary aboutSecret, detail string) {
	w.diags.Append(summary.On(w.id, detail))
}

// aboutSecret is the summary of a warning about one secret.
type aboutSecret interface {
	On(id, detail string) diag.Diagnostic
}

// retirement says what this plan destroys, empty for nothing.
func (w *planWarnings) retirement() string {
	retires := func(before string, numbers []int64, after string) string {
		if len(numbers) == 0 {
			return ""
		}
		return before + " " + VersionList(numbers) + after
	}
	id, without, with := w.id, w.Observation.Retire, w.Observation.RetireOnPut
	switch {
	case w.Puts(w.decision):
		return retires("Once the new version of "+id+" is confirmed as current, this plan destroys", with, " for good.")
	case w.decision.Action != version.DecideInApply || !w.HasValue:
		return retires("This plan destroys", without, " of "+id+" for good.")
	case len(without)+len(with) == 0:
		return ""
	}
	open := "Whether a new version of " + id + " is put is decided during apply."
	if slices.Equal(without, with) {
		return joinSentences(open, retires("Either way, this plan destroys", with, " for good."))
	}
	return joinSentences(open, retires("If none is, this plan destroys", without, " for good."),
		retires("Once one is put and confirmed as current, this plan destroys", with, " for good."))
}

// openQuestion names the fact that is unknown, so that the plan cannot decide about a put.
func (w *planWarnings) openQuestion() string {
	open := "Whether a value is given for " + w.id
	switch {
	case w.Value == version.Undecided:
		open = "Whether the value of " + w.id + " differs"
	case w.Keepers == version.Undecided:
		open = "Whether a rotation keeper of " + w.id + " differs"
	case w.Rotation == version.Undecided:
		open = "Whether rotation.after of " + w.id + " stays as it is, so that the rotation that is due happens now,"
	case w.External == "":
		open = "The value of on_external_version of " + w.id
	}
	return open + " is known only during apply."
}

// addDue explains what the plan does about a version that is due for rotation. If no version is active,
// the warning about that is enough.
func (w *planWarnings) addDue() {
	if w.Observation.DueAt.IsZero() || w.Observation.Drift == version.NoneActive {
		return
	}
	number, d := w.Managed, w.decision
	if w.Observation.CurrentVersion != 0 {
		number = w.Observation.CurrentVersion
	}
	due := fmt.Sprintf("Version %d of %s has been due for rotation since %s.", number, w.id, Moment(w.Observation.DueAt))
	switch {
	case d.Action == version.Put && d.Reason == version.ReasonRotation, d.Action == version.DecideInApply && w.Puts(d):
		w.add(RotationDue, due+" This plan puts a new version.")
	case d.Postponed == version.ReasonRotation:
		w.add(RotationPostponed, fmt.Sprintf("%s Its KMS key %q is %s, so this plan puts nothing and the rotation stays due. To resolve this: %s, or put the value into a secret with another key.",
			due, w.Observation.Key.ID, KeyStatus(w.Observation.Key), KeyRemedy(w.Observation.Key)))
	case d.Action == version.Keep && !w.HasValue:
		w.add(RotationNotPossible, due+" No value is configured, so there is nothing to put.")
	case d.Action == version.Keep && w.External == version.ExternalIgnore:
		w.add(RotationNotPossible, due+` With on_external_version = "ignore", Terraform puts only the first version.`)
	case d.Action == version.Keep && !w.Renewable:
		w.add(RotationNotPossible, due+" The configured value is stored in the state and would be the same again. Change it, or use a write-only input or generate.")
	}
}

// StillWaiting explains why a version that retention does not keep is still there.
func StillWaiting(id string, w version.Waiting, minIdle string) diag.Diagnostic {
	sign := "was superseded"
	if w.Read {
		sign = "was last read"
	}
	return RetentionWaiting.On(id, fmt.Sprintf(
		"Version %d of %s %s%s. Retention destroys it once it has been superseded and unread for %s.", w.Version, id, sign, on(w.Since), minIdle))
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

// addDrift reports what the refresh found, unless the configuration ignores it.
func (w *planWarnings) addDrift() {
	add := func(summary aboutSecret) { w.add(summary, joinSentences(w.happened(), w.planned(), w.remedy())) }
	ignored := w.External == version.ExternalIgnore && !w.Pending
	switch w.Observation.Drift {
	case version.Superseded:
		if !ignored {
			add(VersionPutOutside)
		}
	case version.RolledBack:
		if !ignored {
			add(VersionDestroyedOutside)
		}
	case version.Missing:
		add(VersionMissing)
	case version.NoneActive:
		add(VersionNoneActive)
	case version.Recreated:
		add(VersionLostWithSecret)
	case version.Current:
		if w.Observation.OnlyPlaceholder {
			add(ValueNotPut)
		}
	}
}

func (w *planWarnings) happened() string {
	id, v := w.id, w.Observation
	switch v.Drift {
	case version.Superseded:
		text := fmt.Sprintf("Version %d of %s was put outside Terraform%s", v.CurrentVersion, id, on(v.CurrentCreatedAt))
		if !v.ManagedActive {
			text += fmt.Sprintf(", and version %d, which was managed here, was destroyed", w.Managed)
		}
		return text + "."
	case version.RolledBack:
		if v.ManagedActive {
			return fmt.Sprintf("Version %d of %s is no longer current. Version %d%s is.", w.Managed, id, v.CurrentVersion, from(v.CurrentCreatedAt))
		}
		return fmt.Sprintf("Version %d of %s was destroyed outside Terraform, so version %d%s is current again.",
			w.Managed, id, v.CurrentVersion, from(v.CurrentCreatedAt)) + placeholderNote(v)
	case version.Missing:
		return fmt.Sprintf("The history of %s does not hold version %d, which is managed here, although the secret is the same. A version never leaves the history of its secret, so the service may have been restored from a backup. Version %d%s is current.",
			id, w.Managed, v.CurrentVersion, from(v.CurrentCreatedAt))
	case version.NoneActive:
		return fmt.Sprintf("Version %d of %s was destroyed outside Terraform, and no other version is active. The secret cannot be read until a value is put.", w.Managed, id)
	case version.Recreated:
		text := fmt.Sprintf("The secret %s was deleted and created again outside Terraform%s. Version %d, which was managed here, is gone", id, on(v.Life.CreatedAt), w.Managed)
		switch {
		case v.OnlyPlaceholder:
			return text + ", and no value has been put since."
		case v.CurrentVersion == 0:
			return text + ", and no version is active. The secret cannot be read until a value is put."
		}
		return text + fmt.Sprintf(". Version %d, which another client put, is current.", v.CurrentVersion)
	case version.Current:
		return fmt.Sprintf("Version %d of %s is only the placeholder that the secret was created with.", w.Managed, id)
	}
	return ""
}

func placeholderNote(v version.Observation) string {
	if !v.OnlyPlaceholder {
		return ""
	}
	return " It is only the placeholder that the secret was created with."
}

func (w *planWarnings) planned() string {
	d := w.decision
	switch d.Action {
	case version.Adopt:
		return fmt.Sprintf("This plan tracks version %d and writes nothing.", w.Observation.CurrentVersion)
	case version.Put:
		text := "This plan puts " + w.offer.value() + " as the newest version"
		switch d.Reason {
		case version.ReasonRotation:
			return "This plan puts a new version, because the current one is due for rotation."
		case version.ReasonOverwritten:
			text += `, as on_external_version = "overwrite" asks`
		case version.ReasonCreated, version.ReasonValue, version.ReasonKeeper, version.ReasonAdopted, version.ReasonHealed, version.ReasonImported:
		}
		return text + "."
	case version.DecideInApply:
		return "Whether " + w.offer.value() + " is put is known only during apply."
	case version.Keep:
		if d.Postponed != "" {
			return fmt.Sprintf("A new version would be put, but the KMS key %q is %s. This plan writes nothing, and the put stays due.", w.Observation.Key.ID, KeyStatus(w.Observation.Key))
		}
	}
	return "This plan writes nothing."
}

func (w *planWarnings) remedy() string {
	d := w.decision
	switch {
	case d.Action == version.Adopt && w.HasValue && !w.Pending:
		return "To put " + w.offer.value() + " instead, " + w.offer.request() + "."
	case d.Postponed != "":
		return sentence(KeyRemedy(w.Observation.Key)) + " to allow the put."
	case d.Action == version.Keep && w.Observation.Drift == version.Current && w.HasValue:
		return "To put " + w.offer.value() + ", " + w.offer.request() + "."
	case d.Action == version.Keep && w.Observation.Drift == version.Current:
		return "Configure a value to put."
	case d.Action != version.Keep || w.Observation.CurrentVersion != 0:
		return ""
	case !w.HasValue:
		return "No value is configured, so there is nothing to put again. Configure one, or put a version outside Terraform."
	}
	if w.offer.Generated {
		return `To put a newly generated value, set on_external_version to "adopt".`
	}
	return `To put the configured value again, set on_external_version to "adopt" or "overwrite".`
}

func on(t time.Time) string { return dated(" on ", t) }

func from(t time.Time) string { return dated(" from ", t) }

func dated(before string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return before + Moment(t)
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
