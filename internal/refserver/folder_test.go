package refserver

import (
	"strings"
	"testing"
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
		var secrets []secretSnapshot
		for path := range strings.FieldsSeq(tc.paths) {
			secrets = append(secrets, secretSnapshot{at: place{path: path}})
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
