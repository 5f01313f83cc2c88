package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
)

// machine is what the numbers depend on.
type machine struct {
	processor string
	cores     int
	memory    string
	system    string
	cli       string
}

// describeMachine says what it can find out; what it cannot stays empty.
func describeMachine(ctx context.Context, cli string) machine {
	m := machine{cores: runtime.NumCPU(), system: runtime.GOOS + "/" + runtime.GOARCH, processor: valueIn("/proc/cpuinfo", "model name")}
	if kib, err := strconv.ParseInt(strings.TrimSuffix(valueIn("/proc/meminfo", "MemTotal"), " kB"), 10, 64); err == nil {
		m.memory = fmt.Sprintf("%d GiB", (kib+1<<19)>>20)
	}
	command := exec.CommandContext(ctx, cli, "version")
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/", "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE=" + os.DevNull}
	if said, err := command.Output(); err == nil {
		m.cli, _, _ = strings.Cut(string(said), "\n")
	}
	return m
}

// valueIn finds the first line "name: value" of a file.
func valueIn(file, name string) string {
	f, err := os.Open(file) //nolint:gosec // One of two that are named above.
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
