package version_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// isKnown reports that a plan has all that it takes to decide.
func isKnown(s version.Case) bool {
	return !s.Uncertain && s.External != "" &&
		s.Value == version.Unchanged && s.Keepers == version.Unchanged && s.Rotation == version.Unchanged
}

func TestDecideWritesOnlyWhatItMay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := situation().Draw(t, "situation")
		d := version.Decide(s)
		// While the choice is not known, it may be tracking that is left open.
		writes := d.Action == version.Put || d.Action == version.DecideInApply && s.External != ""
		placeholder := s.Observation.Drift == version.Recreated && s.Observation.OnlyPlaceholder
		unreadable := s.Observation.CurrentVersion == 0 && d.Reason == version.ReasonHealed
		switch {
		case writes && !s.HasValue:
			t.Fatalf("%+v: there is nothing to put", d)
		case writes && s.External == version.ExternalIgnore && !placeholder:
			t.Fatalf("%+v: ignore never puts once created", d)
		case d.Action == version.Put && s.Pending && d.Reason != version.ReasonRotation && !unreadable:
			t.Fatalf("%+v: an import or move writes nothing that is not due anyway", d)
		case d.Action == version.Put && s.Observation.Key.Blocked() && !d.Refused:
			t.Fatalf("%+v: the key refuses it", d)
		case d.Reason == version.ReasonOverwritten && s.External != version.ExternalOverwrite:
			t.Fatalf("%+v: nobody asked to overwrite", d)
		case d.Reason == version.ReasonValue && s.Value != version.Changed:
			t.Fatalf("%+v: the value is the same", d)
		case d.Reason == version.ReasonKeeper && (s.Keepers != version.Changed || !s.Renewable):
			t.Fatalf("%+v: no keeper asks for it", d)
		case d.Reason == version.ReasonRotation && (s.Observation.DueAt.IsZero() || !s.Renewable):
			t.Fatalf("%+v: it is not due, or would be the same value", d)
		case d.Reason == version.ReasonRotation && s.Rotation != version.Unchanged && !s.Observation.DueByRotateBefore:
			t.Fatalf("%+v: it was due by an age that this plan changes", d)
		case d.Action == version.DecideInApply && isKnown(s):
			t.Fatalf("%+v: everything is known", d)
		case d.Action == version.Put && s.Uncertain:
			t.Fatalf("%+v: there may be nothing to put", d)
		case (d.Reason == "") == (d.Action == version.Put || d.Action == version.Adopt):
			t.Fatalf("%+v: a put or a tracking has a reason, and nothing else has", d)
		case d.Postponed != "" && (d.Action != version.Keep || d.Postponed.AskedFor() || !s.Observation.Key.Blocked()):
			t.Fatalf("%+v: only what is due waits, and for a key alone", d)
		case d.Refused && (d.Action != version.Put || !d.Reason.AskedFor() || !s.Observation.Key.Blocked()):
			t.Fatalf("%+v: only what is asked for fails, and for a key alone", d)
		}
	})
}

// What is tracked has to be there to be tracked, and must not be managed yet.
func TestDecideTracksOnlyAnotherCurrentVersion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := situation().Draw(t, "situation")
		if version.Decide(s).Action != version.Adopt {
			return
		}
		if s.Observation.CurrentVersion < 1 || s.Observation.Drift == version.Current || s.Observation.Drift == version.NoneActive {
			t.Fatal("there is no other version to track")
		}
		if s.Observation.CurrentVersion == s.Managed && s.Observation.Drift != version.Recreated {
			t.Fatal("that version is managed already")
		}
	})
}

// What is certain without the choice has to be so with every choice.
func TestDecideIsRightBeforeTheChoiceIsKnown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := situation().Draw(t, "situation")
		s.External = ""
		before := version.Decide(s)
		if before.Action == version.DecideInApply {
			return
		}
		for _, s.External = range []version.External{version.ExternalAdopt, version.ExternalOverwrite, version.ExternalIgnore} {
			if after := version.Decide(s); after != before {
				t.Fatalf("%+v, and with %s %+v", before, s.External, after)
			}
		}
	})
}

// What a plan has decided stays so once an apply knows what the plan did not: a second
// plan that differs in a known attribute is a bug by Terraform's rules.
func TestDecideIsRightBeforeChangesAreKnown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := situation().Draw(t, "situation")
		before := version.Decide(s)
		if before.Action == version.DecideInApply {
			return
		}
		known := rapid.SampledFrom([]version.Change{version.Changed, version.Unchanged})
		for name, change := range map[string]*version.Change{"value": &s.Value, "keepers": &s.Keepers, "rotation": &s.Rotation} {
			if *change == version.Undecided {
				*change = known.Draw(t, name)
			}
		}
		s.Uncertain = false
		if after := version.Decide(s); after != before {
			t.Fatalf("%+v, and with all changes known %+v", before, after)
		}
	})
}
