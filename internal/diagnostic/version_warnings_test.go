package diagnostic_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// Every warning of the engine has words, which name the secret in the summary and the
// version in the detail.
func TestVersionWarnings(t *testing.T) {
	t.Parallel()
	const id = "nl-01/app/db"
	failed := &version.StepError{Step: version.StepDestroy, Version: 7, Err: errors.New("no")}
	terms := diagnostic.VersionTerms{
		ID: id, MinIdle: "1d", Ages: [2]string{`"30d"`, `"60d"`}, Retentions: [2]string{"none", "{ keep = 1 }"},
		Failure: func(e *version.StepError) string { return "version 7 stays: " + e.Err.Error() },
	}
	for name, tc := range map[string]struct {
		warning version.Warning
		action  bool
		detail  string
	}{
		"history":            {version.Warning{ID: version.HistoryIncomplete, Version: 7}, false, "does not hold version 7"},
		"waiting":            {version.Warning{ID: version.StillWaiting, Version: 7, Waiting: version.Waiting{Version: 7}}, false, "unread for 1d"},
		"age":                {version.Warning{ID: version.AgeRecorded}, false, `from "30d" to "60d". This apply only records it. The next plan decides`},
		"age unknown":        {version.Warning{ID: version.AgeRecorded, Unknown: true}, false, `is "30d" in the state and not known`},
		"retention":          {version.Warning{ID: version.RetentionRecorded}, false, "from none to { keep = 1 }. This apply only records it. The next plan lists"},
		"retention open":     {version.Warning{ID: version.RetentionOpen, Versions: []int64{2, 3}}, false, "the apply may destroy versions 2, 3 for good"},
		"retention, nothing": {version.Warning{ID: version.RetentionOpen}, false, "It is known only during apply."},
		"answer lost":        {version.Warning{ID: version.AnswerLost, Version: 7}, false, "found the put as version 7"},
		"origin":             {version.Warning{ID: version.OriginUnknown, Version: 7}, false, "which became version 7"},
		"origin, resent":     {version.Warning{ID: version.OriginUnknown, Version: 7, Resent: true}, false, "sent the put again. It became version 7"},
		"not confirmed":      {version.Warning{ID: version.NotConfirmed, Version: 7, Err: failed.Err}, false, "The next refresh completes the state"},
		"unconfirmed action": {version.Warning{ID: version.NotConfirmed, Version: 7, Err: failed.Err}, true, "Check the history before you invoke the action again"},
		"not current":        {version.Warning{ID: version.NotCurrent, Version: 7, Versions: []int64{6}}, false, "did not destroy version 6"},
		"action not current": {version.Warning{ID: version.NotCurrent, Version: 7}, true, "the current version is now none"},
		"not retired":        {version.Warning{ID: version.NotRetired, Version: 7, Err: failed}, false, "version 7 stays: no"},
		"not announced":      {version.Warning{ID: version.NotAnnounced, Version: 7}, false, "did not destroy nl-01/app/db@7"},
		"left alone":         {version.Warning{ID: version.LeftAlone, Version: 7}, false, "its version 7 belongs to another client"},
		"current":            {version.Warning{ID: version.CurrentDestroyed, Version: 7, Next: 6}, false, "Version 6 is current now."},
		"last":               {version.Warning{ID: version.CurrentDestroyed, Version: 7}, false, "the secret cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			terms := terms
			terms.Action = tc.action
			said := terms.Warnings([]version.Warning{tc.warning})
			if len(said) != 1 || !strings.Contains(said[0].Summary()+said[0].Detail(), id) || !strings.Contains(said[0].Detail(), tc.detail) {
				t.Errorf("it says %v, want %q in it", said, tc.detail)
			}
		})
	}
	if said := terms.Warnings([]version.Warning{{ID: version.NotCurrent, Version: 7}}); len(said) != 0 {
		t.Errorf("nothing stays, and it says %v", said)
	}
}
