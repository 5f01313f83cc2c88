package checks

import (
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// A release goes from hand to hand: what was verified is built, what was built is
// attested and signed, and only what is signed is published.
func TestReleaseWorkflow(t *testing.T) {
	t.Parallel()
	var w struct {
		Jobs map[string]struct {
			Needs       string
			Environment string
			Steps       []step
		}
	}
	if err := yaml.Unmarshal(read(t, ".github/workflows/release.yml"), &w); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ needs, environment, runs, uses string }{
		"verify":  {"", "", "bash .ci/run", ""},
		"build":   {"verify", "", "bash tools/release.sh build .build/release", "actions/attest-build-provenance@"},
		"sign":    {"build", "release", "bash tools/release.sh sign .build/release", "crazy-max/ghaction-import-gpg@"},
		"publish": {"sign", "", "bash tools/release.sh publish .build/release", "actions/download-artifact@"},
	} {
		job := w.Jobs[name]
		if job.Needs != tc.needs || job.Environment != tc.environment {
			t.Errorf("%s needs %q in the environment %q, want %q in %q", name, job.Needs, job.Environment, tc.needs, tc.environment)
		}
		if !slices.ContainsFunc(job.Steps, func(s step) bool { return s.Run == tc.runs }) {
			t.Errorf("%s does not run %q", name, tc.runs)
		}
		if tc.uses != "" && !slices.ContainsFunc(job.Steps, func(s step) bool { return strings.HasPrefix(s.Uses, tc.uses) }) {
			t.Errorf("%s does not use %s", name, tc.uses)
		}
		for _, s := range job.Steps {
			if strings.HasPrefix(s.Uses, "actions/setup-go@") && s.With["cache"] != false {
				t.Errorf("%s takes what another run left in a cache into a release", name)
			}
			if strings.HasPrefix(s.Uses, "actions/attest-build-provenance@") && s.With["subject-path"] != ".build/release/*" {
				t.Errorf("%s attests %v, and has to attest all that is published", name, s.With["subject-path"])
			}
		}
	}
	if len(w.Jobs) != 4 {
		t.Errorf("a release has %d jobs, and each is looked at here", len(w.Jobs))
	}
}

// What users copy keeps to what they have locked, and takes no image by its tag.
func TestExamplesForCI(t *testing.T) {
	t.Parallel()
	inits, images := 0, 0
	for _, name := range tracked(t, "examples/ci/*", "templates/guides/*") {
		content := read(t, name)
		isPipeline := strings.HasSuffix(name, ".yml")
		for line := range strings.Lines(string(content)) {
			command := strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(line), "- "), "run: ")
			if !strings.HasPrefix(command, "terraform init -input=false") {
				continue
			}
			inits++
			if command != "terraform init -input=false -lockfile=readonly" {
				t.Errorf("%s: %q takes providers that nobody has locked", name, command)
			}
		}
		if !isPipeline {
			continue
		}
		for _, found := range imagesOf(content) {
			images++
			if !pinnedImage.MatchString(found) {
				t.Errorf("%s: the image %q is not pinned to a digest with its version before it", name, found)
			}
		}
	}
	if inits < 4 || images < 1 {
		t.Errorf("%d commands and %d images were found, and there are more", inits, images)
	}
}
