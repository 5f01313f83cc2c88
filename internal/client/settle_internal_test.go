package client

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

// Both clocks are wrong, the client's by years: only what passes between an
// attempt and a look counts.
func TestWindow(t *testing.T) {
	t.Parallel()
	mine := time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
	theirs := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	look := reading{asked: mine.Add(20 * time.Second), came: mine.Add(22 * time.Second), given: theirs}
	lost := &UnknownOutcomeError{doubt: brokenOff, sent: mine, ended: mine.Add(5 * time.Second)}
	want := window{from: theirs.Add(-23 * time.Second), to: theirs.Add(-14 * time.Second), blurred: true}
	if got := lost.window(look); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	look.came, want.blurred = look.asked.Add(time.Second), false
	want.from = theirs.Add(-22 * time.Second)
	if got := lost.window(look); got != want {
		t.Errorf("sharp: got %v, want %v", got, want)
	}
	look.given = time.Time{}
	if got := lost.window(look); got != (window{}) {
		t.Errorf("a service without a clock: %v", got)
	}
}

// known are the versions up to n.
func known(n int64) func(int64) bool { return func(number int64) bool { return number <= n } }

// What reading back says of a put in doubt, row by row. Versions 1 to 3 were there
// before; the put was under way from second 100 to 110.
func TestSettlePut(t *testing.T) {
	t.Parallel()
	second := func(n int) time.Time { return time.Unix(int64(n), 0).UTC() }
	w := window{from: second(100), to: second(110)}
	version := func(number int64, at int) Version {
		return Version{Number: number, Status: VersionActive, ValueFormat: FormatString, CreatedAt: second(at)}
	}
	with := func(v Version, change func(*Version)) Version {
		change(&v)
		return v
	}
	before := []Version{version(3, 30), version(2, 20), version(1, 10)}
	for _, tc := range []struct {
		name  string
		new   []Version // newest first
		known int64
		want  finding
		words string
	}{
		{name: "nothing new", want: absent},
		{name: "one, as it was under way", new: []Version{version(4, 105)}, want: likely},
		{name: "one, at its very beginning", new: []Version{version(4, 100)}, want: likely},
		{name: "one, at its very end", new: []Version{version(4, 110)}, want: likely},
		{name: "one, just before", new: []Version{version(4, 99)}, want: unclear, words: "Version 4 is new, but was made on 1970-01-01T00:01:39Z, when the request was not under way."},
		{name: "one, long before", new: []Version{version(4, -21)}, want: absent},
		{name: "one, just after", new: []Version{version(4, 111)}, want: unclear, words: "Version 4 is new, but was made on 1970-01-01T00:01:51Z, when the request was not under way."},
		{name: "one of somebody else before, and one", new: []Version{version(5, 105), version(4, -50)}, want: likely},
		{name: "two", new: []Version{version(5, 106), version(4, 105)}, want: unclear, words: "The versions 4, 5 are new, and one of them may be it."},
		{name: "one, and one of somebody else after", new: []Version{version(5, 120), version(4, 105)}, want: unclear, words: "The versions 4, 5 are new, and one of them may be it."},
		{
			name: "one of another format", want: absent,
			new: []Version{with(version(4, 105), func(v *Version) { v.ValueFormat = FormatKeyValue })},
		},
		{
			name: "one, and one of another format", want: likely,
			new: []Version{with(version(5, 106), func(v *Version) { v.ValueFormat = FormatKeyValue }), version(4, 105)},
		},
		{
			name: "one whose format is not said", want: likely,
			new: []Version{with(version(4, 105), func(v *Version) { v.ValueFormat = "" })},
		},
		{
			name: "one whose time is not said", want: unclear, words: "Version 4 may be it, but the service does not say when it was made.",
			new: []Version{with(version(4, 105), func(v *Version) { v.CreatedAt = time.Time{} })},
		},
		{
			name: "one that was destroyed since", want: unclear, words: "Version 4 may have been it, and somebody has destroyed it since.",
			new: []Version{with(version(4, 105), func(v *Version) { v.Status = VersionDestroyed })},
		},
		{name: "one that this client put before", new: []Version{version(4, 105)}, known: 4, want: absent},
		{name: "one more than this client put before", new: []Version{version(5, 105), version(4, 104)}, known: 4, want: likely},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			number, verdict, words := settlePut(append(tc.new, before...), w, known(max(tc.known, 3)), FormatString)
			if verdict != tc.want || words != tc.words {
				t.Errorf("got %v, %q, want %v, %q", verdict, words, tc.want, tc.words)
			}
			if (number != 0) != (verdict == likely) {
				t.Errorf("version %d", number)
			}
		})
	}
}

