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
	Timeout     int    `yaml:"timeout-minutes"`
	RunsOn      string `yaml:"runs-on"`
	Steps       []step
}

type step struct {
	Uses string
	Run  string
	With map[string]any
}

// Who may do more than read, in which job of which workflow.
var mayWrite = map[string]map[string]string{
	"release/publish": {"contents": "write"},
}

var (
	// An action is named by the whole of a commit, and the version is beside it for who
	// reads it, and for Dependabot.
	pinned = regexp.MustCompile(`uses: [\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+(\.\d+)*$`)
	uses   = regexp.MustCompile(`(?m)uses: .*$`)
	makes  = regexp.MustCompile(`\bmake ([a-z-]+)`)
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
	return problems
}

func problemsOfJob(j job, may map[string]string, targets []string) []string {
	var problems []string
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
