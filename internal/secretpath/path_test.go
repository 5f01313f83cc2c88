package secretpath_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

func TestParsePathNamesTheBrokenRule(t *testing.T) {
	for _, tc := range []struct{ in, rule string }{
		{"", "must not be empty"},
		{"app/db", `must start with "/"`},
		{"/", `must not end with "/"`},
		{"/app/", `must not end with "/"`},
		{"/app//db", `must not contain "//"`},
		{"/app/d b", "must have only the characters"},
		{"/app/dé", `and has 'é'`},
		{"/app/db@4", `and has '@'`},
		{"/app/%2e", `and has '%'`},
		{"/app/\x00", `and has '\x00'`},
		{"/app/./db", `must not have the segment "."`},
		{"/app/..", `must not have the segment ".."`},
		{"/app/versions", `must not end in the segment "versions"`},
		{"/app/value", `must not end in the segment "value"`},
		{"/policy", `must not end in the segment "policy"`},
		{"/" + strings.Repeat("a", 512), "must have at most 512 characters, and has 513"},
	} {
		_, err := secretpath.ParsePath(tc.in)
		var rule *secretpath.RuleError
		if !errors.As(err, &rule) || !strings.Contains(err.Error(), tc.rule) {
			t.Errorf("ParsePath(%q) = %v, want the rule %q", tc.in, err, tc.rule)
		}
	}
}

func TestParsePathAcceptsWhatTheServiceAccepts(t *testing.T) {
	for _, in := range []string{
		"/a", "/app/production/db/password", "/A_b-c.d+e/9", "/app/versions/x", "/app/.hidden", "/app/...",
		"/" + strings.Repeat("a", 511),
	} {
		p, err := secretpath.ParsePath(in)
		if err != nil || p.String() != in || p.IsZero() {
			t.Errorf("ParsePath(%q) = %q, %v", in, p, err)
		}
	}
}

func TestParsePrefix(t *testing.T) {
	for _, in := range []string{"/", "/app/", "/app", "/app/versions"} {
		if p, err := secretpath.ParsePrefix(in); err != nil || p.String() != in {
			t.Errorf("ParsePrefix(%q) = %q, %v", in, p, err)
		}
	}
	for _, in := range []string{"", "app/", "//", "/app/../", "/a b/"} {
		if _, err := secretpath.ParsePrefix(in); err == nil {
			t.Errorf("ParsePrefix(%q) was accepted", in)
		}
	}
}

// A directory is a prefix that cannot end in the middle of a segment.
func TestParseDirectory(t *testing.T) {
	for _, in := range []string{"/", "/app/", "/app/versions/"} {
		if d, err := secretpath.ParseDirectory(in); err != nil || d.String() != in || d.IsZero() {
			t.Errorf("ParseDirectory(%q) = %q, %v", in, d, err)
		}
	}
	for in, rule := range map[string]string{
		"": "must not be empty", "/app": `"/app" must end with "/"`, "app/": `must start with "/"`, "//": `must not contain "//"`, "/app/../": `must not have the segment ".."`,
	} {
		d, err := secretpath.ParseDirectory(in)
		if err == nil || !strings.Contains(err.Error(), rule) || !d.IsZero() {
			t.Errorf("ParseDirectory(%q) = %q, %v, want the rule %q", in, d, err, rule)
		}
	}
}

func TestRuleErrorShortensLongInput(t *testing.T) {
	_, err := secretpath.ParsePath(strings.Repeat("é", 2000))
	if got := len([]rune(err.Error())); got > 200 {
		t.Errorf("an error of %d characters", got)
	}
}

// anyPath draws strings of a path's alphabet and a little beyond, so that both
// answers of the parser are common.
func anyPath() *rapid.Generator[string] {
	segment := rapid.OneOf(
		rapid.StringMatching(`[A-Za-z0-9_.+-]{1,12}`),
		rapid.SampledFrom([]string{"", ".", "..", "versions", "value", "policy", "a b", "é", "@"}),
	)
	return rapid.Custom(func(t *rapid.T) string {
		s := "/" + strings.Join(rapid.SliceOfN(segment, 0, 6).Draw(t, "segments"), "/")
		return rapid.SampledFrom([]string{"", "x"}).Draw(t, "lead") + s
	})
}

func TestParsePathAgreesWithTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyPath().Draw(t, "path")
		segments := strings.Split(s, "/")
		legal := len(s) <= 512 && segments[0] == "" && len(segments) > 1
		for _, segment := range segments[1:] {
			legal = legal && segment != "" && segment != "." && segment != ".." &&
				strings.Trim(segment, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-") == ""
		}
		switch segments[len(segments)-1] {
		case "versions", "value", "policy":
			legal = false
		}
		p, err := secretpath.ParsePath(s)
		if (err == nil) != legal {
			t.Fatalf("ParsePath(%q): %v, but by the rules legal = %v", s, err, legal)
		}
		if err == nil && p.String() != s {
			t.Fatalf("ParsePath(%q).String() = %q", s, p)
		}
	})
}

func FuzzParsePath(f *testing.F) {
	for _, s := range []string{"/app/db", "/app/../db", "/app/versions", "/é", "//"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := secretpath.ParsePath(s)
		if err != nil {
			return
		}
		if p.String() != s || len(s) > secretpath.MaxLength || strings.Contains(s, "..") && strings.Contains(s+"/", "/../") {
			t.Errorf("ParsePath(%q) = %q", s, p)
		}
		if _, err := secretpath.ParsePrefix(s + "/"); len(s) < secretpath.MaxLength && err != nil {
			t.Errorf("%q is a path, but %q is no prefix: %v", s, s+"/", err)
		}
	})
}
