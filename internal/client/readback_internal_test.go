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
	look := clockSample{asked: mine.Add(20 * time.Second), came: mine.Add(22 * time.Second), given: theirs}
	lost := &UnknownOutcomeError{outcome: lost, sent: mine, ended: mine.Add(5 * time.Second)}
	want := window{from: theirs.Add(-23 * time.Second), to: theirs.Add(-14 * time.Second), imprecise: true}
	if got := lost.window(look); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	look.came, want.imprecise = look.asked.Add(time.Second), false
	want.from = theirs.Add(-22 * time.Second)
	if got := lost.window(look); got != want {
		t.Errorf("precise: got %v, want %v", got, want)
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
func TestReadBackPut(t *testing.T) {
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
		want  evidence
		words string
	}{
		{name: "nothing new", want: absent},
		{name: "one, as it was under way", new: []Version{version(4, 105)}, want: likely},
		{name: "one, at its very beginning", new: []Version{version(4, 100)}, want: likely},
		{name: "one, at its very end", new: []Version{version(4, 110)}, want: likely},
		{name: "one, just before", new: []Version{version(4, 99)}, want: unclear, words: "Version 4 is new, but was made on 1970-01-01T00:01:39Z, when the request was not in flight."},
		{name: "one, long before", new: []Version{version(4, -21)}, want: absent},
		{name: "one, just after", new: []Version{version(4, 111)}, want: unclear, words: "Version 4 is new, but was made on 1970-01-01T00:01:51Z, when the request was not in flight."},
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
			name: "one that was destroyed since", want: unclear, words: "Version 4 may have been it, and it was destroyed since.",
			new: []Version{with(version(4, 105), func(v *Version) { v.Status = VersionDestroyed })},
		},
		{name: "one that this client put before", new: []Version{version(4, 105)}, known: 4, want: absent},
		{name: "one more than this client put before", new: []Version{version(5, 105), version(4, 104)}, known: 4, want: likely},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			number, verdict, words := readBackPut(append(tc.new, before...), w, known(max(tc.known, 3)), FormatString)
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
func TestReadBackPutByImpreciseAnswer(t *testing.T) {
	t.Parallel()
	w := window{from: time.Unix(100, 0), to: time.Unix(110, 0), imprecise: true}
	history := []Version{{Number: 2, Status: VersionActive, CreatedAt: time.Unix(105, 0)}, {Number: 1, Status: VersionActive}}
	if _, verdict, _ := readBackPut(history, w, known(1), FormatString); verdict != imprecise {
		t.Errorf("got %v", verdict)
	}
	if _, verdict, _ := readBackPut(history[1:], w, known(1), FormatString); verdict != absent {
		t.Errorf("where nothing is new: %v", verdict)
	}
}

// Version 1 comes with its secret, however new that is.
func TestReadBackPutIntoNewSecret(t *testing.T) {
	t.Parallel()
	w := window{from: time.Unix(100, 0), to: time.Unix(110, 0)}
	first := Version{Number: 1, Status: VersionActive, CreatedAt: time.Unix(105, 0)}
	if _, verdict, _ := readBackPut([]Version{first}, w, known(max(newest(Secret{}), 1)), FormatString); verdict != absent {
		t.Errorf("version 1 was taken for the put: %v", verdict)
	}
}

// A service that does not tell its time leaves every new version in doubt, and so
// every old one.
func TestReadBackPutWithoutClock(t *testing.T) {
	t.Parallel()
	history := []Version{{Number: 2, Status: VersionActive, CreatedAt: time.Unix(5, 0)}, {Number: 1, Status: VersionActive}}
	if _, verdict, _ := readBackPut(history, window{}, known(1), FormatString); verdict != unclear {
		t.Errorf("got %v", verdict)
	}
	if _, verdict, _ := readBackPut(history, window{}, known(2), FormatString); verdict != absent {
		t.Errorf("where the last one is known: %v", verdict)
	}
}

func TestReadBackCreate(t *testing.T) {
	t.Parallel()
	made := Secret{Annotations: map[string]string{CreationAnnotation: "mark"}}
	for _, tc := range []struct {
		name     string
		secret   Secret
		err      error
		creation string
		want     evidence
	}{
		{"not there", Secret{}, &Error{Status: http.StatusNotFound, Documented: true}, "mark", absent},
		{"not there, says something else", Secret{}, &Error{Status: http.StatusNotFound}, "mark", unclear},
		{"cannot be read", Secret{}, &Error{Status: http.StatusForbidden}, "mark", unclear},
		{"no answer", Secret{}, errors.New("reset"), "mark", unclear},
		{"there, with the mark", made, nil, "mark", ours},
		{"there, with another mark", made, nil, "other", taken},
		{"there, with other annotations", Secret{Annotations: map[string]string{"a": "b"}}, nil, "mark", taken},
		{"there, and no annotations are told", Secret{}, nil, "mark", unclear},
		{"there, and the create had no mark", Secret{}, nil, "", unclear},
	} {
		if got, _ := readBackCreate(tc.secret, tc.err, tc.creation); got != tc.want {
			t.Errorf("%s: got %v, want %v", tc.name, got, tc.want)
		}
	}
}
