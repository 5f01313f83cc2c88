package version_test

import (
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// cells are the decisions of one row and one choice of on_external_version, with
// and without a configured value, and the same for a version that was imported
// or moved and not updated since.
type cells struct {
	value, noValue, pendingValue, pendingNoValue version.Decision
}

var (
	keep        = version.Decision{Action: version.Keep}
	adopt       = version.Decision{Action: version.Adopt, Reason: version.ReasonAdopted}
	overwrite   = version.Decision{Action: version.Put, Reason: version.ReasonOverwritten}
	heal        = version.Decision{Action: version.Put, Reason: version.ReasonHealed}
	putValue    = version.Decision{Action: version.Put, Reason: version.ReasonValue}
	inApply     = version.Decision{Action: version.DecideInApply}
	alwaysKeep  = cells{keep, keep, keep, keep}
	alwaysAdopt = cells{adopt, adopt, adopt, adopt}
)

// rows are what a refresh finds, in the words of the design.
var rows = []struct {
	name                     string
	observation              version.Observation
	adopt, overwrite, ignore cells
}{
	{
		name:        "the managed version is current",
		observation: version.Observation{Drift: version.Current},
		adopt:       alwaysKeep, overwrite: alwaysKeep, ignore: alwaysKeep,
	},
	{
		name:        "a newer version by someone else, the managed one active",
		observation: version.Observation{Drift: version.Superseded, CurrentVersion: 5, ManagedActive: true},
		adopt:       alwaysAdopt, overwrite: cells{overwrite, adopt, adopt, adopt}, ignore: cells{keep, keep, adopt, adopt},
	},
	{
		name:        "a newer version by someone else, the managed one destroyed",
		observation: version.Observation{Drift: version.Superseded, CurrentVersion: 5},
		adopt:       alwaysAdopt, overwrite: cells{overwrite, adopt, adopt, adopt}, ignore: cells{keep, keep, adopt, adopt},
	},
	{
		name:        "the managed version destroyed, an older one current",
		observation: version.Observation{Drift: version.RolledBack, CurrentVersion: 3},
		adopt:       alwaysAdopt, overwrite: cells{overwrite, adopt, adopt, adopt}, ignore: cells{keep, keep, adopt, adopt},
	},
	{
		name:        "the managed version destroyed, the placeholder current",
		observation: version.Observation{Drift: version.RolledBack, CurrentVersion: 1, OnlyPlaceholder: true},
		adopt:       cells{heal, adopt, adopt, adopt}, overwrite: cells{heal, adopt, adopt, adopt}, ignore: cells{keep, keep, adopt, adopt},
	},
	{
		name:        "the managed version destroyed, no version active",
		observation: version.Observation{Drift: version.NoneActive},
		adopt:       cells{heal, keep, heal, keep}, overwrite: cells{heal, keep, heal, keep}, ignore: alwaysKeep,
	},
	{
		name:        "the secret re-created, its placeholder current",
		observation: version.Observation{Drift: version.Recreated, CurrentVersion: 1, OnlyPlaceholder: true},
		adopt:       cells{heal, adopt, adopt, adopt}, overwrite: cells{heal, adopt, adopt, adopt}, ignore: cells{heal, keep, adopt, adopt},
	},
	{
		name:        "the secret re-created, a version of another client current",
		observation: version.Observation{Drift: version.Recreated, CurrentVersion: 2},
		adopt:       alwaysAdopt, overwrite: cells{overwrite, adopt, adopt, adopt}, ignore: cells{keep, keep, adopt, adopt},
	},
	{
		name:        "the secret re-created, no version active",
		observation: version.Observation{Drift: version.Recreated},
		adopt:       cells{heal, keep, heal, keep}, overwrite: cells{heal, keep, heal, keep}, ignore: alwaysKeep,
	},
}

func TestDecide(t *testing.T) {
	t.Parallel()
	for _, row := range rows {
		for external, want := range map[version.External]cells{
			version.ExternalAdopt: row.adopt, version.ExternalOverwrite: row.overwrite, version.ExternalIgnore: row.ignore,
		} {
			for _, cell := range []struct {
				name              string
				hasValue, pending bool
				want              version.Decision
			}{
				{"value", true, false, want.value},
				{"no value", false, false, want.noValue},
				{"value, pending", true, true, want.pendingValue},
				{"no value, pending", false, true, want.pendingNoValue},
			} {
				t.Run(row.name+"/"+string(external)+"/"+cell.name, func(t *testing.T) {
					t.Parallel()
					got := version.Decide(version.Case{
						Observation: row.observation, Managed: 4, External: external, HasValue: cell.hasValue, Pending: cell.pending,
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
		for change, asked := range map[version.Change]version.Decision{
			version.Changed: putValue, version.Undecided: inApply,
		} {
			for name, tc := range map[string]struct {
				external          version.External
				hasValue, pending bool
				want              version.Decision
			}{
				"adopt":                        {version.ExternalAdopt, true, false, asked},
				"overwrite":                    {version.ExternalOverwrite, true, false, asked},
				"ignore":                       {version.ExternalIgnore, true, false, row.ignore.value},
				"adopt, pending":               {version.ExternalAdopt, true, true, row.adopt.pendingValue},
				"overwrite, pending":           {version.ExternalOverwrite, true, true, row.overwrite.pendingValue},
				"ignore, pending":              {version.ExternalIgnore, true, true, row.ignore.pendingValue},
				"adopt, the value removed":     {version.ExternalAdopt, false, false, row.adopt.noValue},
				"overwrite, the value removed": {version.ExternalOverwrite, false, false, row.overwrite.noValue},
				"ignore, the value removed":    {version.ExternalIgnore, false, false, row.ignore.noValue},
			} {
				got := version.Decide(version.Case{
					Observation: row.observation, Managed: 4, External: tc.external, HasValue: tc.hasValue, Pending: tc.pending, Value: change,
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
	current := version.Observation{Drift: version.Current, DueAt: due}
	superseded := version.Observation{Drift: version.Superseded, CurrentVersion: 5, ManagedActive: true, DueAt: due}
	lever := version.Observation{Drift: version.Current, DueAt: due, DueByRotateBefore: true}
	fresh := version.Observation{Drift: version.Current}
	rotate := version.Decision{Action: version.Put, Reason: version.ReasonRotation}
	keeper := version.Decision{Action: version.Put, Reason: version.ReasonKeeper}
	const adopts, overwrites, ignores = version.ExternalAdopt, version.ExternalOverwrite, version.ExternalIgnore
	for _, tc := range []struct {
		name string
		s    version.Case
		want version.Decision
	}{
		{"due", version.Case{Observation: current, External: adopts, HasValue: true, Renewable: true}, rotate},
		{"due, the same value again", version.Case{Observation: current, External: adopts, HasValue: true}, keep},
		{"due, no value", version.Case{Observation: current, External: adopts}, keep},
		{"due, ignored", version.Case{Observation: current, External: ignores, HasValue: true, Renewable: true}, keep},
		{"due, imported", version.Case{Observation: current, External: adopts, HasValue: true, Renewable: true, Pending: true}, rotate},
		{"due, and a new value", version.Case{Observation: current, External: adopts, HasValue: true, Renewable: true, Value: version.Changed}, putValue},
		{"due, and somebody else put", version.Case{Observation: superseded, External: adopts, HasValue: true, Renewable: true}, rotate},
		{"due, somebody else put, overwritten", version.Case{Observation: superseded, External: overwrites, HasValue: true, Renewable: true}, overwrite},
		{"due, somebody else put, ignored", version.Case{Observation: superseded, External: ignores, HasValue: true, Renewable: true}, keep},
		{"due, somebody else put, imported", version.Case{Observation: superseded, External: overwrites, HasValue: true, Renewable: true, Pending: true}, rotate},
		{"due, somebody else put, imported to be ignored", version.Case{Observation: superseded, External: ignores, HasValue: true, Renewable: true, Pending: true}, adopt},

		{"keeper changed", version.Case{Observation: fresh, External: adopts, HasValue: true, Renewable: true, Keepers: version.Changed}, keeper},
		{"keeper changed, the same value again", version.Case{Observation: fresh, External: adopts, HasValue: true, Keepers: version.Changed}, keep},
		{"keeper changed, imported", version.Case{Observation: fresh, External: adopts, HasValue: true, Renewable: true, Pending: true, Keepers: version.Changed}, keep},
		{"keeper changed, ignored", version.Case{Observation: fresh, External: ignores, HasValue: true, Renewable: true, Keepers: version.Changed}, keep},
		{"keeper and value changed", version.Case{Observation: fresh, External: adopts, HasValue: true, Renewable: true, Keepers: version.Changed, Value: version.Changed}, putValue},
		{"keeper changed, value unknown", version.Case{Observation: fresh, External: adopts, HasValue: true, Renewable: true, Keepers: version.Changed, Value: version.Undecided}, inApply},
		{"keeper unknown", version.Case{Observation: fresh, External: adopts, HasValue: true, Renewable: true, Keepers: version.Undecided}, inApply},
		{"keeper unknown, the same value again", version.Case{Observation: fresh, External: adopts, HasValue: true, Keepers: version.Undecided}, keep},

		{"age changed: the next plan decides", version.Case{Observation: current, External: adopts, HasValue: true, Renewable: true, Rotation: version.Changed}, keep},
		{"age changed, due by rotate_before", version.Case{Observation: lever, External: adopts, HasValue: true, Renewable: true, Rotation: version.Changed}, rotate},
		{"age unknown, due by the former one", version.Case{Observation: current, External: adopts, HasValue: true, Renewable: true, Rotation: version.Undecided}, inApply},
		{"age unknown, due by rotate_before", version.Case{Observation: lever, External: adopts, HasValue: true, Renewable: true, Rotation: version.Undecided}, rotate},
		{"age unknown, imported", version.Case{Observation: fresh, External: adopts, HasValue: true, Renewable: true, Pending: true, Rotation: version.Undecided}, keep},
		{"age changed, the same value again", version.Case{Observation: fresh, External: adopts, HasValue: true, Rotation: version.Changed}, keep},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := version.Decide(tc.s); got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

// A key that cannot seal fails what the user asks for and holds up what is due.
func TestDecideWithABlockedKey(t *testing.T) {
	t.Parallel()
	refused := func(r version.Reason) version.Decision {
		return version.Decision{Action: version.Put, Reason: r, Refused: true}
	}
	postponed := func(r version.Reason) version.Decision {
		return version.Decision{Action: version.Keep, Postponed: r}
	}
	fresh := version.Case{Observation: version.Observation{Drift: version.Current}, External: version.ExternalOverwrite, HasValue: true, Renewable: true}
	with := func(change func(*version.Case)) version.Case {
		s := fresh
		change(&s)
		return s
	}
	for _, status := range []string{version.KeyDisabled, version.KeyPendingDeletion} {
		for name, tc := range map[string]struct {
			s    version.Case
			want version.Decision
		}{
			"nothing to do":  {fresh, keep},
			"value changed":  {with(func(s *version.Case) { s.Value = version.Changed }), refused(version.ReasonValue)},
			"keeper changed": {with(func(s *version.Case) { s.Keepers = version.Changed }), refused(version.ReasonKeeper)},
			"value unknown":  {with(func(s *version.Case) { s.Value = version.Undecided }), inApply},
			"due":            {with(func(s *version.Case) { s.Observation.DueAt = born }), postponed(version.ReasonRotation)},
			"none active":    {with(func(s *version.Case) { s.Observation.Drift = version.NoneActive }), postponed(version.ReasonHealed)},
			"overwrite": {with(func(s *version.Case) {
				s.Observation.Drift, s.Observation.CurrentVersion = version.Superseded, 5
			}), postponed(version.ReasonOverwritten)},
			"tracking needs no key": {with(func(s *version.Case) {
				s.Observation.Drift, s.Observation.CurrentVersion, s.External = version.Superseded, 5, version.ExternalAdopt
			}), adopt},
		} {
			tc.s.Observation.Key = version.Key{ID: "kms-1", Status: status}
			if got := version.Decide(tc.s); got != tc.want {
				t.Errorf("%s, %s: got %+v, want %+v", status, name, got, tc.want)
			}
		}
	}
	for _, status := range []string{"", "active", "of later days"} {
		s := with(func(s *version.Case) { s.Value = version.Changed })
		s.Observation.Key = version.Key{ID: "kms-1", Status: status}
		if got := version.Decide(s); got != putValue {
			t.Errorf("%q: got %+v, want %+v", status, got, putValue)
		}
	}
}

// A choice that is not known yet leaves open only what depends on it.
func TestDecideWithoutKnowingOnExternalVersion(t *testing.T) {
	t.Parallel()
	superseded := version.Observation{Drift: version.Superseded, CurrentVersion: 5, ManagedActive: true}
	for _, tc := range []struct {
		name string
		s    version.Case
		want version.Decision
	}{
		{"current", version.Case{Observation: version.Observation{Drift: version.Current}, HasValue: true}, keep},
		{"current, value changed", version.Case{Observation: version.Observation{Drift: version.Current}, HasValue: true, Value: version.Changed}, inApply},
		{"superseded", version.Case{Observation: superseded, HasValue: true}, inApply},
		{"superseded, no value", version.Case{Observation: superseded}, inApply},
		{"superseded, imported", version.Case{Observation: superseded, HasValue: true, Pending: true}, adopt},
		{"none active", version.Case{Observation: version.Observation{Drift: version.NoneActive}, HasValue: true}, inApply},
		{"none active, no value", version.Case{Observation: version.Observation{Drift: version.NoneActive}}, keep},
		{"re-created, placeholder", version.Case{Observation: version.Observation{Drift: version.Recreated, CurrentVersion: 1, OnlyPlaceholder: true}, HasValue: true}, heal},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := version.Decide(tc.s); got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

// A value that may turn out to be none cannot be promised.
func TestDecideAboutAnUncertainValue(t *testing.T) {
	t.Parallel()
	for _, row := range rows {
		for external, want := range map[version.External]cells{
			version.ExternalAdopt: row.adopt, version.ExternalOverwrite: row.overwrite, version.ExternalIgnore: row.ignore,
		} {
			expected := want.value
			if expected.Action == version.Put {
				expected = inApply
			}
			s := version.Case{Observation: row.observation, Managed: 4, External: external, HasValue: true, Uncertain: true}
			if got := version.Decide(s); got != expected {
				t.Errorf("%s, %s: got %+v, want %+v", row.name, external, got, expected)
			}
		}
	}
}

func TestAskedFor(t *testing.T) {
	t.Parallel()
	for reason, want := range map[version.Reason]bool{
		version.ReasonCreated: true, version.ReasonValue: true, version.ReasonKeeper: true,
		version.ReasonRotation: false, version.ReasonOverwritten: false, version.ReasonHealed: false,
		version.ReasonAdopted: false, version.ReasonImported: false,
	} {
		if got := reason.AskedFor(); got != want {
			t.Errorf("%s: %v", reason, got)
		}
	}
}

// An empty answer to a GET, 200 {} or null, makes a plan write.
func TestEmptyAnswerLeadsToAPut(t *testing.T) {
	t.Parallel()
	v := version.Observe(asOf(version.Snapshot{}, born), version.Managed{Version: 4, Life: version.Life{CreatedAt: born}}, version.Policy{})
	d := version.Decide(version.Case{Observation: v, Managed: 4, External: version.ExternalAdopt, HasValue: true})
	if d.Action == version.Put {
		t.Errorf("%+v: %+v", v.Drift, d)
	}
}
