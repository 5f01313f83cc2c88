package secretpath_test

import (
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// Where a listing starts is what it was parsed from, and no URL library has reason to
// write it differently.
func FuzzParsePrefix(f *testing.F) {
	for _, s := range []string{"/", "/app/", "/app", "//", "/app/../", "/app/./db/", "/a b/", "/é/", "app/", "", "/value/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		prefix, err := secretpath.ParsePrefix(s)
		if err != nil {
			if prefix.String() != "" {
				t.Errorf("%q is both %q and refused: %v", s, prefix, err)
			}
			return
		}
		if clean := path.Clean(s); prefix.String() != s || strings.TrimSuffix(s, "/") != strings.TrimSuffix(clean, "/") || !strings.HasPrefix(s, "/") {
			t.Errorf("ParsePrefix(%q) = %q, and a proxy would make %q of it", s, prefix, clean)
		}
		if escaped := (&url.URL{Path: s}).EscapedPath(); escaped != s {
			t.Errorf("%q travels as %q", s, escaped)
		}
	})
}

// A region is one segment of a URL, which nothing rewrites.
func FuzzParseRegion(f *testing.F) {
	for _, s := range []string{"nl-01", "NL-01", "nl--01", "-nl", "nl-", "nl-01\n", "nl/01", "", "%2e", strings.Repeat("a", 64)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		region, err := secretpath.ParseRegion(s)
		switch {
		case err != nil && region != "":
			t.Errorf("%q is both %q and refused: %v", s, region, err)
		case err == nil && (region != s || s == "" || len(s) > 63 || url.PathEscape(s) != s || strings.ContainsAny(s, "/.%\n")):
			t.Errorf("ParseRegion(%q) = %q", s, region)
		}
	})
}

// A secret's id is put together from any region and path, or from none, and comes
// apart at the same place.
func FuzzNewSecretID(f *testing.F) {
	for _, seed := range [][2]string{{"nl-01", "/app/db"}, {"nl-01/app", "/db"}, {"", "/app"}, {"nl-01", "app"}, {"nl-01", "/app@4"}, {"nl", "/versions"}} {
		f.Add(seed[0], seed[1], int64(4))
	}
	f.Fuzz(func(t *testing.T, region, place string, number int64) {
		id, err := secretpath.NewSecretID(region, place)
		if err != nil {
			if !id.IsZero() {
				t.Errorf("%q and %q are both %q and refused: %v", region, place, id, err)
			}
			return
		}
		if back, err := secretpath.ParseSecretID(id.String()); err != nil || back != id || id.Region != region || id.Path.String() != place {
			t.Errorf("%q and %q came back as %q, %v", region, place, back, err)
		}
		version := id.Version(number)
		if back, err := secretpath.ParseVersionID(version.String()); (err == nil) != (number >= 0) || err == nil && back != version {
			t.Errorf("%q came back as %q, %v", version, back, err)
		}
	})
}
