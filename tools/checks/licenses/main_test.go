package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mit is the licence that the tests give their modules.
const mit = `MIT License

Copyright (c) 2026 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`

func TestLicence(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		texts map[string]string
		want  string
		fails string
	}{
		"known":               {texts: map[string]string{"LICENSE": mit}, want: "MIT"},
		"with a notice":       {texts: map[string]string{"LICENSE": mit, "NOTICE": "Made by somebody."}, want: "MIT"},
		"unknown":             {texts: map[string]string{"LICENSE": "Ask me before you use it."}, fails: "to 0 % only"},
		"two, one is unknown": {texts: map[string]string{"LICENSE": mit, "sub/LICENSE": "Ask me."}, fails: "sub/LICENSE"},
		"none":                {fails: "states no licence"},
		"a notice alone":      {texts: map[string]string{"NOTICE": "Made by somebody."}, fails: "states no licence"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := module{path: "example.com/m", texts: test.texts}.licence()
			if got != test.want {
				t.Errorf("the licence is %q, want %q", got, test.want)
			}
			if (err != nil) != (test.fails != "") || err != nil && !strings.Contains(err.Error(), test.fails) {
				t.Errorf("the error is %v, want one with %q", err, test.fails)
			}
		})
	}
}

// A package may bring a licence of its own, beside the module's. Code and other
// directories are no licences, whatever they are called.
func TestCollect(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"LICENSE", "README.md", "license.go", "a/COPYING.txt", "a/b/b.go", "other/LICENSE"} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := module{path: "example.com/m", dir: dir, texts: map[string]string{}}
	if err := m.collect(filepath.Join(dir, "a", "b")); err != nil {
		t.Fatal(err)
	}
	if len(m.texts) != 2 || m.texts["LICENSE"] != "LICENSE" || m.texts["a/COPYING.txt"] != "a/COPYING.txt" {
		t.Errorf("collected %v", m.texts)
	}
	if err := m.collect(filepath.Dir(dir)); err == nil {
		t.Error("a directory outside the module was taken")
	}
}

func TestReleasedTargets(t *testing.T) {
	t.Parallel()
	targets, err := releasedTargets(filepath.Join("..", "..", "..", ".goreleaser.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for target, want := range map[[2]string]bool{
		{"linux", "arm"}: true, {"windows", "386"}: true, {"darwin", "arm64"}: true, {"darwin", "386"}: false, {"windows", "arm"}: false,
	} {
		if slices.Contains(targets, target) != want {
			t.Errorf("%v is among %v: %t, want %t", target, targets, !want, want)
		}
	}
}

func TestWriteShowsATextOnce(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	err := write(&page, []module{
		{path: "example.com/a", version: "v1.0.0", texts: map[string]string{"LICENSE": mit}},
		{path: "example.com/b", version: "v2.0.0", texts: map[string]string{"LICENSE.txt": strings.ReplaceAll(mit, "\n", "\r\n")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for part, count := range map[string]int{
		"| example.com/a | v1.0.0 | MIT |\n": 1, "| example.com/b | v2.0.0 | MIT |\n": 1,
		"Permission is hereby granted": 1, "- example.com/b: LICENSE.txt\n": 1, "\r": 0,
	} {
		if got := strings.Count(page.String(), part); got != count {
			t.Errorf("%q is there %d times, want %d:\n%s", part, got, count, page.String())
		}
	}
}
