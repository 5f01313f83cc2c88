// Bench measures what the provider costs: wall time, CPU and memory of its process,
// and requests, in the phases that users wait for. Everything is measured side by
// side in one run, against the reference server on this machine:
//
//   - the floor: the same number of terraform_data resources, which no provider
//     process serves;
//   - an echo provider with this one's schemas, where states are read: it returns what it
//     gets, which is what Terraform and the protocol take for themselves;
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
	"strconv"
	"strings"
	"syscall"
	"time"
)

// options are what the command line asks for.
type options struct {
	cli, provider          string
	peer, peerConfig       string
	secrets, writes        int
	large                  sizesFlag
	runs, writeRuns        int
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
	if isEcho(os.Args[0]) {
		exitWith(serveEcho())
	}
	if len(os.Args) > 1 && os.Args[1] == simulateCommand {
		exitWith(simulateClient(context.Background(), os.Args[2:]))
	}
	o := options{large: sizesFlag{3000, 10_000}}
	flag.StringVar(&o.cli, "cli", "", "the Terraform or OpenTofu to run")
	flag.StringVar(&o.provider, "provider", "", "this provider, built")
	flag.StringVar(&o.peer, "peer", "", "another provider's program, measured for comparison")
	flag.StringVar(&o.peerConfig, "peer-config", "", "directory with the configuration for it")
	flag.IntVar(&o.secrets, "secrets", 1000, "secrets of the state that is read, each with one version")
	flag.IntVar(&o.writes, "writes", 200, "secrets that are applied, rotated and destroyed")
	flag.Var(&o.large, "large", "secrets of the larger states that are read once, such as 3000,10000; 0 leaves them out")
	flag.IntVar(&o.runs, "runs", 5, "runs of what is read, of which the median counts")
	flag.IntVar(&o.writeRuns, "write-runs", 3, "runs of what is written")
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

// sizesFlag are numbers with commas between them. Zero is left out.
type sizesFlag []int

// String implements flag.Value.
func (s *sizesFlag) String() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint([]int(*s)), " ", ","), "[]")
}

// Set implements flag.Value.
func (s *sizesFlag) Set(text string) error {
	*s = nil
	for _, part := range strings.Split(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 0 {
			return fmt.Errorf("%q is not a number of secrets", part)
		}
		if n > 0 {
			*s = append(*s, n)
		}
	}
	return nil
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
	if err := b.fill(ctx, o, &r); err != nil {
		return err
	}
	if o.simulate > 0 {
		if r.simulated, err = simulate(ctx, o.simulate, o.latency); err != nil {
			return err
		}
	}
	// The page is written first, so that a failed picture does not lose half an hour of measurements.
	if err := os.WriteFile(o.report, []byte(r.markdown()), 0o644); err != nil || o.simulate == 0 { //nolint:gosec // A page for everybody.
		return err
	}
	return drawSimulation(filepath.Join(filepath.Dir(o.report), o.plot), r.simulated)
}

// fill measures what the report shows of the CLI.
func (b *bench) fill(ctx context.Context, o options, r *report) error {
	contenders, err := contendersOf(o)
	if err != nil {
		return err
	}
	bounds, err := boundsOf(o, b.scratch)
	if err != nil {
		return err
	}
	if r.reading, err = b.measure(ctx, slices.Insert(slices.Clone(contenders), 1, bounds...), readingPhases, o.secrets, o.runs); err != nil {
		return err
	}
	for _, f := range fleets {
		plan := planPhase
		plan.rotation = f.lastRotation()
		measured, err := b.measure(ctx, []contender{own(o, autoName, f)}, []phase{plan}, o.secrets, 1)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		r.fleets = append(r.fleets, measured)
	}
	if r.writing, err = b.measure(ctx, contenders, writingPhases, o.writes, o.writeRuns); err != nil {
		return err
	}
	for _, secrets := range o.large {
		measured, err := b.measure(ctx, contenders[:2], planOnly, secrets, 1) // The floor and "auto".
		if err != nil {
			return err
		}
		r.large = append(r.large, measured)
	}
	return nil
}
