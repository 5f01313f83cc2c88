package main

import (
	"cmp"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"
)

// report is what BENCHMARKS.md says.
type report struct {
	options
	machine   machine
	began     time.Time
	reading   results
	writing   results
	large     results
	simulated []simulated
}

// median of samples by a measure; of an even number, the lower one.
func median[T cmp.Ordered](samples []sample, of func(sample) T) T {
	values := make([]T, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}

func (r results) wall(contender, phase string) time.Duration {
	return median(r.samples[contender][phase], func(s sample) time.Duration { return s.wall })
}

func (r results) cpu(contender, phase string) time.Duration {
	return median(r.samples[contender][phase], func(s sample) time.Duration { return s.process.CPU })
}

func (r results) memory(contender, phase string) int64 {
	return median(r.samples[contender][phase], func(s sample) int64 { return s.process.PeakMemory })
}

func (r results) requests(contender, phase string) int {
	return median(r.samples[contender][phase], func(s sample) int { return total(s.requests) })
}

func (r results) refused(contender, phase string) int {
	return median(r.samples[contender][phase], func(s sample) int { return s.refused })
}

// beyond is what a contender takes more than another one.
func (r results) beyond(base, contender, phase string) time.Duration {
	return r.wall(contender, phase) - r.wall(base, phase)
}

// operations lists the requests of the first run by operation.
func (r results) operations(contender, phase string) string {
	counts := r.samples[contender][phase][0].requests
	var words []string
	for _, operation := range slices.Sorted(maps.Keys(counts)) {
		words = append(words, fmt.Sprintf("%s %d", operation, counts[operation]))
	}
	return strings.Join(words, ", ")
}

func (r report) markdown() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Benchmarks\n")
	line("Written by `make bench` on %s, of %s. Everything on this page was measured in one run on one machine; between machines only",
		r.began.UTC().Format(time.DateOnly), cmp.Or(r.revision, "a work tree"))
	line("the ratios compare.\n")
	line("| | |\n|---|---|")
	line("| machine | %s, %d cores, %s of memory, %s |", cmp.Or(r.machine.processor, "unknown processor"), r.machine.cores, cmp.Or(r.machine.memory, "unknown size"), r.machine.system)
	line("| software | %s, %s |", cmp.Or(r.machine.cli, "unknown CLI"), runtime.Version())
	line("| service | the reference server on the same machine, %s for each answer |", r.latency)
	line("| state | %d secrets and a version of each, in 20 directories, where it is read; %d where it is written |", r.reading.secrets, r.writing.secrets)
	line("| runs | %d, by turns; medians |\n", r.runs)
	line("The *floor* is the same configuration with as many `terraform_data` resources: what Terraform takes for itself. CPU and memory")
	line("are those of the provider's processes, without Terraform's and the server's. `idle` is a provider with this one's schemas and the")
	line("same state that does nothing: what Terraform and the framework take for such resources, whoever serves them.\n")
	line("## Reading %d secrets and versions\n", r.reading.secrets)
	r.reading.table(line)
	line("In \"%s\" the service turns away what exceeds %g requests per second.\n", phaseLimited, r.limit)
	line("## Writing %d secrets and versions\n", r.writing.secrets)
	line("There are fewer of them because Terraform's own time to apply grows with the square of the state, floor and all.\n")
	r.writing.table(line)
	r.ratios(line)
	r.requestTable(line)
	r.largeState(line)
	r.simulation(line)
	line("## How it is measured\n")
	line("`make bench` builds the provider and runs `tools/bench`, which starts the reference server and lets the CLI apply, plan, rotate and")
	line("destroy. A state that is only read is made of one that was applied with one secret, and its secrets are created by the API. A small program stands between the CLI and the provider and notes what that process took (`wait4`). Requests are counted by")
	line("the server. `make bench SECRETS=200 WRITES=20 LARGE=0 SIMULATE=0 RUNS=1` is a short version, `PEER_PROVIDER=path PEER_CONFIG=dir` measures another")
	line("provider beside this one: the directory holds a configuration with the variables `secrets` and `rotation`, and the provider finds the")
	line("service by the `THALASSA_` variables. Smaller pieces have Go benchmarks: `make bench-go`, in the form that benchstat reads.")
	return b.String()
}

