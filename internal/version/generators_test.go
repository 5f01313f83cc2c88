package version_test

import (
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// born is when the secrets of these tests were created, to the nanosecond.
var born = time.Date(2026, 10, 1, 8, 30, 15, 123456789, time.UTC)

// asOf is a history as the service shows it at a moment of its clock.
func asOf(h version.Snapshot, at time.Time) version.Snapshot {
	h.AsOf = at
	return h
}

// moment draws times as services write them, and sometimes none.
func moment() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.IntRange(0, 4).Draw(t, "known") == 0 {
			return time.Time{}
		}
		second := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "second"), 0).UTC()
		unit := rapid.SampledFrom([]time.Duration{time.Second, time.Millisecond, time.Microsecond, time.Nanosecond}).Draw(t, "unit")
		return second.Add(time.Duration(rapid.Int64Range(0, 999_999_999).Draw(t, "nanosecond")).Truncate(unit))
	})
}

// mark draws the creation marks of different secrets, and none.
func mark() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"", version.Unmarked, "A", "B"})
}

// history draws what the client hands over: numbers from 1 on, newest first, and
// as current nothing but an active version, which it is if there is one.
func history() *rapid.Generator[version.Snapshot] {
	return rapid.Custom(func(t *rapid.T) version.Snapshot {
		h := version.Snapshot{
			Life:           version.Life{CreatedAt: moment().Draw(t, "secret created"), Mark: mark().Draw(t, "mark")},
			HasPlaceholder: rapid.Bool().Draw(t, "has placeholder"),
			Contradicts:    rapid.IntRange(0, 9).Draw(t, "contradicts") == 0,
			Key:            version.Key{ID: "kms-1", Status: rapid.SampledFrom([]string{"", "active", "disabled", "pending_deletion"}).Draw(t, "key")},
		}
		var active []int64
		for n := rapid.Int64Range(0, 6).Draw(t, "versions"); n > 0; n-- {
			v := version.Row{
				Number:      n,
				Active:      rapid.Bool().Draw(t, "active"),
				ValueFormat: rapid.SampledFrom([]string{"", "string", "keyValue"}).Draw(t, "format"),
				CreatedAt:   moment().Draw(t, "created"),
				// Reading moves it, so that it is mostly later than anything else.
				LastAccessedAt: moment().Draw(t, "last accessed"),
			}
			h.Versions = append(h.Versions, v)
			if v.Active {
				active = append(active, n)
			}
		}
		if len(active) > 0 {
			h.Current = rapid.SampledFrom(active).Draw(t, "current")
		}
		return h
	})
}

// managed draws what a state may manage of h: of its present life or of another,
// put by the resource itself or tracked.
func managed(h version.Snapshot) *rapid.Generator[version.Managed] {
	return rapid.Custom(func(t *rapid.T) version.Managed {
		life := rapid.OneOf(
			rapid.Just(h.Life.CreatedAt), rapid.Just(h.Life.CreatedAt.Truncate(time.Second)), moment(),
		)
		m := version.Managed{
			Version: rapid.Int64Range(1, 8).Draw(t, "managed version"),
			Life:    version.Life{CreatedAt: life.Draw(t, "managed life"), Mark: rapid.SampledFrom([]string{"", h.Life.Mark, "A"}).Draw(t, "managed mark")},
		}
		m.Put = rapid.Int64Range(0, 8).Draw(t, "put")
		m.PreviousPut = rapid.Int64Range(0, max(0, m.Put-1)).Draw(t, "previous put")
		return m
	})
}

// policy draws what a configuration asks for over time.
func policy() *rapid.Generator[version.Policy] {
	return rapid.Custom(func(t *rapid.T) version.Policy {
		var p version.Policy
		if rapid.Bool().Draw(t, "rotates") {
			p.RotateAfter = time.Duration(rapid.IntRange(1, 2000).Draw(t, "after, in days")) * 24 * time.Hour
		}
		if rapid.Bool().Draw(t, "has a lever") {
			p.RotateBefore = moment().Draw(t, "rotate before")
		}
		if rapid.Bool().Draw(t, "retains") {
			p.Retention = retention().Draw(t, "retention")
		}
		return p
	})
}

func retention() *rapid.Generator[*version.Retention] {
	return rapid.Custom(func(t *rapid.T) *version.Retention {
		return &version.Retention{
			Keep:    rapid.IntRange(0, 4).Draw(t, "keep"),
			MinIdle: time.Duration(rapid.IntRange(0, 1000).Draw(t, "min idle, in days")) * 24 * time.Hour,
		}
	})
}

// situation draws everything that a plan may stand before.
func situation() *rapid.Generator[version.Case] {
	return rapid.Custom(func(t *rapid.T) version.Case {
		h := history().Draw(t, "history")
		m := managed(h).Draw(t, "managed")
		change := rapid.SampledFrom([]version.Change{version.Unchanged, version.Changed, version.Undecided})
		hasValue := rapid.Bool().Draw(t, "has value")
		return version.Case{
			Observation: version.Observe(asOf(h, moment().Draw(t, "now")), m, policy().Draw(t, "policy")),
			Managed:     m.Version,
			External:    rapid.SampledFrom([]version.External{"", version.ExternalAdopt, version.ExternalOverwrite, version.ExternalIgnore}).Draw(t, "external"),
			HasValue:    hasValue,
			Renewable:   hasValue && rapid.Bool().Draw(t, "renewable"),
			Value:       change.Draw(t, "value"),
			Keepers:     change.Draw(t, "keepers"),
			Rotation:    change.Draw(t, "rotation"),
			Pending:     rapid.Bool().Draw(t, "pending"),
			Uncertain:   hasValue && rapid.Bool().Draw(t, "uncertain"),
		}
	})
}
