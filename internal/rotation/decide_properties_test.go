package rotation_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
)

// isKnown reports that a plan has all that it takes to decide.
func isKnown(s rotation.Situation) bool {
	return !s.Uncertain && s.External != "" &&
		s.Value == rotation.Unchanged && s.Keepers == rotation.Unchanged && s.Rotation == rotation.Unchanged
}

func TestDecideWritesOnlyWhatItMay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := situation().Draw(t, "situation")
		d := rotation.Decide(s)
		// While the choice is not known, it may be tracking that is left open.
		writes := d.Action == rotation.Put || d.Action == rotation.DecideInApply && s.External != ""
		placeholder := s.Verdict.Finding == rotation.Recreated && s.Verdict.OnlyPlaceholder
		unreadable := s.Verdict.CurrentVersion == 0 && d.Reason == rotation.ReasonHealed
		switch {
		case writes && !s.HasValue:
			t.Fatalf("%+v: there is nothing to put", d)
		case writes && s.External == rotation.Ignore && !placeholder:
			t.Fatalf("%+v: ignore never puts once created", d)
		case d.Action == rotation.Put && s.Pending && d.Reason != rotation.ReasonRotation && !unreadable:
			t.Fatalf("%+v: an import or move writes nothing that is not due anyway", d)
		case d.Action == rotation.Put && s.Verdict.Key.Blocked() && !d.Refused:
			t.Fatalf("%+v: the key refuses it", d)
		case d.Reason == rotation.ReasonOverwritten && s.External != rotation.Overwrite:
			t.Fatalf("%+v: nobody asked to overwrite", d)
		case d.Reason == rotation.ReasonValue && s.Value != rotation.Changed:
			t.Fatalf("%+v: the value is the same", d)
		case d.Reason == rotation.ReasonKeeper && (s.Keepers != rotation.Changed || !s.Renewable):
			t.Fatalf("%+v: no keeper asks for it", d)
		case d.Reason == rotation.ReasonRotation && (s.Verdict.DueAt.IsZero() || !s.Renewable):
			t.Fatalf("%+v: it is not due, or would be the same value", d)
		case d.Reason == rotation.ReasonRotation && s.Rotation != rotation.Unchanged && !s.Verdict.DueByRotateBefore:
			t.Fatalf("%+v: it was due by an age that this plan changes", d)
		case d.Action == rotation.DecideInApply && isKnown(s):
			t.Fatalf("%+v: everything is known", d)
		case d.Action == rotation.Put && s.Uncertain:
			t.Fatalf("%+v: there may be nothing to put", d)
		case (d.Reason == "") == (d.Action == rotation.Put || d.Action == rotation.Track):
			t.Fatalf("%+v: a put or a tracking has a reason, and nothing else has", d)
		case d.Postponed != "" && (d.Action != rotation.Keep || d.Postponed.AskedFor() || !s.Verdict.Key.Blocked()):
			t.Fatalf("%+v: only what is due waits, and for a key alone", d)
		case d.Refused && (d.Action != rotation.Put || !d.Reason.AskedFor() || !s.Verdict.Key.Blocked()):
			t.Fatalf("%+v: only what is asked for fails, and for a key alone", d)
		}
	})
}

// What is tracked has to be there to be tracked, and must not be managed yet.
func TestDecideTracksOnlyAnotherCurrentVersion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := situation().Draw(t, "situation")
		if rotation.Decide(s).Action != rotation.Track {
			return
		}
		if s.Verdict.CurrentVersion < 1 || s.Verdict.Finding == rotation.Current || s.Verdict.Finding == rotation.NoneActive {
			t.Fatal("there is no other version to track")
		}
		if s.Verdict.CurrentVersion == s.Managed && s.Verdict.Finding != rotation.Recreated {
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
		before := rotation.Decide(s)
		if before.Action == rotation.DecideInApply {
			return
		}
		for _, s.External = range []rotation.OnExternal{rotation.Adopt, rotation.Overwrite, rotation.Ignore} {
			if after := rotation.Decide(s); after != before {
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
		before := rotation.Decide(s)
		if before.Action == rotation.DecideInApply {
			return
		}
		known := rapid.SampledFrom([]rotation.Change{rotation.Changed, rotation.Unchanged})
		for name, change := range map[string]*rotation.Change{"value": &s.Value, "keepers": &s.Keepers, "rotation": &s.Rotation} {
			if *change == rotation.Undecided {
				*change = known.Draw(t, name)
			}
		}
		s.Uncertain = false
		if after := rotation.Decide(s); after != before {
			t.Fatalf("%+v, and with all changes known %+v", before, after)
		}
	})
}
