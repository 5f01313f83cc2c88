package version_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// A life without a mark is told by its date, which services round to a second at worst.
func TestLivesByDate(t *testing.T) {
	t.Parallel()
	second := born.Truncate(time.Second)
	for _, tc := range []struct {
		name string
		a, b time.Time
		want version.Sameness
	}{
		{"the same", born, born, version.Same},
		{"the same in another zone", born, born.In(time.FixedZone("CET", 3600)), version.Same},
		{"one not known", born, time.Time{}, version.Unknown},
		{"neither known", time.Time{}, time.Time{}, version.Unknown},
		{"rounded to seconds", born, second, version.Same},
		{"rounded to seconds, in another zone", born, second.In(time.FixedZone("IST", 19800)), version.Same},
		{"rounded, at the end of that second", second.Add(time.Second - 1), second, version.Same},
		{"rounded, in the next second", second.Add(time.Second), second, version.Different},
		{"rounded to milliseconds", born, born.Truncate(time.Millisecond), version.Same},
		{"rounded to microseconds", born, born.Truncate(time.Microsecond), version.Same},
		{"rounded up to seconds", second.Add(700 * time.Millisecond), second.Add(time.Second), version.Same},
		{"less than a second later", born, born.Add(time.Second - 1), version.Same},
		{"a second later", born, born.Add(time.Second), version.Different},
		{"a month later", born, born.AddDate(0, 1, 0), version.Different},
		{"a month later, rounded", born, second.AddDate(0, 1, 0), version.Different},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := (version.Life{CreatedAt: tc.a}).Compare(version.Life{CreatedAt: tc.b}); got != tc.want {
				t.Errorf("%v and %v: %v", tc.a, tc.b, got)
			}
			if got := (version.Life{CreatedAt: tc.b}).Compare(version.Life{CreatedAt: tc.a}); got != tc.want {
				t.Errorf("the other way round: %v", got)
			}
		})
	}
}

// life draws a life of a secret, as far as an answer shows it.
func life() *rapid.Generator[version.Life] {
	return rapid.Custom(func(t *rapid.T) version.Life {
		return version.Life{CreatedAt: moment().Draw(t, "created"), Mark: mark().Draw(t, "mark")}
	})
}

// near draws a life that began within a second of another, with a mark of its own.
func near(of version.Life) *rapid.Generator[version.Life] {
	return rapid.Custom(func(t *rapid.T) version.Life {
		other := version.Life{CreatedAt: of.CreatedAt, Mark: mark().Draw(t, "mark")}
		if !of.CreatedAt.IsZero() {
			other.CreatedAt = of.CreatedAt.Add(time.Duration(rapid.IntRange(-999_999_999, 999_999_999).Draw(t, "later")))
		}
		return other
	})
}

// Whoever compares with whom, the answer is the same, and a life differs from none of what
// may be known of it.
func TestCompareLives(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := life().Draw(t, "a")
		b := rapid.OneOf(life(), near(a)).Draw(t, "b")
		got := a.Compare(b)
		if back := b.Compare(a); back != got {
			t.Fatalf("%+v and %+v: %v, the other way round %v", a, b, got, back)
		}
		if a.Compare(a) == version.Different || a.Compare(version.Life{}) != version.Unknown {
			t.Fatalf("%+v differs from itself or from what is not known", a)
		}
		if marked := a.Mark != "" && b.Mark != ""; marked && a.Mark != b.Mark && got != version.Different {
			t.Fatalf("%+v and %+v have different marks: %v", a, b, got)
		}
		// Without two marks the dates decide alone, as they do for states of earlier commits.
		dates := (version.Life{CreatedAt: a.CreatedAt}).Compare(version.Life{CreatedAt: b.CreatedAt})
		if (a.Mark == "" || b.Mark == "") && got != dates {
			t.Fatalf("%+v and %+v: %v, and by their dates %v", a, b, got, dates)
		}
	})
}

// Whatever else the history shows, nothing is put into, destroyed in or deleted with a
// secret that was created again within the second, and a refresh says so.
func TestLivesOfOneSecond(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := history().Draw(t, "history")
		h.Life.Mark = rapid.SampledFrom([]string{version.Unmarked, "B"}).Draw(t, "new mark")
		m := managed(h).Draw(t, "managed")
		m.Life = version.Life{CreatedAt: h.Life.CreatedAt.Truncate(time.Second), Mark: "A"}
		n := rapid.Int64Range(1, 8).Draw(t, "version")
		for name, err := range map[string]error{
			"put":     version.MayPut(h, m.Life, n),
			"delete":  version.MayRemove(h, m.Life),
			"retire":  version.MayRetire(h, m, retention().Draw(t, "retention"), n),
			"managed": version.MayDestroyManaged(h, m.Life, n, moment().Draw(t, "put at")),
			"order":   version.MayDestroy(h, m.Life, n, true),
		} {
			if reasonOf(err) != version.OtherLife {
				t.Fatalf("%s: %v", name, err)
			}
		}
		v := version.Observe(h, m, policy().Draw(t, "policy"))
		if len(h.Versions) > 0 && (v.Drift != version.Recreated || v.Life != h.Life) {
			t.Fatalf("the refresh found %+v", v)
		}
	})
}
