package diagnostic

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// VersionTerms are what warnings about the versions of a secret refer to.
type VersionTerms struct {
	ID string // of the secret
	// MinIdle, Ages and Retentions are as the configuration writes them: min_idle, and
	// rotation.after and retention in the state and in the plan.
	MinIdle          string
	Ages, Retentions [2]string
	// Action says that an action put the version, so no state follows it.
	Action bool
	// Failure says why a step of an apply failed.
	Failure func(*version.StepError) string
}

// Warnings puts the warnings of a refresh, a plan or an apply into words.
func (t VersionTerms) Warnings(warnings []version.Warning) (diags diag.Diagnostics) {
	for _, w := range warnings {
		if d := t.warning(w); d != nil {
			diags.Append(d)
		}
	}
	return diags
}

func (t VersionTerms) warning(w version.Warning) diag.Diagnostic {
	switch w.ID {
	case version.HistoryIncomplete, version.StillWaiting:
		return t.refreshWarning(w)
	case version.AgeRecorded, version.RetentionRecorded, version.RetentionOpen:
		return t.policyWarning(w)
	case version.AnswerLost, version.OriginUnknown, version.NotConfirmed, version.NotCurrent:
		return t.putWarning(w)
	case version.NotRetired, version.NotAnnounced, version.LeftAlone, version.CurrentDestroyed:
		return t.destroyWarning(w)
	}
	return nil
}

func (t VersionTerms) refreshWarning(w version.Warning) diag.Diagnostic {
	if w.ID == version.StillWaiting {
		return StillWaiting(t.ID, w.Waiting, t.MinIdle)
	}
	return VersionHistoryIncomplete.On(t.ID, fmt.Sprintf(
		"The history of %s does not hold version %d, which is managed here. The state did not change. Plan again.", t.ID, w.Version))
}

func (t VersionTerms) policyWarning(w version.Warning) diag.Diagnostic {
	const recorded = "This apply only records it. The next plan "
	if w.ID == version.AgeRecorded {
		text := fmt.Sprintf("rotation.after changes from %s to %s", t.Ages[0], t.Ages[1])
		if w.Unknown {
			text = fmt.Sprintf("rotation.after is %s in the state and not known in this plan", t.Ages[0])
		}
		return RotationPolicyChanged.On(t.ID,
			text+". "+recorded+"decides by the new age whether a version is due. To put a new version now, change value_wo_version.")
	}
	if w.ID == version.RetentionRecorded {
		return RetentionChanged.On(t.ID, fmt.Sprintf("retention changes from %s to %s. "+recorded+"lists the versions that it destroys.", t.Retentions[0], t.Retentions[1]))
	}
	text := fmt.Sprintf("retention is %s in the state. It is known only during apply.", t.Retentions[0])
	if len(w.Versions) > 0 {
		text += fmt.Sprintf(" Depending on it, the apply may destroy %s for good.", VersionList(w.Versions))
	}
	return RetentionChanged.On(t.ID, text)
}

func (t VersionTerms) putWarning(w version.Warning) diag.Diagnostic {
	switch {
	case w.ID == version.AnswerLost:
		return VersionAnswerLost.On(t.ID, fmt.Sprintf(
			"The put succeeded, but its response was lost or unusable. The provider read the history back and found the put as version %d: "+
				"the only new version, created while the request was in flight. The request was not sent again. "+
				"If other clients put values into %s, check that this version is not theirs.", w.Version, t.ID))
	case w.ID == version.OriginUnknown && w.Resent:
		return VersionUnknownOrigin.On(t.ID, fmt.Sprintf(
			"The response to a put was lost and the history showed no new version, so the provider sent the put again. It became version %d. "+
				"The history now has another new version just below: another client put it, or it is the first put, which arrived late. "+
				"Readers do not get that version. Destroy it unless it belongs to another client.", w.Version))
	case w.ID == version.OriginUnknown:
		return VersionUnknownOrigin.On(t.ID, fmt.Sprintf(
			"Another client put a value at the same time: between the last read of the secret and this put, which became version %d, another new version was put. "+
				"This put supersedes it. It can still be read. If it should be current, restore it with the action thalassasecrets_restore_secret_version.", w.Version))
	case w.ID == version.NotConfirmed && t.Action:
		return VersionNotConfirmed.On(t.ID, fmt.Sprintf(
			"Version %d of %s was put, but reading the history afterwards failed, so it is not known whether it is current. "+
				"Check the history before you invoke the action again: it would put another version.\n\nCause: %v", w.Version, t.ID, w.Err))
	case w.ID == version.NotConfirmed:
		return VersionNotConfirmed.On(t.ID, fmt.Sprintf(
			"Version %d of %s was put, but reading the history afterwards failed, so no older version was destroyed. "+
				"The next refresh completes the state, and the next put destroys the versions that retention does not keep.\n\nCause: %v", w.Version, t.ID, w.Err))
	case t.Action:
		return VersionNotCurrent.On(t.ID, fmt.Sprintf(
			"Version %d of %s was put, but the current version is now %s, because another client put or destroyed a version since.", w.Version, t.ID, NumberOrNone(w.Next)))
	case len(w.Versions) > 0:
		return RetentionFailed.On(t.ID, fmt.Sprintf(
			"Version %d was put, but it is no longer the current version, so the provider did not destroy %s. The next plan shows the secret as it is now.",
			w.Version, VersionList(w.Versions)))
	}
	return nil // It was put, and the next refresh shows what is current.
}

func (t VersionTerms) destroyWarning(w version.Warning) diag.Diagnostic {
	var failed *version.StepError
	switch {
	case w.ID == version.NotRetired && errors.As(w.Err, &failed):
		return RetentionFailed.On(t.ID, t.Failure(failed))
	case w.ID == version.NotAnnounced:
		return VersionNotDestroyed.On(t.ID, fmt.Sprintf(
			"deletion_policy = \"destroy\" did not destroy %s@%d, because the plan did not announce it. A replacement by another version of the same secret (by -replace, taint, replace_triggered_by or create_before_destroy) "+
				"keeps the previous version as a superseded one, and retention decides about it. To destroy it now, use the action thalassasecrets_destroy_secret_version.", t.ID, w.Version))
	case w.ID == version.LeftAlone:
		return VersionLeftAlone.On(t.ID, fmt.Sprintf(
			"The secret %s was deleted and created again outside Terraform, so its version %d belongs to another client. Nothing was destroyed.", t.ID, w.Version))
	}
	text := fmt.Sprintf("Version %d of %s was the current version and was destroyed. ", w.Version, t.ID)
	if w.Next == 0 {
		return VersionCurrentDestroyed.On(t.ID, text+"No other version is active, so the secret cannot be read until a value is put.")
	}
	return VersionCurrentDestroyed.On(t.ID, text+fmt.Sprintf("Version %d is current now.", w.Next))
}

// CountOf writes "1 version" or "2 versions".
func CountOf(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// NumberOrNone writes the number of a version, "none" where there is none.
func NumberOrNone(n int64) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprint(n)
}
