// Command drift-check separates changes made outside Terraform from work that is due. It
// makes two plans, applies neither, and reports in the formats that CI systems read.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/driftcheck"
)

// version is set by the linker for a release.
var version = "dev"

func main() {
	// The CLI gets the signals of a terminal or a job too, and ends by them. A second one
	// from here would make it leave its lock behind.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := run(ctx, os.Args[1:], os.LookupEnv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the program without its process. It returns the exit code.
func run(ctx context.Context, args []string, environment func(string) (string, bool), stdout, stderr io.Writer) int {
	o, err := parseOptions(args, environment, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return driftcheck.ExitClean
	case err != nil:
		fmt.Fprintln(stderr, "drift-check:", err)
		return driftcheck.ExitFailed
	case o.version:
		fmt.Fprintln(stdout, "drift-check", version)
		return driftcheck.ExitClean
	}
	c := &check{options: o, stderr: stderr}
	report, err := c.run(ctx)
	if err != nil {
		fmt.Fprintln(stderr, "drift-check:", err)
		report.Fail(err.Error())
	}
	code := report.ExitCode(c.dueCode)
	if err := o.writeReports(report, code, stdout); err != nil {
		fmt.Fprintln(stderr, "drift-check:", err)
		if report.Verdict != driftcheck.VerdictDrift { // Drift is reported by the exit code still.
			code = driftcheck.ExitFailed
		}
	}
	return code
}

// run makes the plans and judges them. Where it fails, the report holds what was found
// before.
func (c *check) run(ctx context.Context) (report *driftcheck.Report, err error) {
	report = &driftcheck.Report{}
	if c.plan != "" {
		if err := clearPlan(c.plan); err != nil {
			return report, err
		}
	}
	if err := c.prepare(); err != nil {
		return report, err
	}
	if c.work, err = os.MkdirTemp("", "drift-check-"); err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(c.work)) }()
	if err := c.copyVarFiles(); err != nil {
		return report, err
	}
	// The refresh comes first: it finds drift even where the ordinary plan is refused.
	refresh, plan := c.makePlan(ctx, "refresh", "-refresh-only"), driftcheck.Run{}
	if ctx.Err() == nil && (refresh.Succeeded || refresh.WorthAPlan()) {
		plan = c.makePlan(ctx, "plan")
	}
	report = driftcheck.Judge(refresh, plan)
	if ctx.Err() != nil {
		return report, errors.New("the check was interrupted")
	}
	configuration := driftcheck.Module{}
	for _, made := range []driftcheck.Run{refresh, plan} {
		if made.Plan != nil {
			configuration = made.Plan.Configuration.RootModule
		}
	}
	report.Locate(configuration, filepath.ToSlash(fromHere(c.dir)), readSources)
	if c.plan != "" && report.Complete {
		err = keepPlan(c.planFile("plan"), c.plan)
	}
	return report, err
}
