package rotation_test

import (
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
)

// cells are the decisions of one row and one choice of on_external_version, with
// and without a configured value, and the same for a version that was imported
// or moved and not updated since.
type cells struct {
	value, noValue, pendingValue, pendingNoValue rotation.Decision
}

var (
	keep        = rotation.Decision{Action: rotation.Keep}
	adopt       = rotation.Decision{Action: rotation.Track, Reason: rotation.ReasonAdopted}
	overwrite   = rotation.Decision{Action: rotation.Put, Reason: rotation.ReasonOverwritten}
	heal        = rotation.Decision{Action: rotation.Put, Reason: rotation.ReasonHealed}
	putValue    = rotation.Decision{Action: rotation.Put, Reason: rotation.ReasonValue}
	inApply     = rotation.Decision{Action: rotation.DecideInApply}
	alwaysKeep  = cells{keep, keep, keep, keep}
	alwaysAdopt = cells{adopt, adopt, adopt, adopt}
)

// rows are what a refresh finds, in the words of the design.
var rows = []struct {
	name                     string
	verdict                  rotation.Verdict
	adopt, overwrite, ignore cells
}{
	{
		name:    "the managed version is current",
		verdict: rotation.Verdict{Finding: rotation.Current},
		adopt:   alwaysKeep, overwrite: alwaysKeep, ignore: alwaysKeep,
	},
	{
		name:    "a newer version by someone else, the managed one active",
		verdict: rotation.Verdict{Finding: rotation.Superseded, CurrentVersion: 5, ManagedActive: true},
		adopt:   alwaysAdopt, overwrite: cells{overwrite, adopt, adopt, adopt}, ignore: cells{keep, keep, adopt, adopt},
	},
	{
		name:    "a newer version by someone else, the managed one destroyed",
		verdict: rotation.Verdict{Finding: rotation.Superseded, CurrentVersion: 5},
		adopt:   alwaysAdopt, overwrite: cells{overwrite, adopt, adopt, adopt}, ignore: cells{keep, keep, adopt, adopt},
	},
	{
		name:    "the managed version destroyed, an older one current",
		verdict: rotation.Verdict{Finding: rotation.RolledBack, CurrentVersion: 3},
		adopt:   alwaysAdopt, overwrite: cells{overwrite, adopt, adopt, adopt}, ignore: cells{keep, keep, adopt, adopt},
	},
	{
		name:    "the managed version destroyed, the placeholder current",
		verdict: rotation.Verdict{Finding: rotation.RolledBack, CurrentVersion: 1, OnlyPlaceholder: true},
		adopt:   cells{heal, adopt, adopt, adopt}, overwrite: cells{heal, adopt, adopt, adopt}, ignore: cells{keep, keep, adopt, adopt},
	},
	{
		name:    "the managed version destroyed, no version active",
		verdict: rotation.Verdict{Finding: rotation.NoneActive},
		adopt:   cells{heal, keep, heal, keep}, overwrite: cells{heal, keep, heal, keep}, ignore: alwaysKeep,
	},
	{
		name:    "the secret re-created, its placeholder current",
		verdict: rotation.Verdict{Finding: rotation.Recreated, CurrentVersion: 1, OnlyPlaceholder: true},
		adopt:   cells{heal, adopt, adopt, adopt}, overwrite: cells{heal, adopt, adopt, adopt}, ignore: cells{heal, keep, adopt, adopt},
	},
	{
		name:    "the secret re-created, a version of somebody else current",
		verdict: rotation.Verdict{Finding: rotation.Recreated, CurrentVersion: 2},
		adopt:   alwaysAdopt, overwrite: cells{overwrite, adopt, adopt, adopt}, ignore: cells{keep, keep, adopt, adopt},
	},
	{
		name:    "the secret re-created, no version active",
		verdict: rotation.Verdict{Finding: rotation.Recreated},
		adopt:   cells{heal, keep, heal, keep}, overwrite: cells{heal, keep, heal, keep}, ignore: alwaysKeep,
	},
}