// table shows every phase of every contender.
func (r results) table(line func(string, ...any)) {
	line("| phase | | wall | CPU | peak memory | requests | turned away |\n|---|---|---:|---:|---:|---:|---:|")
	for _, phase := range r.phases {
		for _, contender := range r.contenders {
			if contender == floorName {
				line("| %s | floor | %s | | | | |", phase, seconds(r.wall(contender, phase)))
				continue
			}
			line("| %s | `%s` | %s | %s | %s | %d | %d |", phase, contender, seconds(r.wall(contender, phase)), seconds(r.cpu(contender, phase)),
				mebibytes(r.memory(contender, phase)), r.requests(contender, phase), r.refused(contender, phase))
		}
	}
	line("")
}

// ratios compare the contenders with each other.
func (r report) ratios(line func(string, ...any)) {
	line("## Ratios\n")
	line("Overhead is the wall time beyond the floor's.\n")
	line("| phase | overhead of `auto` | overhead of `individual` | `auto` / `individual` | CPU `auto` / `individual` | requests `auto` / `individual` |\n|---|---:|---:|---:|---:|---:|")
	for _, measured := range []results{r.reading, r.writing} {
		for _, phase := range measured.phases {
			auto, individual := measured.beyond(floorName, autoName, phase), measured.beyond(floorName, individualName, phase)
			line("| %s | %s | %s | %s | %s | %s |", phase, seconds(auto), seconds(individual),
				ratio(auto.Seconds(), individual.Seconds()),
				ratio(measured.cpu(autoName, phase).Seconds(), measured.cpu(individualName, phase).Seconds()),
				ratio(float64(measured.requests(autoName, phase)), float64(measured.requests(individualName, phase))))
		}
	}
	line("")
	line("No provider for these resources gets below `idle`, so what a provider takes for itself is what it takes beyond that. Where it is about")
	line("nothing, it may fall below zero by chance.\n")
	line("| phase | `idle` beyond the floor | `auto` beyond `idle` | `individual` beyond `idle` | `idle` / `individual`, both beyond the floor |\n|---|---:|---:|---:|---:|")
	for _, phase := range r.reading.phases {
		idle, individual := r.reading.beyond(floorName, idleName, phase), r.reading.beyond(floorName, individualName, phase)
		line("| %s | %s | %s | %s | %s |", phase, seconds(idle), seconds(r.reading.beyond(idleName, autoName, phase)),
			seconds(r.reading.beyond(idleName, individualName, phase)), ratio(idle.Seconds(), individual.Seconds()))
	}
	line("")
}

func (r report) requestTable(line func(string, ...any)) {
	line("## Requests by operation\n")
	line("| phase | `auto` | `individual` |\n|---|---|---|")
	for _, measured := range []results{r.reading, r.writing} {
		for _, phase := range measured.phases {
			line("| %s | %s | %s |", phase, measured.operations(autoName, phase), measured.operations(individualName, phase))
		}
	}
	line("")
}

func (r report) largeState(line func(string, ...any)) {
	if r.large.secrets == 0 {
		return
	}
	line("## %d secrets\n", r.large.secrets)
	line("Once, with a larger state, for memory and requests. Most of the time is Terraform's own, which grows faster than the state.\n")
	r.large.table(line)
}

func (r report) simulation(line func(string, ...any)) {
	if len(r.simulated) == 0 {
		return
	}
	line("## A simulation up to %d secrets\n", r.simulated[len(r.simulated)-1].secrets)
	line("One process refreshes all secrets through the inventory, ten at a time as Terraform does, without a CLI. Reading one by one is left out")
	line("beyond %d secrets: it goes on in proportion.\n", individualUpTo)
	line("![Requests, time and memory over the number of secrets](%s)\n", r.plot)
	line("| secrets | strategy | requests | wall | CPU | peak memory |\n|---:|---|---:|---:|---:|---:|")
	for _, s := range r.simulated {
		line("| %d | `%s` | %d | %s | %s | %s |", s.secrets, s.strategy, s.requests, seconds(s.wall), seconds(s.process.CPU), mebibytes(s.process.PeakMemory))
	}
	line("")
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func mebibytes(n int64) string { return fmt.Sprintf("%d MiB", (n+1<<19)>>20) }

func ratio(a, b float64) string {
	if b <= 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", a/b)
}
