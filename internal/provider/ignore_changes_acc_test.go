package provider_test

import (
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// An apply also ignores the attributes in ignore_changes.
func TestIgnoreChanges(t *testing.T) {
	t.Parallel()
	config := func(ignored, arguments string) string {
		return container + versionOf(arguments+"\nlifecycle {\n ignore_changes = ["+ignored+"]\n}")
	}
	for name, tc := range map[string]struct {
		ignored, before, after string
		outside                bool
		version                int64
	}{
		"counter": {
			"value_wo_version", "secret_string_wo = \"v\"\nvalue_wo_version = \"1\"",
			"secret_string_wo = \"v\"\nvalue_wo_version = \"2\"\ndeletion_policy = \"destroy\"", false, 2,
		},
		"value in state": {"secret_string", `secret_string = "v"`, "secret_string = \"w\"\ndeletion_policy = \"destroy\"", false, 2},
		"put of an ignored value": {
			"secret_string", "secret_string = \"v\"\nvalue_wo_version = \"1\"",
			"secret_string = \"w\"\nvalue_wo_version = \"2\"", false, 3,
		},
		"write-only value": {
			"secret_string_wo", "secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\non_external_version = \"adopt\"",
			"secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\ndeletion_policy = \"destroy\"", true, 3,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			w.Write("main.tf", config(tc.ignored, tc.before))
			w.Apply()
			if tc.outside {
				s.Put(dbID, "theirs")
			}
			w.Write("main.tf", config(tc.ignored, tc.after))
			w.Plan()
			w.Apply("saved.plan")
			if got := stateVersion(t, w); got != tc.version {
				t.Errorf("version %d is managed, want %d", got, tc.version)
			}
			if tc.version == 3 && !tc.outside && s.Reveal(dbID, 3) != "v" {
				t.Error("an ignored value was put")
			}
		})
	}
}