func TestDecide(t *testing.T) {
	t.Parallel()
	for _, row := range rows {
		for external, want := range map[rotation.OnExternal]cells{
			rotation.Adopt: row.adopt, rotation.Overwrite: row.overwrite, rotation.Ignore: row.ignore,
		} {
			for _, cell := range []struct {
				name              string
				hasValue, pending bool
				want              rotation.Decision
			}{
				{"value", true, false, want.value},
				{"no value", false, false, want.noValue},
				{"value, pending", true, true, want.pendingValue},
				{"no value, pending", false, true, want.pendingNoValue},
			} {
				t.Run(row.name+"/"+string(external)+"/"+cell.name, func(t *testing.T) {
					t.Parallel()
					got := rotation.Decide(rotation.Situation{
						Verdict: row.verdict, Managed: 4, External: external, HasValue: cell.hasValue, Pending: cell.pending,
					})
					if got != cell.want {
						t.Errorf("got %+v, want %+v", got, cell.want)
					}
				})
			}
		}
	}
}

// A value that the user asks for is put whatever the refresh found, unless the
// choice is to ignore or the version is still as imported: then the rows above
// go as if nothing had changed.
func TestDecideAboutAChangedValue(t *testing.T) {
	t.Parallel()
	for _, row := range rows {
		for change, asked := range map[rotation.Change]rotation.Decision{
			rotation.Changed: putValue, rotation.Undecided: inApply,
		} {
			for name, tc := range map[string]struct {
				external          rotation.OnExternal
				hasValue, pending bool
				want              rotation.Decision
			}{
				"adopt":                        {rotation.Adopt, true, false, asked},
				"overwrite":                    {rotation.Overwrite, true, false, asked},
				"ignore":                       {rotation.Ignore, true, false, row.ignore.value},
				"adopt, pending":               {rotation.Adopt, true, true, row.adopt.pendingValue},
				"overwrite, pending":           {rotation.Overwrite, true, true, row.overwrite.pendingValue},
				"ignore, pending":              {rotation.Ignore, true, true, row.ignore.pendingValue},
				"adopt, the value removed":     {rotation.Adopt, false, false, row.adopt.noValue},
				"overwrite, the value removed": {rotation.Overwrite, false, false, row.overwrite.noValue},
				"ignore, the value removed":    {rotation.Ignore, false, false, row.ignore.noValue},
			} {
				got := rotation.Decide(rotation.Situation{
					Verdict: row.verdict, Managed: 4, External: tc.external, HasValue: tc.hasValue, Pending: tc.pending, Value: change,
				})
				if got != tc.want {
					t.Errorf("%s, %s, change %d: got %+v, want %+v", row.name, name, change, got, tc.want)
				}
			}
		}
	}
}

