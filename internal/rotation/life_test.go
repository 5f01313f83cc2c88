package rotation_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/rotation"
)

// A life without a mark is told by its date, which services round to a second at worst.
func TestLivesByDate(t *testing.T) {
	t.Parallel()
	second := born.Truncate(time.Second)
	for _, tc := range []struct {
		name string
		a, b time.Time
		want rotation.Sameness
	}{
		{"the same", born, born, rotation.Same},
		{"the same in another zone", born, born.In(time.FixedZone("CET", 3600)), rotation.Same},
		{"one not known", born, time.Time{}, rotation.Unknown},
		{"neither known", time.Time{}, time.Time{}, rotation.Unknown},
		{"rounded to seconds", born, second, rotation.Same},
		{"rounded to seconds, in another zone", born, second.In(time.FixedZone("IST", 19800)), rotation.Same},
		{"rounded, at the end of that second", second.Add(time.Second - 1), second, rotation.Same},
		{"rounded, in the next second", second.Add(time.Second), second, rotation.Different},
		{"rounded to milliseconds", born, born.Truncate(time.Millisecond), rotation.Same},
		{"rounded to microseconds", born, born.Truncate(time.Microsecond), rotation.Same},
		{"rounded up to seconds", second.Add(700 * time.Millisecond), second.Add(time.Second), rotation.Same},
		{"less than a second later", born, born.Add(time.Second - 1), rotation.Same},
		{"a second later", born, born.Add(time.Second), rotation.Different},
		{"a month later", born, born.AddDate(0, 1, 0), rotation.Different},
		{"a month later, rounded", born, second.AddDate(0, 1, 0), rotation.Different},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := (rotation.Life{CreatedAt: tc.a}).Compare(rotation.Life{CreatedAt: tc.b}); got != tc.want {
				t.Errorf("%v and %v: %v", tc.a, tc.b, got)
			}
			if got := (rotation.Life{CreatedAt: tc.b}).Compare(rotation.Life{CreatedAt: tc.a}); got != tc.want {
				t.Errorf("the other way round: %v", got)
			}
		})
	}
}

// life draws a life of a secret, as far as an answer shows it.
func life() *rapid.Generator[rotation.Life] {
	return rapid.Custom(func(t *rapid.T) rotation.Life {
		return rotation.Life{CreatedAt: moment().Draw(t, "created"), Mark: mark().Draw(t, "mark")}
	})
}

// near draws a life that began within a second of another, with a mark of its own.
func near(of rotation.Life) *rapid.Generator[rotation.Life] {
	return rapid.Custom(func(t *rapid.T) rotation.Life {
		other := rotation.Life{CreatedAt: of.CreatedAt, Mark: mark().Draw(t, "mark")}
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
		if a.Compare(a) == rotation.Different || a.Compare(rotation.Life{}) != rotation.Unknown {
			t.Fatalf("%+v differs from itself or from what is not known", a)
		}
		if marked := a.Mark != "" && b.Mark != ""; marked && a.Mark != b.Mark && got != rotation.Different {
			t.Fatalf("%+v and %+v have different marks: %v", a, b, got)
		}
		// Without two marks the dates decide alone, as they do for states of earlier commits.
		dates := (rotation.Life{CreatedAt: a.CreatedAt}).Compare(rotation.Life{CreatedAt: b.CreatedAt})
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
		h.Life.Mark = rapid.SampledFrom([]string{rotation.Unmarked, "B"}).Draw(t, "new mark")
		m := managed(h).Draw(t, "managed")
		m.Life = rotation.Life{CreatedAt: h.Life.CreatedAt.Truncate(time.Second), Mark: "A"}
		n := rapid.Int64Range(1, 8).Draw(t, "version")
		for name, err := range map[string]error{
			"put":     rotation.MayPut(h, m.Life, n),
			"delete":  rotation.MayRemove(h, m.Life),
			"retire":  rotation.MayRetire(h, m, retention().Draw(t, "retention"), n),
			"managed": rotation.MayDestroyManaged(h, m.Life, n, moment().Draw(t, "put at")),
			"order":   rotation.MayDestroy(h, m.Life, n, true),
		} {
			if reasonOf(err) != rotation.OtherLife {
				t.Fatalf("%s: %v", name, err)
			}
		}
		v := rotation.Observe(h, m, policy().Draw(t, "policy"))
		if len(h.Versions) > 0 && (v.Finding != rotation.Recreated || v.Life != h.Life) {
			t.Fatalf("the refresh found %+v", v)
		}
	})
}
