package diagnostic_test

import (
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// born is when the secrets of these tests were created.
var born = time.Date(2026, 10, 1, 8, 30, 15, 0, time.UTC)

// situation draws what a plan may find. The verdict comes from Observe, so that its
// fields fit each other.
func situation() *rapid.Generator[version.Case] {
	return rapid.Custom(func(t *rapid.T) version.Case {
		h := history().Draw(t, "history")
		m := version.Managed{
			Version: rapid.Int64Range(1, 8).Draw(t, "managed version"),
			Life:    version.Life{CreatedAt: rapid.SampledFrom([]time.Time{born, born, born.AddDate(0, 1, 0), {}}).Draw(t, "managed life")},
		}
		m.Put = rapid.Int64Range(0, m.Version).Draw(t, "put")
		p := version.Policy{RotateAfter: days(t, "rotate after")}
		if rapid.Bool().Draw(t, "retains") {
			p.Retention = &version.Retention{Keep: rapid.IntRange(0, 3).Draw(t, "keep"), MinIdle: days(t, "min idle")}
		}
		change := rapid.SampledFrom([]version.Change{version.Unchanged, version.Changed, version.Undecided})
		hasValue := rapid.Bool().Draw(t, "has value")
		return version.Case{
			Observation: version.Observe(h, m, p),
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

// history draws the versions of a secret, the newest first. The current one is
// active, and there is none only where no version is.
func history() *rapid.Generator[version.Snapshot] {
	return rapid.Custom(func(t *rapid.T) version.Snapshot {
		h := version.Snapshot{
			AsOf:           born.Add(days(t, "as of")),
			Life:           version.Life{CreatedAt: born},
			HasPlaceholder: rapid.Bool().Draw(t, "has placeholder"),
			Key:            version.Key{ID: "kms-1", Status: rapid.SampledFrom([]string{"", "active", "disabled", "pending_deletion"}).Draw(t, "key")},
		}
		var active []int64
		for n := rapid.Int64Range(0, 6).Draw(t, "versions"); n > 0; n-- {
			v := version.Row{Number: n, Active: rapid.Bool().Draw(t, "active"), CreatedAt: born.Add(days(t, "created"))}
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

func days(t *rapid.T, what string) time.Duration {
	return time.Duration(rapid.IntRange(0, 90).Draw(t, what)) * 24 * time.Hour
}
