package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/driftcheck"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/printable"
)

// check is one check.
type check struct {
	options

	work   string // a private directory
	stderr io.Writer
}

func (c *check) planFile(name string) string { return filepath.Join(c.work, name+".plan") }

// makePlan makes a plan and reads it. The output of the CLI is not printed, because it shows the values
// of outputs.
func (c *check) makePlan(ctx context.Context, name string, planOptions ...string) driftcheck.Run {
	args := slices.Concat([]string{"-input=false", "-json", "-out=" + c.planFile(name)}, planOptions, c.planOptions)
	log, said, err := c.cliRun(ctx, os.Environ(), "plan", args...)
	var made driftcheck.Run
	var other []string // lines that are not JSON, such as those of a crash
	for line := range bytes.Lines(log) {
		diagnostics, isJSON := driftcheck.ParseLine(line)
		made.Diagnostics = append(made.Diagnostics, diagnostics...)
		if text := strings.TrimSpace(string(line)); !isJSON && text != "" {
			other = append(other, text)
		}
	}
	// A plan that failed is kept too, and holds what its refresh had found by then.
	if _, statErr := os.Stat(c.planFile(name)); statErr == nil {
		shown, showSaid, showErr := c.show(ctx, name)
		if showErr == nil {
			made.Plan, showErr = driftcheck.ParsePlan(shown)
		}
		if showErr != nil {
			said = append(append(said, showSaid...), []byte(showErr.Error()+"\n")...)
		}
	}
	made.Succeeded = err == nil && made.Plan != nil && !made.Plan.Errored
	if !made.Succeeded {
		if err != nil && len(said)+len(other) == 0 && !slices.ContainsFunc(made.Diagnostics, driftcheck.Diagnostic.IsError) {
			other = append(other, err.Error())
		}
		c.explain(name, made, append(other, strings.Split(strings.TrimSpace(string(said)), "\n")...))
	}
	return made
}

// show reads a plan. From Terraform 1.15 on it needs the variables again where the source
// of a module depends on one, and before that it refuses them.
func (c *check) show(ctx context.Context, name string) (shown, said []byte, err error) {
	// TF_CLI_ARGS is for all commands, and may hold options that this one does not have.
	environment := slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "TF_CLI_ARGS=") })
	if variables := c.variables(); len(variables) > 0 {
		shown, said, err = c.cliRun(ctx, environment, "show", slices.Concat([]string{"-json"}, variables, []string{c.planFile(name)})...)
		if err == nil {
			return shown, said, nil
		}
	}
	shown, more, err := c.cliRun(ctx, environment, "show", "-json", c.planFile(name))
	return shown, append(said, more...), err
}

// cliRun runs a command of the CLI to its end.
func (c *check) cliRun(ctx context.Context, environment []string, command string, args ...string) (stdout, stderr []byte, err error) {
	var out, said bytes.Buffer
	cmd := exec.CommandContext(context.WithoutCancel(ctx), c.cli, slices.Concat([]string{"-chdir=" + c.dir, command}, args)...) //nolint:gosec // The user names the program.
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = environment, nil, &out, &said
	err = cmd.Run()
	if err != nil {
		err = fmt.Errorf("%s %s: %w", filepath.Base(c.cli), command, err)
	}
	return out.Bytes(), said.Bytes(), err
}

// explain prints why a plan failed: its errors, and lines that are not JSON, such as those of a crash.
func (c *check) explain(name string, made driftcheck.Run, other []string) {
	what := "plan"
	if name == "refresh" {
		what = "refresh-only plan"
	}
	fmt.Fprintf(c.stderr, "\nThe %s failed.\n", what)
	for _, d := range made.Diagnostics {
		if !d.IsError() {
			continue
		}
		fmt.Fprintf(c.stderr, "\nError: %s\n\n", printable.Line(d.Summary))
		if d.Address != "" {
			fmt.Fprintf(c.stderr, "  with %s\n\n", printable.Line(d.Address))
		}
		c.printLines(strings.Split(d.Detail, "\n"))
	}
	c.printLines(other)
}

func (c *check) printLines(texts []string) {
	for _, text := range texts {
		if text != "" {
			fmt.Fprintln(c.stderr, printable.Line(text))
		}
	}
}

// readSources reads the configuration of a directory.
func readSources(dir string) []driftcheck.Source {
	entries, err := os.ReadDir(filepath.FromSlash(dir))
	if err != nil {
		return nil
	}
	var sources []driftcheck.Source
	for _, entry := range entries {
		if ext := path.Ext(entry.Name()); ext != ".tf" && ext != ".tofu" {
			continue
		}
		name := path.Join(dir, entry.Name())
		if text, err := os.ReadFile(filepath.FromSlash(name)); err == nil {
			sources = append(sources, driftcheck.Source{Name: name, Text: string(text)})
		}
	}
	return sources
}
