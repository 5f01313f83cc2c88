package acctest_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"html/template"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// awkward has everything that some writer escapes.
const awkward = "Zq7vN2-\"quoted\\<b>&'é€😀%41+/=\x01 and\n\tmo\"<é\\&-Kx4b T9"

// Each way in which a secret may come to be written, done by what does it in earnest.
func TestEachFormIsFound(t *testing.T) {
	t.Parallel()
	leaks := acctest.NewLeaks(t, map[string]string{"it": awkward, "bytes": "\xff\x00\xfe, no text at all"})
	asJSON := func(v any) string {
		encoded, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(encoded)
	}
	raw := []byte(awkward)
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Info("put", "value", awkward)
	for name, text := range map[string]string{
		"plain":             "before" + awkward + "after",
		"a word of it":      "it is Zq7vN2-\"quoted\\<b>&'é€😀%41+/=\x01\n  more",
		"the end of it":     "\n│ \tmo\"<é\\&-Kx4b\n",
		"JSON":              asJSON(map[string]string{"message": "it was " + awkward}),
		"JSON in JSON":      asJSON(map[string]string{"message": asJSON(awkward)}),
		"another JSON":      `{"v":"Zq7vN2-\"quoted\\<b>&'\u00e9\u20ac\ud83d\ude00%41+/=\u0001 and"}`,
		"upper case JSON":   `{"v":"Zq7vN2-\"quoted\\<b>&'\u00E9\u20AC\uD83D\uDE00%41+/=\u0001 and"}`,
		"%q":                fmt.Sprintf("%q", awkward),
		"%q of a part":      fmt.Sprintf("%q", "it was "+awkward),
		"%+q":               fmt.Sprintf("%+q", awkward),
		"%#v of a map":      fmt.Sprintf("%#v", map[string]string{"a": awkward}),
		"%q of JSON":        fmt.Sprintf("%q", asJSON(awkward)),
		"a log line":        logged.String(),
		"a query":           "?" + url.Values{"v": {awkward}}.Encode(),
		"a path":            (&url.URL{Path: "/" + url.PathEscape(awkward)}).EscapedPath(),
		"lower-case query":  "v=Zq7vN2-%22quoted%5c%3cb%3e%26%27%c3%a9%e2%82%ac%f0%9f%98%80%2541%2b%2f%3d%01",
		"a page":            "<p>" + template.HTMLEscapeString(awkward) + "</p>",
		"hex":               fmt.Sprintf("%x", awkward),
		"HEX":               fmt.Sprintf("%X", awkward),
		"hex, spread":       fmt.Sprintf("% x", awkward),
		"bytes":             fmt.Sprintf("%v", raw),
		"bytes in Go":       fmt.Sprintf("%#v", raw),
		"bytes in JSON":     asJSON(map[string]any{"v": intsOf(raw)}),
		"base64":            base64.StdEncoding.EncodeToString(raw),
		"base64, not whole": base64.StdEncoding.EncodeToString(raw[:50]),
		"URL base64":        base64.URLEncoding.EncodeToString(raw),
		"base64 twice":      base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString(raw))),
		"base64 in a URL":   url.QueryEscape(base64.StdEncoding.EncodeToString(raw)),
		"a request's body":  asJSON(map[string][]byte{"secretString": raw}),
		"private state":     asJSON(map[string][]byte{"private": []byte(asJSON(map[string][]byte{"key": raw}))}),
		"text in private":   asJSON(map[string][]byte{"private": []byte(asJSON(map[string]string{"key": awkward}))}),
		"HTTP basic":        base64.StdEncoding.EncodeToString([]byte("id:" + url.QueryEscape(awkward))),
		"no text":           "\xff\x00\xfe, no text at all",
		"no text in base64": base64.StdEncoding.EncodeToString([]byte("\xff\x00\xfe, no text at all")),
	} {
		if len(leaks.In(text)) == 0 {
			t.Errorf("%s is not found in %q", name, text)
		}
	}
	// In base64 a secret looks different by what stands before it, and behind it.
	for before := range 7 {
		for after := range 4 {
			text := []byte(strings.Repeat("b", before) + awkward + strings.Repeat("a", after))
			for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
				if found := leaks.In(encoding.EncodeToString(text)); len(found) == 0 {
					t.Errorf("with %d characters before it and %d behind it is not found", before, after)
				}
			}
		}
	}
}

func intsOf(raw []byte) []int {
	var out []int
	for _, b := range raw {
		out = append(out, int(b))
	}
	return out
}

// A leak is named, once for each form.
func TestFindings(t *testing.T) {
	t.Parallel()
	leaks := acctest.NewLeaks(t, map[string]string{"one": "sentinel-one-Rd5jP6", "two": "sentinel-two-Hw8mC3"})
	text := "sentinel-two-Hw8mC3, and sentinel-two-Hw8mC3, and " + fmt.Sprintf("%x", "sentinel-one-Rd5jP6")
	if got, want := leaks.In(text), []string{"one (hex)", "two (plain)"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// Text that is similar to a secret is not found.
func TestNothingElseIsFound(t *testing.T) {
	t.Parallel()
	leaks := acctest.NewLeaks(t, map[string]string{"it": awkward, "plain": "sentinel-one-Rd5jP6"})
	for _, text := range []string{
		"", "s", "sentinel", "sentinel-one-Rd5jP", "entinel-one-Rd5jP6", "sentinel-two-Rd5jP6", "SENTINEL-ONE-RD5JP6",
		strings.Repeat("sentinel-", 1000), base64.StdEncoding.EncodeToString([]byte("sentinel-one-Rd5jQ6")),
		"Zq7vN2- quoted", strings.Repeat("\x00", 100), "-Kx4b T9", string(pem.EncodeToMemory(&pem.Block{Type: "X", Bytes: []byte(strings.Repeat("sentinel", 100))})),
	} {
		if found := leaks.In(text); len(found) > 0 {
			t.Errorf("found %q in %q", found, text)
		}
	}
}

// Everything in a directory is read, plan files by what is in them.
func TestWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	member, err := archive.Create("tfplan")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := member.Write(bytes.Repeat([]byte("planned "), 100)); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"a.plan": packed.Bytes(), "sub/log": []byte("logged"), "empty": nil} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	written := acctest.Written(t, dir)
	want := map[string]string{"a.plan": packed.String(), "a.plan/tfplan": strings.Repeat("planned ", 100), "sub/log": "logged", "empty": ""}
	for name, content := range want {
		if got, ok := written[name]; !ok || got != content {
			t.Errorf("%s holds %q, want %q", name, got, content)
		}
	}
	if len(written) != len(want) {
		t.Errorf("%d files are read, want %d", len(written), len(want))
	}
}
