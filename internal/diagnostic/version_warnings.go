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
		"The history of %s does not hold version %d, which is managed here. The state is left as it is; plan again.", t.ID, w.Version))
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
			"The service did the put, but its answer was lost or could not be used. Reading back the history found it as version %d: "+
				"the only new one, made while the request was under way. It was not sent again. "+
				"If somebody else puts values into %s, make sure that this one is not theirs.", w.Version, t.ID))
	case w.ID == version.OriginUnknown && w.Resent:
		return VersionUnknownOrigin.On(t.ID, fmt.Sprintf(
			"The answer of a put was lost and nothing of it was to be seen, so it was sent again and became version %d. "+
				"But there is another new version just below: either another client put it, or it is the first put, come late. "+
				"Nothing reads it, and it can be destroyed.", w.Version))
	case w.ID == version.OriginUnknown:
		return VersionUnknownOrigin.On(t.ID, fmt.Sprintf(
			"Another client put a value in the same moment: between the last look at the secret and this put, which became version %d, there was another new version. "+
				"This put supersedes it. It can still be read. If it was meant to be current, restore it.", w.Version))
	case w.ID == version.NotConfirmed && t.Action:
		return VersionNotConfirmed.On(t.ID, fmt.Sprintf(
			"Version %d of %s was put, but reading the history afterwards failed, so it is not known whether it is current. "+
				"Do not invoke the action again before you have looked: it would put another version.\n\nError: %v", w.Version, t.ID, w.Err))
	case w.ID == version.NotConfirmed:
		return VersionNotConfirmed.On(t.ID, fmt.Sprintf(
			"Version %d of %s was put, but reading the history afterwards failed, so nothing older was retired. "+
				"The next refresh completes the state; what would have been retired goes with the next put.\n\nError: %v", w.Version, t.ID, w.Err))
	case t.Action:
		return VersionNotCurrent.On(t.ID, fmt.Sprintf(
			"Version %d of %s was put, but by now the current version is %s, because somebody else has put or destroyed a version since.", w.Version, t.ID, NumberOrNone(w.Next)))
	case len(w.Versions) > 0:
		return RetentionFailed.On(t.ID, fmt.Sprintf(
			"Version %d was put, but it is not the current version any more, so the provider did not destroy %s. The next plan shows the secret as it is now.",
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
				"keeps the former version as a superseded one, and retention decides about it. To destroy it now, use the action thalassasecrets_destroy_secret_version.", t.ID, w.Version))
	case w.ID == version.LeftAlone:
		return VersionLeftAlone.On(t.ID, fmt.Sprintf(
			"The secret %s was deleted and created again outside Terraform, so its version %d belongs to another client. Nothing was destroyed.", t.ID, w.Version))
	}
	text := fmt.Sprintf("Version %d of %s was current and is destroyed. ", w.Version, t.ID)
	if w.Next == 0 {
		return VersionCurrentDestroyed.On(t.ID, text+"No other version is active: nobody can read this secret until a value is put.")
	}
	return VersionCurrentDestroyed.On(t.ID, text+fmt.Sprintf("Version %d is current now.", w.Next))
}

// NumberOrNone writes the number of a version, "none" where there is none.
func NumberOrNone(n int64) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprint(n)
}
