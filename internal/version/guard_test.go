package version_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// reasonOf is why a guard refused, empty where it allowed.
func reasonOf(err error) version.StaleReason {
	var stale *version.StaleError
	if errors.As(err, &stale) {
		return stale.Reason
	}
	return ""
}

func TestGuards(t *testing.T) {
	t.Parallel()
	at := func(moment time.Time) version.Life { return version.Life{CreatedAt: moment} }
	first, again, none := at(born), at(born.Add(time.Hour)), version.Life{}
	ours, theirs := version.Life{CreatedAt: born, Mark: "A"}, version.Life{CreatedAt: born, Mark: version.Unmarked}
	put := func(n int64, active bool) version.Row {
		return version.Row{Number: n, Active: active, CreatedAt: november(n)}
	}
	of := func(life version.Life, current int64, versions ...version.Row) version.Snapshot {
		return version.Snapshot{Life: life, Current: current, Versions: versions}
	}
	contradicts := of(first, 4, put(4, true), put(3, true))
	contradicts.Contradicts = true
	two := of(first, 4, put(4, true), put(3, true))
	m := version.Managed{Version: 4, Life: first, Put: 4, PreviousPut: 3}
	r := &version.Retention{}
	for name, tc := range map[string]struct {
		err  error
		want version.StaleReason
	}{
		"put, as planned":                                   {version.MayPut(two, first, 4), ""},
		"put, the newer one was destroyed":                  {version.MayPut(of(first, 4, put(5, false), put(4, true)), first, 4), ""},
		"put, and another client did":                       {version.MayPut(of(first, 5, put(5, true), put(4, true)), first, 4), version.NewerVersion},
		"put, into another life":                            {version.MayPut(of(again, 1, put(1, true)), first, 4), version.OtherLife},
		"put, where the service has no dates":               {version.MayPut(of(none, 4, put(4, true)), first, 4), ""},
		"delete, as planned":                                {version.MayRemove(two, first), ""},
		"delete, rounded to the second":                     {version.MayRemove(two, at(born.Truncate(time.Second))), ""},
		"delete, another life":                              {version.MayRemove(of(again, 1, put(1, true)), first), version.OtherLife},
		"delete, where the service has lost its dates":      {version.MayRemove(of(none, 4, put(4, true)), first), version.LifeUnknown},
		"delete, where the state has no date":               {version.MayRemove(two, none), version.LifeUnknown},
		"delete, where neither ever had one":                {version.MayRemove(of(none, 4, put(4, true)), none), ""},
		"retire, as planned":                                {version.MayRetire(two, m, r, 3), ""},
		"retire, what became current":                       {version.MayRetire(of(first, 3, put(4, false), put(3, true)), m, r, 3), version.VersionCurrent},
		"retire, by an answer that contradicts itself":      {version.MayRetire(contradicts, m, r, 3), version.Contradiction},
		"retire, what the history does not have":            {version.MayRetire(of(first, 4, put(4, true)), m, r, 3), version.VersionOther},
		"retire, what is to be kept":                        {version.MayRetire(two, m, &version.Retention{Keep: 1}, 3), version.VersionInUse},
		"retire, in another life":                           {version.MayRetire(of(again, 4, put(4, true), put(3, true)), m, r, 3), version.OtherLife},
		"managed, as planned":                               {version.MayDestroyManaged(two, first, 4, november(4)), ""},
		"managed, the state has lost the time of its life":  {version.MayDestroyManaged(two, none, 4, november(4)), ""},
		"managed, another life":                             {version.MayDestroyManaged(of(again, 4, put(4, true)), first, 4, november(4)), version.OtherLife},
		"managed, another version of that number":           {version.MayDestroyManaged(two, none, 4, november(3)), version.OtherLife},
		"managed, in a secret that is younger":              {version.MayDestroyManaged(of(at(november(9)), 3, put(3, true)), none, 4, november(4)), version.OtherLife},
		"managed, no such version":                          {version.MayDestroyManaged(of(first, 3, put(3, true)), first, 4, november(4)), version.VersionOther},
		"managed, nothing has a date":                       {version.MayDestroyManaged(of(none, 4, version.Row{Number: 4, Active: true}), none, 4, time.Time{}), ""},
		"managed, only the state has dates":                 {version.MayDestroyManaged(of(none, 4, version.Row{Number: 4, Active: true}), first, 4, november(4)), version.LifeUnknown},
		"put, within a second of another life":              {version.MayPut(of(theirs, 1, put(1, true)), ours, 4), version.OtherLife},
		"put, where the state knows no mark":                {version.MayPut(of(theirs, 4, put(4, true)), first, 4), ""},
		"delete, within a second of another life":           {version.MayRemove(of(theirs, 4, put(4, true)), ours), version.OtherLife},
		"delete, where only the mark is known":              {version.MayRemove(of(version.Life{Mark: "A"}, 4, put(4, true)), version.Life{Mark: "A"}), ""},
		"delete, where the dates are lost and the mark not": {version.MayRemove(of(version.Life{Mark: "A"}, 4, put(4, true)), ours), ""},
		"delete, where neither has a date or the same mark": {version.MayRemove(of(version.Life{Mark: "B"}, 4, put(4, true)), version.Life{Mark: "A"}), version.OtherLife},
		"managed, within a second of another life":          {version.MayDestroyManaged(of(theirs, 4, put(4, true)), ours, 4, november(4)), version.OtherLife},
		"retire, within a second of another life":           {version.MayRetire(of(theirs, 4, put(4, true), put(3, true)), version.Managed{Version: 4, Life: ours, Put: 4, PreviousPut: 3}, r, 3), version.OtherLife},
		"order, within a second of another life":            {version.MayDestroy(of(theirs, 4, put(4, true)), ours, 3, false), version.OtherLife},
		"order, as given":                                   {version.MayDestroy(two, first, 3, false), ""},
		"order, what became current":                        {version.MayDestroy(of(first, 3, put(4, false), put(3, true)), first, 3, false), version.VersionCurrent},
		"order, the current one, as meant":                  {version.MayDestroy(two, first, 4, true), ""},
		"order, another life":                               {version.MayDestroy(of(again, 4, put(4, true)), first, 4, true), version.OtherLife},
	} {
		if got := reasonOf(tc.err); got != tc.want || (tc.err != nil) != (tc.want != "") {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// Whatever has happened to a secret, what retention may destroy was let go by the
// fresh history and leaves a version to read.
func TestMayRetireLeavesAReader(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := asOf(history().Draw(t, "history"), moment().Draw(t, "as of"))
		m := managed(h).Draw(t, "managed")
		n := rapid.Int64Range(1, 8).Draw(t, "version")
		if version.MayRetire(h, m, retention().Draw(t, "retention"), n) != nil {
			return
		}
		left := h.Without([]int64{n})
		if current, found := left.Find(left.Current); !found || !current.Active {
			t.Fatalf("without version %d readers get %d of %+v", n, left.Current, left.Versions)
		}
	})
}