// An answer that was long under way says too little of when a version was made,
// but that there is none it says for sure.
func TestSettlePutByBlurredAnswer(t *testing.T) {
	t.Parallel()
	w := window{from: time.Unix(100, 0), to: time.Unix(110, 0), blurred: true}
	history := []Version{{Number: 2, Status: VersionActive, CreatedAt: time.Unix(105, 0)}, {Number: 1, Status: VersionActive}}
	if _, verdict, _ := settlePut(history, w, known(1), FormatString); verdict != blurred {
		t.Errorf("got %v", verdict)
	}
	if _, verdict, _ := settlePut(history[1:], w, known(1), FormatString); verdict != absent {
		t.Errorf("where nothing is new: %v", verdict)
	}
}

// Version 1 comes with its secret, however new that is.
func TestSettlePutIntoNewSecret(t *testing.T) {
	t.Parallel()
	w := window{from: time.Unix(100, 0), to: time.Unix(110, 0)}
	first := Version{Number: 1, Status: VersionActive, CreatedAt: time.Unix(105, 0)}
	if _, verdict, _ := settlePut([]Version{first}, w, known(Baseline{}.in(time.Unix(105, 0))), FormatString); verdict != absent {
		t.Errorf("version 1 was taken for the put: %v", verdict)
	}
}

// A service that does not tell its time leaves every new version in doubt, and so
// every old one.
func TestSettlePutWithoutClock(t *testing.T) {
	t.Parallel()
	history := []Version{{Number: 2, Status: VersionActive, CreatedAt: time.Unix(5, 0)}, {Number: 1, Status: VersionActive}}
	if _, verdict, _ := settlePut(history, window{}, known(1), FormatString); verdict != unclear {
		t.Errorf("got %v", verdict)
	}
	if _, verdict, _ := settlePut(history, window{}, known(2), FormatString); verdict != absent {
		t.Errorf("where the last one is known: %v", verdict)
	}
}

func TestSettleCreate(t *testing.T) {
	t.Parallel()
	made := Secret{Annotations: map[string]string{CreationAnnotation: "mark"}}
	for _, tc := range []struct {
		name     string
		secret   Secret
		err      error
		creation string
		want     finding
	}{
		{"not there", Secret{}, &Error{Status: http.StatusNotFound}, "mark", absent},
		{"cannot be read", Secret{}, &Error{Status: http.StatusForbidden}, "mark", unclear},
		{"no answer", Secret{}, errors.New("reset"), "mark", unclear},
		{"there, with the mark", made, nil, "mark", ours},
		{"there, with another mark", made, nil, "other", taken},
		{"there, with other annotations", Secret{Annotations: map[string]string{"a": "b"}}, nil, "mark", taken},
		{"there, and no annotations are told", Secret{}, nil, "mark", unclear},
		{"there, and the create had no mark", Secret{}, nil, "", unclear},
	} {
		if got, _ := settleCreate(tc.secret, tc.err, tc.creation); got != tc.want {
			t.Errorf("%s: got %v, want %v", tc.name, got, tc.want)
		}
	}
}

// Numbers begin again with the next life of a secret.
func TestBaseline(t *testing.T) {
	t.Parallel()
	life := time.Unix(1000, 0)
	for _, tc := range []struct {
		known Baseline
		life  time.Time
		want  int64
	}{
		{Baseline{5, life}, life, 5},
		{Baseline{5, life}, life.Add(300 * time.Millisecond), 5},
		{Baseline{5, life}, life.Add(time.Minute), 1},
		{Baseline{5, life}, time.Time{}, 1},
		{Baseline{Version: 5}, life, 1},
		{Baseline{}, life, 1},
	} {
		if got := tc.known.in(tc.life); got != tc.want {
			t.Errorf("%+v in the life of %v: %d, want %d", tc.known, tc.life, got, tc.want)
		}
	}
}
