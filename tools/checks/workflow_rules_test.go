package checks

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// workflow is what the rules look at in a workflow of GitHub.
type workflow struct {
	Name        string
	Permissions map[string]string
	Concurrency struct{ Group string }
	Jobs        map[string]job
}

type job struct {
	Permissions map[string]string
	Environment string
	Timeout     int    `yaml:"timeout-minutes"`
	RunsOn      string `yaml:"runs-on"`
	Steps       []step
}

type step struct {
	Uses string
	Run  string
	With map[string]any
	Env  map[string]any
}

// takesSecret reports a step that is given a secret of the repository. The token of the
// run itself is none.
func (s step) takesSecret() bool {
	for _, given := range []map[string]any{s.With, s.Env} {
		for _, value := range given {
			if text, ok := value.(string); ok && secret.MatchString(text) {
				return true
			}
		}
	}
	return secret.MatchString(s.Run)
}

// Who may do more than read, in which job of which workflow.
var mayWrite = map[string]map[string]string{
	"release/build":   {"contents": "read", "id-token": "write", "attestations": "write"},
	"release/publish": {"contents": "write"},
}

var (
	// An action is named by the whole of a commit, and the version is beside it for who
	// reads it, and for Dependabot.
	pinned = regexp.MustCompile(`uses: [\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+(\.\d+)*$`)
	uses   = regexp.MustCompile(`(?m)uses: .*$`)
	makes  = regexp.MustCompile(`\bmake ([a-z-]+)`)
	secret = regexp.MustCompile(`\$\{\{[^}]*\bsecrets\b`)
	// An image is named by its digest, and the version is before it.
	image       = regexp.MustCompile(`(?m)^\s*(?:- )?(?:image|container):[ \t]*(\S+).*$`)
	imageName   = regexp.MustCompile(`(?m)^\s*image:[ \t]*\n(?:\s*#.*\n)*\s*name:[ \t]*(\S+)`)
	pinnedImage = regexp.MustCompile(`^[\w.:/-]+:[\w.-]+@sha256:[0-9a-f]{64}$`)
)

// problemsOf judges a workflow, whose targets of make have to be among those given.
func problemsOf(content []byte, targets []string) []string {
	var w workflow
	if err := yaml.Unmarshal(content, &w); err != nil {
		return []string{err.Error()}
	}
	var problems []string
	complain := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if w.Name == "" {
		complain("it has no name")
	}
	if !maps.Equal(w.Permissions, map[string]string{"contents": "read"}) {
		complain("its permissions are %v, and have to be to read contents", w.Permissions)
	}
	if w.Concurrency.Group == "" {
		complain("it has no concurrency group")
	}
	if len(w.Jobs) == 0 {
		complain("it has no jobs")
	}
	for _, name := range slices.Sorted(maps.Keys(w.Jobs)) {
		for _, problem := range problemsOfJob(w.Jobs[name], mayWrite[w.Name+"/"+name], targets) {
			complain("job %s: %s", name, problem)
		}
	}
	for _, line := range uses.FindAllString(string(content), -1) {
		if !pinned.MatchString(strings.TrimSpace(line)) {
			complain("%q is not pinned to a commit with its version beside it", line)
		}
	}
	for _, name := range imagesOf(content) {
		if !pinnedImage.MatchString(name) {
			complain("the image %q is not pinned to a digest with its version before it", name)
		}
	}
	return problems
}

// imagesOf are the images that a pipeline names, on one line or by their name.
func imagesOf(content []byte) []string {
	var names []string
	for _, found := range append(image.FindAllSubmatch(content, -1), imageName.FindAllSubmatch(content, -1)...) {
		names = append(names, string(found[1]))
	}
	return names
}

// problemsOfSecrets judges who gets a secret: only a job that a maintainer lets begin,
// which can write nothing and runs nothing but the one command that needs it.
func problemsOfSecrets(j job) []string {
	var problems []string
	takes := slices.ContainsFunc(j.Steps, step.takesSecret)
	switch {
	case takes && j.Environment == "":
		problems = append(problems, "it takes a secret, and has no environment to protect it")
	case takes && len(j.Permissions) > 0:
		problems = append(problems, fmt.Sprintf("it takes a secret, and its permissions are %v", j.Permissions))
	case !takes && j.Environment != "":
		problems = append(problems, "it has an environment, and takes no secret")
	}
	for _, s := range j.Steps {
		if takes && s.Run != "" && !strings.HasPrefix(s.Run, "bash tools/release.sh sign ") {
			problems = append(problems, fmt.Sprintf("%q runs beside a secret", s.Run))
		}
	}
	return problems
}

func problemsOfJob(j job, may map[string]string, targets []string) []string {
	problems := problemsOfSecrets(j)
	complain := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if j.Timeout < 1 || j.Timeout > 180 {
		complain("timeout-minutes is %d, and has to be from 1 to 180", j.Timeout)
	}
	if j.RunsOn == "" || strings.HasSuffix(j.RunsOn, "-latest") {
		complain("runs-on is %q, and has to name a version", j.RunsOn)
	}
	if !maps.Equal(j.Permissions, may) {
		complain("its permissions are %v, and may be %v", j.Permissions, may)
	}
	for _, s := range j.Steps {
		if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != false {
			complain("the checkout leaves its token behind")
		}
		if strings.Contains(s.Run, "${{") {
			complain("%q takes an expression into a shell; hand it over in the environment", s.Run)
		}
		for _, match := range makes.FindAllStringSubmatch(s.Run, -1) {
			if !slices.Contains(targets, match[1]) {
				complain("there is no make %s", match[1])
			}
		}
	}
	return problems
}
