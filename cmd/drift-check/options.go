package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/driftcheck"
)

// options are what the command line and the environment ask for.
type options struct {
	dir, cli, summary, due, plan string
	dueCode                      int
	reports                      reports
	version                      bool
	planOptions                  []string // for "plan"
	environment                  func(string) (string, bool)
}

const usage = `Usage: drift-check [flags] [-- OPTION OF PLAN...]

Checks whether something changed outside Terraform, and distinguishes drift from due work.
It makes a refresh-only plan and an ordinary plan, and applies neither. It prints no values and
no outputs, only the names of attributes, and the ids and version numbers of secrets.

Options of "plan", such as -var-file=production.tfvars, follow after "--".

`

// exitCodes is the table of the exit codes, as -help and the guide have it.
var exitCodes = [][2]string{
	{"0", "No drift. There may be due work, which the report lists."},
	{"1", "The check failed, so whether there is drift is not known."},
	{"3", "Drift. If a plan failed too, the report says so: there may be more."},
	{"`DRIFT_DUE_EXIT_CODE`", "Due work and no drift. Without the variable it is 0."},
}

// parseOptions reads the command line and the environment. Help and complaints about
// flags go to w.
func parseOptions(args []string, environment func(string) (string, bool), w io.Writer) (options, error) {
	o := options{environment: environment}
	get := func(names ...string) string {
		for _, name := range names {
			if value, _ := environment(name); value != "" {
				return value
			}
		}
		return ""
	}
	flags := flag.NewFlagSet("drift-check", flag.ContinueOnError)
	flags.SetOutput(w)
	flags.Usage = func() {
		fmt.Fprint(w, usage)
		flags.PrintDefaults()
		fmt.Fprintln(w, "\nExit codes:")
		for _, row := range exitCodes {
			fmt.Fprintf(w, "  %-20s %s\n", strings.Trim(row[0], "`"), row[1])
		}
		fmt.Fprintln(w, "\nFormats:")
		for _, f := range driftcheck.Formats() {
			fmt.Fprintf(w, "  %-20s %s\n", f.Name, f.Description)
		}
	}
	flags.StringVar(&o.dir, "dir", get("DRIFT_DIR"), "`directory` of the configuration, initialised; the current one where empty (DRIFT_DIR)")
	flags.StringVar(&o.cli, "cli", get("DRIFT_CLI"), "`program` to run; terraform where empty, else tofu (DRIFT_CLI)")
	flags.StringVar(&o.plan, "plan", get("DRIFT_PLAN"), "`file` to keep the plan in, to be applied; as private as the state (DRIFT_PLAN)")
	flags.StringVar(&o.summary, "summary", get("DRIFT_SUMMARY", "GITHUB_STEP_SUMMARY"), "`file` that the Markdown report is appended to (DRIFT_SUMMARY, GITHUB_STEP_SUMMARY)")
	flags.StringVar(&o.due, "due-exit-code", get("DRIFT_DUE_EXIT_CODE"), "exit `code` where work is due and nothing drifted; 0 where empty (DRIFT_DUE_EXIT_CODE)")
	flags.Var(&o.reports, "report", "`FORMAT=FILE`, or FORMAT to print it; can be repeated; markdown is printed where nothing else is (DRIFT_REPORTS, separated by spaces)")
	flags.BoolVar(&o.version, "version", false, "write the version, and check nothing")
	if err := flags.Parse(args); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			err = fmt.Errorf("%w. Put options of \"plan\" after \"--\"", err)
		}
		return o, err
	}
	o.planOptions = flags.Args()
	if len(o.planOptions) > 0 && !endsFlags(args, o.planOptions) {
		return o, fmt.Errorf("put options of \"plan\" after \"--\": %q", o.planOptions[0])
	}
	if len(o.reports) == 0 {
		for _, report := range strings.Fields(get("DRIFT_REPORTS")) {
			if err := o.reports.Set(report); err != nil {
				return o, fmt.Errorf("DRIFT_REPORTS: %w", err)
			}
		}
	}
	if o.dir == "" {
		o.dir = "."
	}
	return o, nil
}

// endsFlags reports whether "--" stands before the rest of the arguments.
func endsFlags(args, rest []string) bool {
	at := len(args) - len(rest) - 1
	return at >= 0 && args[at] == "--"
}

// prepare completes the options, and rejects those that a check cannot work with.
func (o *options) prepare() (err error) {
	if o.cli == "" {
		if o.cli, err = exec.LookPath("terraform"); err != nil {
			o.cli, err = exec.LookPath("tofu")
		}
		if err != nil {
			return errors.New("needs terraform or tofu, and neither is on the PATH")
		}
	}
	if o.due != "" {
		code, err := strconv.ParseUint(o.due, 10, 8)
		if err != nil {
			return fmt.Errorf("DRIFT_DUE_EXIT_CODE is %q, and has to be a number", o.due)
		}
		o.dueCode = int(code)
	}
	return o.refuseOptions()
}

// reports are those that were asked for.
type reports []struct {
	format driftcheck.Format
	file   string // empty: it is printed
}

func (r *reports) String() string { return "" }

// Set adds FORMAT or FORMAT=FILE.
func (r *reports) Set(text string) error {
	name, file, toFile := strings.Cut(text, "=")
	if toFile && file == "" {
		return fmt.Errorf("%q names no file", text)
	}
	format, err := driftcheck.FormatNamed(name)
	if err != nil {
		return err
	}
	*r = append(*r, struct {
		format driftcheck.Format
		file   string
	}{format, file})
	return nil
}

// writeReports prints and writes the reports. If one cannot be written, the others still are.
func (o *options) writeReports(report *driftcheck.Report, code int, stdout io.Writer) error {
	markdown, err := driftcheck.FormatNamed("markdown")
	if err != nil {
		return err
	}
	about := driftcheck.Options{Version: version, ExitCode: code}
	printed := false
	var failed []error
	for _, r := range o.reports {
		if r.file != "" {
			failed = append(failed, writeFile(r.file, os.O_TRUNC, r.format, report, about))
			continue
		}
		printed = true
		failed = append(failed, r.format.Write(stdout, report, about))
	}
	if !printed {
		failed = append(failed, markdown.Write(stdout, report, about))
	}
	if o.summary != "" {
		failed = append(failed, writeFile(o.summary, os.O_APPEND, markdown, report, about))
	}
	return errors.Join(failed...)
}

// writeFile writes a report to a file or a pipe. A report contains no values, and the CI system may
// collect it as another user.
func writeFile(name string, mode int, format driftcheck.Format, report *driftcheck.Report, about driftcheck.Options) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|mode, 0o644) //nolint:gosec // See above.
	if err != nil {
		return err
	}
	return errors.Join(format.Write(file, report, about), file.Close())
}
