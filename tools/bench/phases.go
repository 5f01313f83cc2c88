package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// phase is a command that users wait for.
type phase struct {
	name     string
	args     []string
	rotation string
	// exits are the codes that mean that it went well.
	exits []int
	// limited says that the service turns away what comes too often. It concerns only those
	// who make requests, and is measured once, because it takes minutes.
	limited bool
}

// concerns reports that a contender goes through the phase in a run.
func (p phase) concerns(c contender, run int) bool {
	return !p.limited || run == 0 && c.stateBy == "" && c.program != ""
}

const (
	phaseApply   = "apply"
	phasePlan    = "steady plan"
	phaseRefresh = "refresh-only plan"
	phaseLimited = "steady plan, limited"
	phaseRotate  = "rotate all"
	phaseDestroy = "destroy"
)

var (
	applyPhase   = phase{name: phaseApply, args: []string{"apply", "-auto-approve"}, rotation: "1", exits: []int{0}}
	planPhase    = phase{name: phasePlan, args: []string{"plan", "-detailed-exitcode"}, rotation: "1", exits: []int{0}}
	refreshPhase = phase{name: phaseRefresh, args: []string{"plan", "-refresh-only"}, rotation: "1", exits: []int{0}}
	limitedPhase = phase{name: phaseLimited, args: planPhase.args, rotation: "1", exits: []int{0}, limited: true}
	rotatePhase  = phase{name: phaseRotate, args: applyPhase.args, rotation: "2", exits: []int{0}}
	recordPhase  = phase{name: "record", args: []string{"apply", "-refresh-only", "-auto-approve"}, rotation: "1", exits: []int{0}}
	destroyPhase = phase{name: phaseDestroy, args: []string{"destroy", "-auto-approve"}, rotation: "2", exits: []int{0}}

	readingPhases = []phase{planPhase, refreshPhase, limitedPhase}
	planOnly      = []phase{planPhase}
	writingPhases = []phase{applyPhase, rotatePhase, destroyPhase}
)

// sample is what a phase took once.
type sample struct {
	wall time.Duration
	// core is the CPU time of the CLI, and process is what the provider's processes took.
	core     time.Duration
	process  usage
	requests map[string]int
	refused  int
}

// results are the samples of each phase of each contender, a run each.
type results struct {
	secrets    int
	contenders []string
	phases     []string
	samples    map[string]map[string][]sample // by contender and phase
}

// bench is where measuring happens.
type bench struct {
	scratch string
	cli     string
	service *service
	limit   float64
}

// measure runs all phases of all contenders in turns, so that other work of the machine affects them
// alike. For phases that apply nothing, it generates the state.
func (b *bench) measure(ctx context.Context, contenders []contender, phases []phase, secrets, runs int) (results, error) {
	all := results{secrets: secrets, samples: map[string]map[string][]sample{}}
	for _, p := range phases {
		all.phases = append(all.phases, p.name)
	}
	for _, c := range contenders {
		all.contenders = append(all.contenders, c.name)
		all.samples[c.name] = map[string][]sample{}
	}
	for n := range runs {
		for _, c := range contenders {
			dir := filepath.Join(b.scratch, fmt.Sprintf("%s-%d-%d", c.name, secrets, n))
			if err := b.prepare(dir, c); err != nil {
				return all, fmt.Errorf("%s: %w", c.name, err)
			}
			b.service.Reset()
			if phases[0].name != phaseApply {
				if err := b.makeState(ctx, dir, c, secrets); err != nil {
					return all, fmt.Errorf("%s: making a state: %w", c.name, err)
				}
			}
			for _, p := range phases {
				if !p.concerns(c, n) {
					continue
				}
				taken, err := b.run(ctx, dir, c, p, secrets)
				if err != nil {
					return all, fmt.Errorf("%s, %s: %w", c.name, p.name, err)
				}
				fmt.Fprintf(os.Stderr, "%6d secrets, run %d: %-10s %-21s %7.2f s  %5d requests  %4d MiB\n",
					secrets, n+1, c.name, p.name, taken.wall.Seconds(), total(taken.requests), taken.process.PeakMemory>>20)
				all.samples[c.name][p.name] = append(all.samples[c.name][p.name], taken)
			}
			if err := os.RemoveAll(dir); err != nil {
				return all, err
			}
		}
	}
	return all, nil
}

const (
	programs = "programs"
	notes    = "notes"
	cliFile  = ".tfrc"
)

// prepare writes a contender's configuration and installs its provider.
func (b *bench) prepare(dir string, c contender) error {
	for _, sub := range []string{programs, notes} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return err
		}
	}
	for name, content := range c.configuration {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	installation := ""
	if c.program != "" {
		if err := installMeter(filepath.Join(dir, programs), c.providerName(), c.program); err != nil {
			return err
		}
		installation = fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n", c.source, filepath.Join(dir, programs))
	}
	return os.WriteFile(filepath.Join(dir, cliFile), []byte(installation), 0o600)
}

// run runs a phase and says what it took.
func (b *bench) run(ctx context.Context, dir string, c contender, p phase, secrets int) (sample, error) {
	if p.limited {
		if err := b.service.limit(b.limit); err != nil {
			return sample{}, err
		}
		defer func() { _ = b.service.limit(0) }() // It has been valid before.
	}
	command := exec.CommandContext(ctx, b.cli, append(slices.Clone(p.args), "-no-color", "-input=false")...) //nolint:gosec // The user names it.
	command.Dir = dir
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = time.Minute // For a CLI that finishes what it has begun.
	command.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + os.TempDir(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"TF_CLI_CONFIG_FILE=" + filepath.Join(dir, cliFile), usageVariable + "=" + filepath.Join(dir, notes),
		"TF_VAR_secrets=" + strconv.Itoa(secrets), "TF_VAR_rotation=" + p.rotation,
	}, append(b.service.environment(), c.environment...)...)
	mark, began := b.service.mark(), time.Now()
	said, err := command.CombinedOutput()
	taken := sample{wall: time.Since(began)}
	if ctx.Err() != nil {
		return taken, context.Cause(ctx)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return taken, err
	}
	if code := command.ProcessState.ExitCode(); !slices.Contains(p.exits, code) {
		return taken, fmt.Errorf("exit code %d:\n%s", code, lastBytes(said, 4000))
	}
	taken.requests, taken.refused = b.service.requestsSince(mark)
	taken.process, err = collectUsage(filepath.Join(dir, notes))
	// The CLI's time includes that of the processes it has waited for.
	taken.core = command.ProcessState.UserTime() + command.ProcessState.SystemTime() - taken.process.CPU
	return taken, err
}

func lastBytes(b []byte, n int) []byte { return b[max(0, len(b)-n):] }

func total(requests map[string]int) int {
	n := 0
	for _, count := range requests {
		n += count
	}
	return n
}
