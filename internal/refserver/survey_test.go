package refserver

import (
	"strings"
	"testing"
	"time"
)

func TestFolders(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ paths, want string }{
		{"/a", "/[a]"},
		{"/a/b/c", "/a/b/[c]"},
		{"/a/b /a/b/c /a/b/d", "/a/[b b/[c d]]"},
		{"/a-b/x /a/b /a/c/d/e", "/[a-b/[x] a/[b c/d/[e]]]"},
		{"/a/b/x /a/c/y", "/a/[b/[x] c/[y]]"},
	} {
		var secrets []surveyedSecret
		for path := range strings.FieldsSeq(tc.paths) {
			secrets = append(secrets, surveyedSecret{at: place{path: path}})
		}
		if got := written("", folderOf(secrets)); got != tc.want {
			t.Errorf("%s: %s, not %s", tc.paths, got, tc.want)
		}
	}
}

func written(parent string, f *folder) string {
	var parts []string
	for _, s := range f.secrets {
		parts = append(parts, below(f.path, s.at.path))
	}
	for _, sub := range f.folders {
		parts = append(parts, written(f.path, sub))
	}
	return below(parent, f.path) + "[" + strings.Join(parts, " ") + "]"
}

func TestPlacesOnTheTimeline(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	line := timeline{begin, begin.Add(100 * time.Hour)}
	for after, want := range map[time.Duration]float64{-time.Hour: 0, 0: 0, 25 * time.Hour: 25, 100 * time.Hour: 100, 101 * time.Hour: 100} {
		if got := line.place(begin.Add(after)); got != want {
			t.Errorf("%s: %g, not %g", after, got, want)
		}
	}
	if got := (timeline{begin, begin}).place(begin); got != 100 {
		t.Errorf("on a line without length: %g", got)
	}
}

func TestTimeInWords(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int64]string{0: "0 min", 3599: "59 min", 3600: "1 h", 86399: "23 h", 86400: "1 d", 90000: "1 d 1 h"} {
		if got := inDays(seconds); got != want {
			t.Errorf("%d: %s, not %s", seconds, got, want)
		}
	}
}

// What a survey holds is a copy: who changes it changes nothing.
func TestSurveyIsACopy(t *testing.T) {
	t.Parallel()
	s := New(Config{Secrets: []InitialSecret{{
		Organisation: "acme", Region: "nl-01", Path: "/app", Labels: map[string]string{"a": "b"},
		AccessPolicy: []byte(`{"conditions":[{"type":"ip","effect":"deny","cidrs":["10.0.0.0/8"]}]}`),
		Versions:     []InitialVersion{{Generate: 16}},
	}}})
	taken := s.survey()
	one := taken.secrets[0]
	one.Labels["a"], one.AccessPolicy.Conditions[0].CIDRs[0], one.Versions[0].Status = "x", "x", "x"
	taken.bill.Charges[0].Path = "x"
	again := s.survey()
	one = again.secrets[0]
	if one.Labels["a"] != "b" || one.AccessPolicy.Conditions[0].CIDRs[0] != "10.0.0.0/8" || one.Versions[0].Status != "active" || again.bill.Charges[0].Path != "/app" {
		t.Errorf("%+v", again)
	}
}
