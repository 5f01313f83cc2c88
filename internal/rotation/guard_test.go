package rotation_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
)

// reasonOf is why a guard refused, empty where it allowed.
func reasonOf(err error) rotation.StaleReason {
	var stale *rotation.StaleError
	if errors.As(err, &stale) {
		return stale.Reason
	}
	return ""
}

func TestGuards(t *testing.T) {
	t.Parallel()
	at := func(moment time.Time) rotation.Life { return rotation.Life{CreatedAt: moment} }
	first, again, none := at(born), at(born.Add(time.Hour)), rotation.Life{}
	ours, theirs := rotation.Life{CreatedAt: born, Mark: "A"}, rotation.Life{CreatedAt: born, Mark: rotation.Unmarked}
	put := func(n int64, active bool) rotation.Version {
		return rotation.Version{Number: n, Active: active, CreatedAt: november(n)}
	}
	of := func(life rotation.Life, current int64, versions ...rotation.Version) rotation.History {
		return rotation.History{Life: life, Current: current, Versions: versions}
	}
	contradicts := of(first, 4, put(4, true), put(3, true))
	contradicts.Contradicts = true
	two := of(first, 4, put(4, true), put(3, true))
	m := rotation.Managed{Version: 4, Life: first, Put: 4, PreviousPut: 3}
	r := &rotation.Retention{}
	for name, tc := range map[string]struct {
		err  error
		want rotation.StaleReason
	}{
		"put, as planned":                                   {rotation.MayPut(two, first, 4), ""},
		"put, the newer one was destroyed":                  {rotation.MayPut(of(first, 4, put(5, false), put(4, true)), first, 4), ""},
		"put, and another client did":                       {rotation.MayPut(of(first, 5, put(5, true), put(4, true)), first, 4), rotation.NewerVersion},
		"put, into another life":                            {rotation.MayPut(of(again, 1, put(1, true)), first, 4), rotation.OtherLife},
		"put, where the service has no dates":               {rotation.MayPut(of(none, 4, put(4, true)), first, 4), ""},
		"delete, as planned":                                {rotation.MayRemove(two, first), ""},
		"delete, rounded to the second":                     {rotation.MayRemove(two, at(born.Truncate(time.Second))), ""},
		"delete, another life":                              {rotation.MayRemove(of(again, 1, put(1, true)), first), rotation.OtherLife},
		"delete, where the service has lost its dates":      {rotation.MayRemove(of(none, 4, put(4, true)), first), rotation.LifeUnknown},
		"delete, where the state has no date":               {rotation.MayRemove(two, none), rotation.LifeUnknown},
		"delete, where neither ever had one":                {rotation.MayRemove(of(none, 4, put(4, true)), none), ""},
		"retire, as planned":                                {rotation.MayRetire(two, m, r, 3), ""},
		"retire, what became current":                       {rotation.MayRetire(of(first, 3, put(4, false), put(3, true)), m, r, 3), rotation.VersionCurrent},
		"retire, by an answer that contradicts itself":      {rotation.MayRetire(contradicts, m, r, 3), rotation.Contradiction},
		"retire, what the history does not have":            {rotation.MayRetire(of(first, 4, put(4, true)), m, r, 3), rotation.VersionOther},
		"retire, what is to be kept":                        {rotation.MayRetire(two, m, &rotation.Retention{Keep: 1}, 3), rotation.VersionInUse},
		"retire, in another life":                           {rotation.MayRetire(of(again, 4, put(4, true), put(3, true)), m, r, 3), rotation.OtherLife},
		"managed, as planned":                               {rotation.MayDestroyManaged(two, first, 4, november(4)), ""},
		"managed, the state has lost the time of its life":  {rotation.MayDestroyManaged(two, none, 4, november(4)), ""},
		"managed, another life":                             {rotation.MayDestroyManaged(of(again, 4, put(4, true)), first, 4, november(4)), rotation.OtherLife},
		"managed, another version of that number":           {rotation.MayDestroyManaged(two, none, 4, november(3)), rotation.OtherLife},
		"managed, in a secret that is younger":              {rotation.MayDestroyManaged(of(at(november(9)), 3, put(3, true)), none, 4, november(4)), rotation.OtherLife},
		"managed, no such version":                          {rotation.MayDestroyManaged(of(first, 3, put(3, true)), first, 4, november(4)), rotation.VersionOther},
		"managed, nothing has a date":                       {rotation.MayDestroyManaged(of(none, 4, rotation.Version{Number: 4, Active: true}), none, 4, time.Time{}), ""},
		"managed, only the state has dates":                 {rotation.MayDestroyManaged(of(none, 4, rotation.Version{Number: 4, Active: true}), first, 4, november(4)), rotation.LifeUnknown},
		"put, within a second of another life":              {rotation.MayPut(of(theirs, 1, put(1, true)), ours, 4), rotation.OtherLife},
		"put, where the state knows no mark":                {rotation.MayPut(of(theirs, 4, put(4, true)), first, 4), ""},
		"delete, within a second of another life":           {rotation.MayRemove(of(theirs, 4, put(4, true)), ours), rotation.OtherLife},
		"delete, where only the mark is known":              {rotation.MayRemove(of(rotation.Life{Mark: "A"}, 4, put(4, true)), rotation.Life{Mark: "A"}), ""},
		"delete, where the dates are lost and the mark not": {rotation.MayRemove(of(rotation.Life{Mark: "A"}, 4, put(4, true)), ours), ""},
		"delete, where neither has a date or the same mark": {rotation.MayRemove(of(rotation.Life{Mark: "B"}, 4, put(4, true)), rotation.Life{Mark: "A"}), rotation.OtherLife},
		"managed, within a second of another life":          {rotation.MayDestroyManaged(of(theirs, 4, put(4, true)), ours, 4, november(4)), rotation.OtherLife},
		"retire, within a second of another life":           {rotation.MayRetire(of(theirs, 4, put(4, true), put(3, true)), rotation.Managed{Version: 4, Life: ours, Put: 4, PreviousPut: 3}, r, 3), rotation.OtherLife},
		"order, within a second of another life":            {rotation.MayDestroy(of(theirs, 4, put(4, true)), ours, 3, false), rotation.OtherLife},
		"order, as given":                                   {rotation.MayDestroy(two, first, 3, false), ""},
		"order, what became current":                        {rotation.MayDestroy(of(first, 3, put(4, false), put(3, true)), first, 3, false), rotation.VersionCurrent},
		"order, the current one, as meant":                  {rotation.MayDestroy(two, first, 4, true), ""},
		"order, another life":                               {rotation.MayDestroy(of(again, 4, put(4, true)), first, 4, true), rotation.OtherLife},
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
		if rotation.MayRetire(h, m, retention().Draw(t, "retention"), n) != nil {
			return
		}
		left := h.Without([]int64{n})
		if current, found := left.Find(left.Current); !found || !current.Active {
			t.Fatalf("without version %d readers get %d of %+v", n, left.Current, left.Versions)
		}
	})
}
