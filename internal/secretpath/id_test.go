package secretpath_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

func TestParseSecretID(t *testing.T) {
	id, err := secretpath.ParseSecretID("nl-01/app/db")
	if err != nil || id.Region != "nl-01" || id.Path.String() != "/app/db" || id.String() != "nl-01/app/db" {
		t.Errorf("got %v, %v", id, err)
	}
	for _, tc := range []struct{ in, rule string }{
		{"", "must be a region followed by a path"},
		{"nl-01", "must be a region followed by a path"},
		{"/app/db", "must be a region followed by a path"},
		{"NL/app", "must be a region's slug"},
		{"-nl/app", "must be a region's slug"},
		{"nl--01/app", "must be a region's slug"},
		{strings.Repeat("a", 64) + "/app", "must be a region's slug"},
		{"nl-01/", `must not end with "/"`},
		{"nl-01//app", `must not contain "//"`},
		{"nl-01/app@4", "must have only the characters"},
	} {
		if _, err := secretpath.ParseSecretID(tc.in); err == nil || !strings.Contains(err.Error(), tc.rule) {
			t.Errorf("ParseSecretID(%q) = %v, want the rule %q", tc.in, err, tc.rule)
		}
	}
}

func TestParseVersionID(t *testing.T) {
	for in, number := range map[string]int64{
		"nl-01/app/db@4": 4, "nl-01/app/db@current": 0, "nl-01/app/db@9223372036854775807": 9223372036854775807,
	} {
		id, err := secretpath.ParseVersionID(in)
		if err != nil || id.Number != number || id.String() != in || id.Secret.Version(number) != id {
			t.Errorf("ParseVersionID(%q) = %v, %v", in, id, err)
		}
	}
	for _, tc := range []struct{ in, rule string }{
		{"nl-01/app/db", `"@" and a version`},
		{"nl-01@4", "must be a region followed by a path"},
		{"nl-01/app/db@", "must end in"},
		{"nl-01/app/db@0", "must end in"},
		{"nl-01/app/db@-1", "must end in"},
		{"nl-01/app/db@+1", "must end in"},
		{"nl-01/app/db@04", "must end in"},
		{"nl-01/app/db@4@5", "must end in"},
		{"nl-01/app/db@latest", "must end in"},
		{"nl-01/app/db@9223372036854775808", "must end in"},
	} {
		if _, err := secretpath.ParseVersionID(tc.in); err == nil || !strings.Contains(err.Error(), tc.rule) {
			t.Errorf("ParseVersionID(%q) = %v, want the rule %q", tc.in, err, tc.rule)
		}
	}
}

func TestIDsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		region := rapid.StringMatching(`[a-z]{2}-[0-9]{2}`).Draw(t, "region")
		path := rapid.StringMatching(`(/[A-Za-z0-9_+-]{1,8}x){1,5}`).Draw(t, "path")
		number := rapid.Int64Range(0, 1<<62).Draw(t, "number")

		id, err := secretpath.NewSecretID(region, path)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := secretpath.ParseSecretID(id.String()); err != nil || back != id {
			t.Fatalf("%v came back as %v, %v", id, back, err)
		}
		version := id.Version(number)
		if back, err := secretpath.ParseVersionID(version.String()); err != nil || back != version {
			t.Fatalf("%v came back as %v, %v", version, back, err)
		}
	})
}

func FuzzParseSecretID(f *testing.F) {
	for _, s := range []string{"nl-01/app/db", "/app", "nl-01//", "nl-01/a@1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := secretpath.ParseSecretID(s); err == nil && id.String() != s {
			t.Errorf("ParseSecretID(%q).String() = %q", s, id)
		}
	})
}

func FuzzParseVersionID(f *testing.F) {
	for _, s := range []string{"nl-01/app/db@4", "nl-01/app/db@current", "@", "nl-01/a@00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := secretpath.ParseVersionID(s); err == nil && id.String() != s {
			t.Errorf("ParseVersionID(%q).String() = %q", s, id)
		}
	})
}