// Rotation, by age or by a keeper, puts only what is a new value each time.
func TestDecideAboutRotation(t *testing.T) {
	t.Parallel()
	due := born.AddDate(0, 1, 0)
	current := rotation.Verdict{Finding: rotation.Current, DueAt: due}
	superseded := rotation.Verdict{Finding: rotation.Superseded, CurrentVersion: 5, ManagedActive: true, DueAt: due}
	lever := rotation.Verdict{Finding: rotation.Current, DueAt: due, DueByRotateBefore: true}
	fresh := rotation.Verdict{Finding: rotation.Current}
	rotate := rotation.Decision{Action: rotation.Put, Reason: rotation.ReasonRotation}
	keeper := rotation.Decision{Action: rotation.Put, Reason: rotation.ReasonKeeper}
	const adopts, overwrites, ignores = rotation.Adopt, rotation.Overwrite, rotation.Ignore
	for _, tc := range []struct {
		name string
		s    rotation.Situation
		want rotation.Decision
	}{
		{"due", rotation.Situation{Verdict: current, External: adopts, HasValue: true, Renewable: true}, rotate},
		{"due, the same value again", rotation.Situation{Verdict: current, External: adopts, HasValue: true}, keep},
		{"due, no value", rotation.Situation{Verdict: current, External: adopts}, keep},
		{"due, ignored", rotation.Situation{Verdict: current, External: ignores, HasValue: true, Renewable: true}, keep},
		{"due, imported", rotation.Situation{Verdict: current, External: adopts, HasValue: true, Renewable: true, Pending: true}, rotate},
		{"due, and a new value", rotation.Situation{Verdict: current, External: adopts, HasValue: true, Renewable: true, Value: rotation.Changed}, putValue},
		{"due, and somebody else put", rotation.Situation{Verdict: superseded, External: adopts, HasValue: true, Renewable: true}, rotate},
		{"due, somebody else put, overwritten", rotation.Situation{Verdict: superseded, External: overwrites, HasValue: true, Renewable: true}, overwrite},
		{"due, somebody else put, ignored", rotation.Situation{Verdict: superseded, External: ignores, HasValue: true, Renewable: true}, keep},
		{"due, somebody else put, imported", rotation.Situation{Verdict: superseded, External: overwrites, HasValue: true, Renewable: true, Pending: true}, rotate},
		{"due, somebody else put, imported to be ignored", rotation.Situation{Verdict: superseded, External: ignores, HasValue: true, Renewable: true, Pending: true}, adopt},

		{"keeper changed", rotation.Situation{Verdict: fresh, External: adopts, HasValue: true, Renewable: true, Keepers: rotation.Changed}, keeper},
		{"keeper changed, the same value again", rotation.Situation{Verdict: fresh, External: adopts, HasValue: true, Keepers: rotation.Changed}, keep},
		{"keeper changed, imported", rotation.Situation{Verdict: fresh, External: adopts, HasValue: true, Renewable: true, Pending: true, Keepers: rotation.Changed}, keep},
		{"keeper changed, ignored", rotation.Situation{Verdict: fresh, External: ignores, HasValue: true, Renewable: true, Keepers: rotation.Changed}, keep},
		{"keeper and value changed", rotation.Situation{Verdict: fresh, External: adopts, HasValue: true, Renewable: true, Keepers: rotation.Changed, Value: rotation.Changed}, putValue},
		{"keeper changed, value unknown", rotation.Situation{Verdict: fresh, External: adopts, HasValue: true, Renewable: true, Keepers: rotation.Changed, Value: rotation.Undecided}, inApply},
		{"keeper unknown", rotation.Situation{Verdict: fresh, External: adopts, HasValue: true, Renewable: true, Keepers: rotation.Undecided}, inApply},
		{"keeper unknown, the same value again", rotation.Situation{Verdict: fresh, External: adopts, HasValue: true, Keepers: rotation.Undecided}, keep},

		{"age changed: the next plan decides", rotation.Situation{Verdict: current, External: adopts, HasValue: true, Renewable: true, Rotation: rotation.Changed}, keep},
		{"age changed, due by rotate_before", rotation.Situation{Verdict: lever, External: adopts, HasValue: true, Renewable: true, Rotation: rotation.Changed}, rotate},
		{"age unknown, due by the former one", rotation.Situation{Verdict: current, External: adopts, HasValue: true, Renewable: true, Rotation: rotation.Undecided}, inApply},
		{"age unknown, due by rotate_before", rotation.Situation{Verdict: lever, External: adopts, HasValue: true, Renewable: true, Rotation: rotation.Undecided}, rotate},
		{"age unknown, imported", rotation.Situation{Verdict: fresh, External: adopts, HasValue: true, Renewable: true, Pending: true, Rotation: rotation.Undecided}, keep},
		{"age changed, the same value again", rotation.Situation{Verdict: fresh, External: adopts, HasValue: true, Rotation: rotation.Changed}, keep},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := rotation.Decide(tc.s); got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

// A key that cannot seal fails what the user asks for and holds up what is due.
func TestDecideWithABlockedKey(t *testing.T) {
	t.Parallel()
	refused := func(r rotation.Reason) rotation.Decision {
		return rotation.Decision{Action: rotation.Put, Reason: r, Refused: true}
	}
	postponed := func(r rotation.Reason) rotation.Decision {
		return rotation.Decision{Action: rotation.Keep, Postponed: r}
	}
	fresh := rotation.Situation{Verdict: rotation.Verdict{Finding: rotation.Current}, External: rotation.Overwrite, HasValue: true, Renewable: true}
	with := func(change func(*rotation.Situation)) rotation.Situation {
		s := fresh
		change(&s)
		return s
	}
	for _, status := range []string{rotation.KeyDisabled, rotation.KeyPendingDeletion} {
		for name, tc := range map[string]struct {
			s    rotation.Situation
			want rotation.Decision
		}{
			"nothing to do":  {fresh, keep},
			"value changed":  {with(func(s *rotation.Situation) { s.Value = rotation.Changed }), refused(rotation.ReasonValue)},
			"keeper changed": {with(func(s *rotation.Situation) { s.Keepers = rotation.Changed }), refused(rotation.ReasonKeeper)},
			"value unknown":  {with(func(s *rotation.Situation) { s.Value = rotation.Undecided }), inApply},
			"due":            {with(func(s *rotation.Situation) { s.Verdict.DueAt = born }), postponed(rotation.ReasonRotation)},
			"none active":    {with(func(s *rotation.Situation) { s.Verdict.Finding = rotation.NoneActive }), postponed(rotation.ReasonHealed)},
			"overwrite": {with(func(s *rotation.Situation) {
				s.Verdict.Finding, s.Verdict.CurrentVersion = rotation.Superseded, 5
			}), postponed(rotation.ReasonOverwritten)},
			"tracking needs no key": {with(func(s *rotation.Situation) {
				s.Verdict.Finding, s.Verdict.CurrentVersion, s.External = rotation.Superseded, 5, rotation.Adopt
			}), adopt},
		} {
			tc.s.Verdict.Key = rotation.Key{ID: "kms-1", Status: status}
			if got := rotation.Decide(tc.s); got != tc.want {
				t.Errorf("%s, %s: got %+v, want %+v", status, name, got, tc.want)
			}
		}
	}
	for _, status := range []string{"", "active", "of later days"} {
		s := with(func(s *rotation.Situation) { s.Value = rotation.Changed })
		s.Verdict.Key = rotation.Key{ID: "kms-1", Status: status}
		if got := rotation.Decide(s); got != putValue {
			t.Errorf("%q: got %+v, want %+v", status, got, putValue)
		}
	}
}

// A choice that is not known yet leaves open only what depends on it.
func TestDecideWithoutKnowingOnExternalVersion(t *testing.T) {
	t.Parallel()
	superseded := rotation.Verdict{Finding: rotation.Superseded, CurrentVersion: 5, ManagedActive: true}
	for _, tc := range []struct {
		name string
		s    rotation.Situation
		want rotation.Decision
	}{
		{"current", rotation.Situation{Verdict: rotation.Verdict{Finding: rotation.Current}, HasValue: true}, keep},
		{"current, value changed", rotation.Situation{Verdict: rotation.Verdict{Finding: rotation.Current}, HasValue: true, Value: rotation.Changed}, inApply},
		{"superseded", rotation.Situation{Verdict: superseded, HasValue: true}, inApply},
		{"superseded, no value", rotation.Situation{Verdict: superseded}, inApply},
		{"superseded, imported", rotation.Situation{Verdict: superseded, HasValue: true, Pending: true}, adopt},
		{"none active", rotation.Situation{Verdict: rotation.Verdict{Finding: rotation.NoneActive}, HasValue: true}, inApply},
		{"none active, no value", rotation.Situation{Verdict: rotation.Verdict{Finding: rotation.NoneActive}}, keep},
		{"re-created, placeholder", rotation.Situation{Verdict: rotation.Verdict{Finding: rotation.Recreated, CurrentVersion: 1, OnlyPlaceholder: true}, HasValue: true}, heal},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := rotation.Decide(tc.s); got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

// A value that may turn out to be none cannot be promised.
func TestDecideAboutAnUncertainValue(t *testing.T) {
	t.Parallel()
	for _, row := range rows {
		for external, want := range map[rotation.OnExternal]cells{
			rotation.Adopt: row.adopt, rotation.Overwrite: row.overwrite, rotation.Ignore: row.ignore,
		} {
			expected := want.value
			if expected.Action == rotation.Put {
				expected = inApply
			}
			s := rotation.Situation{Verdict: row.verdict, Managed: 4, External: external, HasValue: true, Uncertain: true}
			if got := rotation.Decide(s); got != expected {
				t.Errorf("%s, %s: got %+v, want %+v", row.name, external, got, expected)
			}
		}
	}
}

func TestAskedFor(t *testing.T) {
	t.Parallel()
	for reason, want := range map[rotation.Reason]bool{
		rotation.ReasonCreated: true, rotation.ReasonValue: true, rotation.ReasonKeeper: true,
		rotation.ReasonRotation: false, rotation.ReasonOverwritten: false, rotation.ReasonHealed: false,
		rotation.ReasonAdopted: false, rotation.ReasonImported: false,
	} {
		if got := reason.AskedFor(); got != want {
			t.Errorf("%s: %v", reason, got)
		}
	}
}
