// Bench measures what the provider costs: wall time, CPU and memory of its process,
// and requests, in the phases that users wait for. Everything is measured side by
// side in one run, against the reference server on this machine:
//
//   - the floor: the same number of terraform_data resources, which no provider
//     process serves;
//   - an idle provider with this one's schemas, where states are read: what the
//     framework takes for itself;
//   - this provider with read_strategy "auto" and "individual";
//   - any other provider, given as PEER_PROVIDER and PEER_CONFIG to "make bench".
//
// It writes BENCHMARKS.md. Numbers of different machines do not compare; ratios
// within one report do.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// options are what the command line asks for.
type options struct {
	cli, provider          string
	peer, peerConfig       string
	secrets, large, writes int
	runs                   int
	simulate               int
	latency                time.Duration
	limit                  float64
	report, plot, revision string
}

func main() {
	if isMeter(os.Args[0]) {
		os.Exit(meter(os.Args))
	}
	if isIdle(os.Args[0]) {
		exitWith(serveIdle())
	}
	if len(os.Args) > 1 && os.Args[1] == simulateCommand {
		exitWith(simulateClient(context.Background(), os.Args[2:]))
	}
	var o options
	flag.StringVar(&o.cli, "cli", "", "the Terraform or OpenTofu to run")
	flag.StringVar(&o.provider, "provider", "", "this provider, built")
	flag.StringVar(&o.peer, "peer", "", "another provider's program, measured beside it")
	flag.StringVar(&o.peerConfig, "peer-config", "", "directory with the configuration for it")
	flag.IntVar(&o.secrets, "secrets", 1000, "secrets of the state that is read, each with one version")
	flag.IntVar(&o.writes, "writes", 200, "secrets that are applied, rotated and destroyed")
	flag.IntVar(&o.large, "large", 10_000, "secrets of the large state that is read; 0 leaves it out")
	flag.IntVar(&o.runs, "runs", 3, "runs, of which the median counts")
	flag.IntVar(&o.simulate, "simulate", 100_000, "secrets that the simulation goes up to; 0 leaves it out")
	flag.DurationVar(&o.latency, "latency", 20*time.Millisecond, "what each answer of the service takes")
	flag.Float64Var(&o.limit, "limit", 50, "requests per second in the phase with a limit")
	flag.StringVar(&o.report, "report", "BENCHMARKS.md", "the report to write")
	flag.StringVar(&o.plot, "plot", "tools/bench/simulation.svg", "the plot to write, relative to the report's directory")
	flag.StringVar(&o.revision, "revision", "", "what is measured, for the report")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exitWith(run(ctx, o))
}

func exitWith(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(ctx context.Context, o options) error {
	if o.cli == "" || o.provider == "" || (o.peer == "") != (o.peerConfig == "") {
		return errors.New(`-cli and -provider are needed, and -peer-config with -peer; "make bench" gives them`)
	}
	scratch, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	svc, err := newService(ctx, o.latency)
	if err != nil {
		return err
	}
	defer svc.close()

	r := report{options: o, machine: describeMachine(ctx, o.cli), began: time.Now()}
	b := bench{scratch: scratch, cli: o.cli, service: svc, limit: o.limit}
	contenders, err := contendersOf(o)
	if err != nil {
		return err
	}
	idle, err := idleOf(o, scratch)
	if err != nil {
		return err
	}
	if r.reading, err = b.measure(ctx, slices.Insert(slices.Clone(contenders), 1, idle), readingPhases, o.secrets, o.runs); err != nil {
		return err
	}
	if r.writing, err = b.measure(ctx, contenders, writingPhases, o.writes, o.runs); err != nil {
		return err
	}
	if o.large > 0 {
		if r.large, err = b.measure(ctx, []contender{own(o, autoName)}, largePhases, o.large, 1); err != nil {
			return err
		}
	}
	if o.simulate > 0 {
		if r.simulated, err = simulate(ctx, o.simulate, o.latency); err != nil {
			return err
		}
	}
	// The page comes first: what took half an hour is not to be lost for a picture.
	if err := os.WriteFile(o.report, []byte(r.markdown()), 0o644); err != nil || o.simulate == 0 { //nolint:gosec // A page for everybody.
		return err
	}
	return drawSimulation(filepath.Join(filepath.Dir(o.report), o.plot), r.simulated)
}
