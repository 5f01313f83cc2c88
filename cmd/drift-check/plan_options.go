package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// refusedOptions are the options of "plan" that would make the result of a check misleading, each with
// what to do instead.
var refusedOptions = map[string]string{
	"minimal-refresh":   "With it Terraform refreshes only what the configuration changes, so drift of everything else is not found. Remove the option: a drift check needs the whole refresh.",
	"refresh":           "With -refresh=false nothing is refreshed, so no drift is found. Remove the option.",
	"refresh-only":      "The check makes a refresh-only plan and an ordinary one by itself. Remove the option.",
	"destroy":           "A plan that destroys everything says nothing about drift. Remove the option.",
	"detailed-exitcode": "The check reads the plan and has its own exit codes. Remove the option.",
	"out":               "The check keeps its plan where DRIFT_PLAN or -plan says. Set one of these instead.",
	"chdir":             "Set DRIFT_DIR or -dir to the directory of the configuration instead.",
}

// withValue are the options of "plan" whose value may be the next argument.
var withValue = []string{
	"var", "var-file", "target", "target-file", "exclude", "exclude-file", "replace", "out", "state",
	"lock-timeout", "parallelism", "generate-config-out", "deprecation",
}

// planOption is an option as it was given: "-name=value", "-name value" or "-name".
type planOption struct {
	name, value string
	at, end     int // of its words
}

// splitOptions finds the options in the words of a command line.
func splitOptions(words []string) []planOption {
	var all []planOption
	for i := 0; i < len(words); i++ {
		if !strings.HasPrefix(words[i], "-") {
			continue
		}
		o := planOption{at: i, end: i + 1}
		var hasValue bool
		o.name, o.value, hasValue = strings.Cut(strings.TrimPrefix(strings.TrimPrefix(words[i], "-"), "-"), "=")
		if !hasValue && slices.Contains(withValue, o.name) && i+1 < len(words) {
			i++
			o.value, o.end = words[i], i+1
		}
		all = append(all, o)
	}
	return all
}

// isOff reports a switch that is given and off.
func (o planOption) isOff() bool {
	on, err := strconv.ParseBool(o.value)
	return err == nil && !on
}

// refuseOptions rejects these options on the command line and in the environment.
func (o *options) refuseOptions() error {
	for _, from := range o.givenOptions() {
		for _, option := range splitOptions(from.words) {
			why, refused := refusedOptions[option.name]
			// Of "refresh" the value false is refused, and of the others everything else.
			if refused && option.isOff() == (option.name == "refresh") {
				return fmt.Errorf("-%s is not supported%s. %s", option.name, from.where, why)
			}
		}
	}
	return nil
}

type given struct {
	where string
	words []string
}

// givenOptions are the options of "plan" from wherever the CLI takes them, in the order
// in which it does.
func (o *options) givenOptions() []given {
	var all []given
	for _, name := range []string{"TF_CLI_ARGS", "TF_CLI_ARGS_plan"} {
		value, _ := o.environment(name)
		all = append(all, given{" (" + name + ")", shellWords(value)})
	}
	return append(all, given{"", o.planOptions})
}

// variables are the options that give values to variables. Since Terraform 1.15 the source of a module may depend
// on them, so they go to every command that reads the configuration.
func (o *options) variables() []string {
	var all []string
	for _, from := range o.givenOptions() {
		for _, option := range splitOptions(from.words) {
			if option.name == "var" || option.name == "var-file" {
				all = append(all, "-"+option.name+"="+option.value)
			}
		}
	}
	return all
}

// copyVarFiles copies files that can be read only once, such as pipes, because several commands read
// each file.
func (c *check) copyVarFiles() error {
	var words []string
	done := 0
	for i, option := range splitOptions(c.planOptions) {
		if option.name != "var-file" {
			continue
		}
		file := option.value
		if !filepath.IsAbs(file) {
			file = filepath.Join(c.dir, file)
		}
		// What stands below /dev may be another file for another process.
		info, err := os.Stat(file)
		if err != nil || info.IsDir() || info.Mode().IsRegular() && !strings.HasPrefix(file, "/dev/") {
			continue // The CLI says what is wrong with it.
		}
		text, err := os.ReadFile(file) //nolint:gosec // The user names it.
		if err != nil {
			return fmt.Errorf("-var-file: %w", err)
		}
		copied := filepath.Join(c.work, fmt.Sprintf("%d.tfvars", i))
		if strings.HasSuffix(file, ".json") {
			copied += ".json"
		}
		if err := os.WriteFile(copied, text, 0o600); err != nil { //nolint:gosec // It is in the directory of the check.
			return err
		}
		words = append(append(words, c.planOptions[done:option.at]...), "-var-file="+copied)
		done = option.end
	}
	c.planOptions = append(words, c.planOptions[done:]...)
	return nil
}

// shellWords splits a text into words as a shell does, without any expansion.
func shellWords(text string) []string {
	var words []string
	var word strings.Builder
	inWord, escaped, quote := false, false, rune(0)
	for _, r := range text {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, inWord = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && strings.ContainsRune(`"'`, r):
			quote, inWord = r, true
		case quote == 0 && strings.ContainsRune(" \t\n\r", r):
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}

// fromHere is a path from the current directory where it can be, because reports name
// files from there.
func fromHere(dir string) string {
	if !filepath.IsAbs(dir) {
		return filepath.Clean(dir)
	}
	here, err := os.Getwd()
	if err != nil {
		return dir
	}
	relative, err := filepath.Rel(here, dir)
	if err != nil || !filepath.IsLocal(relative) {
		return dir
	}
	return relative
}
