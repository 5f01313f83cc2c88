package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// A CLI starts providers itself, so this program stands in for one: under the name
// of a provider it runs the real one, whose name lies beside it, and notes what that
// process took.

const (
	providerPrefix = "terraform-provider-"
	targetSuffix   = ".target"
	usageVariable  = "BENCH_USAGE_DIR"
)

// usage is what a provider process took.
type usage struct {
	CPU        time.Duration `json:"cpu"`
	PeakMemory int64         `json:"peakMemory"` // resident, in bytes
}

func isMeter(program string) bool { return strings.HasPrefix(filepath.Base(program), providerPrefix) }

// installMeter puts this program into dir under the name of a provider.
func installMeter(dir, name, target string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.Symlink(self, filepath.Join(dir, providerPrefix+name)); err != nil {
		return err
	}
	return setTarget(dir, name, target)
}

// setTarget says which program the meter of that name runs.
func setTarget(dir, name, target string) error {
	target, err := filepath.Abs(target)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, providerPrefix+name+targetSuffix), []byte(target), 0o600)
}

// meter runs the provider and returns its exit code.
func meter(args []string) int {
	// The provider dies with the meter, which only works as long as the thread that
	// started it lives.
	runtime.LockOSThread()
	signal.Ignore(os.Interrupt)                        // Ctrl-C is the CLI's business.
	target, err := os.ReadFile(args[0] + targetSuffix) //nolint:gosec // The benchmark wrote it.
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	command := exec.Command(string(target), args[1:]...) //nolint:gosec,noctx // The benchmark names it, and it ends when the CLI says so.
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.SysProcAttr = dieWithParent()
	if err := command.Run(); err != nil && command.ProcessState == nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	state := command.ProcessState
	if taken, ok := state.SysUsage().(*syscall.Rusage); ok {
		note := usage{CPU: state.UserTime() + state.SystemTime(), PeakMemory: taken.Maxrss * maxrssUnit}
		if err := note.save(os.Getenv(usageVariable)); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
	}
	return state.ExitCode()
}

func (u usage) save(dir string) error {
	raw, err := json.Marshal(u)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, fmt.Sprintf("usage-%d.json", os.Getpid())), raw, 0o600) //nolint:gosec // The benchmark names the directory.
}

// collectUsage adds up the notes of a phase, which may run several processes one
// after the other, and clears them away.
func collectUsage(dir string) (usage, error) {
	var all usage
	notes, err := filepath.Glob(filepath.Join(dir, "usage-*.json"))
	if err != nil {
		return all, err
	}
	for _, note := range notes {
		raw, err := os.ReadFile(note) //nolint:gosec // The meter wrote it.
		if err != nil {
			return all, err
		}
		var one usage
		if err := json.Unmarshal(raw, &one); err != nil {
			return all, fmt.Errorf("%s: %w", note, err)
		}
		all.CPU += one.CPU
		all.PeakMemory = max(all.PeakMemory, one.PeakMemory)
		if err := os.Remove(note); err != nil {
			return all, err
		}
	}
	return all, nil
}
