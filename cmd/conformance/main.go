// Command conformance checks a Secrets Manager API, and the account that it is given,
// against what the documentation says and what this project assumes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/conformance"
)

// version is set by the linker for a release.
var version = "dev"

// Exit codes beside those of a report.
const (
	exitOK       = 0
	exitNotReady = 2 // the run could not begin, or did not come to its end
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // A second signal ends the program at once.
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// run is the program without its process. It returns the exit code.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	o, err := parseOptions(args, getenv, stderr) //nolint:contextcheck // Reading a file has a limit of its own.
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		fmt.Fprintln(stderr, "conformance:", err)
		return exitNotReady
	case o.version:
		fmt.Fprintln(stdout, "conformance", version)
		return exitOK
	case o.rows:
		err = conformance.WriteRows(stdout)
	default:
		return check(ctx, o, stdout, stderr)
	}
	if err != nil {
		fmt.Fprintln(stderr, "conformance:", err)
		return exitNotReady
	}
	return exitOK
}

// check runs all rows and writes the reports.
func check(ctx context.Context, o options, stdout, stderr io.Writer) int {
	ctx, cancel := context.WithTimeoutCause(ctx, o.timeout, fmt.Errorf("the run took longer than %s", o.timeout))
	defer cancel()
	if !o.json {
		fmt.Fprintf(stderr, "Checking %d rows. An interrupt stops the run, which then removes what it created.\n", len(conformance.Rows()))
	}
	report, err := conformance.Run(ctx, o.config)
	if writeErr := o.write(report, err != nil, stdout); writeErr != nil {
		fmt.Fprintln(stderr, "conformance:", writeErr)
		return exitNotReady
	}
	if err != nil {
		fmt.Fprintln(stderr, "conformance:", err)
		return exitNotReady
	}
	return report.ExitCode()
}

// write writes the report in the forms that were asked for. A run that failed has a
// report only for machines, which need an answer in any case.
func (o options) write(report conformance.Report, failed bool, stdout io.Writer) error {
	var err error
	switch {
	case o.json:
		err = report.WriteJSON(stdout)
	case !failed:
		err = report.WriteTable(stdout)
	}
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if o.report == "" || failed {
		return nil
	}
	file, err := os.OpenFile(o.report, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("-report: %w", err)
	}
	return errors.Join(report.WriteMarkdown(file), file.Close())
}
