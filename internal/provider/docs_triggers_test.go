package provider_test

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// repeats matches a trigger that is the number or the id of a version.
var repeats = regexp.MustCompile(`(wo_version|_wo_revision|triggers?(_replace)?|replace_triggered_by|keepers)\s*=.*\bthalassasecrets_secret_version\.[^\s,)}]*\.(version|id)\b`)

// No example and no page shows a trigger that repeats in the next life of a secret.
func TestDocumentedTriggersDoNotRepeat(t *testing.T) {
	t.Parallel()
	for trigger, want := range map[string]bool{
		`value_wo_version = tostring(thalassasecrets_secret_version.primary.version)`:    true,
		`password_wo_version = "${thalassasecrets_secret_version.database.version}-a"`:   true,
		`triggers_replace = thalassasecrets_secret_version.storage.id`:                   true,
		`keepers = { a = thalassasecrets_secret_version.copy["nl-02"].version }`:         true,
		`password_wo_version = thalassasecrets_secret_version.database.version_serial+1`: false,
		`value_wo_version = thalassasecrets_secret_version.primary.version_uid`:          false,
		`version = thalassasecrets_secret_version.primary.version`:                       false,
	} {
		if repeats.MatchString(trigger) != want {
			t.Errorf("that %q repeats is seen: %v, want %v", trigger, !want, want)
		}
	}
	root, files := filepath.Join("..", ".."), 0
	check := func(path string) {
		files++
		for i, line := range strings.Split(read(t, path), "\n") {
			if repeats.MatchString(line) {
				t.Errorf("%s:%d: this trigger repeats in the next life of a secret: %s", path, i+1, strings.TrimSpace(line))
			}
		}
	}
	for _, dir := range []string{"examples", "templates", "docs"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() {
				check(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	check(filepath.Join(root, "README.md"))
	if files < 50 {
		t.Errorf("only %d files were read", files)
	}
}
