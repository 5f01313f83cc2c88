package main

import (
	"cmp"
	"fmt"
	"maps"
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
	fleets    []results // as in the variable of that name
	writing   results
	large     []results
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

// core is the CPU time of the CLI in a steady plan.
func (r results) core(contender string) time.Duration {
	return median(r.samples[contender][phasePlan], func(s sample) time.Duration { return s.core })
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
	r.header(line)
	r.driftCheck(line)
	r.whereTimeGoes(line)
	r.otherFleets(line)
	line("## Reading %d secrets and versions\n", r.reading.secrets)
	line("The *floor* is the same configuration with as many `terraform_data` resources. `echo` and `idle` are providers with the schemas and")
	line("the state of this one. CPU and memory are those of the provider's processes.\n")
	r.reading.table(line)
	line("In \"%s\", measured once, the service turns away what exceeds %g requests per second.\n", phaseLimited, r.limit)
	line("## Writing %d secrets and versions\n", r.writing.secrets)
	line("There are fewer of them because Terraform's own time to apply grows with the square of the state, floor and all.\n")
	r.writing.table(line)
	r.ratios(line)
	r.requestTable(line)
	r.simulation(line)
	line("## How it is measured\n")
	line("`make bench` builds the provider and runs `tools/bench`. That starts the reference server and lets the CLI apply, plan, rotate and")
	line("destroy. A state that is only read is made of one that was applied with one secret, and the other secrets are created by the API. A")
	line("small program stands between the CLI and the provider and notes what the provider took (`wait4`). The server counts the requests.\n")
	line("`make bench SECRETS=200 WRITES=20 LARGE=0 SIMULATE=0 RUNS=1` is a short version. `PEER_PROVIDER=path PEER_CONFIG=dir` measures another")
	line("provider in the same run: the directory has a configuration with the variables `secrets` and `rotation`, and the provider finds the")
	line("service by the `THALASSA_` variables. Smaller pieces have Go benchmarks: `make bench-go`, in the form that benchstat reads.")
	return b.String()
}

// table shows every phase of every contender.
func (r results) table(line func(string, ...any)) {
	line("| phase | | wall | CPU | peak memory | requests | turned away |\n|---|---|---:|---:|---:|---:|---:|")
	for _, phase := range r.phases {
		for _, contender := range r.contenders {
			if len(r.samples[contender][phase]) == 0 {
				continue
			}
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

// ratios compare the two strategies with each other.
func (r report) ratios(line func(string, ...any)) {
	line("## Ratios\n")
	line("| phase | wall `auto` / `individual` | CPU `auto` / `individual` | requests `auto` / `individual` |\n|---|---:|---:|---:|")
	for _, measured := range []results{r.reading, r.writing} {
		for _, phase := range measured.phases {
			line("| %s | %s | %s | %s |", phase,
				ratio(measured.wall(autoName, phase).Seconds(), measured.wall(individualName, phase).Seconds()),
				ratio(measured.cpu(autoName, phase).Seconds(), measured.cpu(individualName, phase).Seconds()),
				ratio(float64(measured.requests(autoName, phase)), float64(measured.requests(individualName, phase))))
		}
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
